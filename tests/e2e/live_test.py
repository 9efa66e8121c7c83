"""`offport run`: real programs talk over a veth pair, and the daemon watches."""
import os
import signal
import time
import unittest

import tap
import traces
from live import PHONE, POLICY, SERVER, LiveCase, ip, samples, total
from sensor import BINARY


# Opens the layer-3 tunnel that it is told, and then receives the packets in the file `go`.
TUNNEL = """
import fcntl, os, pathlib, struct, sys, time
tunnel = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tunnel, 0x400454CA, struct.pack("16sH22x", sys.argv[1].encode(), 0x1001))
print("open")
while not pathlib.Path("go").exists(): time.sleep(0.05)
time.sleep(0.2)
for line in pathlib.Path("go").read_text().split(): os.write(tunnel, bytes.fromhex(line))
time.sleep(60)
"""


class Findings(LiveCase):
    def test_protocols_on_odd_ports_are_found_while_it_runs(self):
        daemon = self.daemon()
        for port in (80, 7878):
            self.serve_http(port)
            self.get(port)
        for port in (443, 8088):
            self.serve_tls(port)
            self.greet_tls(port, "phone.example.org")
        alerts = self.wait_for_records(daemon, 2, "alert")
        self.assertEqual({(a["app_proto"], a["dest_port"]) for a in alerts},
                         {("http", 7878), ("tls", 8088)})
        self.assertEqual({a["src_ip"] for a in alerts}, {PHONE})
        self.assertEqual([a["tls"]["sni"] for a in alerts if a["app_proto"] == "tls"],
                         ["phone.example.org"])
        self.assertEqual(daemon.end(), 0)
        summary = daemon.error.read_text()
        self.assertRegex(summary, r"port +wire")
        self.assertRegex(summary, r"findings +2:")

    def test_several_workers_find_the_same(self):
        self.write("etc/capture.yaml", "ports: [{interface: wire}]\nworkers: 3\n")
        daemon = self.daemon("--flows")
        self.serve_http(7878)
        for _ in range(8):
            self.get(7878)
        self.assertEqual(daemon.end(signal.SIGINT), 0)
        flows = self.wait_for_records(daemon, 8, "flow")
        self.assertEqual([f["app_proto"] for f in flows], ["http"] * 8)
        self.assertEqual([f["offport"]["confirmed"] for f in flows], ["both"] * 8)

    def test_vlan_tags_that_the_kernel_takes_off_are_seen(self):
        daemon = self.daemon("--flows")
        self.send_tagged_from_phone()
        (alert,) = self.wait_for_records(daemon, 1, "alert")
        self.assertEqual(daemon.end(), 0)
        (flow,) = [f for f in self.wait_for_records(daemon, 1, "flow") if f["proto"] == "TCP"]
        self.assertEqual((alert["vlan"], flow["vlan"]), ([42], [42]))
        self.assertEqual(flow["app_proto"], "http")

    def test_fragments_come_as_they_were_sent(self):
        """The kernel would put them together, and count what it gives up where nobody looks."""
        daemon = self.daemon("--flows")
        script = ("import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                  f"s.sendto(b'x' * 5000, ('{SERVER}', 9))")
        self.assertEqual(self.on_phone("python3", "-c", script).returncode, 0)
        self.wait_until(lambda: samples(self.scrape()[1])["offport_fragments_total"]
                        ['{core="0",outcome="whole-datagram"}'] == 1, "the whole datagram")
        self.assertEqual(daemon.end(), 0)

    def test_every_session_is_told_at_the_end(self):
        self.write("etc/capture.yaml", "ports: [{interface: wire}]\n")
        daemon = self.daemon("--flows")
        script = ("import socket, time\n"
                  "for port in range(20000, 26000):\n"
                  "    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                  f"    s.bind(('', port)); s.sendto(b'x', ('{SERVER}', 9)); s.close()\n"
                  "    if port % 100 == 0: time.sleep(0.01)")
        self.assertEqual(self.on_phone("python3", "-c", script).returncode, 0)

        def sessions_if_all_came():
            """A machine that is busy enough makes the kernel drop some, which is counted."""
            found = samples(self.scrape()[1])
            sessions = total(found, "sessions")
            return sessions if sessions + total(found, "missed_packets") >= 6000 else None
        sessions = self.wait_until(sessions_if_all_came, "sessions")
        self.assertGreater(sessions, 2000)  # more than the ring to the cold side holds
        self.assertEqual(daemon.end(), 0)
        self.assertGreaterEqual(len(self.wait_for_records(daemon, sessions, "flow")), sessions)
        self.assertNotIn("records dropped", daemon.error.read_text())

    @unittest.skipUnless(os.path.exists("/dev/net/tun"), "there is no /dev/net/tun")
    def test_an_interface_without_ethernet_headers(self):
        tunnel = self.start(self.server, "python3", "-u", "-c", TUNNEL, "tun7")
        self.wait_for_text(tunnel.out, "open")
        ip("-n", self.server, "link", "set", "tun7", "up")
        self.write("etc/capture.yaml", "ports: [{interface: tun7}]\n")
        daemon = self.start(self.server, BINARY, "run", "-c", self.directory / "etc",
                            environment=dict(os.environ, OFFPORT_NO_HUGE="1"))
        self.wait_for_text(daemon.error, "watching tun7")
        frames = [frame[14:] for _, frame in traces.tcp_conversation(
            "10.9.0.1", 40000, "10.9.0.2", 7878,
            [("c", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
             ("s", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")])]
        (self.directory / "go").write_text("\n".join(frame.hex() for frame in frames))
        (alert,) = self.wait_for_records(daemon, 1, "alert")
        self.assertEqual((alert["app_proto"], alert["dest_port"]), ("http", 7878))
        self.assertEqual(daemon.end(), 0)


class Ports(LiveCase):
    def test_a_link_that_flaps_is_told_and_survived(self):
        daemon = self.daemon()
        self.wait_until(lambda: "is down" not in daemon.error.read_text() or
                        "is up" in daemon.error.read_text(), "the link")
        ip("-n", self.server, "link", "set", "wire", "down")
        self.wait_for_text(daemon.error, "port 'wire' is down")
        ip("-n", self.server, "link", "set", "wire", "up")
        self.wait_for_text(daemon.error, "port 'wire' is down(.|\n)*port 'wire' is up")
        self.serve_http(7878)
        self.get(7878)
        self.wait_for_records(daemon, 1, "alert")
        self.assertEqual(daemon.end(), 0)

    def test_an_interface_that_goes_and_comes_back_is_watched_again(self):
        daemon = self.daemon()
        for _ in range(2):
            ip("-n", self.server, "link", "delete", "wire")
            self.wait_for_text(daemon.error, r"is gone\n\Z")
            self.plug_in()
            self.wait_for_text(daemon.error, r"is gone\n(.*is down\n)?.*is up\n\Z")
        self.serve_http(7878)
        self.get(7878)
        self.wait_for_records(daemon, 1, "alert")
        self.assertEqual(daemon.end(), 0)

    def test_frames_that_the_kernel_dropped_are_told(self):
        daemon = self.daemon()
        daemon.send(signal.SIGSTOP)
        script = ("import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                  f"for i in range(6000): s.sendto(b'x' * 100, ('{SERVER}', 9))")
        self.assertEqual(self.on_phone("python3", "-c", script).returncode, 0)
        daemon.send(signal.SIGCONT)
        self.assertEqual(daemon.end(), 0)
        self.assertRegex(daemon.error.read_text(), r"[0-9,]+ frames missed on 'wire'")

    def test_a_quiet_sensor_leaves_the_cpu_alone(self):
        daemon = self.daemon()
        before = daemon.cpu_seconds()
        time.sleep(3)
        self.assertLess(daemon.cpu_seconds() - before, 1.0)


class Reload(LiveCase):
    def test_the_eve_file_is_opened_anew(self):
        eve = self.directory / "eve.json"
        daemon = self.daemon("--eve", eve)
        eve.rename(self.directory / "old.json")
        daemon.send(signal.SIGHUP)
        self.wait_until(eve.exists, "a new file")
        self.assertEqual(daemon.end(), 0)

    def test_a_changed_policy_holds_from_then_on_and_sessions_go_on(self):
        daemon = self.daemon("--flows")
        for port in (7878, 7879, 7880):
            self.serve_http(port)
        kept = self.start(self.phone, "python3", "-c", (
            "import http.client as h, sys, time\n"
            f"c = h.HTTPConnection('{SERVER}', 7880); c.connect(); time.sleep(4)\n"
            "c.request('GET', '/'); c.getresponse().read()"))
        self.get(7878)
        self.wait_for_records(daemon, 1, "alert")
        self.write("etc/policy.yaml", POLICY.replace("{tcp: 80}", "{tcp: [80, 7879, 7880]}"))
        daemon.send(signal.SIGHUP)
        self.wait_for_text(daemon.error, "policy reloaded")
        self.get(7879)
        self.assertEqual(kept.process.wait(60), 0, kept.error.read_text())
        self.wait_for_records(daemon, 3, "flow")
        self.assertEqual(daemon.end(), 0)
        self.assertEqual({a["dest_port"] for a in self.wait_for_records(daemon, 1, "alert")},
                         {7878})
        flows = [f for f in self.wait_for_records(daemon, 3, "flow") if f["dest_port"] == 7880]
        self.assertEqual([f["flow"]["alerted"] for f in flows], [False])
        self.assertEqual([f["tcp"]["syn"] for f in flows], [True])

    def refuse(self, daemon, *parts):
        before = len(daemon.error.read_text())
        daemon.send(signal.SIGHUP)
        self.wait_until(lambda: "the old one stays" in daemon.error.read_text()[before:],
                        "a refusal")
        for part in parts:
            self.assertIn(part, daemon.error.read_text()[before:])

    def test_what_is_not_sound_or_needs_a_restart_changes_nothing(self):
        daemon = self.daemon()
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {htpt: {tcp: 7878}}\n")
        self.refuse(daemon, "policy.yaml:1:31: error: ", "it is not sound")
        self.write("etc/policy.yaml", POLICY.replace("80", "7878"))
        self.write("etc/identity.yaml", "app_groups: {office: {apps: [com.example.mail]}}\n")
        self.refuse(daemon, "identity.yaml has changed; restart")
        self.serve_http(7878)
        self.get(7878)
        self.wait_for_records(daemon, 1, "alert")
        self.assertEqual(daemon.end(), 0)


class Ending(LiveCase):
    def test_who_asks_twice_is_not_kept_waiting_by_a_slow_reader(self):
        """Nobody reads the pipe that the records go to."""
        pipe = self.directory / "pipe"
        os.mkfifo(pipe)
        held = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
        self.addCleanup(os.close, held)
        try:
            while True:
                os.write(held, b"x" * 4096)
        except BlockingIOError:
            pass
        daemon = self.daemon("--eve", pipe)
        self.serve_http(7878)
        self.get(7878)
        self.wait_until(lambda: total(samples(self.scrape()[1]), "finding_revisions"), "a finding")
        daemon.send(signal.SIGTERM)
        time.sleep(1)
        daemon.send(signal.SIGTERM)
        self.assertEqual(daemon.process.wait(60), -signal.SIGTERM)

    def test_closed_standard_descriptors_do_not_become_something_else(self):
        eve = self.directory / "eve.json"
        daemon = self.start(self.server, "sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh", BINARY, "run",
                            "-c", self.directory / "etc", "--eve", eve,
                            environment=dict(os.environ, OFFPORT_NO_HUGE="1"))
        self.wait_until(lambda: eve.exists() and self.is_ready(), "readiness")
        self.serve_http(7878)
        self.get(7878)
        self.wait_until(eve.read_text, "a finding")
        self.assertEqual(daemon.end(), 0)
        self.assertTrue(all(line.startswith("{") for line in eve.read_text().splitlines()))

    def is_ready(self):
        try:
            return self.scrape("/readyz")[0] == 200
        except AssertionError:
            return False


if __name__ == "__main__":
    tap.main()
