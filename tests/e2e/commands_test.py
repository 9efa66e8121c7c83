"""check, explain, version, help, and what happens to mistakes on the command line."""
import shutil
import unittest

import tap
from sensor import Case, ROOT, run


class CommandLine(Case):
    def test_help_lists_every_command(self):
        done = run("--help")
        self.assertEqual(done.returncode, 0)
        for command in ("replay", "run", "reload", "check", "test", "explain", "judge", "learn", "bench",
                        "top", "version"):
            self.assertIn(f"\n  {command} ", done.stdout)
            detail = run(command, "--help")
            self.assertEqual(detail.returncode, 0)
            self.assertTrue(detail.stdout.startswith(f"usage: offport {command}"))

    def test_usage_mistakes_exit_with_2_and_one_line(self):
        mistakes = [
            (["repaly"], "did you mean 'replay'"),
            (["replay"], "at least one trace"),
            (["replay", "t", "--worker", "2"], "unknown option '--worker'"),
            (["replay", "t", "--workers"], "needs a value"),
            (["replay", "t", "--workers", "0"], "from 1 to 64"),
            (["replay", "t", "--workers", "two"], "from 1 to 64"),
            (["replay", "t", "--flows"], "give --eve"),
            (["replay", "t", "--eve", "-", "--json"], "choose one"),
            (["replay", "t", "--fail-on", "grave"], "info, low, medium or high"),
            (["replay", "t", "--eve", "a", "--eve", "b"], "--eve is given twice"),
            (["check", "-c", "a", "-c", "b"], "-c is given twice"),
            (["check", "config"], "-c"),
            (["reload"], "with -c"),
            (["reload", "config"], "with -c"),
            (["explain", "--protocol", "tls"], "--port"),
            (["explain", "--protocol", "tlss", "--port", "1"], "did you mean 'tls'"),
            (["explain", "--time", "2026-09-21T07:02:11Z"], "--device"),
            (["explain", "--device", "d", "--time", "noon"], "2026-09-21T07:02:11Z"),
            (["explain", "--device", "d", "--time", "2026-09-21T07:02:11Z", "--port", "1"],
             "does not go with --time"),
            (["explain", "--protocol", "tls", "--port", "70000"], "65535"),
            (["explain", "--protocol", "tls", "--port", "1", "--dst", "a.b", "--name", "c.d"],
             "both names"),
            (["version", "now"], "no arguments"),
        ]
        for words, expected in mistakes:
            with self.subTest(words=words):
                done = run(*words)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stdout, "")
                self.assert_one_line(done.stderr, expected)

    def test_no_command_prints_help_and_exits_with_2(self):
        done = run()
        self.assertEqual(done.returncode, 2)
        self.assertIn("usage", done.stderr)

    def test_version_names_what_it_runs_on(self):
        done = run("version")
        self.assertRegex(done.stdout, r"(?s)^offport \d.*DPDK 2\d\..*Hyperscan 5\.")


