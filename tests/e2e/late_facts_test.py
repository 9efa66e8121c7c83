"""Facts that come after the sessions they bear on, and after the daemon that first heard them."""
import json
import signal
import time

import tap
from live import SERVER
from posting import FEEDS, PostingCase, lease, now, usage_log
from sensor import BINARY, run

DEVICE = "enterprises/a/devices/b"
APP = "com.example.flashlight"
POLICY = """
AllowedProtocolPortMappings:
  http: {tcp: 80}
apps:
  com.example.evil:
    deny: [http]
EnterpriseExceptionList:
  - id: EX-1
    owner: o
    reason: r
    expires: 2099-01-01
    match: {apps: [com.example.dev]}
"""


def event(kind, seconds=-30, **members):
    return json.dumps({"v": 1, "ts": now(seconds), "device_id": DEVICE, "kind": kind, **members})


class LateFacts(PostingCase):
    keeps_state = True

    def setUp(self):
        super().setUp()
        self.write("etc/policy.yaml", POLICY)
        self.write("etc/identity.yaml", FEEDS + "    {}\n")

    def started(self):
        daemon = self.daemon("--eve", "-", "--flows")
        self.wait_for_text(daemon.error, "may be posted to")
        return daemon

    def tell(self, feed, body):
        status, text = self.post(feed, body)
        self.assertEqual(status, 202, text)

    def get_from(self, port):
        self.serve_http(port)
        self.get(port)

    def test_a_finding_is_revised_and_says_by_which_fact(self):
        daemon = self.started()
        self.get_from(7878)
        first = self.wait_for_records(daemon, 1, "alert")[0]
        self.assertNotIn("app", first["offport"]["attribution"])
        self.tell("ndjson", lease(device=DEVICE))
        self.tell("android-management", usage_log(DEVICE, APP, 7878))
        last = self.wait_until(lambda: self.alert_of(daemon, APP), "a revision")
        self.assertEqual(last["offport"]["finding"], first["offport"]["finding"])
        self.assertEqual(last["offport"]["status"], "open")
        self.assertIn(f"android-management: {APP} connected to {SERVER}:7878 over TCP",
                      last["offport"]["revised_by"])
        self.assertEqual({fact["source"] for fact in last["offport"]["facts"] if "source" in fact},
                         {"android-management"})
        self.assertEqual(last["offport"]["recurrence"]["sessions"], 1)
        before = len(self.alerts(daemon))
        self.tell("android-management", usage_log(DEVICE, APP, 7878))
        self.tell("ndjson", event("lock_state", state="locked"))
        locked = self.wait_until(lambda: self.alert_with(daemon, "device_locked"), "a revision")
        self.assertEqual(locked["offport"]["finding"], first["offport"]["finding"])
        self.assertEqual(locked["offport"]["revised_by"], "ndjson: locked")
        self.assertLessEqual(len(self.alerts(daemon)) - before, 2)
        self.assertEqual(daemon.end(), 0)

    def alerts(self, daemon):
        whole = daemon.out.read_text().rpartition("\n")[0]
        return [one for one in map(json.loads, whole.splitlines()) if one["event_type"] == "alert"]

    def alert_of(self, daemon, app):
        found = [one for one in self.alerts(daemon)
                 if one["offport"]["attribution"].get("app") == app]
        return found[-1] if found else None

    def alert_with(self, daemon, item):
        found = [one for one in self.alerts(daemon)
                 if item in [part["name"] for part in one["offport"]["contributions"]]]
        return found[-1] if found else None

    def test_a_finding_is_withdrawn_when_its_app_turns_out_to_be_excepted(self):
        daemon = self.started()
        self.get_from(7878)
        first = self.wait_for_records(daemon, 1, "alert")[0]
        self.tell("ndjson", lease(device=DEVICE))
        self.tell("android-management", usage_log(DEVICE, "com.example.dev", 7878))
        last = self.wait_until(
            lambda: next((one for one in self.alerts(daemon)
                          if one["offport"]["status"] == "withdrawn"), None), "a withdrawal")
        self.assertEqual(last["offport"]["finding"], first["offport"]["finding"])
        self.assertIn("com.example.dev connected", last["offport"]["revised_by"])
        self.assertEqual(daemon.end(), 0)

    def test_an_approved_session_is_judged_when_its_app_is_told(self):
        daemon = self.started()
        self.get_from(80)
        begun = time.monotonic()
        self.wait_for_records(daemon, 1, "flow")
        self.assertEqual(self.alerts(daemon), [])
        self.tell("ndjson", lease(device=DEVICE))
        self.tell("android-management", usage_log(
            DEVICE, "com.example.evil", 80, seconds=begun - time.monotonic()))
        alert = self.wait_for_records(daemon, 1, "alert")[0]
        self.assertEqual(alert["offport"]["kind"], "protocol-unapproved")
        self.assertEqual(alert["offport"]["revision"], 1)
        self.assertIn("com.example.evil connected", alert["offport"]["revised_by"])
        self.assertEqual(daemon.end(), 0)

    def test_what_was_acknowledged_survives_a_crash(self):
        daemon = self.started()
        self.tell("ndjson", lease(device=DEVICE))
        self.tell("ndjson", event("lock_state", state="locked"))
        self.assertNotEqual(daemon.end(signal.SIGKILL), 0)
        self.assert_explain_knows()
        again = self.started()
        self.get_from(7878)
        alert = self.wait_for_records(again, 1, "alert")[0]
        self.assertEqual(alert["offport"]["attribution"]["device"], DEVICE)
        self.assertEqual(alert["offport"]["context"]["locked"], "yes")
        self.assertEqual(again.end(), 0)

    def assert_explain_knows(self):
        done = run("explain", "-c", self.directory / "etc", "--device", DEVICE, "--time", now())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("ndjson: locked", done.stdout)
        self.assertIn("  address     10.1.2.3\n", done.stdout)

    def test_a_finding_goes_on_after_a_restart(self):
        daemon = self.started()
        self.get_from(7878)
        first = self.wait_for_records(daemon, 1, "alert")[0]
        self.assertEqual(daemon.end(), 0)
        again = self.started()
        self.get(7878)
        self.wait_for_records(again, 1, "flow")
        self.assertEqual(again.end(), 0)
        alerts = self.alerts(again)
        self.assertTrue(alerts)
        for alert in alerts:
            self.assertEqual(alert["offport"]["finding"], first["offport"]["finding"])
            self.assertGreater(alert["offport"]["revision"], 1)
        self.assertEqual(alerts[-1]["offport"]["recurrence"]["sessions"], 2)

    def test_check_tells_of_exceptions_that_nothing_needed(self):
        def checked():
            done = run("check", "-c", self.directory / "etc", "--quiet")
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stderr
        self.assertNotIn("EX-1", checked())  # no daemon has counted
        self.assertEqual(self.started().end(), 0)
        self.assertIn("warning: exception 'EX-1' has silenced no session since the daemon knows it",
                      checked())

    def test_a_finding_goes_on_after_a_kill(self):
        daemon = self.started()
        self.get_from(7878)
        first = self.wait_for_records(daemon, 1, "alert")[0]
        told = self.directory / "state" / "findings" / "told.ndjson"
        self.wait_until(lambda: first["offport"]["finding"] in told.read_text(), "its line")
        self.assertNotEqual(daemon.end(signal.SIGKILL), 0)
        again = self.started()
        self.get(7878)
        self.wait_for_records(again, 1, "flow")
        self.assertEqual(again.end(), 0)
        self.assertEqual({alert["offport"]["finding"] for alert in self.alerts(again)},
                         {first["offport"]["finding"]})
        self.assertTrue(all(alert["offport"]["revision"] > 1 for alert in self.alerts(again)))
        self.assertEqual(told.read_text(), "")

    def test_two_daemons_do_not_share_what_they_keep(self):
        daemon = self.started()
        self.write("other/policy.yaml", POLICY)
        self.write("other/capture.yaml", "ports: [{interface: wire}]\n")
        self.write("other/identity.yaml", FEEDS + "    {}\n")
        self.write("other/sensor.yaml", "metrics: 127.0.0.1:0\ncontrol_socket: off\n")
        second = self.start(self.host, "env", "OFFPORT_NO_HUGE=1", BINARY, "run", "-c",
                            self.directory / "other")
        self.assertEqual(second.process.wait(60), 1)
        self.assert_one_line(second.error.read_text(), "`state` in sensor.yaml", "in use")
        self.assertEqual(daemon.end(), 0)


if __name__ == "__main__":
    tap.main()
