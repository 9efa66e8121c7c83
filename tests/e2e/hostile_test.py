"""Damaged traffic: whatever it is, the sensor reads it, counts every packet and stays repeatable."""
import json
import random
import struct
import unittest

import tap
import traces
from sensor import Case, demo_directory, records, run, ROOT


def packets_of(content):
    """(seconds, frame) of a little-endian microsecond pcap."""
    at = 24
    while at + 16 <= len(content):
        seconds, fraction, length, _ = struct.unpack_from("<IIII", content, at)
        yield seconds + fraction / 10**6, content[at + 16:at + 16 + length]
        at += 16 + length


def damaged(frame, chance):
    """The frame with a few bytes changed, cut, or grown."""
    frame = bytearray(frame)
    kind = chance.randrange(4)
    if kind == 0:
        for _ in range(chance.randrange(1, 8)):
            frame[chance.randrange(len(frame))] = chance.randrange(256)
    elif kind == 1:
        del frame[chance.randrange(len(frame)):]
    elif kind == 2:
        at = chance.randrange(len(frame))
        frame[at:at] = chance.randbytes(chance.randrange(1, 40))
    else:
        at = chance.randrange(len(frame))
        frame[at:at + 8] = chance.choice([b"\0", b"\xff"]) * 8
    return bytes(frame)


