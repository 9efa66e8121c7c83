"""Drives the real binary. OFFPORT names it, DEMO_MAKER the program that writes the demo trace; both
are set by meson."""
import functools
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import unittest.mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("OFFPORT", str(ROOT / "build" / "offport"))
DEMO_MAKER = os.environ.get("DEMO_MAKER", str(ROOT / "build" / "tests" / "demo" / "make-demo-trace"))
TIME_LIMIT = 300  # seconds; the sanitizers are slow


def run(*arguments, **options):
    """Runs `offport ARGUMENTS` without hugepages, so that tests can run side by side."""
    environment = dict(os.environ, OFFPORT_NO_HUGE="1", **options.pop("environment", {}))
    options.setdefault("capture_output", True)
    options.setdefault("timeout", TIME_LIMIT)
    text = options.pop("text", True)
    return subprocess.run([BINARY, *map(str, arguments)], env=environment, text=text, check=False,
                          **options)


@functools.lru_cache(maxsize=None)
def demo_directory():
    """The demo trace and its identity events, made once."""
    directory = tempfile.TemporaryDirectory(prefix="offport-demo-")
    subprocess.run([DEMO_MAKER, directory.name], check=True, capture_output=True)
    demo_directory.keep = directory  # deleted with the process
    return pathlib.Path(directory.name)


def replay_demo(*arguments, **options):
    demo = demo_directory()
    return run("replay", demo / "demo.pcap", "--identity", demo / "demo-identity.ndjson",
               "-c", ROOT / "config" / "demo", *arguments, **options)


@functools.lru_cache(maxsize=None)
def demo_records():
    """The EVE records of the demo, findings and flows."""
    done = replay_demo("--eve", "-", "--flows")
    assert done.returncode == 0, done.stderr
    return done.stdout


def records(text, event_type=None):
    """The JSON lines of `text`, or those of one type."""
    found = [json.loads(line) for line in text.splitlines()]
    return [r for r in found if event_type in (None, r["event_type"])]


class Case(unittest.TestCase):
    """A test with a directory of its own."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="offport-e2e-")
        self.addCleanup(holder.cleanup)
        self.directory = pathlib.Path(holder.name)
        # A daemon of this test meets none of another's at its control socket, or in what it keeps.
        (self.directory / "run").mkdir(mode=0o700)
        runtime = unittest.mock.patch.dict(os.environ, RUNTIME_DIRECTORY=holder.name + "/run",
                                           STATE_DIRECTORY=holder.name + "/state")
        runtime.start()
        self.addCleanup(runtime.stop)

    def write(self, name, content):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content)
        return path

    def make_certificate(self, name):
        """NAME.pem, which nobody else signed, and NAME.key, in the directory."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout",
                        f"{name}.key", "-out", f"{name}.pem"],
                       check=True, capture_output=True, cwd=self.directory)
        (self.directory / f"{name}.key").chmod(0o640)

    def assert_one_line(self, text, *parts):
        lines = text.strip().splitlines()
        self.assertEqual(len(lines), 1, f"not one line: {text!r}")
        for part in parts:
            self.assertIn(str(part), lines[0])
