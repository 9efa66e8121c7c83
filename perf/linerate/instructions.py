#!/usr/bin/env python3
"""Instructions a frame of every loop of `offport bench`, by callgrind: the difference between two
runs of different length, so that what comes before and after cancels out. Repeatable, so it can
tell a percent; but the CPU that valgrind shows has no AVX-512, so Hyperscan takes its AVX2 path.

Usage: instructions.py [--build DIR] [--packets N] [BENCH_OPTION...]
    instructions.py --traffic new --sessions 20000"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

MODES = ("bare", "receive", "decode", "flow", "identify", "attribute", "judge", "whole")
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
parser.add_argument("--packets", type=int, default=64_000, help="of the shorter run")
options, bench = parser.parse_known_args()
if "--sessions" not in bench:
    bench += ["--sessions", "1000"]


def instructions(mode, packets):
    with tempfile.TemporaryDirectory() as directory:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={directory}/out",
                   options.build / "offport", "bench", "--latency", "0", "--runs", "1",
                   "--modes", mode, "--packets", str(packets), *bench]
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env=dict(os.environ, OFFPORT_NO_HUGE="1"))
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or found is None:
        sys.exit(f"instructions.py: callgrind failed:\n{done.stderr[-2000:]}")
    return int(found[1])


before = None
for loop in MODES:
    few, many = (instructions(loop, packets) for packets in (options.packets, 3 * options.packets))
    each = (many - few) / (2 * options.packets)
    own = "" if before is None or loop == "receive" else f"  {each - before:+8.1f}"
    print(f"{loop:10} {each:8.1f} instructions a frame{own}", flush=True)
    if loop != "bare":
        before = each
