#!/usr/bin/env python3
"""The whole matrix of `offport bench`: what one worker can do with frames of every size, steady
sessions in cache and out of it, sessions that begin, and tunnels. Writes DIRECTORY/NAME.txt, .json
and .svg for each part, and DIRECTORY/floors.txt.

Usage: measure.py [--seconds S] [--runs N] [--search] [--trial S] [--most-sessions N] [--build DIR]
                  DIRECTORY"""
import argparse
import json
import pathlib
import subprocess
import sys

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument("--seconds", type=float, default=0.25, help="of each run")
parser.add_argument("--runs", type=int, default=5)
parser.add_argument("--search", action="store_true", help="for the highest rate without loss, too")
parser.add_argument("--trial", type=float, default=2, help="seconds at one rate; RFC 2544 wants 60")
parser.add_argument("--most-sessions", type=int, default=4_000_000)
parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
parser.add_argument("directory", type=pathlib.Path)
options = parser.parse_args()


def sessions(*counts):
    return ",".join(str(min(count, options.most_sessions)) for count in dict.fromkeys(counts))


PARTS = {
    "steady": ["--stages", "--frames", "64,imix,1500",
               "--sessions", sessions(1_000, 1_000_000, 4_000_000)],
    "new": ["--stages", "--traffic", "first,new,new-tls,new-http,new-dns",
            "--sessions", sessions(1_000_000)],
    "tunnels": ["--stages", "--traffic", "steady,new", "--tunnel", "none,vxlan,geneve,gre",
                "--sessions", sessions(1_000, 1_000_000)],
}
MEASURING = ["--seconds", str(options.seconds), "--runs", str(options.runs)]
if options.search:
    MEASURING += ["--search", "--trial", str(options.trial)]


def measure(name, words):
    """Runs one part; its report as an object."""
    base = options.directory / name
    command = [str(options.build / "offport"), "bench", *words, *MEASURING,
               "--text", f"{base}.txt", "--svg", f"{base}.svg", "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"measure.py: `{' '.join(command)}` failed")
    base.with_suffix(".json").write_text(done.stdout)
    return json.loads(done.stdout)


def floors(report):
    """One line for each floor that the report speaks of: what is asked for, and what is there."""
    for case in report["cases"]:
        if case["tunnel"] != "none":
            continue
        if case["traffic"] == "steady" and case["frames"] == "64":
            ratio = case["ratio_to_bare_loop"]
            yield (f"steady, 64 bytes, {case['sessions']} sessions: {ratio:.2f} of the bare loop's "
                   f"rate; floor 0.50", ratio >= 0.5)
        if case["traffic"] == "first":
            rate = case["sessions_identified_per_second"] / 1e6
            yield (f"new sessions with one scan each: {rate:.2f} million a second; floor 1",
                   rate >= 1)


options.directory.mkdir(parents=True, exist_ok=True)
lines = []
for part, arguments in PARTS.items():
    report = measure(part, arguments)
    if part != "tunnels":
        lines += [f"{'met   ' if met else 'missed'} {line}" for line, met in floors(report)]
    print((options.directory / part).with_suffix(".txt").read_text())
(options.directory / "floors.txt").write_text("\n".join(lines) + "\n")
print("\n".join(lines))
