"""Events that gateways send by syslog."""
import json

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


def message(text, app="-"):
    return f"<134>1 {now()} gateway {app} - - - \ufeff{text}".encode()


class Syslog(LiveCase):
    def setUp(self):
        super().setUp()
        # A busy machine may need long from the event to the session.
        self.write("etc/identity.yaml", "clock_skew: 60s\nfeeds:\n  syslog:\n"
                   f"    udp: {SERVER}:5514\n    tcp: {SERVER}:5514\n    senders: 10.1.2.3\n"
                   "    feed: ndjson\n    app_names: {emm: android-management}\n")

    def send(self, kind, *pieces, namespace=None):
        done = self.start(namespace or self.phone, "python3", "-c", SEND, kind, SERVER, 5514,
                          *(piece.hex() for piece in pieces))
        self.assertEqual(done.process.wait(20), 0, done.error.read_text())

    def count(self, feed, outcome):
        found = samples(self.scrape()[1])["offport_identity_events_total"]
        return found.get(f'{{feed="{feed}",outcome="{outcome}"}}', 0)

    def wait_for_count(self, feed, outcome, count):
        self.wait_until(lambda: self.count(feed, outcome) == count, f"{count} {feed} {outcome}")

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


class Refusals(Case):
    def test_what_is_missing_is_told(self):
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {http: {tcp: 80}}\n")
        for lines, words in (("udp: 0.0.0.0:5514, feed: csv", "needs `senders`"),
                             ("feed: csv", "needs `udp`, `tcp` or both"),
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
