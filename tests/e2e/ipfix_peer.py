"""IPFIX (RFC 7011) with nvzFlow, as AnyConnect's Network Visibility Module exports it."""
import ipaddress
import struct

CISCO, VARIABLE = 9, 65535
UDID = bytes.fromhex("91ff4ae06c7843bc93c9c1572482f7cda3b87853")
# (enterprise, element, length), as the module lays its records out
FLOW = [(0, 4, 1), (0, 8, 4), (0, 7, 2), (0, 12, 4), (0, 11, 2), (0, 150, 4), (0, 151, 4),
        (CISCO, 12332, 20), (CISCO, 12333, VARIABLE), (CISCO, 12340, VARIABLE),
        (CISCO, 12341, 32), (CISCO, 12346, 8), (CISCO, 12347, 8)]
DEVICE = [(0, 350, VARIABLE), (CISCO, 12332, 20), (CISCO, 12334, VARIABLE)]
TEMPLATES = {267: FLOW, 262: DEVICE}


def template_set(templates=None):
    body = b""
    for number, fields in (templates or TEMPLATES).items():
        body += struct.pack(">HH", number, len(fields))
        for enterprise, element, length in fields:
            body += struct.pack(">HH", element | (0x8000 if enterprise else 0), length)
            body += struct.pack(">I", enterprise) if enterprise else b""
    return struct.pack(">HH", 2, len(body) + 4) + body


def data_set(number, *records):
    body = b"".join(records)
    return struct.pack(">HH", number, len(body) + 4) + body


def text(value):
    return bytes([len(value)]) + value.encode()


def flow(client, client_port, server, server_port, app, start, user="", protocol=6):
    return (bytes([protocol]) + ipaddress.ip_address(client).packed +
            struct.pack(">H", client_port) + ipaddress.ip_address(server).packed +
            struct.pack(">HII", server_port, int(start), int(start)) + UDID + text(user) +
            text(app) + bytes(32) + struct.pack(">QQ", 812, 1440))


def device(name, system):
    return text(name) + UDID + text(system)


def message(*sets, exported, sequence=0, domain=127):
    body = b"".join(sets)
    return struct.pack(">HHIII", 10, 16 + len(body), int(exported), sequence, domain) + body
