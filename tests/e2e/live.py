"""Live traffic: two hosts, each in a network namespace of its own, a veth pair between them, and the
daemon on one end of it."""
import collections
import itertools
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import unittest

import traces
from sensor import BINARY, Case, records

PHONE, SERVER = "10.1.2.3", "10.1.2.9"
PATIENCE = 60  # seconds until something that must come has come
numbers = itertools.count()

POLICY = """
AllowedProtocolPortMappings:
  http: {tcp: 80}
  tls: {tcp: 443}
  ssh: {tcp: 22}
"""


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def why_not():
    """Why this machine cannot have network namespaces; empty if it can."""
    if os.geteuid() != 0:
        return "making network namespaces needs root"
    if shutil.which("ip") is None:
        return "there is no `ip`: apt-get install iproute2"
    name = f"offport-{os.getpid()}-probe"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode == 0:
        subprocess.run(["ip", "netns", "delete", name], capture_output=True)
    return made.stderr.strip()


def samples(text):
    """{family: {labels: value}} of Prometheus' text format."""
    found = collections.defaultdict(dict)
    for line in text.splitlines():
        if not line.startswith("#"):
            name, labels, value = re.fullmatch(r"(\w+)(\{.*\})? (\S+)", line).groups()
            found[name][labels or ""] = float(value)
    return found


def total(found, *names):
    return sum(sum(found[f"offport_{name}_total"].values()) for name in names)


