"""Evidence: first packets of the findings' sessions in files that Wireshark opens."""
import json
import shutil
import stat
import subprocess
import unittest

import pcapng
import neighbours_test
import tap
import traces
from live import POLICY, LiveCase, samples
from messages.proxies import socks5
from sensor import ROOT, Case, demo_directory, records, run

SECRET = b"open-sesame-17"
LOGIN = [("c", b"POST /login HTTP/1.1\r\nHost: a.example\r\nContent-Length: 14\r\n\r\n" + SECRET),
         ("s", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
         ("c", b"GET /more HTTP/1.1\r\nHost: a.example\r\n\r\n"),
         ("s", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
HEADERS = 14 + 20 + 20  # Ethernet, IPv4, TCP


def session(number=0, port=7878, wrap=traces.ethernet, dialogue=LOGIN):
    """Frames of an HTTP session on a port nobody approves."""
    return traces.tcp_conversation("10.1.2.3", 40000 + number, "192.0.2.80", port, dialogue,
                                   1000 + 10 * number, wrap)


class EvidenceCase(Case):
    def configure(self, policy="", **keys):
        keys.setdefault("payload", "all")
        keys.setdefault("bytes", 2048)
        self.write("etc/policy.yaml", POLICY + policy)
        self.write("etc/sensor.yaml", json.dumps({"evidence": keys}))

    def replay(self, frames, *options, directory="evidence"):
        """The alerts of a replay, and {finding: packets} of the directory."""
        trace = self.write("t.pcap", frames if isinstance(frames, bytes) else traces.pcap(frames))
        done = run("replay", trace, "-c", self.directory / "etc", "--eve", "-", "--evidence",
                   f"{self.directory}/{directory}", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return records(done.stdout, "alert"), self.files(directory)

    def files(self, directory="evidence"):
        return {path.stem: pcapng.packets(path)[0]
                for path in (self.directory / directory).iterdir()}

    def replay_one(self, frames, *options):
        """The only alert, and its packets."""
        alerts, files = self.replay(frames, *options)
        (alert,) = {a["offport"]["finding"]: a for a in alerts}.values()
        return alert, files.get(alert["offport"]["finding"], [])


class Replay(EvidenceCase):
    def test_the_first_packets_are_the_traces_own(self):
        self.configure(packets=5)
        frames = session()
        alert, packets = self.replay_one(frames)
        self.assertEqual([p.data for p in packets], [frame for _, frame in frames[:5]])
        self.assertEqual([p.original for p in packets], [len(frame) for _, frame in frames[:5]])
        self.assertEqual([p.time_ns for p in packets],
                         [round(time * 10**6) * 1000 for time, _ in frames[:5]])
        self.assertEqual({p.link_type for p in packets}, {traces.ETHERNET})
        self.assertEqual(alert["offport"]["evidence"]["state"], "written")
        self.assertEqual(alert["offport"]["evidence"]["file"],
                         f"{self.directory}/evidence/{alert['offport']['finding']}.pcapng")

    def test_packets_after_the_verdict_are_there_as_well(self):
        self.configure(packets=64)
        frames = session()
        _, packets = self.replay_one(frames)
        self.assertEqual([p.data for p in packets], [frame for _, frame in frames])

    def test_each_comment_names_the_finding_the_app_the_device_and_the_score(self):
        self.configure()
        alert, packets = self.replay_one(session())
        told = alert["offport"]
        self.assertEqual(len(packets), 8)
        for number, packet in enumerate(packets, 1):
            self.assertTrue(packet.comment.startswith(f"offport finding {told['finding']} revision "))
            self.assertIn(f": {told['kind']}, severity ", packet.comment)
            self.assertRegex(packet.comment, r"score \d+; http on tcp/7878; app unknown; device unknown")
            self.assertTrue(packet.comment.endswith(f"; packet {number} of its session"))
        self.assertEqual(packets[0].interface, str(self.directory / "t.pcap"))
        path = self.directory / "evidence" / f"{told['finding']}.pcapng"
        self.assertRegex(pcapng.packets(path)[1][0], r"^offport \d+\.\d+")

    def test_only_the_owner_may_read(self):
        self.configure()
        self.replay(session())
        directory = self.directory / "evidence"
        self.assertEqual(stat.S_IMODE(directory.stat().st_mode), 0o700)
        for path in directory.iterdir():
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)

    def test_a_slash_at_the_end_changes_nothing(self):
        self.configure()
        alert, _ = self.replay_one(session())
        _, packets = self.replay(session(), directory="other/")
        self.assertEqual(list(packets), [alert["offport"]["finding"]])
        self.assertEqual(stat.S_IMODE((self.directory / "other").stat().st_mode), 0o700)

    def test_without_being_asked_nothing_is_kept(self):
        self.configure(directory=str(self.directory / "evidence"))
        trace = self.write("t.pcap", traces.pcap(session()))
        done = run("replay", trace, "-c", self.directory / "etc", "--eve", "-")
        (alert, *_) = records(done.stdout, "alert")
        self.assertNotIn("evidence", alert["offport"])
        self.assertFalse((self.directory / "evidence").exists())

    def test_approved_sessions_leave_nothing(self):
        self.configure()
        alerts, files = self.replay(session(port=80))
        self.assertEqual((alerts, files), ([], {}))

    def test_any_number_of_workers_keeps_the_same(self):
        self.configure(neighbours_test.ON, packets=6)
        frames = sorted(frame for number in range(40)
                        for frame in session(number, 7000 + number % 7, traces.in_vxlan(7)))
        one, files = self.replay(frames)
        self.assertEqual(len(files), 7)
        contents = {p.name: p.read_bytes() for p in (self.directory / "evidence").iterdir()}
        for workers in (2, 3):
            again, _ = self.replay(frames, "--workers", str(workers))
            self.assertEqual(again, one)
            self.assertEqual({p.name: p.read_bytes()
                              for p in (self.directory / "evidence").iterdir()}, contents)

    def test_findings_are_the_same_with_it_and_without(self):
        demo = demo_directory()
        identity = ("--identity", demo / "demo-identity.ndjson", "-c", ROOT / "config" / "demo")
        outputs = []
        for options in ((), ("--evidence", self.directory / "evidence")):
            done = run("replay", demo / "demo.pcap", *identity, "--eve", "-", "--flows", *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            outputs.append(records(done.stdout))
        alerts = [r for r in outputs[1] if r["event_type"] == "alert"]
        self.assertEqual({a["offport"].pop("evidence")["state"] for a in alerts}, {"written"})
        self.assertEqual(*outputs)

    def test_a_replay_replaces_what_the_one_before_left(self):
        self.configure()
        self.replay(session())
        first = self.files()
        self.replay(session())
        self.assertEqual(self.files(), first)

    def test_a_finding_has_some_of_its_later_sessions_too(self):
        self.configure(packets=2, sessions=3)
        frames = [frame for number in range(60) for frame in session(number)]
        alert, packets = self.replay_one(frames)
        self.assertGreater(alert["offport"]["revision"], 1)
        sessions = {packet.data[34:36] for packet in packets[::2]}  # the client's ports
        self.assertIn(len(sessions), (2, 3))
        self.assertEqual(len(packets), 2 * len(sessions))

    def test_the_text_for_people_says_where_it_is(self):
        self.configure()
        trace = self.write("t.pcap", traces.pcap(session()))
        done = run("replay", trace, "-c", self.directory / "etc", "--evidence",
                   self.directory / "evidence")
        (path,) = (self.directory / "evidence").iterdir()
        self.assertRegex("".join(done.stdout.split()), "evidence" + "".join(str(path).split()))

    def test_a_directory_that_cannot_be_made_is_one_line(self):
        self.configure()
        trace = self.write("t.pcap", traces.pcap(session()))
        file = self.write("file", "")
        done = run("replay", trace, "-c", self.directory / "etc", "--evidence", file / "e")
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "cannot make the directory", file / "e")

    def test_what_an_analytic_finds_among_approved_sessions_has_evidence(self):
        self.configure(neighbours_test.ON, packets=3)
        leased = neighbours_test.Neighbours.event(self, -600, "lease", address=neighbours_test.PHONE,
                                                  state="granted")
        dialogue = socks5("198.51.100.7", 80) + traces.HTTP_DIALOGUE
        frames = traces.tcp_conversation(neighbours_test.OTHER, 50000, neighbours_test.PHONE, 1080,
                                         dialogue, neighbours_test.START.timestamp())
        policy = self.directory / "etc" / "policy.yaml"
        policy.write_text(neighbours_test.POLICY + neighbours_test.ON)
        alerts, files = self.replay(frames, "--identity", self.write("e.ndjson", leased))
        self.assertEqual({alert["offport"]["kind"] for alert in alerts}, {"relay"})
        self.assertEqual([p.data for p in files[alerts[0]["offport"]["finding"]]],
                         [frame for _, frame in frames[:3]])


class Redaction(EvidenceCase):
    def contents(self):
        return b"".join(path.read_bytes() for path in (self.directory / "evidence").iterdir())

    def test_headers_alone_are_the_default(self):
        self.write("etc/policy.yaml", POLICY)
        frames = session()
        _, packets = self.replay_one(frames)
        self.assertEqual([p.data for p in packets], [frame[:HEADERS] for _, frame in frames[:8]])
        self.assertEqual([p.original for p in packets], [len(frame) for _, frame in frames[:8]])
        for _, payload in LOGIN:
            self.assertNotIn(payload[:4], self.contents())

    def test_so_many_first_bytes_of_each_payload(self):
        self.configure(payload=4)
        frames = session()
        _, packets = self.replay_one(frames)
        self.assertEqual([p.data for p in packets],
                         [frame[:HEADERS + 4] for _, frame in frames[:8]])
        self.assertIn(b"POST", self.contents())
        self.assertNotIn(SECRET, self.contents())
        self.assertNotIn(b"POST /", self.contents())

    def test_all_of_the_payload(self):
        self.configure(payload="all")
        self.replay(session())
        self.assertIn(SECRET, self.contents())

    def test_padding_is_other_peoples_bytes(self):
        self.configure(payload="headers")
        padding = b"LEAKED"
        self.replay([(time, frame + padding) for time, frame in session()])
        self.assertNotIn(padding, self.contents())

    def test_a_frame_is_cut_at_the_snap_length(self):
        self.configure(bytes=64)
        frames = session()
        _, packets = self.replay_one(frames)
        self.assertEqual([p.data for p in packets], [frame[:64] for _, frame in frames[:8]])

    def test_tunnels_are_kept_whole_and_their_payload_is_not(self):
        for payload in ("all", "headers"):
            for workers in ("1", "2"):
                with self.subTest(payload=payload, workers=workers):
                    self.configure(payload=payload)
                    frames = session(wrap=traces.in_vxlan(77))
                    _, packets = self.replay_one(frames, "--workers", workers)
                    outer = 14 + 20 + 8 + 8
                    end = None if payload == "all" else outer + HEADERS
                    self.assertEqual([p.data for p in packets],
                                     [frame[:end] for _, frame in frames[:8]])

    def test_fragments_give_nothing_away(self):
        frames = []
        for number, (time, frame) in enumerate(session()):
            pieces = list(traces.capwap(frame[14:], number))
            frames += [(time, piece) for piece in pieces]
        for workers in ("1", "2"):
            with self.subTest(workers=workers):
                self.configure(payload="headers")
                alert, packets = self.replay_one(frames, "--workers", workers)
                self.assertEqual(alert["app_proto"], "http")
                self.assertTrue(packets)
                self.assertNotIn(SECRET[:6], self.contents())
                self.assertIn(", the last fragment of a datagram", packets[-1].comment)
                last = [frame for _, frame in frames]
                self.assertTrue(all(any(frame[:34] == p.data for frame in last) for p in packets))


class Bounds(EvidenceCase):
    def test_the_disk_holds_so_much_and_the_newest_stay(self):
        self.configure(disk_bytes=1 << 20, packets=64, bytes=4096)
        dialogue = [*LOGIN[:2], *[("s", b"x" * 1400)] * 60]
        frames = sorted(frame for number in range(40)
                        for frame in session(number, 7000 + number, dialogue=dialogue))
        alerts, files = self.replay(frames)
        sizes = [path.stat().st_size for path in (self.directory / "evidence").iterdir()]
        self.assertLessEqual(sum(sizes), 1 << 20)
        self.assertGreater(sum(sizes), 1 << 19)
        newest = [alert["offport"]["finding"] for alert in alerts][-1]
        self.assertIn(newest, files)
        self.assertLess(len(files), 40)

    def after_many_others(self, packets):
        """The alert of a session that turns out to be unapproved long after its first packets, and
        what its file has."""
        self.configure(memory_bytes=1 << 20, bytes=4096, packets=packets)
        early = session(0, dialogue=[])[:3]
        late = [(time + 25, frame) for time, frame in session(0)[3:]]
        between = [(1001 + number / 1000, frame)
                   for number in range(300)
                   for _, frame in traces.udp_conversation("10.1.2.5", 1000 + number, "192.0.2.9",
                                                           53, [("c", b"?" * 50)])]
        alerts, files = self.replay(sorted(early + between + late))
        (alert, *_) = [a for a in alerts if a["dest_port"] == 7878]
        return alert["offport"]["evidence"], files.get(alert["offport"]["finding"])

    def test_packets_that_were_overwritten_are_told(self):
        kept, packets = self.after_many_others(packets=4)
        self.assertEqual((kept["state"], kept["packets"], kept["missing"]), ("written", 1, 3))
        (packet,) = packets
        self.assertTrue(packet.comment.endswith("; packet 4 of its session"))

    def test_a_session_of_which_nothing_is_left_has_no_file(self):
        kept, packets = self.after_many_others(packets=3)
        self.assertEqual(kept, {"state": "overwritten"})
        self.assertIsNone(packets)


@unittest.skipIf(shutil.which("tshark") is None, "there is no `tshark`: apt-get install tshark")
class Tshark(EvidenceCase):
    def fields(self, path, *names):
        done = subprocess.run(["tshark", "-r", path, "-T", "fields",
                               *(word for name in names for word in ("-e", name))],
                              capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def test_it_opens_and_shows_the_comment(self):
        self.configure(packets=5)
        alert, _ = self.replay_one(session())
        rows = self.fields(alert["offport"]["evidence"]["file"], "frame.number", "tcp.dstport",
                           "frame.comment", "http.request.uri")
        self.assertEqual([row[0] for row in rows], ["1", "2", "3", "4", "5"])
        self.assertEqual([row[1] for row in rows], ["7878", "40000", "7878", "7878", "40000"])
        self.assertEqual(rows[3][3], "/login")
        for row in rows:
            self.assertIn(f"finding {alert['offport']['finding']} ", row[2])

    def test_it_opens_what_two_traces_of_different_links_made(self):
        self.configure(packets=3, sessions=8)
        wire = self.write("a.pcap", traces.pcap(session(0)))
        raw = self.write("b.pcap", traces.pcap([(time + 50, frame[14:]) for time, frame in session(1)],
                                               traces.RAW))
        done = run("replay", wire, raw, "-c", self.directory / "etc", "--eve", "-", "--evidence",
                   self.directory / "evidence")
        self.assertEqual(done.returncode, 0, done.stderr)
        for path in (self.directory / "evidence").iterdir():
            self.assertEqual({row[0] for row in self.fields(path, "ip.dst", "ip.src")},
                             {"192.0.2.80", "10.1.2.3"})


class Configuration(EvidenceCase):
    def check(self, text):
        self.write("etc/policy.yaml", POLICY)
        self.write("etc/sensor.yaml", text)
        return run("check", "-c", self.directory / "etc")

    def test_a_mistake_is_one_line_with_its_place(self):
        for text, column, words in (
                ("evidence:\n  directory: here\n", 14, "must be an absolute directory or off"),
                ("evidence:\n  payload: most\n", 12, "payload must be headers, all, or how many"),
                ("evidence:\n  packets: 100\n", 12, "64"),
                ("evidence:\n  disk: 100\n", 3, "disk_bytes")):
            with self.subTest(text=text):
                done = self.check(text)
                self.assertEqual(done.returncode, 1)
                self.assert_one_line(done.stderr, f"sensor.yaml:2:{column}: error: ", words)

    def test_it_is_taken(self):
        done = self.check("evidence: {directory: /var/lib/offport/evidence, payload: 16}\n")
        self.assertEqual(done.returncode, 0, done.stderr)


class Live(LiveCase):
    def test_the_daemon_keeps_evidence_and_counts_it(self):
        evidence = self.directory / "evidence"
        self.write("etc/sensor.yaml", json.dumps({"evidence": {"directory": str(evidence)}}))
        daemon = self.daemon()
        self.serve_http(7878)
        self.get(7878)
        alert = self.wait_for_records(daemon, 1, "alert")[0]
        path = evidence / f"{alert['offport']['finding']}.pcapng"
        self.assertEqual(alert["offport"]["evidence"]["file"], str(path))
        self.wait_until(lambda: path.exists() and len(pcapng.packets(path)[0]) == 8,
                        "the eighth packet")

        def told():
            found = samples(self.scrape()[1])
            cold = found["offport_evidence_cold_packets_total"]
            return found if cold['{outcome="written"}'] == 8 else None
        found = self.wait_until(told, "the count of what was written")
        packets = found["offport_evidence_packets_total"]
        self.assertGreaterEqual(packets['{worker="0",outcome="kept"}'], 8)
        self.assertEqual(packets['{worker="0",outcome="sent"}'], 8)
        self.assertEqual(packets['{worker="0",outcome="overwritten"}'], 0)
        self.assertEqual(found["offport_evidence_files_total"],
                         {'{outcome="made"}': 1, '{outcome="removed"}': 0})
        self.assertEqual(found["offport_evidence_bytes"], {"": path.stat().st_size})
        kept, _ = pcapng.packets(path)
        self.assertEqual({packet.interface for packet in kept}, {"wire"})
        self.assertNotIn(b"HTTP/1", path.read_bytes())
        self.assertEqual(daemon.end(), 0)

    def test_without_a_directory_there_is_none_and_nothing_to_count(self):
        daemon = self.daemon()
        self.serve_http(7878)
        self.get(7878)
        alert = self.wait_for_records(daemon, 1, "alert")[0]
        self.assertNotIn("evidence", alert["offport"])
        self.assertNotIn("offport_evidence", self.scrape()[1])
        self.assertEqual(daemon.end(), 0)


if __name__ == "__main__":
    tap.main()
