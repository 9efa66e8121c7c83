"""`offport bench` works from end to end: its output is read, and its sums must balance. What it
measures is nobody's business here."""
import json
import unittest
import xml.etree.ElementTree as ElementTree

import tap
from sensor import Case, run

SHORT = ("--seconds", "0.02", "--runs", "2", "--latency", "1")
MODES = ["bare", "receive", "decode", "flow", "identify", "attribute", "judge", "whole"]


class Bench(Case):
    def bench(self, *words):
        done = run("bench", *SHORT, "--json", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def assert_balanced(self, counts):
        self.assertGreater(counts["received"], 0)
        self.assertEqual(counts["received"], counts["decoded"] + counts["rejected"])
        self.assertEqual(counts["decoded"] + counts["carriers"],
                         counts["tracked"] + counts["untracked"])
        for loss in ("rejected", "untracked", "evicted", "records"):
            self.assertEqual(counts[loss], 0, loss)

    def test_every_stage_of_steady_sessions(self):
        report = self.bench("--stages", "--sessions", "1000,3000")
        self.assertEqual([case["sessions"] for case in report["cases"]], [1000, 3000])
        for case in report["cases"]:
            self.assertEqual([mode["mode"] for mode in case["modes"]], MODES)
            for mode in case["modes"]:
                self.assertEqual(len(mode["runs"]), 2)
                self.assertGreater(mode["ns_per_frame"]["low"], 0)
            self.assertEqual(case["open_sessions"], case["sessions"])
            self.assertEqual(case["rewritten_in_place"], case["sessions"] > 1024)
            self.assertGreater(case["ratio_to_bare_loop"], 0)
            self.assert_balanced(case["whole"])
            # They were opened and identified before: nothing is left to look at.
            self.assertEqual(case["whole"]["scans"], 0)
            self.assertEqual(case["lifetime"]["confirmed"], case["sessions"])

    def test_frames_are_as_long_as_asked_for(self):
        report = self.bench("--sessions", "1200", "--frames", "64,imix,1500")
        lengths = [case["frame_bytes"] for case in report["cases"]]
        self.assertEqual(lengths[0], 60)
        self.assertAlmostEqual(lengths[1], (7 * 60 + 4 * 590 + 1514) / 12, delta=10)
        self.assertEqual(lengths[2], 1514)

    def test_new_sessions_are_identified(self):
        report = self.bench("--traffic", "new,new-tls,new-http,new-dns,first", "--sessions", "20000")
        scans = {"new": 2, "new-tls": 2, "new-http": 2, "new-dns": 2, "first": 1}
        for case in report["cases"]:
            with self.subTest(case["traffic"]):
                counts = case["whole"]
                self.assert_balanced(counts)
                each = scans[case["traffic"]]
                # Sessions under way at the beginning and at the end even out, nearly.
                slack = 0.3 * counts["sessions"] + 100
                self.assertAlmostEqual(counts["scans"], each * counts["sessions"], delta=slack)
                self.assertEqual(counts["recognised"], counts["scans"])
                spent = sum(run["cpu_seconds"] for run in case["modes"][-1]["runs"])
                identified = counts["recognised" if each == 1 else "confirmed"]
                self.assertAlmostEqual(case["sessions_identified_per_second"] * spent / identified, 1)
                frames = sum(run["frames"] for run in case["modes"][-1]["runs"])
                self.assertEqual(counts["received"], frames)
                self.assertEqual(case["lifetime"]["evicted"], 0)

    def test_tunnels_carry_the_same_sessions(self):
        report = self.bench("--tunnel", "vxlan,geneve,gre", "--sessions", "1000")
        for case in report["cases"]:
            with self.subTest(case["tunnel"]):
                self.assert_balanced(case["whole"])
                # A UDP tunnel's datagrams are sessions too; GRE has no ports.
                has_carriers = case["tunnel"] != "gre"
                self.assertEqual(case["whole"]["carriers"] > 0, has_carriers)
                self.assertEqual(case["open_sessions"] > 1000, has_carriers)

    def test_the_search_tries_rates_until_one_holds(self):
        search = ("--search", "--trial", "0.02", "--resolution", "20")
        case = self.bench("--sessions", "100", *search)["cases"][0]
        trials = case["search"]["trials"]
        self.assertGreater(len(trials), 1)
        found = case["search"]["frames_per_second"]
        if found > 0:
            self.assertEqual([t["lost"] for t in trials if t["frames_per_second"] == found][-2:],
                             [0, 0])
        for trial in trials:
            self.assertLessEqual(trial["lost"], trial["offered"])

    def test_a_number_of_packets_is_kept_to(self):
        case = self.bench("--sessions", "64", "--packets", "6400", "--modes", "decode")["cases"][0]
        self.assertEqual([r["frames"] for r in case["modes"][0]["runs"]], [6400, 6400])

    def test_the_table_and_the_plot(self):
        plot, table = self.directory / "plot.svg", self.directory / "table.txt"
        done = run("bench", *SHORT, "--sessions", "100", "--stages", "--svg", plot, "--text", table)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(table.read_text(), done.stdout)
        self.assertRegex(done.stdout, r"\n  ratio to bare loop \d\.\d\d \(floor 0\.50\)")
        self.assertRegex(done.stdout, r"\nmemory: \d+ ns a dependent load in 1 MiB")
        for label in ("bare loop", "receive only", "+ decode", "+ flow", "+ identify", "whole"):
            self.assertIn(f"\n  {label} ", done.stdout)
        words = [t.text for t in ElementTree.parse(plot).iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn("What each stage costs", words)
        self.assertIn("Frames a second on one core", words)

    def test_mistakes_are_one_line(self):
        for words, expected in [
                (["--frames", "65"], "64, imix, 1500"),
                (["--traffic", "old"], "steady, new, new-tls"),
                (["--tunnel", "ipsec"], "none, vxlan"),
                (["--sessions", "0"], "from 1 to"),
                (["--sessions", "1000,x"], "'x'"),
                (["--seconds", "soon"], "'soon'"),
                (["--modes", "all"], "bare, receive"),
                (["--traffic", "new", "--sessions", "100"], "16384"),
                (["trace.pcap"], "no files")]:
            with self.subTest(words=words):
                done = run("bench", *words)
                self.assertEqual(done.returncode, 2)
                self.assert_one_line(done.stderr, expected)

    def test_a_plot_that_cannot_be_written(self):
        done = run("bench", *SHORT, "--sessions", "10", "--svg", self.directory / "no" / "plot.svg")
        self.assertEqual(done.returncode, 1)
        self.assertIn("plot.svg: No such file", done.stderr)


if __name__ == "__main__":
    tap.main()
