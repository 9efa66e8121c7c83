"""RADIUS accounting on its way to a finding: what a gateway tells of an address is in the findings of
that address's sessions."""
import re
import struct
import time

import radius_peer as radius
import tap
import traces
from live import PHONE, SERVER, LiveCase, samples
from sensor import ROOT, Case, records, run

IDENTITY = """
app_groups:
  office: {apps: [com.example.mail, com.example.chat]}
  crm:    {apps: [com.example.crm]}
feeds:
  radius:
    listen: 0.0.0.0:1813
    clients: [{address: 10.1.2.0/24, secret_file: SECRET}]
"""

# Sends each datagram and prints what is answered, "-" for nothing within so many seconds.
GATEWAY = """
import socket, sys
patience, server, *datagrams = sys.argv[1:]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 40001))
s.settimeout(float(patience))
s.connect((server, 1813))
for datagram in datagrams:
    s.send(bytes.fromhex(datagram))
    try: print(s.recv(4096).hex())
    except (TimeoutError, ConnectionRefusedError): print("-")
"""


class RadiusCase(LiveCase):
    def setUp(self):
        super().setUp()
        secret = self.write("radius.secret", radius.SECRET.decode() + "\n")
        secret.chmod(0o600)
        self.write("etc/identity.yaml", IDENTITY.replace("SECRET", str(secret)))

    def send(self, *datagrams, patience=20):
        """From the phone's namespace, which stands for the gateway. The answers."""
        done = self.on_phone("python3", "-c", GATEWAY, patience, SERVER,
                             *(datagram.hex() for datagram in datagrams))
        self.assertEqual(done.returncode, 0, done.stderr)
        return [None if line == "-" else bytes.fromhex(line) for line in done.stdout.split()]

    def tell(self, *datagrams):
        """Sends what must be taken, and waits for each answer."""
        answers = self.send(*datagrams)
        self.assertEqual(answers, [radius.response(datagram) for datagram in datagrams])

    def counts(self):
        """{outcome: number} of requests."""
        found = samples(self.scrape()[1])["offport_radius_requests_total"]
        outcomes = {labels.split('outcome="')[1].rstrip('"}'): int(value)
                    for labels, value in found.items()}
        return {outcome: value for outcome, value in outcomes.items() if value}

    def alert_of_a_session(self, daemon, number):
        """Opens a session that is a finding of its own, and waits for its alert."""
        port = 7877 + number
        self.serve_http(port)
        self.get(port)

        def its_alert():
            found = records(daemon.out.read_text().rpartition("\n")[0], "alert")
            return next((alert for alert in found if alert["dest_port"] == port), None)
        return self.wait_until(its_alert, "the alert")


