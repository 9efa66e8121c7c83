"""`offport reload`: what the running daemon answers, and what holds afterwards."""
import os
import signal
import subprocess

import tap
from live import POLICY, SERVER, LiveCase, samples, total
from sensor import BINARY, Case, run

HOLDS_A_SESSION = f"""
import http.client, pathlib, time
kept = http.client.HTTPConnection('{SERVER}', 7880)
kept.connect()
print('open', flush=True)
while not pathlib.Path('go').exists(): time.sleep(0.05)
kept.request('GET', '/'); kept.getresponse().read()
"""


class Reload(LiveCase):
    def reload(self, status, *parts, directory="etc", **options):
        """Asks as an operator would; what it printed, all on standard error."""
        done = run("reload", "-c", self.directory / directory, **options)
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
        return done.stderr

    def alerted_ports(self, daemon, count):
        return {a["dest_port"] for a in self.wait_for_records(daemon, count, "alert")}

    def test_an_accepted_policy_holds_at_once_and_sessions_go_on(self):
        daemon = self.daemon("--flows")
        for port in (7878, 7879, 7880):
            self.serve_http(port)
        kept = self.start(self.phone, "python3", "-c", HOLDS_A_SESSION)
        self.wait_for_text(kept.out, "open")
        self.get(7878)
        self.assertEqual(self.alerted_ports(daemon, 1), {7878})

        self.write("etc/policy.yaml", POLICY.replace("{tcp: 80}", "{tcp: [80, 7879, 7880]}"))
        self.assert_one_line(self.reload(0), "offport: policy reloaded")
        self.wait_for_text(daemon.error, "policy reloaded")

        self.get(7879)
        self.write("go", "")
        self.assertEqual(kept.process.wait(60), 0, kept.error.read_text())
        found = samples(self.scrape()[1])
        self.assertEqual(total(found, "missed_packets", "worker_records_dropped"), 0)
        self.assertEqual(daemon.end(), 0)
        flows = self.wait_for_records(daemon, 3, "flow")
        self.assertEqual({f["dest_port"]: (f["flow"]["alerted"], f["tcp"]["syn"])
                          for f in flows if f["proto"] == "TCP"},
                         {7878: (True, True), 7879: (False, True), 7880: (False, True)})
        self.assertEqual(self.alerted_ports(daemon, 1), {7878})

    def test_a_rejected_one_changes_nothing_and_the_answer_says_where(self):
        daemon = self.daemon()
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings:\n  http: {tcp: 7878}\n"
                   "  htpt: {tcp: 1}\nTimeWindow: soon\n")
        said = self.reload(1, "policy.yaml:3:3: error: ", "policy.yaml:4:13: error: ",
                           "the old one stays")
        self.assertEqual(len(said.splitlines()), 3)
        self.assertIn(said, daemon.error.read_text())
        self.write("etc/policy.yaml", POLICY.replace("80", "7878"))
        self.write("etc/identity.yaml",
                   "# groups\napp_groups: {office: {apps: [com.example.mail]}}\n")
        self.assert_one_line(self.reload(1, "etc/identity.yaml:", "identity.yaml has changed",
                                         "restart"))
        self.serve_http(7878)
        self.get(7878)
        self.assertEqual(self.alerted_ports(daemon, 1), {7878})

        (self.directory / "etc" / "identity.yaml").unlink()
        self.reload(0, "policy reloaded")
        self.assertEqual(daemon.end(), 0)

    def test_a_changed_sensor_yaml_is_named_by_line_and_column(self):
        self.write("etc/sensor.yaml", "sensor_name: a\nmetrics: off\n")
        daemon = self.daemon()
        self.write("etc/sensor.yaml", "sensor_name: a\nmetrics: 127.0.0.1:9999\n")
        self.reload(1, "sensor.yaml:2:10: sensor.yaml has changed")
        self.write("etc/sensor.yaml", "sensor_name: []\n")
        self.reload(1, "sensor.yaml:1:14: error: ")
        self.assertEqual(daemon.end(), 0)

    def test_two_daemons_are_told_apart(self):
        """Each by its own socket; a second one at the same is refused."""
        self.write("other/policy.yaml", POLICY)
        self.write("other/capture.yaml", "ports: [{interface: wire}]\n")
        self.write("other/sensor.yaml",
                   f"metrics: off\ncontrol_socket: {self.directory}/other.sock\n")
        first = self.daemon()
        words = [BINARY, "run", "-c", self.directory / "other"]
        environment = dict(os.environ, OFFPORT_NO_HUGE="1")
        second = self.start(self.server, *words, environment=environment)
        self.wait_for_text(second.error, "watching wire")

        self.reload(0, "policy reloaded", directory="other")
        self.wait_for_text(second.error, "policy reloaded")
        self.assertNotIn("policy reloaded", first.error.read_text())
        third = self.start(self.server, *words, environment=environment)
        self.assertEqual(third.process.wait(60), 1)
        self.assert_one_line(third.error.read_text(), "`control_socket` in sensor.yaml",
                             f"process {second.process.pid} listens there already")
        self.assertEqual(second.end(), 0)

        self.write("other/sensor.yaml", "metrics: off\n")  # which leads to the first
        self.assert_one_line(self.reload(1, directory="other"), "runs with", "etc, not with",
                             "control_socket of its own")
        self.assertNotIn("policy reloaded", first.error.read_text())
        self.assertEqual(first.end(), 0)

    def test_a_killed_daemon_is_none_and_the_next_one_starts(self):
        daemon = self.daemon()
        socket = self.directory / "run" / "control.sock"
        self.assertEqual(socket.stat().st_mode & 0o777, 0o600)
        self.assertEqual(daemon.end(signal.SIGKILL), -signal.SIGKILL)
        self.assertTrue(socket.exists())
        self.assert_one_line(self.reload(1), "no daemon runs", socket, "`offport run`")
        daemon = self.daemon()
        self.reload(0, "policy reloaded")
        self.assertEqual(daemon.end(), 0)
        self.assertFalse(socket.exists())

    def test_whoever_may_not_ask_is_told(self):
        daemon = self.daemon()
        for path in (self.directory, self.directory / "run", self.directory / "etc"):
            path.chmod(0o755)
        done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", BINARY,
                               "reload", "-c", self.directory / "etc"], capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "no permission to ask", "run it as root")
        self.assertEqual(daemon.end(), 0)


class Nobody(Case):
    def test_without_a_daemon_that_is_one_line(self):
        self.write("etc/policy.yaml", POLICY)
        done = run("reload", "-c", self.directory / "etc")
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "no daemon runs", self.directory / "run/control.sock")

    def test_a_directory_that_is_not_there(self):
        done = run("reload", "-c", self.directory / "nowhere")
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "nowhere", "no such directory")

    def test_a_socket_that_is_off(self):
        self.write("etc/sensor.yaml", "control_socket: off\n")
        done = run("reload", "-c", self.directory / "etc")
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "control_socket", "SIGHUP")


if __name__ == "__main__":
    tap.main()
