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

    def unattended(self, flow, **changes):
        flow.update(changes)
        flow["offport"]["context"] = {"app_state": "background", "locked": "yes"}
        return flow

    def left_out(self, text):
        """The comment lines below each "Left out" of a proposal."""
        lists, last = {}, None
        for line in text.splitlines():
            if line.startswith("# Left out: "):
                last = lists.setdefault(line.removeprefix("# Left out: "), [])
            elif line.startswith("#   "):
                last.append(line.removeprefix("#   "))
        return lists

    def proposed(self, text):
        return "".join(line + "\n" for line in text.splitlines() if not line.startswith("#"))

    def test_a_beacon_is_left_out_whatever_its_destinations_and_intervals(self):
        rotating = [self.unattended(self.flow("com.example.rotating", device),
                                    flow_id=100 * device + turn, dest_ip=f"203.0.113.{turn}")
                    for device in (1, 2) for turn in range(40)]
        used = [self.flow("com.example.used", number) for number in range(3)]
        for flow in used:
            flow["offport"]["context"] = {"app_state": "foreground", "locked": "no"}
        recording = self.recording(*rotating, *used)
        done = self.learn(recording)
        self.assertNotIn("rotating", self.proposed(done.stdout))
        self.assertIn("com.example.used", self.proposed(done.stdout))
        reason, = (r for r in self.left_out(done.stdout) if "while nobody used the app" in r)
        self.assertEqual(self.left_out(done.stdout)[reason],
                         ["com.example.rotating: tls on tcp/8443 (2 devices, 1 day, 80 sessions; "
                          "unattended: 80 of 80 sessions of which it is known)"])
        self.assertRegex(self.learn(recording, "--background").stdout,
                         r"tls: \{tcp: \[8443\]\}  # review: .*, unattended: 80 of 80 sessions")

    def test_what_is_denied_is_never_proposed(self):
        self.policy.write_text(self.policy.read_text().replace(
            "\napps:\n", "\napps:\n  com.example.crm:\n    deny: [tls]\n"))
        done = self.learn(self.crm(), "-c", self.directory, "--background", "--reserved")
        self.assertEqual(self.proposed(done.stdout), "")
        self.assertIn("denied by apps.com.example.crm.deny.tls", done.stdout)
        self.assertIn("would have silenced 0 findings of 3", done.stderr)

    def test_what_passes_for_another_protocol_is_proposed_on_request_only(self):
        recording = self.recording(*(
            self.flow("com.example.tunnel", n, app_proto="ssh", dest_port=443) for n in range(3)))
        done = self.learn(recording)
        self.assertEqual(self.proposed(done.stdout), "")
        self.assertIn("against ReservedPorts.tcp/443", done.stdout)
        self.assertIn("would have silenced 0 findings of 3", done.stderr)
        asked = self.learn(recording, "--reserved")
        self.assertRegex(asked.stdout,
                         r"ssh: \{tcp: \[443\]\}  # review: .*, against ReservedPorts.tcp/443")
        self.assertIn("would have silenced 3 findings of 3", asked.stderr)

    def test_names_that_yaml_reads_as_something_else_are_quoted(self):
        names = ("null", "true", "123", "yes", "1e3", "0x1f", "2001-01-01")
        recording = self.recording(*(self.flow(name, n) for name in names for n in range(3)))
        for words in ((), ("--merge", self.policy)):
            done = self.learn(recording, *words)
            for name in names:
                self.assertIn(f'\n  "{name}":  # review', done.stdout)
            self.loads(done.stdout)

    def test_an_app_that_an_included_file_has_is_left_to_people(self):
        shutil.copy(self.policy, self.directory / "base.yaml")
        self.policy.write_text("include: base.yaml\n")
        recording = self.recording(*(self.flow("com.whatsapp", n) for n in range(3)))
        done = self.learn(recording, "--merge", self.policy)
        self.assertEqual(done.stdout, "include: base.yaml\n")
        self.assertIn(f"{self.policy}:1:1: add to apps.com.whatsapp in what this file includes by "
                      "hand: tls: {tcp: [8443]}", done.stderr)

    def test_mistakes_in_the_policy_are_told_by_its_own_lines(self):
        policy = self.write("other.yaml", "apps:\n  com.x:\n    deny: [ssh]\nTimeWindow: soon\n")
        done = self.learn(self.crm(), "-c", self.directory, "--merge", policy, code=1)
        self.assertIn("other.yaml:4:13: error", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_addresses_are_no_devices(self):
        flows = [self.flow("com.example.crm", n, src_ip=f"10.20.1.{n + 1}") for n in range(5)]
        for flow in flows:
            del flow["offport"]["attribution"]["device"]
        recording = self.recording(*flows)
        done = self.learn(recording)
        self.assertEqual(self.proposed(done.stdout), "")
        self.assertIn("(5 addresses of unknown devices, 1 day, 5 sessions)", done.stdout)
        self.assertIn("no record names a device, so nothing has the support of --min-devices; "
                      "--by-address counts client addresses instead\n", done.stderr)
        asked = self.learn(recording, "--by-address")
        self.assertIn("com.example.crm", self.proposed(asked.stdout))
        self.assertNotIn("names a device", asked.stderr)
        known = self.learn(self.recording(*flows, self.flow("com.example.crm", 9), name="known"))
        self.assertNotIn("names a device", known.stderr)
        self.assertIn("(1 device, 5 addresses of unknown devices, 1 day, 6 sessions)", known.stdout)

    def test_what_would_be_silenced_is_one_line_for_each_addition(self):
        flows = [self.flow("com.example.crm", number % 3, flow_id=number + 1,
                           dest_ip=f"198.51.100.{number % 4}") for number in range(12)]
        flows += [self.flow("com.example.mail", number, dest_port=2525) for number in range(3)]
        done = self.learn(self.recording(*flows))
        silenced = [line for line in done.stderr.splitlines() if line.startswith("  ")]
        self.assertEqual(len(silenced), 2, done.stderr)
        self.assertRegex(done.stderr, r"  \w+ \d+: com.example.crm: tls on tcp/8443: 12 findings, "
                                      r"4 destinations, 3 devices, 12 sessions\n")
        self.assertRegex(done.stderr, r"  \w+ \d+: com.example.mail: tls on tcp/2525: 3 findings, "
                                      r"1 destination, 3 devices, 3 sessions\n")

    def test_a_bad_record_is_told_with_its_line(self):
        bad = self.flow("com.example.crm", 1, dest_port=443)
        bad["offport"]["attribution"]["method"] = "guess"
        path = self.recording(self.flow("com.example.crm", 2), bad)
        done = self.learn(path, code=1)
        self.assert_one_line(done.stderr, f"{path}:2: expected `offport.attribution.method` to be "
                                          "one of flow-record, ", 'not "guess"')

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