class Findings(RadiusCase):
    def test_the_device_and_the_app_group_are_those_of_the_lease(self):
        daemon = self.daemon()
        self.tell(radius.request(
            1, radius.START, radius.attribute(1, "alice@example.org"),
            radius.of_vendor(3076, 146, "crm"),
            radius.of_vendor(9, 1, "mdm-tlv=device-uid=AB12"),
            radius.of_vendor(9, 1, "mdm-tlv=device-platform=android"), address=PHONE))
        alert = self.alert_of_a_session(daemon, 1)
        self.assertEqual(daemon.end(), 0)
        who = alert["offport"]["attribution"]
        self.assertEqual({key: who[key] for key in ("device", "user", "platform", "app_group",
                                                    "app")},
                         {"device": "udid:ab12", "user": "alice@example.org",
                          "platform": "android", "app_group": "crm", "app": "com.example.crm"})

    def test_a_lease_ends_with_stop_and_with_accounting_off(self):
        daemon = self.daemon()
        self.tell(radius.request(1, radius.START, address=PHONE),
                  radius.request(2, radius.STOP, station=None))
        first = self.alert_of_a_session(daemon, 1)
        self.tell(radius.request(3, radius.START, address=PHONE, session="0B"))
        second = self.alert_of_a_session(daemon, 2)
        self.tell(radius.request(4, radius.OFF, session=None, station=None))
        third = self.alert_of_a_session(daemon, 3)
        self.assertEqual(daemon.end(), 0)
        self.assertEqual([self.device_of(alert) for alert in (first, second, third)],
                         [None, "mac:a1b2c3d4e5f6", None])

    @staticmethod
    def device_of(alert):
        return alert["offport"]["attribution"].get("device")

    def test_an_address_that_comes_with_an_interim_and_a_start_that_comes_late(self):
        daemon = self.daemon()
        self.tell(radius.request(1, radius.START, session="0C"),
                  radius.request(2, radius.INTERIM, session="0C", address=PHONE))
        first = self.alert_of_a_session(daemon, 1)
        # Of the next session the stop overtakes the start, which was an hour ago.
        early, late = (radius.attribute(55, self.now() - seconds) for seconds in (3600, 1800))
        self.tell(radius.request(3, radius.STOP, session="0C"),
                  radius.request(4, radius.STOP, late, session="0D", station=None),
                  radius.request(5, radius.START, early, session="0D", address=PHONE,
                                 station="00-00-00-00-00-0D"))
        second = self.alert_of_a_session(daemon, 2)
        self.assertEqual(daemon.end(), 0)
        self.assertEqual(self.device_of(first), "mac:a1b2c3d4e5f6")
        self.assertIsNone(self.device_of(second))

    @staticmethod
    def now():
        return int(time.time())


class Answers(RadiusCase):
    def test_what_is_not_genuine_is_neither_answered_nor_used(self):
        daemon = self.daemon()
        forged = radius.request(1, radius.START, address=PHONE, secret=b"guessed")
        cut = radius.request(2, radius.START, address=PHONE)[:-1]
        access = bytes([1]) + radius.request(3, radius.START)[1:]
        self.assertEqual(self.send(forged, cut, access, patience=1), [None] * 3)
        self.assertEqual(self.counts(),
                         {"wrong-authenticator": 1, "malformed": 1, "other-code": 1})
        alert = self.alert_of_a_session(daemon, 1)
        self.assertEqual(daemon.end(), 0)
        self.assertIsNone(Findings.device_of(alert))
        self.assertNotIn(radius.SECRET.decode(), daemon.error.read_text() + daemon.out.read_text())

    def test_a_retransmission_is_answered_again(self):
        daemon = self.daemon()
        start = radius.request(1, radius.START, address=PHONE)
        self.tell(start, start, start)
        self.assertEqual(self.counts(), {"accepted": 1, "repeated": 2})
        self.assertEqual(daemon.end(), 0)

    def test_strangers_are_counted(self):
        path = self.directory / "etc/identity.yaml"
        path.write_text(path.read_text().replace("10.1.2.0/24", "192.0.2.0/24"))
        daemon = self.daemon()
        self.assertEqual(self.send(radius.request(1, radius.START), patience=1), [None])
        self.assertEqual(self.counts(), {"unknown-client": 1})
        self.assertEqual(daemon.end(), 0)

    def test_a_copy_is_heard_in_silence(self):
        path = self.directory / "etc/identity.yaml"
        path.write_text(path.read_text() + "    reply: false\n")
        daemon = self.daemon()
        self.assertEqual(self.send(radius.request(1, radius.START, address=PHONE), patience=1),
                         [None])
        self.assertEqual(self.counts(), {"accepted": 1})
        alert = self.alert_of_a_session(daemon, 1)
        self.assertEqual(daemon.end(), 0)
        self.assertEqual(Findings.device_of(alert), "mac:a1b2c3d4e5f6")


