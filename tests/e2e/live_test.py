"""`offport run`: real programs talk over a veth pair, and the daemon watches."""
import collections
import os
import re
import shutil
import signal
import subprocess
import time
import unittest

import tap
import traces
from live import PHONE, POLICY, SERVER, LiveCase, ip
from sensor import BINARY, Case, run


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
        frames = [frame for _, frame in traces.tcp_conversation(
            "10.9.0.1", 40000, "10.9.0.2", 7878,
            [("c", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
             ("s", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")])]
        tagged = [frame[:12] + bytes.fromhex("8100002a") + frame[12:] for frame in frames]
        self.send_from_phone(tagged)
        (alert,) = self.wait_for_records(daemon, 1, "alert")
        self.assertEqual(daemon.end(), 0)
        (flow,) = [f for f in self.wait_for_records(daemon, 1, "flow") if f["proto"] == "TCP"]
        self.assertEqual((alert["vlan"], flow["vlan"]), ([42], [42]))
        self.assertEqual(flow["app_proto"], "http")


    def test_every_session_is_told_at_the_end(self):
        self.write("etc/capture.yaml", "ports: [{interface: wire}]\n")
        daemon = self.daemon("--flows")
        script = ("import socket\n"
                  "for port in range(20000, 26000):\n"
                  "    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                  f"    s.bind(('', port)); s.sendto(b'x', ('{SERVER}', 9)); s.close()")
        self.assertEqual(self.on_phone("python3", "-c", script).returncode, 0)
        self.wait_until(lambda: total(samples(self.scrape()[1]), "sessions") >= 6000, "sessions")
        self.assertEqual(daemon.end(), 0)
        self.assertGreaterEqual(len(self.wait_for_records(daemon, 6000, "flow")), 6000)
        self.assertNotIn("dropped", daemon.error.read_text())

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


def samples(text):
    """{family: {labels: value}} of Prometheus' text format."""
    found = collections.defaultdict(dict)
    for line in text.splitlines():
        if not line.startswith("#"):
            name, labels, value = re.fullmatch(r"(\w+)(\{.*\})? (\S+)", line).groups()
            found[name][labels or ""] = float(value)
    return found


def total(found, *names):
    return sum(sum(found[f"offport_{name}_total"].values()) for name in names)


class Metrics(LiveCase):
    def assert_the_books_balance(self, found):
        self.assertEqual(total(found, "received_packets"),
                         total(found, "decoded_packets", "rejected_packets"))
        self.assertEqual(total(found, "decoded_packets", "carrier_packets"),
                         total(found, "tracked_packets", "untracked_packets",
                               "steering_dropped_packets"))
        self.assertEqual(total(found, "sessions"), total(found, "sessions_ended") +
                         sum(found["offport_sessions_active"].values()))

    def test_every_packet_is_accounted_for(self):
        for workers in (1, 2):
            with self.subTest(workers=workers):
                self.write("etc/capture.yaml",
                           f"ports: [{{interface: wire}}]\nworkers: {workers}\n")
                daemon = self.daemon()
                server = self.serve_http(7878)
                self.get(7878)
                self.wait_for_records(daemon, 1, "alert")
                self.wait_until(lambda: total(samples(self.scrape()[1]), "sessions_ended"),
                                "the session's end")
                status, text = self.scrape()
                self.assertEqual(status, 200)
                found = samples(text)
                self.assert_the_books_balance(found)
                self.assertGreaterEqual(total(found, "received_packets"), 8)
                self.assertEqual(found["offport_sessions_by_protocol_total"],
                                 {'{protocol="http"}': 1.0})
                self.assertEqual(found["offport_port_up"], {'{port="wire"}': 1.0})
                self.assertGreater(total(found, "finding_revisions"), 0)
                server.end()
                self.assertEqual(daemon.end(), 0)

    def test_what_is_wrong_is_told_to_whoever_asks(self):
        daemon = self.daemon()
        self.wait_until(lambda: self.scrape("/readyz") == (200, "ok\n"), "readiness")
        self.assertEqual(self.scrape("/healthz"), (200, "ok\n"))
        ip("-n", self.server, "link", "set", "wire", "down")
        self.wait_until(lambda: self.scrape("/readyz") == (503, "port 'wire' is down\n"),
                        "the link's loss")
        self.assertIn('offport_port_up{port="wire"} 0', self.scrape()[1])
        self.assertEqual(self.scrape("/healthz"), (200, "ok\n"))
        self.assertEqual(self.scrape("/elsewhere")[0], 404)
        self.assertEqual(daemon.end(), 0)

    @unittest.skipUnless(shutil.which("promtool"), "no promtool: apt-get install prometheus")
    def test_promtool_has_nothing_against_it(self):
        self.daemon()
        checked = subprocess.run(["promtool", "check", "metrics"], input=self.scrape()[1],
                                 capture_output=True, text=True)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))

    @unittest.skipUnless(shutil.which("prometheus"), "no prometheus: apt-get install prometheus")
    def test_prometheus_scrapes_it(self):
        self.daemon()
        self.write("prometheus.yml", "scrape_configs:\n  - job_name: offport\n    scrape_interval: "
                   "1s\n    static_configs: [{targets: ['127.0.0.1:9469']}]\n")
        self.start(self.server, "prometheus", f"--config.file={self.directory}/prometheus.yml",
                   f"--storage.tsdb.path={self.directory}/tsdb",
                   "--web.listen-address=127.0.0.1:19090")
        script = ("import urllib.request as u; print(u.urlopen('http://127.0.0.1:19090/api/v1/"
                  "query?query=offport_build_info', timeout=5).read().decode())")

        def is_stored():
            done = subprocess.run(["ip", "netns", "exec", self.server, "python3", "-c", script],
                                  capture_output=True, text=True)
            return '"job":"offport"' in done.stdout
        self.wait_until(is_stored, "the scraped sample")

    def test_an_address_that_is_taken_is_one_line(self):
        self.daemon()
        second = self.start(self.server, BINARY, "run", "-c", self.directory / "etc",
                            environment=dict(os.environ, OFFPORT_NO_HUGE="1"))
        self.assertEqual(second.process.wait(60), 1)
        self.assert_one_line(second.error.read_text(), "`metrics` in sensor.yaml", "9469")

    def test_it_can_be_switched_off(self):
        self.write("etc/sensor.yaml", "metrics: off\n")
        daemon = self.daemon()
        self.assertNotIn("metrics at", daemon.error.read_text())
        self.assertEqual(daemon.end(), 0)


class Aliases(LiveCase):
    def test_an_interface_under_two_names_is_refused(self):
        ip("-n", self.server, "link", "property", "add", "dev", "wire", "altname", "mirror")
        self.write("etc/capture.yaml", "ports: [{interface: wire}, {interface: mirror}]\n")
        daemon = self.start(self.server, BINARY, "run", "-c", self.directory / "etc",
                            environment=dict(os.environ, OFFPORT_NO_HUGE="1"))
        self.assertEqual(daemon.process.wait(60), 1)
        self.assert_one_line(daemon.error.read_text(), ":1:28:", "'mirror'", "listed already")


class Ending(LiveCase):
    def test_who_asks_twice_is_not_kept_waiting_by_a_slow_reader(self):
        """Nobody reads the pipe that the records go to."""
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        os.set_blocking(writer, False)
        try:
            while True:
                os.write(writer, b"x" * 4096)
        except BlockingIOError:
            os.set_blocking(writer, True)
        daemon = self.daemon("--eve", f"/proc/{os.getpid()}/fd/{writer}")
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


class Refused(Case):
    def refused(self, capture, *words, **options):
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {http: {tcp: 80}}\n")
        self.write("etc/capture.yaml", capture)
        done = run("run", "-c", self.directory / "etc", **options)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assert_one_line(done.stderr, "capture.yaml:", *words)

    def test_no_ports(self):
        self.refused("ports: []\n", "no ports to capture from")

    def test_an_interface_that_is_not_there(self):
        self.refused("ports: [{interface: nowhere0}]\n", ":1:9:", "'nowhere0'", "`ip link`")

    def test_a_card_that_is_not_there(self):
        self.refused("ports: [{device: '0000:ff:1f.7'}]\n", "no such card", "lspci")

    def test_a_port_that_is_neither(self):
        self.refused("ports: [{}]\n", "interface: NAME")
        self.refused("ports: [{interface: lo, device: net_null0}]\n", "interface: NAME")

    def test_a_port_twice(self):
        self.refused("ports: [{interface: lo}, {interface: lo}]\n", ":1:26:", "listed twice")

    def test_cpus_that_do_not_fit_the_workers(self):
        self.refused("ports: [{interface: lo}]\nworkers: 2\ncpus: [0, 1]\n", ":3:7:", "cpus", "3")

    def test_a_kernel_interface_as_a_device(self):
        self.refused("ports: [{device: 'net_af_packet0,iface=lo'}]\n", "interface: NAME")

    def test_a_cpu_that_is_not_there(self):
        self.refused("ports: [{device: net_null0}]\ncpus: [1023]\n", ":2:7:", "CPU 1023")

    def test_an_unknown_key(self):
        self.refused("prots: []\n", "did you mean 'ports'")

    def test_a_device_that_dpdk_does_not_know(self):
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {http: {tcp: 80}}\n")
        self.write("etc/capture.yaml", "ports: [{device: net_nonsense0}]\n")
        done = run("run", "-c", self.directory / "etc")
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "net_nonsense0", "check the driver's name")

    @unittest.skipIf(os.geteuid() != 0, "needs root to give root up")
    def test_without_the_right_to_capture(self):
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings: {http: {tcp: 80}}\n")
        self.write("etc/capture.yaml", "ports: [{interface: lo}]\n")
        done = subprocess.run(["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw", BINARY,
                               "run", "-c", self.directory / "etc"], capture_output=True,
                              text=True, env=dict(os.environ, OFFPORT_NO_HUGE="1"))
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "CAP_NET_RAW", "setcap")


if __name__ == "__main__":
    tap.main()
