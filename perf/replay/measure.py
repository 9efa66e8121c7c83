#!/usr/bin/env python3
"""Whole-process cost of `offport replay` on traces of many sessions open at once: CPU seconds,
packets per CPU second and peak memory, as medians with their spread, and memory per session from the
difference between two sizes. Usage: measure.py [--runs N] [--sessions N] [--flows] [BUILD_DIR]"""
import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--runs", type=int, default=5)
parser.add_argument("--sessions", type=int, default=50_000, help="of the smaller trace")
parser.add_argument("--flows", action="store_true", help="write flow records, to /dev/null")
parser.add_argument("build", nargs="?", default="build")
options = parser.parse_args()
build = pathlib.Path(options.build)


def run(trace):
    """(CPU seconds, peak resident bytes) of one replay."""
    command = [str(build / "offport"), "replay", str(trace)]
    if options.flows:
        command += ["--eve", "/dev/null", "--flows"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=dict(os.environ, OFFPORT_NO_HUGE="1"))
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def spread(values, unit, scale=1.0):
    low, middle, high = (f(values) / scale for f in (min, statistics.median, max))
    return f"{middle:.2f} {unit} ({low:.2f} to {high:.2f})"


peaks = {}
with tempfile.TemporaryDirectory() as directory:
    for sessions in (options.sessions, 3 * options.sessions):
        trace = pathlib.Path(directory) / f"{sessions}.pcap"
        made = subprocess.run([build / "perf" / "make-sessions", str(sessions), trace], check=True,
                              capture_output=True, text=True)
        packets = int(made.stdout.split()[-2])
        runs = [run(trace) for _ in range(options.runs)]
        peaks[sessions] = statistics.median(peak for _, peak in runs)
        rates = [packets / cpu for cpu, _ in runs]
        print(f"{sessions} sessions, {packets} packets, {options.runs} runs:")
        print(f"  CPU   {spread([cpu for cpu, _ in runs], 's')}")
        print(f"  rate  {spread(rates, 'million packets per CPU second', 1e6)}")
        print(f"  peak  {spread([peak for _, peak in runs], 'MiB', 2**20)}")
small, large = sorted(peaks)
growth = (peaks[large] - peaks[small]) / (large - small)
print(f"memory per further session: {growth:.0f} bytes")
