"""What `offport replay` accepts as a trace, and what it says of the rest."""
import gzip
import json
import os
import pathlib
import resource
import shutil
import struct
import subprocess
import unittest

import tap
import traces
from sensor import BINARY, Case, records, run

CLIENT, SERVER = "10.1.2.3", "192.0.2.22"


def conversation(dialogue=traces.SSH_DIALOGUE, port=22, start=1000.0, wrap=traces.ethernet):
    return traces.tcp_conversation(CLIENT, 40000, SERVER, port, dialogue, start, wrap)


class Formats(Case):
    def protocols(self, content, *arguments):
        done = run("replay", self.write("t", content), "--eve", "-", "--flows", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [r["app_proto"] for r in records(done.stdout, "flow")]

    def test_pcap_in_either_byte_order_and_resolution(self):
        for big_endian in (False, True):
            for nanoseconds in (False, True):
                with self.subTest(big_endian=big_endian, nanoseconds=nanoseconds):
                    content = traces.pcap(conversation(), nanoseconds=nanoseconds,
                                          big_endian=big_endian)
                    self.assertEqual(self.protocols(content), ["ssh"])

    def test_interfaces_that_differ_in_snap_length(self):
        for interfaces in (((1, 65535), (1, 262144)), ((1, 2**24), (1, 65535)), ((1, 0), (1, 99))):
            content = traces.pcapng(conversation(), interfaces=interfaces)
            self.assertEqual(self.protocols(content), ["ssh"], interfaces)

    def test_pcapng(self):
        self.assertEqual(self.protocols(traces.pcapng(conversation())), ["ssh"])

    def test_other_links_than_ethernet(self):
        wraps = {
            traces.RAW: lambda packet: packet,
            traces.NULL: lambda packet: struct.pack("<I", 2) + packet,
            traces.LINUX_SLL: lambda packet: struct.pack(">HHH8sH", 0, 1, 6, b"", 0x0800) + packet,
            traces.LINUX_SLL2:
                lambda packet: struct.pack(">HHIHBB8s", 0x0800, 0, 1, 1, 0, 6, b"") + packet,
            traces.IEEE802_11: traces.wireless,
            traces.RADIOTAP: lambda packet: bytes.fromhex("00000900 02000000 10")
                + traces.wireless(packet) + b"fcs.",
        }
        for link_type, wrap in wraps.items():
            with self.subTest(link_type=link_type):
                content = traces.pcap(conversation(wrap=wrap), link_type)
                self.assertEqual(self.protocols(content), ["ssh"])

    def test_fragments_in_a_tunnel_of_access_points(self):
        whole = conversation(wrap=lambda packet: packet)
        packets = [(time, frame) for number, (time, packet) in enumerate(whole)
                   for frame in traces.capwap(packet, number)]
        path = self.write("t", traces.pcap(packets))
        first = run("replay", path, "--eve", "-", "--flows", "--workers", "1").stdout
        inner, carrier = records(first, "flow")
        self.assertEqual((inner["app_proto"], inner["offport"]["tags"]["tunnel"]), ("ssh", "capwap"))
        self.assertEqual((carrier["dest_port"], carrier["flow"]["pkts_toserver"]),
                         (5247, len(packets)))
        self.assertEqual(run("replay", path, "--eve", "-", "--flows", "--workers", "3").stdout, first)
        summary = json.loads(run("replay", path, "--json").stdout)["summary"]
        self.assertEqual(summary["decoded"] + summary["carriers"],
                         summary["tracked"] + sum(summary["untracked"].values()))

    def test_times_are_the_traces_own(self):
        path = self.write("t", traces.pcap(conversation(start=86400.25)))
        (flow,) = records(run("replay", path, "--eve", "-", "--flows").stdout, "flow")
        self.assertEqual(flow["flow"]["start"], "1970-01-02T00:00:00.250000+0000")


class SeveralTraces(Case):
    def setUp(self):
        super().setUp()
        whole = conversation(traces.HTTP_DIALOGUE, port=80)
        self.uplink = self.write("up", traces.pcap(whole[0::2]))
        self.downlink = self.write("down", traces.pcap(whole[1::2]))
        self.later = self.write("later", traces.pcap(conversation(start=2000.0)))

    def flows(self, *arguments):
        done = run("replay", *arguments, "--eve", "-", "--flows")
        self.assertEqual(done.returncode, 0, done.stderr)
        return records(done.stdout, "flow")

    def test_one_after_the_other(self):
        self.assertEqual([f["app_proto"] for f in self.flows(self.uplink, self.later)].count("ssh"), 1)

    def test_together_merges_split_directions_by_time(self):
        (flow,) = self.flows(self.uplink, self.downlink, "--together")
        self.assertEqual(flow["app_proto"], "http")
        self.assertEqual(flow["offport"]["confirmed"], "both")

    def test_an_earlier_trace_starts_a_clock_of_its_own(self):
        flows = self.flows(self.later, self.uplink)
        self.assertEqual(len(flows), 2)
        for workers in ("2", "4"):
            self.assertEqual(self.flows(self.later, self.uplink, "--workers", workers), flows)

    def test_files_of_one_capture_that_overlap_a_little_are_one(self):
        whole = conversation(traces.HTTP_DIALOGUE, port=80)
        first = self.write("1", traces.pcap(whole[:4]))
        second = self.write("2", traces.pcap([(time - 0.02, frame) for time, frame in whole[4:]]))
        (flow,) = self.flows(first, second)
        self.assertEqual(flow["offport"]["confirmed"], "both")
        self.assertEqual(self.flows(first, second, "--workers", "3"), [flow])

    def test_many_together(self):
        one, all_of_them = (json.loads(run("replay", *paths, "--together", "--json").stdout)["summary"]
                            for paths in ([self.uplink], [self.uplink] * 100))
        self.assertEqual(all_of_them["packets"], 100 * one["packets"])

    def test_the_same_trace_twice_is_seen_twice(self):
        self.assertEqual([f["app_proto"] for f in self.flows(self.later, self.later)],
                         ["ssh", "ssh"])


class BadInput(Case):
    def assert_refused(self, path, *parts):
        done = run("replay", path)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "")
        self.assert_one_line(done.stderr, path, *parts)

    def test_a_missing_file(self):
        self.assert_refused(self.directory / "absent.pcap", "No such file")

    def test_an_empty_file(self):
        self.assert_refused(self.write("t", b""), "empty")

    def test_a_directory(self):
        self.assert_refused(self.directory, "not a regular file")

    def test_something_that_is_no_capture(self):
        self.assert_refused(self.write("t", "hello, world\n" * 10), "not a capture file")

    def test_a_compressed_capture_says_what_to_do(self):
        packed = gzip.compress(traces.pcap(conversation()))
        self.assert_refused(self.write("t", packed), "gunzip")

    def test_a_header_without_packets(self):
        self.assert_refused(self.write("t", traces.pcap([])), "no packets")

    def test_a_header_that_is_cut(self):
        self.assert_refused(self.write("t", traces.pcap(conversation())[:20]))

    def test_a_link_type_nobody_speaks(self):
        self.assert_refused(self.write("t", traces.pcap(conversation(), 147)), "link type")

    def test_interfaces_that_differ_in_link_type_say_what_to_do(self):
        content = traces.pcapng(conversation(), interfaces=((1, 65535), (101, 65535)))
        self.assert_refused(self.write("t", content), "frame.interface_id==0")

    def test_one_bad_trace_among_good_ones_is_told_before_anything_is_replayed(self):
        good = self.write("good", traces.pcap(conversation()))
        done = run("replay", good, self.directory / "absent")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "")

    def test_a_file_nobody_may_read(self):
        if os.geteuid() == 0:
            self.skipTest("root may read everything")
        path = self.write("t", traces.pcap(conversation()))
        path.chmod(0)
        self.assert_refused(path, "Permission denied")

    def test_a_trace_that_ends_inside_a_record_is_read_up_to_there(self):
        whole = traces.pcap(conversation())
        for name, content in (("pcap", whole[:-7]), ("pcapng", traces.pcapng(conversation())[:-7])):
            with self.subTest(name):
                done = run("replay", self.write(name, content), "--eve", "-", "--flows")
                self.assertEqual(done.returncode, 0, done.stderr)
                (flow,) = records(done.stdout, "flow")
                self.assertEqual(flow["app_proto"], "ssh")
                self.assertIn("middle of a record; read up to there, 7 packets (",
                              " ".join(done.stderr.split()))

    def test_a_trace_that_is_damaged_in_the_middle_is_read_up_to_there(self):
        whole = traces.pcap(conversation())
        content = whole + b"\xff" * 16 + whole[24:]
        done = run("replay", self.write("t", content), "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        summary = json.loads(done.stdout)["summary"]
        self.assertEqual(summary["packets"], 8)
        self.assertIn("cannot be read to its end; read up to there, 8 packets (",
                      summary["notes"][0])


class ShortFrames(Case):
    def test_a_snap_length_that_cuts_payload_is_noted(self):
        path = self.write("t", traces.pcap(conversation(traces.HTTP_DIALOGUE, port=80),
                                           snapshot=60))
        for workers in ("1", "2"):
            done = run("replay", path, "--json", "--workers", workers)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)["summary"]["notes"], [
                "2 packets were captured short (snap length); protocols may be missed"])


