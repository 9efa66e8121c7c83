"""STUN (RFC 8489), DTLS 1.2 (RFC 6347) and RTP (RFC 3550)."""
import random
import struct

COOKIE = 0x2112A442


def stun(seed=1, port=40112):
    """A binding request and its answer."""
    number = random.Random(seed).randbytes(12)
    mapped = struct.pack(">BBHI", 0, 1, port ^ COOKIE >> 16, 0xC000024D ^ COOKIE)
    return [("c", struct.pack(">HHI", 1, 0, COOKIE) + number),
            ("s", struct.pack(">HHI", 0x101, 12, COOKIE) + number + struct.pack(">HH", 0x20, 8) +
             mapped)]


def dtls():
    """Hellos."""
    def hello(kind, body):
        size = struct.pack(">I", len(body))[1:]
        message = bytes([kind]) + size + bytes(5) + size + body
        return struct.pack(">BHHIHH", 22, 0xFEFD, 0, 0, 0, len(message)) + message

    client = b"\xfe\xfd" + bytes(range(32)) + b"\0\0" + b"\0\x04\xc0\x2b\xc0\x2f" + b"\x01\0"
    server = b"\xfe\xfd" + bytes(range(50, 82)) + b"\0" + b"\xc0\x2b" + b"\0"
    return [("c", hello(1, client)), ("s", hello(2, server))]


def rtp(count, kind=111):
    """Both sides send a packet every 20 ms."""
    dialogue = []
    for i in range(count):
        for side, source in (("c", 0x1A2B3C4D), ("s", 0x5E6F7081)):
            head = struct.pack(">BBHII", 0x80, kind, 700 + i, 160000 + 960 * i, source)
            dialogue.append((side, head + random.Random(source + i).randbytes(90)))
        dialogue.append(("wait", 0.02))
    return dialogue
