"""`offport run` inline: two hosts that reach each other through the daemon alone, each on one of its
two ports."""
import ctypes
import fcntl
import hashlib
import os
import signal
import socket
import struct
import subprocess
import sys
import time

import tap
import traces
from live import PHONE, SERVER, LiveCase, ip, samples, total

# Sends datagrams with running numbers to whoever sends them back, and says how many came back.
STREAM = """
import select, socket, struct, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
s.connect((sys.argv[1], 4000))
count, seen = int(sys.argv[2]), set()
def take(seconds):
    while select.select([s], [], [], seconds)[0]:
        seen.add(struct.unpack("!I", s.recv(100)[:4])[0])
for number in range(count):
    s.send(struct.pack("!I", number) + b"-" * 60)
    take(0.002)
take(2)
print(len(seen))
"""
ECHO = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
s.bind(("", 4000))
print("ready", flush=True)
while True:
    data, sender = s.recvfrom(2000)
    s.sendto(data, sender)
"""
# Prints the first frames that arrive with this Ethernet source, as they were on the wire.
FRAMES = """
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.setsockopt(socket.SOL_SOCKET, 33, 1 << 23)  # SO_RCVBUFFORCE
s.setsockopt(263, 8, 1)  # PACKET_AUXDATA: the tag that the kernel took off
s.bind(("wire", 0))
print("ready", flush=True)
wanted, count = bytes.fromhex(sys.argv[1]), int(sys.argv[2])
while count:
    data, beside, _, _ = s.recvmsg(70000, 100)
    if data[6:12] != wanted: continue
    status, _, _, _, _, tag, kind = struct.unpack("IIIHHHH", beside[0][2][:20])
    if status & 0x10: data = data[:12] + struct.pack("!HH", kind, tag) + data[12:]
    print(data.hex(), flush=True)
    count -= 1
