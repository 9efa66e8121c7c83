"""`offport run`: real programs talk over a veth pair, and the daemon watches."""
import os
import signal
import subprocess
import time
import unittest

import tap
import traces
from live import PHONE, SERVER, LiveCase, ip
from sensor import BINARY, Case, run


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

    def test_the_eve_file_is_opened_anew(self):
        eve = self.directory / "eve.json"
        daemon = self.daemon("--eve", eve)
        eve.rename(self.directory / "old.json")
        daemon.send(signal.SIGHUP)
        self.wait_until(eve.exists, "a new file")
        self.assertEqual(daemon.end(), 0)


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