class Hostile(Case):
    def assert_accounted(self, path):
        done = run("replay", path, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        summary = json.loads(done.stdout)["summary"]
        self.assertEqual(summary["packets"],
                         summary["decoded"] + sum(summary["rejected"].values()))
        self.assertEqual(summary["decoded"] + summary["carriers"],
                         summary["tracked"] + sum(summary["untracked"].values()))
        self.assertEqual(summary["sessions"], sum(summary["ended"].values()))
        return summary

    def test_damaged_demo_traffic(self):
        original = list(packets_of((demo_directory() / "demo.pcap").read_bytes()))
        for seed in range(3):
            chance = random.Random(seed)
            packets = [(time, damaged(frame, chance) if chance.random() < 0.3 else frame)
                       for time, frame in original]
            path = self.write(f"damaged-{seed}.pcap", traces.pcap([p for p in packets if p[1]]))
            self.assert_accounted(path)
            first = run("replay", path, "--eve", "-", "--flows").stdout
            self.assertEqual(run("replay", path, "--eve", "-", "--flows", "--workers", "3").stdout,
                             first)

    def test_random_bytes_are_nobodys_protocol(self):
        chance = random.Random(7)
        packets = []
        for number in range(300):
            dialogue = [(side, chance.randbytes(chance.randrange(1, 900))) for side in "csccs"]
            packets += traces.tcp_conversation(f"10.9.{number // 250}.{number % 250 + 1}", 40000,
                                               "192.0.2.1", chance.choice([7000, 9443, 31337]),
                                               dialogue, start=1000.0 + number)
        path = self.write("random.pcap", traces.pcap(packets))
        flows = records(run("replay", path, "--eve", "-", "--flows").stdout, "flow")
        self.assertEqual(len(flows), 300)
        self.assertEqual({f["app_proto"] for f in flows}, {"unknown"})

    def test_frames_of_every_length(self):
        whole = traces.tcp_conversation("10.1.2.3", 40000, "192.0.2.22", 22, traces.SSH_DIALOGUE)
        frame = whole[3][1]
        packets = [(1000.0 + i, frame[:i]) for i in range(1, len(frame))]
        summary = self.assert_accounted(self.write("t", traces.pcap(packets)))
        self.assertGreater(summary["rejected"]["truncated"], 30)

    def test_time_that_jumps_back_and_forth(self):
        whole = traces.tcp_conversation("10.1.2.3", 40000, "192.0.2.22", 22, traces.SSH_DIALOGUE)
        packets = [(time + (1e6 if i % 2 else 0), frame) for i, (time, frame) in enumerate(whole)]
        self.assert_accounted(self.write("t", traces.pcap(packets)))

    def test_times_no_clock_has(self):
        whole = [frame for _, frame in traces.tcp_conversation(
            "10.1.2.3", 40000, "192.0.2.22", 22, traces.SSH_DIALOGUE)]
        year = 31_556_952
        for start in (2**32 - 1, 180 * year, 292 * year, 293 * year, 2**63 - 100, 2**64 - 100):
            with self.subTest(start=start):
                packets = [(start + i, frame) for i, frame in enumerate(whole)]
                path = self.write("t", traces.pcapng(packets, ticks_per_second=1))
                summary = self.assert_accounted(path)
                if start > 180 * year:
                    self.assertIn("8 packets are from before 1970 or after 2159; they count as of "
                                  "the nearest of these", summary["notes"])
        self.assertIn("2160-01-01", self.last_time([(150 * year, whole[0]), (292 * year, whole[1])]))

    def last_time(self, packets):
        path = self.write("t", traces.pcapng(packets, ticks_per_second=1))
        return self.assert_accounted(path)["last"]

    def test_seconds_before_1970(self):
        content = bytearray(traces.pcap(traces.tcp_conversation(
            "10.1.2.3", 40000, "192.0.2.22", 22, traces.SSH_DIALOGUE)))
        content[24:28] = b"\xff\xff\xff\xff"
        summary = self.assert_accounted(self.write("t", bytes(content)))
        self.assertEqual(summary["first"], "1970-01-01T00:00:00.000000+0000")
        self.assertTrue(summary["notes"][0].startswith("1 packet is from before 1970"), summary)

    def test_an_empty_frame_is_a_truncated_one(self):
        packets = [(1000.0, b""), (1001.0, b"\x01")]
        summary = self.assert_accounted(self.write("t", traces.pcap(packets)))
        self.assertEqual(summary["rejected"], {"truncated": 2})


class Flood(Case):
    """More new sessions than the flow table has room for, while identified ones go on."""
    ROOM = 2000
    OPEN = 100

    def configuration_with_little_room(self):
        for name in ("policy.yaml", "identity.yaml", "sensor.yaml"):
            text = (ROOT / "config" / name).read_text()
            self.write(f"config/{name}", text.replace("sessions: 1048576", f"sessions: {self.ROOM}"))
        return self.directory / "config"

    def established(self):
        """Packets of sessions that say what they are, and those with which they close later on."""
        beginnings, ends = [], []
        for number in range(self.OPEN):
            conversation = traces.tcp_conversation(
                f"10.1.0.{number + 1}", 40000, "192.0.2.80", 7878 if number == 0 else 80,
                traces.HTTP_DIALOGUE)
            beginnings += conversation[:-3]
            ends += [(time + 100, frame) for time, frame in conversation[-3:]]
        return beginnings, ends

    def flood(self, transport):
        for number in range(10 * self.ROOM):
            source = f"10.{64 + number // 65536}.{number // 256 % 256}.{number % 256}"
            port = 1024 + number % 60000
            if transport == 6:
                content = traces.tcp(port, 443, number, 0, 0x02)
            else:
                content = struct.pack(">HHHH", port, 5000, 8 + 18, 0) + bytes(18)
            yield 1010 + number / 10**4, traces.ethernet(
                traces.ipv4(source, "198.51.100.7", transport, content))

    def test_identified_sessions_live_through_it(self):
        beginnings, ends = self.established()
        directory = self.configuration_with_little_room()
        calm = self.write("calm.pcap", traces.pcap(sorted(beginnings + ends)))
        expected = records(run("replay", calm, "-c", directory, "--eve", "-").stdout, "alert")
        self.assertEqual(len({alert["offport"]["finding"] for alert in expected}), 1)
        for transport in (6, 17):
            path = self.write(f"flood-{transport}.pcap", traces.pcap(
                sorted([*beginnings, *self.flood(transport), *ends])))
            done = run("replay", path, "-c", directory, "--eve", "-", "--flows")
            self.assertEqual(done.returncode, 0, done.stderr)
            flows = [flow for flow in records(done.stdout, "flow") if flow["app_proto"] == "http"]
            self.assertEqual([flow["flow"]["reason"] for flow in flows], ["closed"] * self.OPEN)
            self.assertEqual(records(done.stdout, "alert"), expected)
            summary = json.loads(run("replay", path, "-c", directory, "--json").stdout)["summary"]
            # Each newcomer takes the place of the oldest that nobody knows.
            self.assertEqual(summary["ended"]["evicted"], self.OPEN + 10 * self.ROOM - self.ROOM)
            self.assertEqual(sum(summary["untracked"].values()), 0)
            self.assertEqual(summary["sessions"], sum(summary["ended"].values()))
            self.assertEqual(summary["decoded"], summary["tracked"] + sum(summary["untracked"].values()))


if __name__ == "__main__":
    tap.main()