class LongFrames(Case):
    """Segmentation offload makes frames of up to 64 KB."""

    def summary(self, *arguments):
        done = run("replay", *arguments, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["summary"]

    def test_none_is_lost_with_any_number_of_workers(self):
        packets = []
        for number in range(20):
            packets += traces.offloaded_download("10.1.2.3", 40000 + number, 40,
                                                 start=1000.0 + number)
        path = self.write("t", traces.pcap(packets))
        for workers in ("1", "2", "4"):
            summary = self.summary(path, "--workers", workers)
            self.assertEqual(summary["packets"], len(packets))
            self.assertEqual(summary["bytes"], sum(len(frame) for _, frame in packets))
            self.assertEqual(summary["ended"], {"closed": 20})
            self.assertEqual(summary["losses"], {})
            self.assertEqual(summary["notes"], [])

    def test_many_traces_together_lose_none_either(self):
        paths = [self.write(f"t{number}", traces.pcap(traces.offloaded_download(
            "10.1.2.3", 40000 + number, 12, 65000))) for number in range(20)]
        for workers in ("1", "3"):
            summary = self.summary(*paths, "--together", "--workers", workers)
            self.assertEqual(summary["packets"], 20 * 20)
            self.assertEqual(summary["losses"], {})

    def test_longer_ones_are_counted(self):
        packets = traces.offloaded_download("10.1.2.3", 40000, 3, 65535 - 40)
        summary = self.summary(self.write("t", traces.pcap(packets, snapshot=262144)))
        self.assertEqual(summary["packets"], len(packets))
        self.assertEqual(summary["protocols"], {"http": 1})
        self.assertEqual(summary["notes"],
                         ["3 packets are longer than 65,407 bytes and were looked at up to there"])

    def test_one_longer_than_libpcap_reads_is_where_reading_ends(self):
        packets = conversation() + [(1001.0, bytes(300_000))] + conversation(start=1010.0)
        summary = self.summary(self.write("t", traces.pcap(packets, snapshot=2**24)))
        self.assertEqual(summary["packets"], 8)
        self.assertIn("read up to there, 8 packets (invalid packet capture length 300000",
                      summary["notes"][0])


class Endless(Case):
    """Devices and pipes in the place of files."""

    def setUp(self):
        super().setUp()
        self.trace = self.write("t", traces.pcap(conversation()))
        self.pipe = self.directory / "pipe"
        os.mkfifo(self.pipe)

    def test_includes_are_regular_files(self):
        for path in ("/dev/zero", self.pipe):
            self.write("c/policy.yaml", f"include: [{path}]\n")
            done = run("check", "-c", self.directory / "c", timeout=60)
            self.assertEqual(done.returncode, 1)
            self.assert_one_line(done.stderr.splitlines()[0], "policy.yaml:1:11: error: ",
                                 "is not a regular file")

    def test_identity_without_one_event_is_refused(self):
        for content in ("no json\n", "{}\n" * 5):
            path = self.write("id.ndjson", content)
            done = run("replay", self.trace, "--identity", path)
            self.assertEqual(done.returncode, 1)
            self.assert_one_line(done.stderr, f"{path}:1: ")
        done = run("replay", self.trace, "--identity", "/dev/zero", timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "/dev/zero:1: ")

    def test_identity_may_be_a_document_of_a_feed(self):
        table = self.write("devices.csv", "serial,managed\nR5CT1,true\nR5CT2,perhaps\nR5CT3,no\n")
        events = self.write("id.ndjson", '{"v":1,"ts":"2026-01-01T00:00:00Z","device_id":"a",'
                            '"kind":"user_interaction"}\n')
        done = run("replay", self.trace, "--identity", f"csv:{table}", f"ndjson:{events}", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        summary = json.loads(done.stdout)["summary"]
        self.assertEqual(summary["identity_events_accepted"], 3)
        self.assertEqual(summary["notes"],
                         [f"{table}:3: expected 'managed' as true, false or nothing"])
        for name, words in ((f"intune:{table}", f"{table}: expected JSON: "),
                            (f"csv:{events}", "it holds no event of csv"),
                            ("csv:/nowhere.csv", "/nowhere.csv: No such file or directory"),
                            ("csv:/", "/: cannot be read; it must be a file"),
                            ("csv:/dev/zero", "is larger than 256 MiB")):
            done = run("replay", self.trace, "--identity", name)
            self.assertEqual(done.returncode, 1, name)
            self.assert_one_line(done.stderr, words)

    def test_an_empty_identity_file_is_an_hour_without_events(self):
        path = self.write("id.ndjson", "")
        self.assertEqual(run("replay", self.trace, "--identity", path).returncode, 0)

    def test_identity_may_come_through_a_pipe(self):
        events = b'{"v":1,"ts":"2026-01-01T00:00:00Z","device_id":"a","kind":"user_interaction"}\n'
        writer = subprocess.Popen(["sh", "-c", 'cat > "$0"', self.pipe], stdin=subprocess.PIPE)
        writer.stdin.write(events * 3)
        writer.stdin.close()
        done = run("replay", self.trace, "--identity", self.pipe, "--json")
        writer.wait(60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["summary"]["identity_events_accepted"], 3)


class Circumstances(Case):
    def test_an_ordinary_user_can_replay(self):
        if os.geteuid() != 0 or shutil.which("setpriv") is None:
            self.skipTest("needs root and setpriv to become somebody else")
        path = self.write("t", traces.pcap(conversation()))
        self.directory.chmod(0o755)
        binary = shutil.copy(BINARY, self.directory / "offport")
        environment = {"PATH": os.environ["PATH"], "OFFPORT_NO_HUGE": "1",
                       "XDG_RUNTIME_DIR": "/nonexistent"}
        done = subprocess.run(
            ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", binary, "replay",
             path, "--eve", "-", "--flows"],
            capture_output=True, text=True, check=False, env=environment, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(records(done.stdout, "flow")), 1)

    def test_nothing_is_left_behind(self):
        path = self.write("t", traces.pcap(conversation()))
        base = pathlib.Path("/var/run/dpdk") if os.geteuid() == 0 else self.directory / "dpdk"
        for arguments, code in ((["replay", path], 0), (["replay", path, "--identity", "/"], 1)):
            for huge in ({"OFFPORT_NO_HUGE": "1"}, {}):
                process = subprocess.Popen(
                    [BINARY, *map(str, arguments)], stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(self.directory), **huge})
                self.assertEqual(process.wait(300), code)
                self.assertFalse((base / f"offport-{process.pid}").exists())

    def test_too_little_memory_is_one_line(self):
        self.write("c/sensor.yaml", "limits: {sessions: 200000000}\n")
        self.write("c/policy.yaml", "AllowedProtocolPortMappings: {tls: {tcp: 443}}\n")
        self.write("c/identity.yaml", "{}\n")
        path = self.write("t", traces.pcap(conversation()))
        limit = 3 << 30
        done = run("replay", path, "-c", self.directory / "c",
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "out of memory", "limits", "sensor.yaml")

    def test_sets_of_tags_without_room_are_a_loss(self):
        packet = traces.ipv4("192.0.2.1", "192.0.2.2", 17, struct.pack(">HHHH", 5000, 5001, 8, 0))

        def tagged(number):
            outer, inner = divmod(number, 4000)
            tags = struct.pack(">HHH", outer + 1, 0x8100, inner + 1)
            return traces.ethernet(tags + struct.pack(">H", 0x0800) + packet, 0x88A8)

        path = self.write("t", traces.pcap([(1000.0, tagged(number)) for number in range(65600)]))
        summary = json.loads(run("replay", path, "--json").stdout)["summary"]
        self.assertEqual(summary["sessions"], 65600)
        self.assertEqual(summary["losses"], {"sets of tags without room": 65600 - 65535})

    def test_a_retransmission_that_differs_is_told(self):
        (_, request), (_, answer) = traces.HTTP_DIALOGUE
        packets = conversation([("c", request[:9]), ("c", request[9:]), ("s", answer)], 80)
        time, frame = packets[3]
        packets.insert(4, (time, frame.replace(b"GET", b"PUT")))
        done = run("replay", self.write("t", traces.pcap(packets)), "--eve", "-", "--flows")
        (flow,) = records(done.stdout, "flow")
        self.assertTrue(flow["offport"]["overlap_conflict"])
        self.assertEqual(flow["http"]["http_method"], "GET", "what came first counts")

    def test_a_path_with_commas_and_blanks(self):
        path = self.write("a,b c=d.pcap", traces.pcap(conversation()))
        self.assertEqual(run("replay", path).returncode, 0)


if __name__ == "__main__":
    tap.main()