class Check(Case):
    def setUp(self):
        super().setUp()
        for name in ("policy.yaml", "identity.yaml", "sensor.yaml"):
            shutil.copy(ROOT / "config" / name, self.directory / name)

    def check(self):
        return run("check", "-c", self.directory)

    def append(self, name, text):
        path = self.directory / name
        path.write_text(path.read_text() + text)
        return len(path.read_text().splitlines())

    def test_the_shipped_and_the_demo_configuration_are_sound(self):
        for directory in (ROOT / "config", ROOT / "config" / "demo"):
            done = run("check", "-c", directory)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn("warning", done.stderr)
        self.assertEqual(run("check").returncode, 0)

    def test_the_printed_policy_is_a_policy_that_means_the_same(self):
        for directory in (ROOT / "config", ROOT / "config" / "demo"):
            first = run("check", "-c", directory).stdout
            shutil.copy(directory / "identity.yaml", self.directory / "identity.yaml")
            self.write("policy.yaml", first)
            again = self.check()
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertEqual(again.stdout, first)

    def test_every_mistake_has_its_place_and_all_are_told_at_once(self):
        mistakes = [
            ("TimeWindw: 1h", 1, "did you mean 'TimeWindow'"),
            ("TimeWindow: soon", 13, "duration"),
            ("BeaconIntervalTolerance: x", 26, "number"),
            ("AllowedProtocolPortMappings: {tls: {tcp: 70000}}", 42, "65535"),
            ("AllowedProtocolPortMappings: {tsl: {tcp: 443}}", 31, "did you mean 'tls'"),
        ]
        for text, column, expected in mistakes:
            with self.subTest(text):
                self.write("policy.yaml", "# one\n" + text + "\n")
                done = self.check()
                self.assertEqual(done.returncode, 1)
                self.assertEqual(done.stdout, "")
                place = f"{self.directory}/policy.yaml:2:{column}: error: "
                self.assert_one_line(done.stderr, place, expected)
        self.write("policy.yaml", "\n".join(text for text, _, _ in mistakes[:3]) + "\n")
        done = self.check()
        self.assertGreaterEqual(len(done.stderr.splitlines()), 3)

    def test_mistakes_in_the_other_files(self):
        self.write("sensor.yaml", "limits:\n  sessions: many\n")
        self.write("identity.yaml", "tag_rules:\n  - {vlan: 5000, app_group: x}\n")
        done = self.check()
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{self.directory}/sensor.yaml:2:13: error: ", done.stderr)
        self.assertIn(f"{self.directory}/identity.yaml:2:12: error: ", done.stderr)

    def test_a_syntax_error_has_a_place(self):
        self.write("policy.yaml", "roles: {mail: [\n")
        done = self.check()
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, f"{self.directory}/policy.yaml:")

    def test_an_own_protocol_is_checked_and_may_be_used(self):
        self.write("sensor.yaml",
                   "protocols:\n  - {name: acme, client: ['^ACME'], server: ['^OK(']}\n")
        done = self.check()
        self.assertEqual(done.returncode, 1)
        self.assertIn("Hyperscan", done.stderr)
        self.write("sensor.yaml",
                   "protocols:\n  - {name: acme, client: ['^ACME'], server: ['^OK']}\n")
        self.write("policy.yaml", "AllowedProtocolPortMappings: {acme: {tcp: 7000}}\n")
        self.assertEqual(self.check().returncode, 0)

    def test_an_expired_exception_is_a_warning(self):
        self.write("policy.yaml", "EnterpriseExceptionList:\n"
                   "  - {id: X-1, owner: o, reason: r, expires: 2020-01-01, match: {apps: [a.b]}}\n")
        done = self.check()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("warning", done.stderr)
        self.assertIn("X-1", done.stderr)

    def test_a_directory_that_is_not_there_is_an_error(self):
        done = run("check", "-c", self.directory / "absent")
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "absent: there is no such directory")
        done = run("check", "-c", ROOT / "README.md")
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "README.md: is not a directory")

    def test_a_policy_that_approves_nothing_is_a_warning(self):
        for text in ("", "# nothing\n", "TimeWindow: 1h\n"):
            self.write("policy.yaml", text)
            done = self.check()
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"{self.directory}/policy.yaml:1:1: warning: the policy approves nothing",
                          done.stderr)

    def test_a_transport_that_a_protocol_never_uses_is_a_warning(self):
        self.write("policy.yaml", "AllowedProtocolPortMappings:\n  tls: {udp: 443}\n")
        done = self.check()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("policy.yaml:2:8: warning: tls is recognised over tcp only", done.stderr)


