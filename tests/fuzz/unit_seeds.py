#!/usr/bin/env python3
"""Writes the messages of the unit tests, their "..."_hex literals, as seeds of the identify targets.

Usage: unit_seeds.py DIRECTORY   (makes DIRECTORY/identify_FAMILY/NUMBER)"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FAMILY = re.compile(r'Family\{"(\w+)",\s*((?:"[^"]*"\s*)+)\}')
LITERAL = re.compile(r'((?:"[0-9a-fA-F \t]*"\s*)+)_hex')


def main():
    target = pathlib.Path(sys.argv[1])
    families = (ROOT / "tests/fuzz/families.h").read_text()
    for family, words in FAMILY.findall(families):
        folder = target / f"identify_{family}"
        folder.mkdir(parents=True, exist_ok=True)
        number = 0
        for protocol in " ".join(re.findall(r'"([^"]*)"', words)).split():
            for test in (ROOT / "tests/unit/identify").glob(f"{protocol.replace('-', '_')}*_test.cpp"):
                for literal in LITERAL.findall(test.read_text()):
                    digits = re.sub(r"[^0-9a-fA-F]", "", literal)
                    if not digits or len(digits) % 2:
                        continue
                    for head in (b"\x04\0\0\0", b"\x05\0\0\0", b"\x06\0\0\0", b"\x07\1\0\0"):
                        (folder / str(number)).write_bytes(head + bytes.fromhex(digits))
                        number += 1
        print(f"identify_{family}: {number} seeds")


if __name__ == "__main__":
    main()
