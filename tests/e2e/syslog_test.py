"""Events that gateways send by syslog."""
import contextlib
import json
import subprocess

import tap
from http_feed_test import lease, now, usage_log
from live import SERVER, LiveCase, samples
from sensor import Case, run

SEND = """
import socket, sys
kind, host, port, *pieces = sys.argv[1:]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
s.connect((host, int(port)))
for piece in pieces: s.send(bytes.fromhex(piece))
s.close()
"""

SEND_TLS = """
import socket, ssl, sys
host, port, ca, certificate, key, *pieces = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
if certificate != "-": context.load_cert_chain(certificate, key)
with socket.create_connection((host, int(port))) as plain:
    with context.wrap_socket(plain, server_hostname=host) as s:
        for piece in pieces: s.sendall(bytes.fromhex(piece))
        s.settimeout(20)
        if certificate == "-": s.recv(1)
"""


def message(text, app="-"):
    return f"<134>1 {now()} gateway {app} - - - \ufeff{text}".encode()


class SyslogCase(LiveCase):
    def setUp(self):
        super().setUp()
        # A busy machine may need long from the event to the session.
        self.write("etc/identity.yaml", "clock_skew: 60s\nfeeds:\n  syslog:\n"
                   f"    udp: {SERVER}:5514\n    tcp: {SERVER}:5514\n    senders: 10.1.2.3\n"
                   "    feed: ndjson\n    app_names: {emm: android-management}\n")

    def send(self, kind, *pieces, namespace=None, port=5514):
        done = self.start(namespace or self.phone, "python3", "-c", SEND, kind, SERVER, port,
                          *(piece.hex() for piece in pieces))
        self.assertEqual(done.process.wait(20), 0, done.error.read_text())

    def count(self, feed, outcome):
        found = samples(self.scrape()[1])["offport_identity_events_total"]
        return found.get(f'{{feed="{feed}",outcome="{outcome}"}}', 0)

    def wait_for_count(self, feed, outcome, count):
        self.wait_until(lambda: self.count(feed, outcome) == count, f"{count} {feed} {outcome}")


class Syslog(SyslogCase):
    def test_a_finding_names_the_app_that_a_message_told_of(self):
        daemon = self.daemon()
        self.send("udp", message(lease(device="enterprises/a/devices/b")))
        self.wait_for_count("ndjson", "accepted", 1)
        self.serve_http(7878)
        self.send("udp", message(usage_log("enterprises/a/devices/b", "com.example.flashlight",
                                           7878), "emm"))
        self.wait_for_count("android-management", "accepted", 1)
        self.get(7878)
        alert = self.wait_for_records(daemon, 1, "alert")[0]
        self.assertIn("com.example.flashlight", json.dumps(alert))
        self.assertEqual(daemon.end(), 0)

    def test_both_framings_part_a_stream(self):
        daemon = self.daemon()
        one = message(lease())
        stream = str(len(one)).encode() + b" " + one + one + b"\n" + one + b"\r\n"
        self.send("tcp", stream[:100], stream[100:])
        self.wait_for_count("ndjson", "accepted", 3)
        self.send("tcp", b"GET / HTTP/1.1\r\n\r\n")
        self.wait_for_count("syslog", "rejected", 1)
        self.send("tcp", message("{}") + b"\n")
        self.wait_for_count("ndjson", "rejected", 1)
        self.assertEqual(daemon.end(), 0)

    def test_what_is_no_message_or_of_no_known_sender_is_counted(self):
        daemon = self.daemon()
        self.send("udp", b"<34>Oct 11 22:14:15 host su: x")
        self.wait_for_count("syslog", "rejected", 1)
        self.send("udp", message(lease()), namespace=self.server)  # from the daemon's own address
        self.wait_for_count("syslog", "rejected", 2)
        self.assertEqual(self.count("ndjson", "accepted"), 0)
        self.assertEqual(daemon.end(), 0)


