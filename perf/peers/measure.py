#!/usr/bin/env python3
"""CPU seconds and peak memory of offport and of its peers on the same traces: whole processes, medians
with their spread. offport writes a flow record for each session, with one worker. libpcap reads the trace
and does nothing else. Peers that are not installed are left out.

Usage: measure.py [--runs N] [--build DIR] [--only NAME[,NAME...]] [--json FILE] TRACE..."""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--runs", type=int, default=3)
parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
parser.add_argument("--only", type=lambda text: text.split(","), help="these, by name")
parser.add_argument("--json", type=pathlib.Path, help="write the figures there, too")
parser.add_argument("traces", nargs="+", type=pathlib.Path)
options = parser.parse_args()


def commands(trace, directory):
    """Name -> command line. Records go to files, as a sensor's do."""
    return {
        "libpcap": [options.build / "perf" / "read-trace", trace],
        "offport": [options.build / "offport", "replay", trace, "--eve", directory / "offport.json",
                    "--flows"],
        "ndpiReader": ["ndpiReader", "-q", "-i", trace, "-C", directory / "ndpi.csv"],
        "tshark": ["tshark", "-n", "-q", "-r", trace, "-z", "conv,tcp"],
        "suricata": ["suricata", "-r", trace, "-l", directory, "--runmode", "single"],
        "zeek": ["zeek", "-C", "-r", trace],
        "snort": ["snort", "-q", "-r", trace],
    }


def version_of(program):
    """The first line that it prints of itself."""
    for flag in ("--version", "-h"):
        done = subprocess.run([program, flag], capture_output=True, text=True, check=False)
        lines = [line for line in (done.stdout + done.stderr).splitlines() if any(map(str.isdigit, line))]
        if lines:
            return lines[0].strip()
    return program


def measure(command, directory):
    """(CPU seconds, peak resident MiB) of one process."""
    process = subprocess.Popen([str(part) for part in command], cwd=directory,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"measure.py: failed: {' '.join(map(str, command))}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def spread(values, digits):
    low, middle, high = (f(values) for f in (min, statistics.median, max))
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


options.build = options.build.resolve()
figures = {}
for trace in options.traces:
    trace = trace.resolve(strict=True)
    results = {}
    print(f"{trace.name}: {options.runs} runs each, interleaved")
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as name:
            directory = pathlib.Path(name)
            for peer, command in commands(trace, directory).items():
                wanted = options.only is None or peer in options.only
                if wanted and shutil.which(command[0]):
                    results.setdefault(peer, []).append(measure(command, directory))
    ours = statistics.median(cpu for cpu, _ in results["offport"]) if "offport" in results else None
    for peer, runs in results.items():
        cpu, peak = zip(*runs)
        times = f"{statistics.median(cpu) / ours:8.2f} x offport" if ours else ""
        print(f"  {peer:12} {spread(cpu, 2):>26} s CPU {times:>20} {spread(peak, 0):>22} MiB")
    figures[trace.name] = results
peers = sorted({peer for results in figures.values() for peer in results} - {"libpcap", "offport"})
for peer in peers:
    print(f"{peer}: {version_of(peer)}")
if options.json:
    options.json.write_text(json.dumps(figures, indent=1) + "\n")
sys.exit(0)
