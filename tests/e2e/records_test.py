"""Where records go, and what becomes of them when something is wrong there."""
import json
import os
import signal
import subprocess
import time
import unittest

import tap
import traces
from sensor import BINARY, Case, demo_directory, records, replay_demo, run, ROOT


class Output(Case):
    def test_standard_output_has_nothing_but_records(self):
        done = replay_demo("--eve", "-")
        for line in done.stdout.splitlines():
            json.loads(line)
        self.assertIn("findings", done.stderr)

    def test_a_file_is_appended_to(self):
        path = self.write("eve.json", '{"event_type":"before"}\n')
        done = replay_demo("--eve", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        found = records(path.read_text())
        self.assertEqual(found[0]["event_type"], "before")
        self.assertGreater(len(found), 6)

    def test_a_file_that_cannot_be_opened_is_one_line_before_anything_runs(self):
        done = replay_demo("--eve", self.directory / "absent" / "eve.json")
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "absent")

    def test_a_full_disk_is_counted_and_said(self):
        done = replay_demo("--eve", "/dev/full", "--flows")
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left", done.stderr)
        self.assertIn("lost", done.stdout)
        self.assertIn("com.example.flashlight", done.stdout, "the replay goes on")

    def test_a_reader_that_goes_away_is_no_crash(self):
        demo = demo_directory()
        process = subprocess.Popen(
            [BINARY, "replay", demo / "demo.pcap", "--eve", "-", "--flows"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=dict(os.environ, OFFPORT_NO_HUGE="1"))
        process.stdout.close()
        process.stderr.read()
        process.stderr.close()
        self.assertEqual(process.wait(timeout=120), 1)

    def test_sighup_opens_the_file_anew(self):
        """Traces come through a FIFO-like slow reader: many copies keep the replay busy meanwhile."""
        demo = demo_directory()
        path = self.directory / "eve.json"
        process = subprocess.Popen(
            [BINARY, "replay", *([str(demo / "demo.pcap")] * 400), "--eve", str(path), "--flows"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env=dict(os.environ, OFFPORT_NO_HUGE="1"))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (path.exists() and path.stat().st_size > 0):
            time.sleep(0.01)
        rotated = self.directory / "eve.json.1"
        path.rename(rotated)
        process.send_signal(signal.SIGHUP)
        _, errors = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 0, errors)
        before, after = records(rotated.read_text()), records(path.read_text())
        self.assertTrue(before and after)
        one = records(run("replay", demo / "demo.pcap", "--eve", "-", "--flows").stdout)
        self.assertEqual(len(before) + len(after), 400 * len(one), "nothing lost, nothing twice")


class EveFields(Case):
    def test_a_flow_has_suricatas_fields(self):
        packets = traces.tcp_conversation("10.1.2.3", 40000, "192.0.2.80", 80,
                                          traces.HTTP_DIALOGUE)
        path = self.write("t", traces.pcap(packets))
        (flow,) = records(run("replay", path, "--eve", "-", "--flows").stdout, "flow")
        self.assertEqual((flow["src_ip"], flow["src_port"]), ("10.1.2.3", 40000))
        self.assertEqual((flow["dest_ip"], flow["dest_port"]), ("192.0.2.80", 80))
        self.assertEqual((flow["proto"], flow["app_proto"]), ("TCP", "http"))
        self.assertEqual(flow["http"]["hostname"], "www.example.org")
        self.assertEqual(flow["http"]["http_method"], "GET")
        self.assertEqual(flow["http"]["status"], 200)
        self.assertEqual(flow["flow"]["pkts_toserver"], 5)
        self.assertEqual(flow["flow"]["pkts_toclient"], 3)
        self.assertEqual(flow["offport"]["confirmed"], "both")
        self.assertLess(flow["flow_id"], 2**51)


if __name__ == "__main__":
    tap.main()
