"""Files with events that are put into a directory while the daemon runs."""
import json
import os
import time
import unittest

import tap
from http_feed_test import lease, usage_log
from live import LiveCase, samples
from sensor import BINARY


class Watching(LiveCase):
    def setUp(self):
        super().setUp()
        self.spool = self.directory / "spool"
        (self.spool / "android-management").mkdir(parents=True)
        self.configure()

    def configure(self, *lines):
        # A busy machine may need long from the event to the session.
        self.write("etc/identity.yaml", f"clock_skew: 60s\nfeeds:\n  directory:\n    path: {self.spool}\n" +
                   "".join(f"    {line}\n" for line in lines))

    def put(self, name, text):
        """As a careful writer does: under another name until it is whole."""
        path = self.spool / name
        hidden = path.with_name("." + path.name)
        hidden.write_text(text)
        hidden.rename(path)

    def wait_for_file(self, name):
        path = self.spool / name
        self.wait_until(path.exists, name)
        return path

    def accepted(self, feed):
        found = samples(self.scrape()[1])["offport_identity_events_total"]
        return found[f'{{feed="{feed}",outcome="accepted"}}']

    def test_a_finding_names_the_app_that_a_file_told_of(self):
        self.put("before.ndjson", lease(device="enterprises/a/devices/b"))
        daemon = self.daemon()
        self.wait_for_file("done/before.ndjson")  # there before the daemon was
        self.serve_http(7878)
        self.put("android-management/batch 1",
                 usage_log("enterprises/a/devices/b", "com.example.flashlight", 7878))
        self.wait_for_file("done/android-management.batch 1")
        self.get(7878)
        alert = self.wait_for_records(daemon, 1, "alert")[0]
        self.assertIn("com.example.flashlight", json.dumps(alert))
        self.assertEqual(self.accepted("android-management"), 1)
        self.assertEqual(daemon.end(), 0)

    def test_a_file_that_is_none_fails_whole_and_says_why(self):
        daemon = self.daemon()
        self.put("bad.ndjson", lease() + '\n{"v":2}\n' + lease())
        reason = self.wait_for_file("failed/bad.ndjson.reason")
        self.wait_until(reason.read_text, "its text")
        self.assertEqual(reason.read_text(), "2: expected 'v' as 1\n")
        self.assertTrue((self.spool / "failed/bad.ndjson").exists())
        self.put("what.json", "{}")
        reason = self.wait_for_file("failed/what.json.reason")
        self.wait_until(reason.read_text, "its text")
        self.assertIn("android-management, ", reason.read_text())
        os.symlink("/etc/passwd", self.spool / "link.csv")
        os.mkfifo(self.spool / "pipe.csv")
        self.wait_for_file("failed/link.csv.reason")
        self.wait_for_file("failed/pipe.csv.reason")
        self.assertEqual(self.accepted("ndjson"), 0)
        self.assertEqual(self.accepted("csv"), 0)
        self.assertEqual(daemon.end(), 0)

    def test_a_file_is_taken_when_it_is_closed(self):
        daemon = self.daemon()
        with open(self.spool / "slow.csv", "w") as file:
            file.write("serial,managed\n")
            file.flush()
            time.sleep(12)  # the daemon has looked around meanwhile, and left it alone
            self.assertEqual(self.accepted("csv"), 0)
            self.assertTrue((self.spool / "slow.csv").exists())
            file.write("R5CT1,true\n")
        self.wait_for_file("done/slow.csv")
        self.assertEqual(self.accepted("csv"), 1)
        self.assertEqual(daemon.end(), 0)

    def test_directories_may_come_later(self):
        daemon = self.daemon()
        (self.spool / "csv").mkdir()
        self.wait_until(lambda: "csv" in os.listdir(self.spool), "the directory")
        self.put("csv/table.txt", "serial,managed\nR5CT1,true\n")
        self.wait_for_file("done/csv.table.txt")
        self.assertEqual(daemon.end(), 0)

    def test_what_is_kept_is_bounded(self):
        self.configure("keep_files: 3", "most_bytes: 1000")
        daemon = self.daemon()
        for number in range(6):
            self.put(f"{number}.csv", "serial,managed\nR5CT1,true\n")
            self.wait_until(lambda: self.accepted("csv") == number + 1, "the file")
        self.wait_until(lambda: sorted(os.listdir(self.spool / "done")) ==
                        ["3.csv", "4.csv", "5.csv"], "the three newest")
        self.put("large.csv", "serial\n" + "R5CT1\n" * 1000)
        reason = self.wait_for_file("failed/large.csv.reason")
        self.wait_until(reason.read_text, "its text")
        self.assertEqual(reason.read_text(), "is larger than most_bytes, 1000\n")
        self.assertEqual(daemon.end(), 0)

    def test_a_directory_that_is_not_there_is_one_line(self):
        self.spool = self.directory / "nowhere"
        self.configure()
        daemon = self.start(self.host, BINARY, "run", "-c", self.directory / "etc",
                            environment=dict(os.environ, OFFPORT_NO_HUGE="1"))
        self.assertEqual(daemon.process.wait(60), 1)
        self.assert_one_line(daemon.error.read_text(), "identity.yaml:4:11: error: ",
                             f"{self.spool} is not there; make the directory")


if __name__ == "__main__":
    tap.main()