class SyslogOverTls(SyslogCase):
    def setUp(self):
        super().setUp()
        for name in ("server", "sender"):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                            "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-addext",
                            f"subjectAltName=IP:{SERVER}", "-keyout", f"{name}.key", "-out",
                            f"{name}.pem"], check=True, capture_output=True, cwd=self.directory)
        self.write("etc/identity.yaml", "clock_skew: 60s\nfeeds:\n  syslog:\n    feed: ndjson\n"
                   f"    tls:\n      listen: {SERVER}:6514\n" +
                   "".join(f"      {key}: {self.directory}/{name}\n" for key, name in
                           (("certificate", "server.pem"), ("key", "server.key"),
                            ("client_ca", "sender.pem"))))

    def send_tls(self, *pieces, certificate="sender.pem", key="sender.key"):
        words = [certificate if certificate == "-" else self.directory / certificate,
                 self.directory / key]
        done = self.start(self.phone, "python3", "-c", SEND_TLS, SERVER, 6514,
                          self.directory / "server.pem", *words,
                          *(piece.hex() for piece in pieces))
        return done.process.wait(20), done.error.read_text()

    def test_a_certified_sender_is_heard(self):
        daemon = self.daemon()
        one = message(lease())
        counted = str(len(one)).encode() + b" " + one
        self.assertEqual(self.send_tls((counted * 300)[:-50], (counted * 300)[-50:]), (0, ""))
        self.wait_for_count("ndjson", "accepted", 300)
        self.assertEqual(self.send_tls(one + b"\n")[0], 0)  # lines are not for TLS
        self.wait_for_count("syslog", "rejected", 1)
        self.assertEqual(daemon.end(), 0)

    def test_nobody_else_is(self):
        daemon = self.daemon()
        one = message(lease())
        code, error = self.send_tls(str(len(one)).encode() + b" " + one, certificate="-")
        self.assertNotEqual(code, 0)
        # Whether the alert that says why comes before the connection's end is a race.
        self.assertRegex(error.lower(), "certificate.required|eof|reset|broken pipe")
        self.send("tcp", b"plain text\n", port=6514)
        self.wait_for_count("syslog", "rejected", 2)
        self.assertEqual(self.count("ndjson", "accepted"), 0)
        self.assertEqual(daemon.end(), 0)


class FullDisk(SyslogCase):
    """What cannot be kept is told once, and what can wait is taken later."""
    keeps_state = True  # where sensor.yaml says

    def setUp(self):
        super().setUp()
        self.disk = self.directory / "disk"
        self.disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", self.disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], check=True)
        sensor = self.directory / "etc/sensor.yaml"
        text = sensor.read_text() if sensor.exists() else ""
        sensor.write_text(text + f"state: {self.disk}/state\n")

    def test_a_stream_waits_for_a_disk_that_is_full(self):
        daemon = self.daemon()
        filler = self.disk / "filler"
        with open(filler, "wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(4096))
        stream = [message(lease(device=f"serial:{number}")) + b"\n" for number in range(40)]
        self.send("tcp", *stream)
        self.wait_until(lambda: self.count("ndjson", "unwritten") >= 1, "what was not written")
        self.wait_until(lambda: "cannot be kept" in daemon.error.read_text(), "a notice")
        filler.unlink()
        self.wait_for_count("ndjson", "accepted", 40)
        self.assertEqual(daemon.error.read_text().count("what feeds tell cannot be kept"), 1)
        self.assertEqual(daemon.end(), 0)


class Refusals(Case):
    def test_what_is_missing_is_told(self):
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {http: {tcp: 80}}\n")
        for lines, words in (("udp: 0.0.0.0:5514, feed: csv", "needs `senders`"),
                             ("feed: csv", "needs `udp`, `tcp` or `tls`"),
                             ("tls: {listen: 127.0.0.1:6514, certificate: /a}, feed: csv", "'key'"),
                             ("tls: {listen: 127.0.0.1:6514, certificate: a, key: /b}, feed: csv",
                              "give an absolute path"),
                             ("tls: {listen: 0.0.0.0:6514, certificate: /a, key: /b}, feed: csv",
                              "needs `senders`"),
                             ("tls: {listen: 127.0.0.1:6514, certificate: /a, key: /b}, feed: csv",
                              "identity.yaml:1:23: error: /a: No such file or directory"),
                             ("udp: 127.0.0.1:5514", "needs `feed`, or `app_names`"),
                             ("udp: 127.0.0.1:5514, feed: cvs", "did you mean 'csv'"),
                             ("udp: here, feed: csv", "is no address to listen on")):
            self.write("etc/identity.yaml", f"feeds: {{syslog: {{{lines}}}}}\n")
            done = run("check", "-c", self.directory / "etc")
            self.assertEqual(done.returncode, 1)
            self.assertIn(words, done.stdout + done.stderr)
        self.write("etc/identity.yaml", "feeds: {syslog: {udp: 127.0.0.1:5514, feed: csv}}\n")
        self.assertEqual(run("check", "-c", self.directory / "etc").returncode, 0)


if __name__ == "__main__":
    tap.main()