class Explain(Case):
    def test_a_devices_timeline(self):
        self.write("identity.yaml", "app_groups: {office: {apps: []}}\n")
        self.write("policy.yaml", "AllowedProtocolPortMappings: {tls: {tcp: 443}}\n")
        events = [
            ("06:00:00", "device", '"name":"phone-114","user":"a@ex.org","platform":"android",'
             '"managed":true,"also_known_as":["mac:a1b2c3d4e5f6"]'),
            ("06:30:00", "lease", '"address":"10.20.1.14","state":"granted","app_group":"office"'),
            ("06:58:00", "lock_state", '"state":"locked"'),
            ("07:02:11", "connect", '"app":"com.x","destination":"198.51.100.7","port":7878,'
             '"transport":"tcp"'),
            ("09:00:00", "lock_state", '"state":"unlocked"')]
        path = self.write("events.ndjson", "".join(
            f'{{"v":1,"ts":"2026-09-21T{at}Z","device_id":"serial:R5CT1","kind":"{kind}",{rest}}}\n'
            for at, kind, rest in events))
        done = run("explain", "-c", self.directory, "--identity", path, "--device",
                   "mac:a1b2c3d4e5f6", "--time", "2026-09-21T07:02:11Z")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, """serial:R5CT1, phone-114 of a@ex.org
  also        mac:a1b2c3d4e5f6
  at          2026-09-21 07:02:11Z
  address     10.20.1.14
  platform    android
  locked      yes, for 4 min 11 s
  managed     yes
  supervised  unknown
  compliant   unknown

from 2026-09-21 06:02:11 to 08:02:11Z:
  2026-09-21 06:30:00Z  10.20.1.14 leased to serial:R5CT1 in group office
  2026-09-21 06:58:00Z  ndjson: locked
  2026-09-21 07:02:11Z  ndjson: com.x connected to 198.51.100.7:7878 over TCP
""")
        stranger = run("explain", "-c", self.directory, "--identity", path, "--device", "serial:X",
                       "--time", "2026-09-21T07:02:11Z")
        self.assertEqual(stranger.returncode, 1)
        self.assert_one_line(stranger.stderr, "nobody has told of a device 'serial:X'", "--identity")

    def explain(self, *words):
        done = run("explain", "-c", ROOT / "config" / "demo", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_it_says_which_rule_decides_and_why(self):
        text = self.explain("--protocol", "tls", "--port", "443", "--app", "com.android.chrome")
        self.assertIn("approved", text)
        self.assertIn("AllowedProtocolPortMappings.tls", text)

    def test_it_says_what_was_expected_instead(self):
        text = self.explain("--protocol", "tls", "--port", "8088", "--app", "com.example.flashlight")
        self.assertIn("port-mismatch", text)
        self.assertIn("443", text)

    def test_a_masquerade_names_the_reservation(self):
        text = self.explain("--protocol", "ssh", "--port", "443")
        self.assertIn("port-masquerade", text)
        self.assertIn("ReservedPorts.tcp/443", text)

    def test_of_a_group_one_approved_app_is_enough(self):
        words = ("--protocol", "imap", "--port", "143", "--app-group", "office")
        text = self.explain(*words)
        self.assertIn("imap on tcp/143 by an app of group office: approved\n", text)
        self.assertIn("group 'office': com.example.mail, one of its apps, may", text)
        self.assertIn("port-mismatch", self.explain("--protocol", "tls", "--port", "8088",
                                                    "--app-group", "office"))

    def test_address_and_name_are_known_together(self):
        words = ("--protocol", "http", "--port", "8888", "--app", "com.example.devproxy",
                 "--app-group", "devtools", "--dst", "10.40.1.1")
        self.assertIn("approved", self.explain(*words, "--name", "proxy.dev.example"))
        words = ("--protocol", "tls", "--port", "5228", "--dst", "192.0.2.1")
        self.assertIn("port-mismatch", self.explain(*words))
        self.assertIn("AllowedServiceClasses.fcm",
                      self.explain(*words, "--name", "mtalk.google.com"))

    def test_rules_about_something_else_are_told_on_request(self):
        words = ("--protocol", "tls", "--port", "8088", "--app", "com.example.flashlight")
        self.assertNotIn("is for another app", self.explain(*words))
        self.assertRegex(self.explain(*words), r"\d+ rules are about something else; --all")
        self.assertIn("is for another app", self.explain(*words, "--all"))

    def test_an_exception_names_itself(self):
        text = self.explain("--protocol", "http", "--port", "8888", "--app",
                            "com.example.devproxy", "--app-group", "devtools")
        self.assertIn("EX-DEV-1", text)


if __name__ == "__main__":
    tap.main()
