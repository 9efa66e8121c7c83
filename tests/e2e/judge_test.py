"""offport judge: recorded flows judged anew, and what sets two policies apart."""
import json
import shutil
import unittest

import tap
from sensor import Case, ROOT, demo_directory, demo_records, records, run

DEMO = ROOT / "config" / "demo"


def newest(alerts):
    """The last revision of each finding, by its id."""
    return {alert["offport"]["finding"]: alert for alert in alerts}


def gist(alert):
    ours = alert["offport"]
    return {key: ours.get(key) for key in ("kind", "score", "severity", "contributions", "rule",
                                           "expected", "role", "first_seen", "recurrence")}


class Judge(Case):
    def setUp(self):
        super().setUp()
        self.recording = self.write("eve.json", demo_records())

    def judge(self, *words):
        done = run("judge", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def site(self, name, change):
        """A configuration of its own whose policy is the demo's with what it includes, changed."""
        directory = self.directory / name
        shutil.copytree(DEMO, directory)
        policy = (directory / "policy.yaml").read_text().replace("../policy.yaml", "base.yaml")
        (directory / "policy.yaml").write_text(change(policy))
        (directory / "base.yaml").write_text(change((ROOT / "config" / "policy.yaml").read_text()))
        return directory

    def test_the_same_policy_finds_the_same(self):
        replayed = newest(records(demo_records(), "alert"))
        judged = newest(records(self.judge("-c", DEMO, self.recording, "--json")))
        self.assertGreater(len(replayed), 3)
        self.assertEqual({id: gist(alert) for id, alert in judged.items()},
                         {id: gist(alert) for id, alert in replayed.items()})

    def test_the_order_of_records_and_files_does_not_matter(self):
        lines = demo_records().splitlines(keepends=True)
        first = self.write("1.json", "".join(lines[::-2]))
        second = self.write("2.json", "".join(lines[-2::-2]))
        self.assertEqual(self.judge("-c", DEMO, first, second, "--json"),
                         self.judge("-c", DEMO, self.recording, "--json"))

    def test_people_read_the_findings_of_replay_and_the_use_of_exceptions(self):
        text = self.judge("-c", DEMO, self.recording)
        self.assertIn("com.example.flashlight", text)
        self.assertRegex(text, r"EX-DEV-1  matched \d+ sessions?, last at 2026-")

    def test_an_unused_exception_is_told(self):
        site = self.site("unused", lambda text: text.replace("tcp: 8888", "tcp: 8889"))
        self.assertIn("EX-DEV-1  unused", self.judge("-c", site, self.recording))

    def test_alert_limits_hide_nothing_of_a_difference(self):
        tight = "\nAlertLimits: {per_device: 1, per_app: 1, per_rule: 1}\n"
        old = "\nAlertLimits: {per_device: 100, per_app: 1000, per_rule: 10000}\n"
        site = self.site("tight", lambda text: text.replace(old, tight))
        self.assertNotEqual((site / "base.yaml").read_text(),
                            (ROOT / "config" / "policy.yaml").read_text())
        self.assertEqual(self.judge("-c", site, self.recording, "--against", DEMO),
                         "0 findings gained, 0 lost, 0 changed\n")

    def test_two_policies_differ_by_what_they_find(self):
        same = self.judge("-c", DEMO, self.recording, "--against", DEMO)
        self.assertEqual(same, "0 findings gained, 0 lost, 0 changed\n")
        site = self.site("other", lambda text: text.replace("tcp: 8888", "tcp: 8889").replace(
            "\napps:\n", "\napps:\n  com.example.flashlight: {allow: {tls: {tcp: 8088}}}\n").replace(
                "port_masquerade: 35", "port_masquerade: 36"))
        words = ("-c", site, self.recording, "--against", DEMO)
        text = self.judge(*words)
        self.assertRegex(text, r"lost     TLS on tcp/8088 by com.example.flashlight")
        self.assertRegex(text, r"gained   HTTP on tcp/8888 by com.example.devproxy")
        self.assertRegex(text, r"changed .*\n(.*\n)*? +before +port-masquerade, \w+, score \d+")
        changes = [json.loads(line) for line in self.judge(*words, "--json").splitlines()]
        for change in changes:
            self.assertEqual("before" in change, change["change"] != "gained")
            self.assertEqual("after" in change, change["change"] != "lost")
            if change["change"] == "changed":
                self.assertEqual(change["after"]["offport"]["score"],
                                 change["before"]["offport"]["score"] + 1)
        self.assertEqual({change["change"] for change in changes}, {"gained", "lost", "changed"})

    def test_a_bad_line_has_its_place_and_the_rest_is_judged(self):
        lines = demo_records().splitlines()
        whole = self.judge("-c", DEMO, self.recording, "--json")
        flow = next(line for line in lines if '"event_type":"flow"' in line)
        for bad, expected in ((flow[:100], "expected one JSON object"), ("7", "one JSON object"),
                              ('{"event_type":"flow"}', "an `offport` object"),
                              (flow.replace('"proto":"', '"proto":"X'), "`proto` to be TCP or UDP"),
                              ("x" * (1 << 20) + "y", "at most 1 MiB")):
            path = self.write("bad.json", "\n".join([lines[0], bad, "", *lines[1:]]))
            done = run("judge", "-c", DEMO, path, "--json")
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"offport: {path}:2: expected", done.stderr)
            self.assertIn(expected, done.stderr)
            self.assertEqual(done.stdout, whole)

    def test_whether_a_bad_record_is_told_does_not_depend_on_the_policy(self):
        lines = demo_records().splitlines()
        flow = json.loads(next(line for line in lines if '"event_type":"flow"' in line
                               and '"app_proto":"tls"' in line))
        flow["offport"]["attribution"] = {"method": "guess"}
        told = set()
        for port in (443, 8443):  # approved, and not
            path = self.write("bad.json", lines[0] + "\n" + json.dumps({**flow, "dest_port": port}))
            done = run("judge", "-c", DEMO, path)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"{path}:2: expected `offport.attribution.method` to be one of "
                          "flow-record, tunnel-tag, single-app, app-group, none, not \"guess\"\n",
                          done.stderr)
            told.add(done.stderr.splitlines()[0])
        self.assertEqual(len(told), 1)

    def test_a_last_line_that_is_cut_is_told(self):
        path = self.write("cut.json", demo_records()[:-20])
        done = run("judge", "-c", DEMO, path)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{path}:{len(demo_records().splitlines())}: expected one JSON object", done.stderr)

    def test_what_cannot_be_judged_is_one_line(self):
        done = run("judge", self.directory / "absent.json")
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "absent.json: No such file")
        done = run("judge", self.directory)
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "is not a regular file")
        alerts = "".join(line + "\n" for line in demo_records().splitlines() if '"alert"' in line)
        done = run("judge", self.write("alerts.json", alerts))
        self.assertEqual(done.returncode, 1)
        self.assertIn("no flow records there; `offport replay", done.stderr)
        done = run("judge")
        self.assertEqual(done.returncode, 2)
        self.assert_one_line(done.stderr, "at least one EVE file")
        done = run("judge", self.recording, "--against", self.directory / "absent")
        self.assertEqual(done.returncode, 1)


if __name__ == "__main__":
    demo_directory()
    tap.main()
