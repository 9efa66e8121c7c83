#!/usr/bin/env python3
"""Writes the messages of the unit tests, their "..."_hex literals, as seeds of the identify targets,
and what the peers of the end-to-end tests send as seeds of the feeds'.

Usage: unit_seeds.py DIRECTORY   (makes DIRECTORY/identify_FAMILY/NUMBER, DIRECTORY/radius/NUMBER, ...)"""
import pathlib
import re
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
import ipfix_peer as ipfix  # noqa: E402
import radius_peer as radius  # noqa: E402

FAMILY = re.compile(r'Family\{"(\w+)",\s*((?:"[^"]*"\s*)+)\}')
LITERAL = re.compile(r'((?:"[0-9a-fA-F \t]*"\s*)+)_hex')


def radius_seeds():
    """Each datagram behind its length in two bytes."""
    device = [radius.attribute(1, "alice"), radius.of_vendor(9, 1, "mdm-tlv=device-uid=AB12"),
              radius.of_vendor(9, 1, "mdm-tlv=device-platform=android"),
              radius.of_vendor(3076, 146, "crm"), radius.attribute(55, 1789999990)]
    ipv6 = [radius.attribute(97, bytes.fromhex("004020010db800000001")),
            radius.attribute(96, bytes(7) + b"\5"), radius.attribute(168, bytes(15) + b"\1")]
    requests = [radius.request(1, radius.START, *device, address="10.20.1.14"),
                radius.request(2, radius.INTERIM, *ipv6, address="10.20.1.15"),
                radius.request(3, radius.STOP), radius.request(4, radius.OFF, session=None)]
    framed = [struct.pack(">H", len(request)) + request for request in requests]
    return [*framed, b"".join(framed), b"".join(reversed(framed))]


def ipfix_seeds():
    """Messages behind a byte that says in which pieces they come."""
    messages = [ipfix.message(ipfix.template_set(), exported=1789999990),
                ipfix.message(ipfix.data_set(262, ipfix.device("phone-114", "Android")),
                              exported=1789999991),
                ipfix.message(ipfix.data_set(267, ipfix.flow("10.1.2.3", 40001, "192.0.2.7", 443,
                                                             "com.x", 1789999990, "alice")),
                              exported=1789999992, sequence=1)]
    return [b"\xff" + messages[0], b"\x07" + b"".join(messages), b"\xff" + b"".join(messages)]


def write_seeds(folder, seeds):
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (folder / str(number)).write_bytes(seed)
    print(f"{folder.name}: {len(seeds)} seeds")


def main():
    target = pathlib.Path(sys.argv[1])
    write_seeds(target / "radius", radius_seeds())
    write_seeds(target / "ipfix", ipfix_seeds())
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
