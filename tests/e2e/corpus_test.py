"""Identification against a corpus of labelled traces, where there is one: in $OFFPORT_CORPUS, or in
../shared/corpus beside the project. It holds dev/labels.csv, the captures, score.py and
protocols.txt. Without it every case is skipped."""
import concurrent.futures
import csv
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import tap
from sensor import ROOT, run

CORPUS = pathlib.Path(os.environ.get("OFFPORT_CORPUS", ROOT.parent / "shared" / "corpus"))
# libpcap reads no pcapng whose interfaces differ in snap length.
UNREADABLE = {"pcpp__BgpPackets.pcap", "zeek__ldap_modify-request.pcapng"}
# Labelled unknown, and yet CoAP to the letter of RFC 7252: a confirmable PUT with Uri-Port 17500,
# Uri-Path r/Bus17Cmd and Content-Format JSON, answered 2.04 with its message id and token.
REALLY_COAP = {(capture, port) for capture in ("ndpi__coap_mqtt.pcap", "ndpi__dropbox.pcap")
               for port in ("50311", "50312", "50318", "50319")}


@functools.lru_cache(maxsize=None)
def records_directory():
    holder = tempfile.TemporaryDirectory(prefix="offport-corpus-")
    records_directory.keep = holder
    directory = pathlib.Path(holder.name)

    def replay(capture):
        with open(directory / (capture.name + ".jsonl"), "w") as out:
            done = run("replay", capture, "--eve", "-", "--flows", capture_output=False, stdout=out,
                       stderr=subprocess.DEVNULL)
        return capture.name if done.returncode != 0 else None

    captures = [c for kind in ("pcaps", "moved") for c in sorted((CORPUS / "dev" / kind).iterdir())]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        failed = {name for name in pool.map(replay, captures) if name}
    return directory, failed


@functools.lru_cache(maxsize=None)
def score(*options):
    directory, _ = records_directory()
    result = directory.parent / (directory.name + "-score.json")
    done = subprocess.run(
        [sys.executable, CORPUS / "score.py", "--labels", CORPUS / "dev" / "labels.csv",
         "--preset", "suricata", "--records-dir", directory, "--derive-mismatch",
         "--protocols", CORPUS / "protocols.txt", "--json", result, *options],
        capture_output=True, text=True, check=True)
    numbers = json.loads(result.read_text())
    result.unlink()
    return numbers, done.stdout


@unittest.skipUnless((CORPUS / "dev" / "labels.csv").exists(), f"no labelled corpus in {CORPUS}")
class Corpus(unittest.TestCase):
    def test_every_capture_is_read(self):
        self.assertLessEqual(records_directory()[1], UNREADABLE)

    def test_names_are_right(self):
        numbers, text = score()
        self.assertGreaterEqual(numbers["micro"]["f1"], 0.98, text)

    def test_names_are_right_of_rare_protocols_too(self):
        numbers, text = score("--min-flows", "5")
        self.assertGreaterEqual(numbers["macro_f1"], 0.97, text)

    def test_the_unknown_stay_unknown(self):
        directory, _ = records_directory()
        wrong = directory.parent / (directory.name + "-wrong.csv")
        numbers, text = score("--errors", str(wrong))
        with wrong.open(newline="") as rows:
            named = {(pathlib.Path(row["file"]).name, row["src_port"])
                     for row in csv.DictReader(rows) if row["label"] == "unknown"}
        wrong.unlink()
        self.assertLessEqual(named, REALLY_COAP, text)
        self.assertEqual(numbers["unknown"]["other"], 0, text)

    def test_ports_do_not_matter(self):
        original, _ = score("--only", "original")
        moved, text = score("--only", "moved")
        self.assertGreaterEqual(moved["micro"]["f1"], original["micro"]["f1"] - 0.005, text)

    def test_what_moved_is_flagged_and_nothing_else(self):
        numbers, text = score()
        mismatch = numbers["mismatch"]
        self.assertGreaterEqual(mismatch["hit"], 0.98 * mismatch["positives"], text)
        self.assertLessEqual(mismatch["false_alarms"], len(REALLY_COAP) + 1, text)


if __name__ == "__main__":
    tap.main()
