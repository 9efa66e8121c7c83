"""README's examples are read by the program itself: what it tells people to write must be right."""
import json
import re
import unittest

import tap
from sensor import Case, ROOT, demo_directory, run

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def examples(language):
    return [text for marked, text in BLOCK.findall((ROOT / "README.md").read_text())
            if marked == language]


class Readme(Case):
    def test_there_are_examples_to_read(self):
        self.assertTrue(examples("json"))
        self.assertTrue(examples("yaml"))

    def test_its_identity_events_are_accepted(self):
        for number, text in enumerate(examples("json")):
            with self.subTest(text[:60]):
                events = self.write(f"events-{number}.ndjson", text)
                done = run("replay", demo_directory() / "demo.pcap", "--identity", events, "--json")
                self.assertEqual(done.returncode, 0, done.stderr)
                summary = json.loads(done.stdout)["summary"]
                self.assertEqual(summary["notes"], [])
                self.assertEqual(summary["identity_events_rejected"], 0)
                self.assertEqual(summary["identity_events_accepted"], len(text.splitlines()))

    def test_its_configuration_is_sound(self):
        """The first line of a block names its file."""
        self.write("policy.yaml", (ROOT / "config" / "policy.yaml").read_text())
        for text in examples("yaml"):
            with self.subTest(text[:60]):
                name = re.match(r"# (\w+\.yaml)\b", text)
                self.assertIsNotNone(name, "a block begins with the name of its file")
                self.write(name[1], text)
                done = run("check", "-c", self.directory,
                           environment={"OFFPORT_RADIUS_SECRET": "x"})
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotIn("warning", done.stderr)
        tests = list(self.directory.glob("*_test.yaml"))
        self.assertTrue(tests)
        for path in tests:
            done = run("test", path, environment={"OFFPORT_RADIUS_SECRET": "x"})
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_its_commands_exist(self):
        """Scripts and folders that README names are there."""
        text = (ROOT / "README.md").read_text()
        for path in set(re.findall(r"\b(?:scripts|config|sensor|lib|perf)/[\w./-]*\w", text)):
            if "build/" + path not in text:
                self.assertTrue((ROOT / path).exists(), path)
        for script in (ROOT / "scripts").iterdir():
            if script.suffix == "" and script.name not in ("build", "setup", "make-demo-trace"):
                self.assertIn(f"scripts/{script.name}", text)


if __name__ == "__main__":
    tap.main()