class Process:
    """A program in a namespace; its output goes to files."""

    def __init__(self, namespace, directory, words, environment=None):
        self.out = directory / f"{next(numbers)}.out"
        self.error = self.out.with_suffix(".err")
        with open(self.out, "wb") as out, open(self.error, "wb") as error:
            self.process = subprocess.Popen(["ip", "netns", "exec", namespace, *map(str, words)],
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=error,
                                            env=environment, cwd=directory)

    def send(self, number):
        self.process.send_signal(number)

    def end(self, number=signal.SIGTERM):
        """Ends it; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2]
        ticks = sum(map(int, fields.split()[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")


class LiveCase(Case):
    """`self.phone` and `self.server` are namespaces; the daemon is in `self.host` and watches the
    server's `wire`."""
    watched = "wire"
    keeps_state = False  # a daemon goes on where the one before it ended

    def setUp(self):
        super().setUp()
        reason = why_not()
        if reason:
            raise unittest.SkipTest(reason)
        prefix = f"offport-{os.getpid()}-{next(numbers)}"
        self.phone, self.server = prefix + "-phone", prefix + "-server"
        self.host = self.server
        self.make_namespaces(self.phone, self.server)
        self.plug_in()
        self.write("etc/policy.yaml", POLICY)
        self.write("etc/capture.yaml", "ports: [{interface: wire}]\n")

    def make_namespaces(self, *names):
        for namespace in names:
            ip("netns", "add", namespace)
            self.addCleanup(ip, "netns", "delete", namespace)
            ip("-n", namespace, "link", "set", "lo", "up")

    def plug_in(self):
        ip("link", "add", "wire", "netns", self.phone, "type", "veth", "peer", "name", "wire",
           "netns", self.server)
        for namespace, address in ((self.phone, PHONE), (self.server, SERVER)):
            ip("-n", namespace, "address", "add", f"{address}/24", "dev", "wire")
            ip("-n", namespace, "link", "set", "wire", "up")

    def start(self, namespace, *words, environment=None):
        process = Process(namespace, self.directory, words, environment)
        self.addCleanup(process.end, signal.SIGKILL)
        return process

    def daemon(self, *options):
        """Starts `offport run` and waits until it watches."""
        environment = dict(os.environ, OFFPORT_NO_HUGE="1")
        if not self.keeps_state:
            environment["STATE_DIRECTORY"] = str(self.directory / f"state-{next(numbers)}")
        daemon = self.start(self.host, BINARY, "run", "-c", self.directory / "etc", *options,
                            environment=environment)
        self.wait_for_text(daemon.error, f"watching {self.watched}")
        return daemon

    def wait_until(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        while not (result := condition()):
            if time.monotonic() > deadline:
                self.fail(f"{what} did not come within {PATIENCE} s")
            time.sleep(0.05)
        return result

    def wait_for_text(self, path, pattern):
        try:
            self.wait_until(lambda: re.search(pattern, path.read_text()), f"'{pattern}'")
        except AssertionError as missing:
            self.fail(f"{missing}; it says {path.read_text()[-2000:]!r}")

    def wait_for_records(self, daemon, count, event_type):
        def enough():
            whole = daemon.out.read_text().rpartition("\n")[0]
            found = records(whole, event_type)
            return found if len(found) >= count else None
        return self.wait_until(enough, f"{count} {event_type} records")

    def serve_http(self, port):
        server = self.start(self.server, "python3", "-u", "-m", "http.server", port, "--bind",
                            SERVER, "--directory", self.directory)
        self.wait_for_text(server.out, "Serving HTTP")
        return server

    def serve_tls(self, port):
        certificate, key = self.directory / "c.pem", self.directory / "k.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=example.org", "-keyout",
                        key, "-out", certificate], check=True, capture_output=True)
        server = self.start(self.server, "openssl", "s_server", "-accept", f"{SERVER}:{port}",
                            "-cert", certificate, "-key", key, "-www")
        self.wait_for_text(server.out, "ACCEPT")
        return server

    def on_phone(self, *words):
        return subprocess.run(["ip", "netns", "exec", self.phone, *map(str, words)],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE)

    def scrape(self, path="/metrics"):
        """Status and body of what the daemon answers Prometheus."""
        script = ("import urllib.request as u, urllib.error, sys\n"
                  f"try: r = u.urlopen('http://127.0.0.1:9469{path}', timeout=20)\n"
                  "except urllib.error.HTTPError as e: r = e\n"
                  "print(r.status); sys.stdout.write(r.read().decode())")
        done = subprocess.run(["ip", "netns", "exec", self.host, "python3", "-c", script],
                              capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        status, _, body = done.stdout.partition("\n")
        return int(status), body

    def assert_the_books_balance(self, found):
        self.assertEqual(total(found, "received_packets"),
                         total(found, "bypassed_packets", "decoded_packets", "rejected_packets"))
        self.assertEqual(total(found, "decoded_packets", "carrier_packets"),
                         total(found, "tracked_packets", "untracked_packets",
                               "steering_dropped_packets"))
        self.assertEqual(total(found, "sessions"), total(found, "sessions_ended") +
                         sum(found["offport_sessions_active"].values()))
        if "offport_forwarded_packets_total" in found:
            self.assertEqual(total(found, "received_packets"),
                             total(found, "forwarded_packets", "forwarding_dropped_packets"))

    def get(self, port, address=SERVER):
        script = f"import urllib.request as u; u.urlopen('http://{address}:{port}/', timeout=20)"
        done = self.on_phone("python3", "-c", script)
        self.assertEqual(done.returncode, 0, done.stderr)

    def send_tagged_from_phone(self):
        """An HTTP session on port 7878, in VLAN 42."""
        frames = [frame for _, frame in traces.tcp_conversation(
            "10.9.0.1", 40000, "10.9.0.2", 7878,
            [("c", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
             ("s", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")])]
        self.send_from_phone([frame[:12] + bytes.fromhex("8100002a") + frame[12:]
                              for frame in frames])

    def send_from_phone(self, frames):
        """Whole Ethernet frames, as a mirror would send them."""
        script = ("import socket, sys; s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)\n"
                  "s.bind(('wire', 0))\n"
                  "for frame in sys.argv[1:]: s.send(bytes.fromhex(frame))")
        done = self.on_phone("python3", "-c", script, *(frame.hex() for frame in frames))
        self.assertEqual(done.returncode, 0, done.stderr)

    def greet_tls(self, port, name):
        done = self.on_phone("openssl", "s_client", "-connect", f"{SERVER}:{port}", "-servername",
                             name)
        self.assertIn("CONNECTED", done.stdout, done.stderr)
