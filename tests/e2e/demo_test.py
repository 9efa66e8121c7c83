"""The main job on the demo trace: every expected finding, and nothing else."""
import json
import unittest

import tap
from sensor import demo_directory, records, replay_demo, run, ROOT

# app, kind, protocol, transport, port
EXPECTED = {
    ("com.example.flashlight", "port-mismatch", "tls", "TCP", 8088),
    ("com.example.wallpaper", "port-mismatch", "http", "TCP", 7878),
    ("com.example.torch", "port-masquerade", "dns", "UDP", 5353),
    ("com.example.game", "port-mismatch", "websocket", "TCP", 9001),
    ("com.example.notes", "port-masquerade", "tls", "TCP", 587),
    ("com.example.sync", "port-masquerade", "ssh", "TCP", 443),
}


def newest(alerts):
    """The last revision of each finding."""
    return {a["offport"]["finding"]: a for a in alerts}


class DemoFindings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.done = replay_demo("--eve", "-", "--flows")
        cls.records = records(cls.done.stdout)
        cls.alerts = newest(r for r in cls.records if r["event_type"] == "alert")

    def alert_of(self, app):
        (found,) = [a for a in self.alerts.values() if a["offport"]["attribution"]["app"] == app]
        return found

    def channels_of(self, app):
        return {c["channel"] for c in self.alert_of(app)["offport"]["contributions"]}

    def test_exactly_the_expected_behaviours_are_found(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        found = {(a["offport"]["attribution"]["app"], a["offport"]["kind"], a["app_proto"],
                  a["proto"], a["dest_port"]) for a in self.alerts.values()}
        self.assertEqual(found, EXPECTED)
        self.assertEqual(len(self.alerts), len(EXPECTED), "one finding per behaviour")

    def test_the_beacon_carries_every_piece_of_evidence(self):
        alert = self.alert_of("com.example.flashlight")
        self.assertEqual(alert["offport"]["severity"], "high")
        self.assertEqual(self.channels_of("com.example.flashlight"),
                         {f"AN1827.{n}" for n in range(1, 9)})
        recurrence = alert["offport"]["recurrence"]
        self.assertEqual(recurrence["sessions"], 8)
        self.assertTrue(recurrence["stable"])
        self.assertAlmostEqual(recurrence["median_interval_seconds"], 300, delta=5)

    def test_the_scores_can_be_redone_by_hand(self):
        for alert in self.alerts.values():
            ours = alert["offport"]
            self.assertEqual(ours["score"], sum(c["points"] for c in ours["contributions"]))

    def test_findings_name_technique_and_attribution(self):
        for alert in self.alerts.values():
            metadata = alert["alert"]["metadata"]
            self.assertEqual(metadata["mitre_technique_id"], ["T1509"])
            self.assertEqual(metadata["mitre_tactic_id"], ["TA0037"])
            self.assertIn(alert["offport"]["attribution"]["method"],
                          {"flow-record", "tunnel-tag", "single-app"})
            self.assertTrue(alert["community_id"].startswith("1:"))

    def test_the_ios_finding_uses_the_ios_analytic(self):
        alert = self.alert_of("com.example.notes")
        self.assertEqual(alert["alert"]["metadata"]["analytic"], ["AN1828"])
        self.assertFalse([c for c in self.channels_of("com.example.notes") if c == "AN1828.4"])

    def test_the_long_websocket_is_persistent(self):
        names = {c["name"] for c in self.alert_of("com.example.game")["offport"]["contributions"]}
        self.assertIn("persistence", names)

    def test_tls_facts_are_in_the_records(self):
        alert = self.alert_of("com.example.flashlight")
        self.assertRegex(alert["tls"]["ja4"], r"^t13d\d{4}\w\w_[0-9a-f]{12}_[0-9a-f]{12}$")
        self.assertTrue(alert["tls"]["sni"])

    def test_flow_records_name_the_ordinary_protocols(self):
        flows = [r for r in self.records if r["event_type"] == "flow"]
        spoken = {f["app_proto"] for f in flows}
        self.assertLessEqual({"tls", "quic", "dns", "smtp", "imap", "stun", "ntp", "mdns", "http",
                              "http2", "websocket", "ssh", "unknown"}, spoken)

    def test_every_session_of_a_behaviour_names_its_finding(self):
        flows = [r for r in self.records if r["event_type"] == "flow"]
        for finding, alert in self.alerts.items():
            mine = [f for f in flows if f["offport"].get("finding") == finding]
            self.assertEqual(len(mine), alert["offport"]["recurrence"]["sessions"])
            self.assertTrue(all(f["flow"]["alerted"] for f in mine))
        alerted = [f for f in flows if f["flow"]["alerted"]]
        self.assertEqual({f["offport"]["finding"] for f in alerted}, set(self.alerts))

    def test_the_excepted_session_says_so(self):
        excepted = [r for r in self.records if "exceptions_hit" in r["offport"]]
        self.assertEqual({r["dest_port"] for r in excepted}, {8888})
        self.assertEqual({i for r in excepted for i in r["offport"]["exceptions_hit"]},
                         {"EX-DEV-1"})
        self.assertIn("EX-DEV-1", self.done.stderr)

    def test_the_port_scan_and_the_misfit_are_recorded_but_not_reported(self):
        flows = [r for r in self.records if r["event_type"] == "flow"]
        scanned = [f for f in flows if f["dest_ip"] == "198.51.100.200"]
        self.assertGreaterEqual(len(scanned), 40)
        self.assertFalse([f for f in scanned if f["flow"]["alerted"]])
        self.assertTrue([f for f in flows if f["offport"]["conflict"]])


class DemoRepeatability(unittest.TestCase):
    def test_records_are_the_same_for_any_number_of_workers_and_on_every_run(self):
        first = replay_demo("--eve", "-", "--flows").stdout
        self.assertGreater(len(first), 10_000)
        for workers in ("1", "2", "4"):
            self.assertEqual(replay_demo("--eve", "-", "--flows", "--workers", workers).stdout,
                             first, f"{workers} workers")

    def test_what_people_read_is_the_same_too(self):
        first = replay_demo().stdout
        self.assertEqual(replay_demo("--workers", "3").stdout, first)


class DemoForPeople(unittest.TestCase):
    def test_the_report_names_every_finding_and_adds_up(self):
        done = replay_demo()
        for app, _, _, _, port in EXPECTED:
            self.assertIn(app, done.stdout)
            self.assertIn(str(port), done.stdout)
        self.assertIn("phone-114", done.stdout)
        self.assertNotIn("\x1b", done.stdout, "no colours into a pipe")

    def test_json_holds_summary_and_findings(self):
        whole = json.loads(replay_demo("--json").stdout)
        summary = whole["summary"]
        self.assertEqual(len(whole["findings"]), len(EXPECTED))
        self.assertEqual(sum(summary["findings"].values()), len(EXPECTED))
        self.assertEqual(summary["packets"],
                         summary["decoded"] + sum(summary["rejected"].values()))
        self.assertEqual(summary["decoded"] + summary["carriers"],
                         summary["tracked"] + sum(summary["untracked"].values()))
        self.assertEqual(summary["sessions"],
                         sum(summary["protocols"].values()) + summary["unknown"])
        self.assertEqual(summary["sessions"], sum(summary["ended"].values()))
        self.assertGreater(summary["exceptions"]["EX-DEV-1"], 0)

    def test_json_tells_what_the_stages_counted(self):
        summary = json.loads(replay_demo("--json").stdout)["summary"]
        identify = summary["stages"]["identify"]
        self.assertGreater(identify["scans"], 0)
        self.assertGreaterEqual(identify["recognised"], identify["confirmed"])
        self.assertEqual(identify["conflicts"], summary["conflicts"])
        self.assertGreater(summary["stages"]["attribute"]["by-tag"], 0)
        self.assertFalse(summary["hugepages"])

    def test_fail_on_makes_findings_an_exit_code(self):
        self.assertEqual(replay_demo("--fail-on", "high").returncode, 3)
        self.assertEqual(replay_demo().returncode, 0)

    def test_without_identity_the_mismatches_are_still_found(self):
        done = run("replay", demo_directory() / "demo.pcap", "-c", ROOT / "config" / "demo",
                   "--eve", "-")
        ports = {a["dest_port"] for a in newest(records(done.stdout, "alert")).values()}
        self.assertLessEqual({8088, 7878, 9001}, ports)


if __name__ == "__main__":
    tap.main()