"""
ETHTOOL = {"tx": 0x17, "sg": 0x19, "tso": 0x1F, "gso": 0x24, "gro": 0x2C}


class InlineCase(LiveCase):
    """phone wire --- left DAEMON right --- wire server"""
    watched = "left <-> right"

    def setUp(self):
        super().setUp()
        self.write("etc/capture.yaml",
                   "role: inline\nports: [{interface: left}, {interface: right}]\n")

    def plug_in(self):
        self.host = self.server + "-sensor"
        self.make_namespaces(self.host)
        self.connect(self.phone, PHONE, "left")
        self.connect(self.server, SERVER, "right")

    def connect(self, namespace, address, port):
        ip("link", "add", "wire", "netns", namespace, "type", "veth", "peer", "name", port,
           "netns", self.host)
        # What these leave to a card is not done when there is none.
        self.switch(namespace, "wire", "off", "tx", "sg", "tso", "gso")
        ip("-n", namespace, "address", "add", f"{address}/24", "dev", "wire")
        ip("-n", namespace, "link", "set", "wire", "up")
        ip("-n", self.host, "link", "set", port, "up")

    def switch(self, namespace, interface, state, *offloads):
        """As `ethtool -K` does, which not every machine has."""
        words = [str(ETHTOOL[offload]) for offload in offloads]
        subprocess.run(["ip", "netns", "exec", namespace, sys.executable, __file__, "--switch",
                        interface, state, *words], check=True)

    def stream(self, count):
        """A client whose datagrams go through the daemon and come back."""
        echo = self.start(self.server, "python3", "-c", ECHO)
        self.wait_for_text(echo.out, "ready")
        return self.start(self.phone, "python3", "-c", STREAM, SERVER, count)

    def returned(self, stream):
        self.assertEqual(stream.process.wait(120), 0, stream.error.read_text())
        return int(stream.out.read_text())

    def can_reach(self):
        """Whether the server answers the phone's question for its address."""
        ip("-n", self.phone, "neighbor", "flush", "all")
        script = ("import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                  f"s.sendto(b'x', ('{SERVER}', 9)); time.sleep(1)")
        self.assertEqual(self.on_phone("python3", "-c", script).returncode, 0)
        known = subprocess.run(["ip", "-n", self.phone, "neighbor", "show", SERVER],
                               capture_output=True, text=True, check=True)
        return "lladdr" in known.stdout

    def counts(self):
        return samples(self.scrape()[1])

    def losses(self):
        found = self.counts()
        return [found[f"offport_{name}_packets_total"]
                for name in ("forwarding_dropped", "unsent", "missed")]

    def arriving(self, source, count):
        listener = self.start(self.server, "python3", "-c", FRAMES, source.hex(), count)
        self.wait_for_text(listener.out, "ready")
        return listener

    def frames_of(self, listener):
        self.assertEqual(listener.process.wait(60), 0, listener.error.read_text())
        return [bytes.fromhex(line) for line in listener.out.read_text().split()[1:]]


class Forwarding(InlineCase):
    def test_nobody_gets_through_before_it_runs(self):
        self.assertFalse(self.can_reach())

    def test_a_protocol_on_an_odd_port_is_found_while_it_passes(self):
        for workers in (1, 2):
            with self.subTest(workers=workers):
                self.write("etc/capture.yaml", "role: inline\nports: [{interface: left}, {interface: "
                           f"right}}]\nworkers: {workers}\n")
                daemon = self.daemon()
                server = self.serve_tls(8088)
                done = self.on_phone("sh", "-c", f"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | openssl "
                                     f"s_client -quiet -connect {SERVER}:8088 -servername "
                                     "phone.example.org")
                self.assertIn("HTTP/1.0 200", done.stdout, done.stderr)
                (alert,) = self.wait_for_records(daemon, 1, "alert")
                self.assertEqual((alert["app_proto"], alert["dest_port"], alert["tls"]["sni"]),
                                 ("tls", 8088, "phone.example.org"))
                server.end()
                self.assert_the_books_balance(self.counts())
                self.assertEqual(daemon.end(), 0)
                self.assertRegex(daemon.error.read_text(), "[0-9,]+ forwarded")

    def test_a_large_answer_comes_whole(self):
        content = os.urandom(3 << 20)
        self.write("large", content)
        daemon = self.daemon()
        self.serve_http(7878)
        script = ("import hashlib, urllib.request as u\n"
                  f"r = u.urlopen('http://{SERVER}:7878/large', timeout=50).read()\n"
                  "print(len(r), hashlib.sha256(r).hexdigest())")
        done = self.on_phone("python3", "-c", script)
        self.assertEqual(done.stdout.split(), [str(len(content)), hashlib.sha256(content).hexdigest()],
                         done.stderr)
        self.wait_for_records(daemon, 1, "alert")
        self.assertEqual(daemon.end(), 0)

    def test_tags_and_what_it_cannot_read_come_out_as_they_went_in(self):
        daemon = self.daemon()
        source = bytes.fromhex("020000000077")
        head = bytes.fromhex("020000000078") + source
        odd = [bytes.fromhex(text) for text in (
            "8100002a" "0800" + "45" + "00" * 60,          # a broken packet in VLAN 42
            "8100e02a" "8100002b" "88b5" + "ab" * 60,      # two tags, the first with a priority
            "88b5" + "cd" * 50,                            # an experimental protocol
            "81000000" "88b5" + "ef" * 1500,               # the longest, with a tag besides
            "0042" "424203" + "00" * 60,                   # spanning tree
        )]
        frames = [head + one for one in odd]
        listener = self.arriving(source, len(frames))
        self.send_from_phone(frames)
        self.assertEqual(self.frames_of(listener), frames)
        self.assertEqual(daemon.end(), 0)

    def test_fragments_stay_fragments(self):
        daemon = self.daemon()
        listener = self.start(self.server, "python3", "-c", (
            "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', 4000))\n"
            "print('ready', flush=True); print(len(s.recv(9000)))"))
        self.wait_for_text(listener.out, "ready")
        script = ("import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                  f"s.sendto(b'x' * 5000, ('{SERVER}', 4000))")
        self.assertEqual(self.on_phone("python3", "-c", script).returncode, 0)
        self.assertEqual(listener.process.wait(20), 0)
        self.assertEqual(listener.out.read_text().split(), ["ready", "5000"])
        self.assertEqual(daemon.end(), 0)

    def test_a_session_in_a_vlan_is_found(self):
        daemon = self.daemon()
        self.send_tagged_from_phone()
        (alert,) = self.wait_for_records(daemon, 1, "alert")
        self.assertEqual(alert["vlan"], [42])
        self.assertEqual(daemon.end(), 0)

    def test_what_is_too_long_for_the_other_side_is_counted(self):
        ip("-n", self.host, "link", "set", "right", "mtu", "1000")
        daemon = self.daemon()
        source = bytes.fromhex("020000000077")
        head = bytes.fromhex("020000000078") + source + bytes.fromhex("88b5")
        listener = self.arriving(source, 1)
        self.send_from_phone([head + b"x" * 1001, head + b"y" * 1000])
        self.assertEqual(self.frames_of(listener), [head + b"y" * 1000])
        found = self.counts()
        self.assertEqual(found["offport_forwarding_dropped_packets_total"]
                         ['{port="left",reason="too-long"}'], 1)
        self.assertEqual(daemon.end(), 0)
        self.assertIn("1 packets of 'left' not forwarded: too long",
                      " ".join(daemon.error.read_text().split()))  # lines are wrapped

    def test_a_port_that_joins_packets_is_told(self):
        self.switch(self.host, "left", "on", "gro")
        daemon = self.daemon()
        self.wait_for_text(daemon.error, "port 'left' joins packets.*`ethtool -K left gro off`")
        self.assertNotIn("port 'right' joins", daemon.error.read_text())
        self.assertEqual(daemon.end(), 0)


class Load(InlineCase):
    def test_inspection_gives_way_and_what_it_missed_is_counted(self):
        """While the daemon is stopped frames gather, so that it is behind when it goes on."""
        self.write("etc/capture.yaml", "role: inline\nports: [{interface: left}, {interface: right}]\n"
                   "longest_delay: 0s\n")
        daemon = self.daemon()
        source = bytes.fromhex("020000000077")
        head = bytes.fromhex("020000000078") + source + bytes.fromhex("88b5")
        listener = self.arriving(source, 1500)
        daemon.send(signal.SIGSTOP)
        self.send_from_phone([head + bytes([n >> 8, n & 255]) + b"-" * 50 for n in range(1500)])
        daemon.send(signal.SIGCONT)
        numbers = [frame[14:16] for frame in self.frames_of(listener)]
        self.assertEqual(numbers, [bytes([n >> 8, n & 255]) for n in range(1500)])
        self.wait_until(lambda: total(self.counts(), "received_packets") >= 1500, "the frames")
        found = self.counts()
        self.assert_the_books_balance(found)
        bypassed = found["offport_bypassed_packets_total"]['{port="left"}']
        self.assertGreaterEqual(bypassed, 64 * 10)
        self.assertLess(bypassed, 1500)
        self.assertEqual(daemon.end(), 0)
        self.assertRegex(daemon.error.read_text(), "[0-9,]+ bypassed inspection")

    def test_nothing_is_lost_while_the_configuration_is_read_again(self):
        daemon = self.daemon()
        self.wait_until(lambda: self.scrape("/readyz")[0] == 200, "both links")
        before = self.losses()
        stream = self.stream(2000)
        reloads = 0
        while stream.process.poll() is None:
            daemon.send(signal.SIGHUP)
            reloads += 1
            time.sleep(0.1)
        self.assertEqual(self.returned(stream), 2000)
        self.assertGreater(reloads, 10)
        self.assertIn("policy reloaded", daemon.error.read_text())
        found = self.counts()
        self.assertEqual(self.losses(), before)
        self.assert_the_books_balance(found)
        self.assertEqual(daemon.end(), 0)


class Links(InlineCase):
    def test_an_end_that_vanishes_and_returns(self):
        daemon = self.daemon("--flows")
        ip("-n", self.host, "link", "delete", "right")
        self.wait_for_text(daemon.error, "port 'right' is gone")
        self.assertFalse(self.can_reach())
        self.wait_until(lambda: self.counts()["offport_forwarding_dropped_packets_total"]
                        ['{port="left",reason="peer-down"}'] > 0, "dropped frames")
        # What the other end sends is still looked at.
        self.send_from_phone([frame for _, frame in traces.tcp_conversation(
            "10.9.0.1", 40000, "10.9.0.2", 7878, [("c", b"hello")])])
        self.wait_until(lambda: total(self.counts(), "sessions") > 0, "a session")
        self.connect(self.server, SERVER, "right")
        self.wait_for_text(daemon.error, r"'right' is gone\n(.*is down\n)?.*is up\n\Z")
        self.wait_until(self.can_reach, "the server")
        self.serve_http(7878)
        self.get(7878)
        self.wait_for_records(daemon, 1, "alert")
        self.assert_the_books_balance(self.counts())
        self.assertEqual(daemon.end(), 0)

    def test_an_end_that_goes_down_and_comes_up(self):
        daemon = self.daemon()
        ip("-n", self.host, "link", "set", "right", "down")
        self.wait_for_text(daemon.error, "port 'right' is down")
        self.assertFalse(self.can_reach())
        ip("-n", self.host, "link", "set", "right", "up")
        self.wait_for_text(daemon.error, "'right' is down\n.*'right' is up")
        self.wait_until(self.can_reach, "the server")
        self.assert_the_books_balance(self.counts())
        self.assertEqual(daemon.end(), 0)


def switch(interface, state, commands):
    """Runs in the interface's namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for command in commands:
            value = bytearray(struct.pack("II", int(command), state == "on"))
            address = (ctypes.c_char * len(value)).from_buffer(value)
            fcntl.ioctl(asked, 0x8946, struct.pack("16sP16x", interface.encode(),
                                                   ctypes.addressof(address)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--switch"]:
        switch(*sys.argv[2:4], sys.argv[4:])
    else:
        tap.main()
