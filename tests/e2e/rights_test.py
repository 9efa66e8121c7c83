"""What the daemon may still do once it has begun, and that it is enough."""
import os
import pathlib
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import unittest

import tap
import traces
from live import LiveCase, ip, why_not
from sensor import BINARY, TIME_LIMIT, Case, run

CAPTURE = {"net_raw": 13, "net_admin": 12, "ipc_lock": 14}
DAC_OVERRIDE = 1
NOBODY = 65534


def mask(*numbers):
    return sum(1 << number for number in numbers)


def held():
    """Capabilities that this test itself has; in a container not all."""
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"^CapPrm:\s*(\w+)", status, re.M)[1], 16)


def statuses(pid):
    """{field: values} of each of the process's threads."""
    return [dict(re.findall(r"^(\w+):\s*(.*?)\s*$", path.read_text(), re.M))
            for path in pathlib.Path(f"/proc/{pid}/task").glob("*/status")]


def conversation():
    return traces.pcap(traces.tcp_conversation(
        "10.9.0.1", 40000, "10.9.0.2", 7878, [("c", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")]))


def as_user(user, *words, **environment):
    """Runs offport as one that has nothing but what is given."""
    return subprocess.run(
        ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", BINARY, *words],
        capture_output=True, text=True, check=False, timeout=TIME_LIMIT,
        env={"PATH": os.environ["PATH"], "OFFPORT_NO_HUGE": "1", **environment})


class Rights(LiveCase):
    @classmethod
    def setUpClass(cls):
        """Compiles the signatures once for all of nobody's daemons."""
        if why_not():
            return  # each test says why it is skipped
        cls.shared = tempfile.TemporaryDirectory(prefix="offport-nobody-")
        cls.addClassCleanup(cls.shared.cleanup)
        os.chown(cls.shared.name, NOBODY, NOBODY)
        trace = pathlib.Path(cls.shared.name) / "a.pcap"
        trace.write_bytes(conversation())
        trace.chmod(0o644)
        done = as_user(NOBODY, "replay", trace, XDG_CACHE_HOME=cls.shared.name,
                       RUNTIME_DIRECTORY=cls.shared.name)
        assert done.returncode == 0, done.stderr

    def setUp(self):
        super().setUp()
        self.directory.chmod(0o755)
        self.records = self.directory / "records"
        self.records.mkdir()

    def become_nobody(self):
        self.write("etc/sensor.yaml",
                   f"user: nobody\nsignature_cache: {self.shared.name}/offport\n")
        os.chown(self.records, NOBODY, NOBODY)

    def assert_every_thread_is_confined(self, daemon, uid, capabilities):
        threads = statuses(daemon.process.pid)
        self.assertGreater(len(threads), 4)  # the cold side, a worker, the EVE file, HTTP
        for thread in threads:
            with self.subTest(thread["Name"]):
                self.assertEqual(set(thread["Uid"].split()), {str(uid)})
                self.assertEqual(set(thread["Gid"].split()), {str(uid)})
                for name in ("CapEff", "CapPrm"):
                    self.assertEqual(int(thread[name], 16), capabilities & held(), name)
                for name in ("CapInh", "CapAmb", "CapBnd"):
                    self.assertEqual(int(thread[name], 16), 0, name)
                self.assertEqual(thread["NoNewPrivs"], "1")

    def assert_it_still_finds(self, daemon, count):
        self.get(7878)
        alerts = self.wait_for_records(daemon, count, "alert")
        self.assertEqual(alerts[0]["dest_port"], 7878)

    def test_root_keeps_what_capturing_needs(self):
        self.write("etc/capture.yaml", "ports: [{interface: wire}]\nworkers: 2\n")
        daemon = self.daemon()
        self.assert_every_thread_is_confined(daemon, 0,
                                             mask(*CAPTURE.values(), DAC_OVERRIDE))
        self.serve_http(7878)
        self.assert_it_still_finds(daemon, 1)
        self.assertEqual(daemon.end(), 0)

    def test_another_user_keeps_less_and_watches_on_after_the_interface_was_gone(self):
        self.become_nobody()
        self.write("etc/capture.yaml", "ports: [{interface: wire}]\nworkers: 2\n")
        daemon = self.daemon()
        confined = NOBODY, mask(*CAPTURE.values())
        self.assert_every_thread_is_confined(daemon, *confined)
        ip("-n", self.server, "link", "delete", "wire")
        self.wait_for_text(daemon.error, r"is gone\n\Z")
        self.plug_in()
        self.wait_for_text(daemon.error, r"is gone\n(.*is down\n)?.*is up\n\Z")
        self.assertIn("promiscuity 1", subprocess.run(
            ["ip", "-n", self.server, "-d", "link", "show", "wire"], capture_output=True,
            text=True, check=True).stdout)
        self.serve_http(7878)
        self.assert_it_still_finds(daemon, 1)
        self.assertEqual(run("reload", "-c", self.directory / "etc").returncode, 0)
        self.assert_every_thread_is_confined(daemon, *confined)
        self.assertEqual(daemon.end(), 0)

    def test_its_eve_file_is_opened_anew(self):
        self.become_nobody()
        eve = self.records / "eve.json"
        daemon = self.daemon("--eve", eve)
        eve.rename(self.records / "old.json")
        daemon.send(signal.SIGHUP)
        self.wait_until(eve.exists, "a new file")
        self.assertEqual((eve.stat().st_uid, stat.S_IMODE(eve.stat().st_mode)), (NOBODY, 0o640))
        self.assertNotIn("no file can be made", daemon.error.read_text())
        self.assertEqual(daemon.end(), 0)

    def refused(self, *options):
        daemon = self.start(self.server, BINARY, "run", "-c", self.directory / "etc", *options,
                            environment=dict(os.environ, OFFPORT_NO_HUGE="1"))
        self.assertEqual(daemon.process.wait(60), 1)
        self.assertEqual(daemon.out.read_text(), "")
        return daemon.error.read_text()

    def test_an_eve_file_that_the_user_cannot_make_is_refused(self):
        self.become_nobody()
        os.chown(self.records, 0, 0)
        eve = self.records / "eve.json"
        self.assert_one_line(self.refused("--eve", eve), eve, "Permission denied", "'nobody'")

    def test_an_eve_file_that_the_user_cannot_make_again_is_told(self):
        self.become_nobody()
        eve = self.write("records/eve.json", "")
        os.chown(eve, NOBODY, NOBODY)
        os.chown(self.records, 0, 0)
        daemon = self.daemon("--eve", eve)
        self.assertIn(f"no file can be made in {self.records}", daemon.error.read_text())
        self.assertEqual(daemon.end(), 0)

    def test_a_configuration_that_the_user_cannot_read_is_refused(self):
        self.become_nobody()
        (self.directory / "etc" / "policy.yaml").chmod(0o600)
        self.assert_one_line(self.refused(), "user 'nobody' cannot read the configuration",
                             "policy.yaml")

    def test_a_user_that_there_is_not(self):
        self.write("etc/sensor.yaml", "user: nobody-at-all\n")
        self.assert_one_line(self.refused(), "sensor.yaml:1:7: error: ", "'nobody-at-all'",
                             "useradd")

    def unprivileged(self, capabilities):
        """The daemon, started by nobody with these."""
        sets = ",".join(["-all", *(f"+{name}" for name in capabilities)])
        return self.start(
            self.server, "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups",
            f"--inh-caps={sets}", f"--ambient-caps={sets}",
            BINARY, "run", "-c", self.directory / "etc",
            environment=dict(os.environ, OFFPORT_NO_HUGE="1", RUNTIME_DIRECTORY=str(self.records),
                             XDG_CACHE_HOME=self.shared.name))

    def test_only_root_becomes_another(self):
        os.chown(self.records, NOBODY, NOBODY)
        self.write("etc/sensor.yaml", "user: root\n")
        daemon = self.unprivileged(CAPTURE)
        self.assertEqual(daemon.process.wait(60), 1)
        self.assert_one_line(daemon.error.read_text(), "sensor.yaml:1:7:",
                             "only root can become user 'root'")

    def test_an_ordinary_user_keeps_no_more_than_that_either(self):
        os.chown(self.records, NOBODY, NOBODY)
        daemon = self.unprivileged([*CAPTURE, "kill"])
        self.wait_for_text(daemon.error, "watching wire")
        for thread in statuses(daemon.process.pid):
            self.assertEqual(int(thread["CapEff"], 16), mask(*CAPTURE.values()) & held())
            self.assertEqual(int(thread["CapAmb"], 16), 0)
        self.serve_http(7878)
        self.assert_it_still_finds(daemon, 1)
        self.assertEqual(daemon.end(), 0)


class Users(Case):
    @unittest.skipIf(os.geteuid() != 0, "needs root to be several users")
    def test_ordinary_users_are_not_in_each_others_way(self):
        self.directory.chmod(0o755)
        trace = self.write("a.pcap", conversation())
        for user in (65531, 65532):
            self.addCleanup(shutil.rmtree, f"/tmp/offport-{user}", ignore_errors=True)
            done = as_user(user, "replay", trace)
            self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    tap.main()
