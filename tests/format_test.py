"""Every source file is as clang-format 14 writes it; other versions differ in details."""
import pathlib
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
import tap  # noqa: E402

VERSION = "14"


def formatter():
    """The program's path, or nothing if this machine does not have that version."""
    for name in (f"clang-format-{VERSION}", "clang-format"):
        path = shutil.which(name)
        if path is None:
            continue
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
        if f"version {VERSION}." in said:
            return path
    return None


class Format(unittest.TestCase):
    def test_the_tree_is_formatted(self):
        program = formatter()
        if program is None:
            self.skipTest(f"clang-format {VERSION} is not installed")
        files = [str(path) for folder in ("lib", "sensor", "tests", "perf")
                 for path in sorted((ROOT / folder).rglob("*")) if path.suffix in (".h", ".cpp")]
        self.assertGreater(len(files), 100)
        done = subprocess.run([program, "--dry-run", "-Werror", *files], cwd=ROOT,
                              capture_output=True, text=True, check=False)
        wrong = sorted({line.split(":")[0] for line in done.stderr.splitlines() if ": error:" in line})
        self.assertEqual(wrong, [], "run clang-format -i on these")
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    tap.main()