class Mirrored(RadiusCase):
    """The requests go to another server, and the sensor sees them go by."""
    FEED = "feeds:\n  radius:\n    mirrored: true\n"

    def conversation(self, *requests, port=1813):
        """A trace in which a gateway tells its server, and then the device opens a session."""
        packets = []
        for number, request in enumerate(requests):
            asked, answered = (struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload
                               for ports, payload in (((40001, port), request),
                                                      ((port, 40001), radius.response(request))))
            packets += [(1000 + number, traces.ethernet(
                             traces.ipv4("192.0.2.1", "192.0.2.9", 17, asked))),
                        (1000.5 + number, traces.ethernet(
                             traces.ipv4("192.0.2.9", "192.0.2.1", 17, answered)))]
        return packets + traces.tcp_conversation("10.20.1.14", 40000, "198.51.100.7", 7878,
                                                 traces.HTTP_DIALOGUE, start=1100)

    def replay(self, packets, feed="clients: [{address: 192.0.2.1, secret_file: SECRET}]",
               *options):
        secret = self.directory / "radius.secret"
        groups = "app_groups: {crm: {apps: [com.example.crm]}}\n"
        self.write("etc/identity.yaml",
                   groups + self.FEED + "    " + feed.replace("SECRET", str(secret)) + "\n")
        trace = self.write("trace.pcap", traces.pcap(packets))
        done = run("replay", trace, "-c", self.directory / "etc", "--eve", "-", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    @staticmethod
    def attribution(done):
        """The same in each revision of the finding."""
        (who,) = {(who.get("device"), who.get("app_group"))
                  for alert in records(done.stdout, "alert") if alert["dest_port"] == 7878
                  for who in [alert["offport"]["attribution"]]}
        return who

    def begin(self, identifier=1, **options):
        return radius.request(identifier, radius.START, radius.of_vendor(3076, 146, "crm"),
                              address="10.20.1.14", **options)

    def test_a_trace_attributes_its_own_sessions(self):
        for port in (1813, 1646, 9999):
            with self.subTest(port):
                done = self.replay(self.conversation(self.begin(), port=port))
                self.assertEqual(self.attribution(done), ("mac:a1b2c3d4e5f6", "crm"))

    def test_every_request_of_a_session_is_read(self):
        """Long after it was identified, that is."""
        others = [radius.request(number, radius.START, session=f"X{number}",
                                 address=f"10.20.2.{number}") for number in range(2, 12)]
        done = self.replay(self.conversation(self.begin(1), *others, radius.request(
            20, radius.STOP), self.begin(21, session="0B", station="00-00-00-00-00-0B")))
        self.assertEqual(self.attribution(done), ("mac:00000000000b", "crm"))

    def test_any_number_of_workers_finds_the_same(self):
        others = [radius.request(number, radius.START, session=f"X{number}",
                                 address=f"10.20.2.{number}") for number in range(2, 12)]
        packets = self.conversation(self.begin(1), *others)
        one = self.replay(packets)
        three = self.replay(packets, "clients: [{address: 192.0.2.1, secret_file: SECRET}]",
                            "--workers", "3")
        self.assertEqual(one.stdout, three.stdout)

    def test_what_cannot_be_verified_is_told_and_not_used(self):
        forged = self.replay(self.conversation(self.begin(secret=b"guessed")))
        self.assertEqual(self.attribution(forged), (None, None))
        self.assertIn("not used, wrong-authenticator: 1", forged.stderr)
        packets = self.conversation(self.begin())
        stranger = self.replay(packets, "clients: [{address: 192.0.2.2, secret_file: SECRET}]")
        self.assertEqual(self.attribution(stranger), (None, None))
        self.assertIn("not used, unknown-client: 1", stranger.stderr)
        trusted = self.replay(packets, "trust_unverified: true")
        self.assertEqual(self.attribution(trusted), ("mac:a1b2c3d4e5f6", "crm"))

    def test_the_daemon_sees_them_go_by(self):
        secret = self.directory / "radius.secret"
        self.write("etc/identity.yaml", self.FEED +
                   f"    clients: [{{address: 10.1.2.0/24, secret_file: {secret}}}]\n")
        daemon = self.daemon()
        self.assertEqual(self.send(radius.request(1, radius.START, address=PHONE), patience=1),
                         [None])
        self.wait_until(lambda: self.counts() == {"accepted": 1}, "the request")
        alert = self.alert_of_a_session(daemon, 1)
        self.assertEqual(daemon.end(), 0)
        self.assertEqual(Findings.device_of(alert), "mac:a1b2c3d4e5f6")


class Configuration(Case):
    def check(self, feeds, **environment):
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {tls: {tcp: 443}}\n")
        self.write("etc/identity.yaml", "feeds:\n  radius:\n" + feeds)
        return run("check", "-c", self.directory / "etc", "--quiet", environment=environment)

    def test_secrets_come_from_files_and_variables(self):
        secret = self.write("secret", "s\n")
        secret.chmod(0o600)
        done = self.check("    listen: 127.0.0.1:1813\n    clients:\n"
                          f"      - {{address: 192.0.2.1, secret_file: {secret}}}\n"
                          "      - {address: 192.0.2.2, secret_env: RADIUS_SECRET}\n",
                          RADIUS_SECRET="t")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_one_line(done.stderr, "the configuration is sound")

    def test_the_examples_of_the_shipped_file_are_sound(self):
        for name in ("gateway.secret", "token"):
            self.write(name, "0123456789abcdef\n").chmod(0o600)
        for name in ("server", "emm-ca", "senders-ca"):
            self.make_certificate(name)
        (self.directory / "spool").mkdir()
        shipped = (ROOT / "config/identity.yaml").read_text()
        examples = re.sub(r"^#(  )", r"\1", shipped, flags=re.M)
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {tls: {tcp: 443}}\n")
        self.write("etc/identity.yaml",
                   examples.replace("/etc/offport", str(self.directory))
                   .replace("/var/spool/offport", str(self.directory / "spool")))
        done = run("check", "-c", self.directory / "etc", "--quiet",
                   environment={"OFFPORT_RADIUS_SECRET": "t"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("warning", done.stderr)

    def test_a_secret_that_others_can_read_is_told(self):
        secret = self.write("secret", "hidden\n")
        secret.chmod(0o644)
        done = self.check("    listen: 127.0.0.1:1813\n"
                          f"    clients: [{{address: 192.0.2.1, secret_file: {secret}}}]\n")
        self.assertEqual(done.returncode, 0)
        warning, _ = done.stderr.splitlines()
        self.assert_one_line(warning, "identity.yaml:4:", "warning", "chmod o= ", secret)
        self.assertNotIn("hidden", done.stderr)

    def test_mistakes_are_told_with_their_place(self):
        empty = self.write("empty", "\n")
        empty.chmod(0o600)
        for feeds, *parts in (
                ("    listen: 1813\n", ":3:13: error: ", "write a numeric address and a port"),
                ("    listen: 127.0.0.1:1813\n", ":3:5: error: ", "hears nobody"),
                ("    mirrored: true\n", ":3:5: error: ", "trust_unverified"),
                ("    clients: [{address: 192.0.2.1}]\n", ":3:15: error: ", "secret_env"),
                ("    clients: [{address: 192.0.2.1, secret_env: NOT_SET_ANYWHERE}]\n",
                 "error: ", "NOT_SET_ANYWHERE"),
                (f"    clients: [{{address: 192.0.2.1, secret_file: {empty}}}]\n", "is empty"),
                ("    clients: [{address: 192.0.2.1, secret_file: /nowhere}]\n", "/nowhere"),
                ("    app_group: [tunel-group]\n", "did you mean 'tunnel-group'"),
                ("    repyl: true\n", "did you mean 'reply'")):
            with self.subTest(feeds):
                done = self.check(feeds)
                self.assertEqual(done.returncode, 1)
                self.assert_one_line(done.stderr, "identity.yaml", *parts)


if __name__ == "__main__":
    tap.main()
