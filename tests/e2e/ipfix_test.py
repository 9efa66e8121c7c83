"""IPFIX with nvzFlow on its way to a finding: the app that a phone says opened a connection."""
import time

import ipfix_peer as ipfix
import tap
from live import PHONE, SERVER, LiveCase, samples
from sensor import Case, run

# A busy machine may take its time between a flow record and the session.
IDENTITY = """
clock_skew: 2m
feeds:
  ipfix: {udp: "0.0.0.0:2055", tcp: "0.0.0.0:4739", exporters: 10.1.2.0/24}
"""
LEASE = ('{"v":1,"ts":"2020-01-01T00:00:00Z","device_id":"udid:%s","kind":"lease",'
         '"address":"%s","state":"granted"}\n' % (ipfix.UDID.hex(), PHONE))

SEND = {
    "udp": """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for message in sys.argv[2:]: s.sendto(bytes.fromhex(message), (sys.argv[1], 2055))
""",
    # In pieces that begin and end anywhere.
    "tcp": """
import socket, sys, time
s = socket.create_connection((sys.argv[1], 4739))
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
stream = bytes.fromhex("".join(sys.argv[2:]))
for at in range(0, len(stream), 37):
    s.send(stream[at:at + 37]); time.sleep(0.001)
""",
}


class IpfixCase(LiveCase):
    def setUp(self):
        super().setUp()
        self.write("etc/identity.yaml", IDENTITY)
        self.lease = self.write("lease.ndjson", LEASE)

    def start_daemon(self):
        return self.daemon("--identity", self.lease)

    def send(self, transport, *messages):
        done = self.on_phone("python3", "-c", SEND[transport], SERVER,
                             *(message.hex() for message in messages))
        self.assertEqual(done.returncode, 0, done.stderr)

    def counts(self):
        """{event: number}, of what happened."""
        found = samples(self.scrape()[1])["offport_ipfix_events_total"]
        events = {labels.split('"')[1]: int(value) for labels, value in found.items()}
        return {event: value for event, value in events.items() if value}

    def wait_for_counts(self, **wanted):
        wanted = {event.replace("_", "-"): value for event, value in wanted.items()}
        self.wait_until(lambda: self.counts() == wanted, f"{wanted}")

    def flow_now(self, app, port=7878):
        return ipfix.data_set(267, ipfix.flow(PHONE, 40001, SERVER, port, app, time.time(),
                                              user="alice"))

    def get_from(self, client_port):
        """From the port that the flow record names: it counts for that connection only."""
        script = ("import http.client as h\n"
                  f"c = h.HTTPConnection('{SERVER}', 7878, 20, ('{PHONE}', {client_port}))\n"
                  "c.request('GET', '/'); c.getresponse().read()")
        done = self.on_phone("python3", "-c", script)
        self.assertEqual(done.returncode, 0, done.stderr)

    def assert_the_app_is_named(self, daemon, app):
        alert = self.wait_for_records(daemon, 1, "alert")[0]
        self.assertEqual(daemon.end(), 0)
        who = alert["offport"]["attribution"]
        self.assertEqual({key: who[key] for key in ("app", "device", "user", "device_name",
                                                    "platform")},
                         {"app": app, "device": "udid:" + ipfix.UDID.hex(), "user": "alice",
                          "device_name": "phone-114", "platform": "android"})


class Findings(IpfixCase):
    def test_the_app_of_a_flow_that_came_by_udp(self):
        self.tell_of_a_flow_by("udp")

    def test_the_app_of_a_flow_that_came_by_tcp(self):
        self.tell_of_a_flow_by("tcp")

    def tell_of_a_flow_by(self, transport):
        daemon = self.start_daemon()
        self.serve_http(7878)
        self.send(transport, ipfix.message(ipfix.template_set(), exported=time.time() - 60),
                  ipfix.message(ipfix.data_set(262, ipfix.device("phone-114", "Android")),
                                exported=time.time() - 60),
                  ipfix.message(self.flow_now("com.example.flashlight"),
                                exported=time.time() - 30, sequence=1))
        self.wait_for_counts(message=3, template=2, record=2)
        self.get_from(40001)
        self.assert_the_app_is_named(daemon, "com.example.flashlight")


class Messages(IpfixCase):
    def test_what_cannot_be_used_is_counted_by_reason(self):
        daemon = self.start_daemon()
        now = time.time()
        self.send("udp",
                  ipfix.message(self.flow_now("com.x"), exported=now),  # before its template
                  b"\0\x09" + ipfix.message(exported=now)[2:],
                  ipfix.message(ipfix.template_set(), exported=now, sequence=1),
                  ipfix.message(self.flow_now("com.x"), exported=now, sequence=1),
                  ipfix.message(self.flow_now("com.x"), exported=now, sequence=9))
        self.wait_for_counts(message=5, template=2, record=2, unknown_template=1, malformed=1,
                             missed_record=7)
        self.assertEqual(daemon.end(), 0)

    def test_strangers_are_not_heard(self):
        self.write("etc/identity.yaml", IDENTITY.replace("10.1.2.0/24", "192.0.2.0/24"))
        daemon = self.start_daemon()
        self.send("udp", ipfix.message(ipfix.template_set(), exported=time.time()))
        self.send("tcp")
        self.wait_for_counts(unknown_exporter=2)
        self.assertEqual(daemon.end(), 0)

    def test_a_connection_that_speaks_something_else_is_closed(self):
        daemon = self.start_daemon()
        script = ("import socket\n"
                  f"s = socket.create_connection(('{SERVER}', 4739), 20)\n"
                  "s.send(b'GET / HTTP/1.1\\r\\n\\r\\n'); print(len(s.recv(1)))")
        done = self.on_phone("python3", "-c", script)
        self.assertEqual((done.returncode, done.stdout), (0, "0\n"), done.stderr)
        self.assertEqual(daemon.end(), 0)


class Configuration(Case):
    def test_mistakes_are_told_with_their_place(self):
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {tls: {tcp: 443}}\n")
        for feed, *parts in (
                ('{udp: "0.0.0.0:2055"}', ":2:10: error: ", "give `exporters`"),
                ("{exporters: 10.1.2.3/24}", "did you mean 10.1.2.0/24?"),
                ("{udp: 2055, exporters: 10.0.0.0/8}", "write a numeric address and a port"),
                ("{template_lifetime: 5s}", "template_lifetime must be at least 1m"),
                ("{sctp: 4739}", "unknown key 'sctp'")):
            with self.subTest(feed):
                self.write("etc/identity.yaml", f"feeds:\n  ipfix: {feed}\n")
                done = run("check", "-c", self.directory / "etc", "--quiet")
                self.assertEqual(done.returncode, 1)
                self.assert_one_line(done.stderr, "identity.yaml", *parts)


if __name__ == "__main__":
    tap.main()
