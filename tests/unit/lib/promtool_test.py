"""Prometheus' own checker has nothing against an exposition. Usage: promtool_test.py, with
PRINT_EXPOSITION the program that prints one."""
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
import tap  # noqa: E402


class Promtool(unittest.TestCase):
    def setUp(self):
        self.program = shutil.which("promtool")
        if self.program is None:
            self.skipTest("promtool is not installed; Debian's package prometheus has it")

    def check(self, text):
        return subprocess.run([self.program, "check", "metrics"], input=text, capture_output=True,
                              check=False)

    def test_accepts_what_is_exposed(self):
        text = subprocess.run([os.environ["PRINT_EXPOSITION"]], stdout=subprocess.PIPE, check=True).stdout
        self.assertIn(b"# TYPE rx_packets_total counter\n", text)
        done = self.check(text)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def test_objects_to_what_is_wrong(self):
        self.assertNotEqual(self.check(b"# TYPE a counter\na{ 1\n").returncode, 0)


if __name__ == "__main__":
    tap.main()
