"""offport learn: what it proposes from recorded flows, what it never does, and what it keeps."""
import json
import shutil
import unittest

import tap
from sensor import Case, ROOT, demo_directory, demo_records, records, replay_demo, run

BEACON = "com.example.flashlight"


class Learn(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        done = replay_demo("--eve", "-", "--flows")
        assert done.returncode == 0, done.stderr
        cls.flows = records(done.stdout, "flow")

    def setUp(self):
        super().setUp()
        for name in ("policy.yaml", "identity.yaml"):
            shutil.copy(ROOT / "config" / name, self.directory / name)
        self.policy = self.directory / "policy.yaml"

    def flow(self, app, number=0, **changes):
        """A TLS session of `app` with a port of its own."""
        flow = json.loads(json.dumps(next(f for f in self.flows if f["app_proto"] == "tls")))
        flow.update({"flow_id": 10**6 + number, "dest_port": 8443, **changes})
        flow["offport"].pop("context", None)
        flow["offport"]["attribution"] = {"app": app, "device": f"serial:D{number}"}
        return flow

    def recording(self, *flows, name="eve.json"):
        return self.write(name, "".join(json.dumps(flow) + "\n" for flow in flows))

    def learn(self, *words, code=0):
        done = run("learn", *words)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def loads(self, text):
        self.write("policy.yaml", text)
        done = run("check", "-c", self.directory, "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)

    def crm(self, devices=3):
        return self.recording(*(self.flow("com.example.crm", n) for n in range(devices)))

    def test_it_proposes_what_enough_devices_do_and_the_result_is_a_policy(self):
        done = self.learn(self.crm())
        self.assertIn("apps:\n  com.example.crm:", done.stdout)
        self.assertIn("tls: {tcp: [8443]}  # review: tcp/8443: 3 devices, 1 day, 3 sessions",
                      done.stdout)
        self.assertIn("would have silenced 3 findings of 3", done.stderr)
        self.loads(done.stdout)

    def test_with_too_little_support_it_proposes_nothing(self):
        done = self.learn(self.crm(2))
        self.assertNotIn("\napps:", done.stdout)
        self.assertIn("#   com.example.crm: tls on tcp/8443 (2 devices, 1 day, 2 sessions)",
                      done.stdout)
        self.assertIn("would have silenced 0 findings of 2", done.stderr)
        self.assertIn("\napps:", self.learn(self.crm(2), "--min-sessions", "2").stdout)
        self.assertNotIn("\napps:", self.learn(self.crm(3), "--min-days", "2").stdout)
        self.assertNotIn("\napps:", self.learn(self.crm(3), "--min-devices", "4").stdout)

    def test_what_recurs_in_the_background_is_learned_on_request_only(self):
        beacon = self.recording(*self.flows)
        words = (beacon, "-c", ROOT / "config" / "demo", "--min-devices", "1", "--min-sessions", "1")
        done = self.learn(*words)
        proposed = done.stdout[done.stdout.find("\napps:"):]
        self.assertNotIn(BEACON, proposed)
        self.assertRegex(done.stdout, f"#   {BEACON}: tls on tcp/8088")
        self.assertIn(BEACON + ":  # review", self.learn(*words, "--background").stdout)

    def test_what_is_approved_or_unrecognised_is_passed_over(self):
        flows = [self.flow("com.example.crm", n, dest_port=443) for n in range(3)]
        flows += [self.flow("com.example.rat", n, app_proto="unknown") for n in range(3)]
        one_sided = [self.flow("com.example.scan", n) for n in range(3)]
        for flow in one_sided:
            flow["offport"]["confirmed"] = "client"
        done = self.learn(self.recording(*flows, *one_sided))
        self.assertNotIn("com.example", done.stdout)

    def test_a_name_cannot_smuggle_anything_into_the_policy(self):
        flows = [self.flow(app, n) for n in range(3)
                 for app in ("a:\nroles: {x: {}}", "*", "com.*", "#", "- a")]
        done = self.learn(self.recording(*flows))
        self.assertEqual([line for line in done.stdout.splitlines() if not line.startswith("#")], [])

    def test_a_policy_keeps_all_its_lines_when_merged(self):
        before = self.policy.read_text()
        recording = self.recording(
            *(self.flow("com.example.crm", n) for n in range(3)),
            *(self.flow("com.whatsapp", n + 10) for n in range(3)))
        done = self.learn(recording, "--merge", self.policy)
        after = done.stdout.splitlines()
        self.assertEqual([line for line in after if "# review" not in line
                          and line not in ("    allow:",)],
                         [line for line in before.splitlines() if line != "    allow:"])
        self.assertEqual(self.policy.read_text(), before, "the file itself is left alone")
        # com.whatsapp has an anchor that others share.
        self.assertRegex(done.stderr, rf"{self.policy}:\d+:3: add to com.whatsapp by hand: tls: ")
        self.loads(done.stdout)
        judged = run("judge", "-c", self.directory, recording, "--json")
        apps = {r["offport"]["attribution"]["app"] for r in records(judged.stdout)}
        self.assertEqual(apps, {"com.whatsapp"})

    def test_mistakes_are_one_line(self):
        done = self.learn(self.directory / "absent.json", code=1)
        self.assert_one_line(done.stderr, "absent.json: No such file")
        done = self.learn(self.crm(), "--merge", self.directory / "absent.yaml", code=1)
        self.assertIn("absent.yaml", done.stderr)
        done = self.learn(code=2)
        self.assert_one_line(done.stderr, "at least one EVE file")
        done = self.learn(self.crm(), "--min-days", "0", code=2)
        self.assert_one_line(done.stderr, "--min-days wants a whole number")
        done = self.learn(self.write("bad.json", "{}\nx\n"), code=1)
        self.assertIn("bad.json:2: expected one JSON object", done.stderr)


class ExplainRecorded(Case):
    def explain(self, *words, code=0):
        path = self.write("eve.json", demo_records())
        done = run("explain", "-c", ROOT / "config" / "demo", "--eve", path, *words)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def test_a_finding_is_explained_by_its_id(self):
        for alert in records(demo_records(), "alert"):
            text = self.explain("--finding", alert["offport"]["finding"])
            self.assertIn(f"finding {alert['offport']['finding']}, as recorded", text)
            self.assertIn(f"decided by  {alert['offport']['rule']}\n", text)
            self.assertIn(alert["offport"]["kind"], text)

    def test_a_session_is_explained_by_its_flow_id(self):
        for flow in records(demo_records(), "flow"):
            if not flow["offport"].get("exceptions_hit"):
                continue
            text = self.explain("--flow-id", flow["flow_id"])
            self.assertIn("approved\n  decided by  EnterpriseExceptionList.EX-DEV-1", text)
            self.assertIn(f"session {flow['flow_id']}, 2026-", text)
            return
        self.fail("no exception was of use in the demo")

    def test_another_policy_may_say_something_else(self):
        flow = next(f for f in records(demo_records(), "flow") if f["offport"].get("exceptions_hit"))
        path = self.write("eve.json", demo_records())
        done = run("explain", "--eve", path, "--flow-id", flow["flow_id"])
        self.assertIn("port-mismatch", done.stdout)

    def test_mistakes_are_one_line(self):
        self.assert_one_line(self.explain("--flow-id", "1", code=1), "there is no flow 1")
        self.assert_one_line(self.explain("--finding", "xyz", code=1), "there is no finding xyz")
        self.assert_one_line(self.explain(code=2), "one of --flow-id and --finding")
        self.assert_one_line(self.explain("--flow-id", "1", "--finding", "x", code=2), "one of")
        self.assert_one_line(self.explain("--flow-id", "1x", code=2), "a whole number")
        self.assert_one_line(self.explain("--flow-id", "1", "--port", "1", code=2),
                             "does not go with --eve")
        done = run("explain", "--flow-id", "1")
        self.assertEqual(done.returncode, 2)
        self.assert_one_line(done.stderr, "--eve FILE")


if __name__ == "__main__":
    demo_directory()
    tap.main()
