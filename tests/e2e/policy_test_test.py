"""offport test: unit tests of a policy, what a failing one prints, and what is wrong with a file."""
import unittest

import tap
from sensor import Case, ROOT, run

POLICY = """
AllowedProtocolPortMappings:
  tls: {tcp: 443}
ReservedPorts:
  tcp/443: [tls]
EnterpriseExceptionList:
  - {id: EX-1, owner: o, reason: r, expires: 2026-01-31, match: {apps: [com.dev], protocols: http}}
"""


class Test(Case):
    def setUp(self):
        super().setUp()
        self.write("policy.yaml", POLICY)

    def run_file(self, tests="tests: []", header="policy: policy.yaml\n"):
        path = self.write("t.yaml", header + tests)
        return path, run("test", path)

    def one(self, session, expect, more=""):
        return self.run_file(f"tests:\n  - name: it\n    sessions: [{{{session}}}]\n"
                             f"    expect: {expect}\n{more}")

    def passes(self, *arguments):
        path, done = self.one(*arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stdout, f"{path}: 1 passed, 0 failed\n")

    def fails(self, *arguments):
        path, done = self.one(*arguments)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{path}:3:5: FAILED: it\n", done.stdout)
        self.assertIn(f"{path}: 0 passed, 1 failed\n", done.stdout)
        return done.stdout

    def test_the_shipped_and_the_demo_policy_pass_theirs(self):
        for path in ("config/tests/policy_test.yaml", "config/demo/policy_test.yaml"):
            done = run("test", ROOT / path)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn(" 0 failed", done.stdout)

    def test_what_is_expected_passes(self):
        self.passes("protocol: tls, port: 443", "none")
        self.passes("protocol: tls, port: 444", "[{kind: port-mismatch, severity: low, score: 26}]")
        self.passes("app: com.dev, protocol: http, port: 1", "[]")

    def test_an_exception_expires_by_the_tests_own_time(self):
        self.passes("app: com.dev, protocol: http, port: 1", "none", "time: 2026-01-31T23:59:59Z")
        self.passes("app: com.dev, protocol: http, port: 1", "[{kind: protocol-unapproved}]",
                    "time: 2026-02-01T00:00:00Z")

    def test_a_failure_says_expected_and_got_and_why(self):
        text = self.fails("protocol: tls, port: 444", "[{kind: port-mismatch, severity: high}]")
        self.assertIn("  expected  port-mismatch, severity high\n"
                      "  nearest   severity low, not high\n", text)
        self.assertIn("  got       TLS on tcp/444 by an unknown app, approved on tcp/443: "
                      "port-mismatch, severity low, score 26", text)
        self.assertIn("decided by  AllowedProtocolPortMappings.tls", text)

    def test_an_expectation_that_many_meet_leaves_the_one_that_another_needs(self):
        sessions = ("app: com.a, protocol: tls, port: 444}, "
                    "{app: com.b, protocol: tls, port: 444")
        self.passes(sessions, "[{kind: port-mismatch}, {kind: port-mismatch, app: com.a}]")
        self.passes(sessions, "[{kind: port-mismatch}, {kind: port-mismatch, app: com.b}]")
        self.assertIn("  nearest   app com.", self.fails(
            sessions, "[{kind: port-mismatch}, {kind: port-mismatch, app: com.c}]"))

    def test_neighbour_analytics_are_tested_too(self):
        session = ("app: com.a, protocol: tls, port: 443, repeat: 6, every: 5m, "
                   "context: {app_state: background}")
        self.passes(session, "none")
        self.write("policy.yaml", POLICY + "Neighbours: {beaconing: true}\n")
        self.passes(session, "[{kind: beaconing, sessions: 6, evidence: [recurrence]}]")

    def test_alert_limits_hide_nothing(self):
        self.write("policy.yaml", POLICY + "AlertLimits: {per_app: 1}\n")
        self.passes("app: com.a, protocol: tls, port: 444}, {app: com.a, protocol: tls, port: 445",
                    "[{kind: port-mismatch}, {kind: port-mismatch}]")

    def test_a_finding_that_nobody_expected_fails(self):
        text = self.fails("protocol: http, port: 443", "none")
        self.assertIn("  expected  nothing more\n", text)
        self.assertIn("decided by  ReservedPorts.tcp/443", text)

    def test_a_finding_that_does_not_come_fails_and_the_approval_is_named(self):
        text = self.fails("app: com.dev, protocol: http, port: 1", "[{kind: port-mismatch}]")
        self.assertIn("  got       nothing\n", text)
        self.assertIn("decided by  EnterpriseExceptionList.EX-1", text)

    def test_every_key_of_an_expected_finding_is_compared(self):
        for wrong in ("kind: port-masquerade", "severity: info", "score: 24", "rule: defaults.tls",
                      "expected: tls on tcp/444", "app: com.example", "sessions: 2",
                      "evidence: recurrence", "without: port_mismatch"):
            with self.subTest(wrong):
                self.fails("protocol: tls, port: 444", f"[{{{wrong}}}]")

    def test_a_session_without_an_answer_is_no_finding_and_that_is_said(self):
        self.assertIn("nothing shows that both ends spoke",
                      self.fails("protocol: tls, port: 444, exchange: client",
                                 "[{kind: port-mismatch}]"))

    def test_a_mistake_has_its_place(self):
        mistakes = [
            ("tests: []", "2:8: error: there are no tests"),
            ("tests: [{name: a, session: []}]", "'sessions'"),
            ("tests: [{name: a, sessions: [], expect: none}]", "2:29: error: a test without"),
            ("tests: [{name: a, sessions: [{protocol: tsl, port: 1}], expect: none}]",
             "2:41: error: 'tsl' is not known here; did you mean 'tls'?"),
            ("tests: [{name: a, sessions: [{protocol: tls, port: 70000}], expect: none}]",
             "2:52: error: expected a whole number"),
            ("tests: [{name: a, sessions: [{protocol: tls, port: 1, repeat: 2}], expect: none}]",
             "need `every`"),
            ("tests: [{name: a, sessions: [{protocol: tls, port: 1, context: {lockd: true}}], "
             "expect: none}]", "did you mean 'locked'"),
            ("tests: [{name: a, sessions: [{protocol: tls, port: 1}], expect: [{evidence: [lock]}]}]",
             "'lock' is not known here"),
            ("tests: [{name: a, sessions: [{protocol: tls, port: 1}], expect: none, events: "
             "[{device_id: d, kind: lock_stat}]}]", "unknown kind 'lock_stat'"),
            ("test: 1\ntests: []", "2:1: error: unknown key 'test'"),
            ("tests: [", "error: "),
        ]
        for text, expected in mistakes:
            with self.subTest(text):
                path, done = self.run_file(text)
                self.assertEqual(done.returncode, 1)
                self.assertEqual(done.stdout, "")
                self.assertIn(f"{path}:", done.stderr)
                self.assertIn(expected, done.stderr)

    def test_a_policy_that_cannot_be_read_is_told(self):
        self.write("policy.yaml", "TimeWindw: 1h\n")
        _, done = self.one("protocol: tls, port: 1", "none")
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, f"{self.directory}/policy.yaml:1:1: error: ")
        done = run("test", self.directory / "absent.yaml")
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "absent.yaml")
        self.assertEqual(run("test").returncode, 2)


if __name__ == "__main__":
    tap.main()
