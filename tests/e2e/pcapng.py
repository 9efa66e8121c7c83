"""Reads pcapng files block by block (draft-ietf-opsawg-pcapng); whatever is not as it says there is an
error."""
import collections
import struct

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
COMMENT, NAME, APPLICATION, RESOLUTION, END = 1, 2, 4, 9, 0

Packet = collections.namedtuple("Packet", "time_ns link_type interface data original comment")


def blocks(content):
    """(type, body) of each."""
    while content:
        kind, length = struct.unpack_from("<II", content)
        (again,) = struct.unpack_from("<I", content, length - 4)
        assert length % 4 == 0 and length == again, (length, again)
        yield kind, content[8:length - 4]
        content = content[length:]


def options(body):
    """{code: value}; a list of options ends with the end of options."""
    found = {}
    while body:
        code, length = struct.unpack_from("<HH", body)
        if code == END:
            assert len(body) == 4, body
            return found
        found[code] = body[4:4 + length]
        body = body[4 + length + -length % 4:]
    assert not found, "no end of options"
    return found


def packets(path):
    """All packets of a file, and the application that wrote each of its sections."""
    found, applications, interfaces = [], [], []
    for kind, body in blocks(path.read_bytes()):
        if kind == SECTION:
            magic, major, minor, length = struct.unpack_from("<IHHq", body)
            assert (magic, major, minor, length) == (0x1A2B3C4D, 1, 0, -1)
            applications.append(options(body[16:])[APPLICATION].decode())
            interfaces = []
        elif kind == INTERFACE:
            link_type, reserved, _ = struct.unpack_from("<HHI", body)
            said = options(body[8:])
            assert reserved == 0 and said[RESOLUTION] == b"\x09"
            interfaces.append((link_type, said.get(NAME, b"").decode()))
        else:
            assert kind == PACKET, kind
            number, high, low, kept, original = struct.unpack_from("<IIIII", body)
            link_type, name = interfaces[number]
            rest = options(body[20 + kept + -kept % 4:])
            found.append(Packet(high << 32 | low, link_type, name, body[20:20 + kept], original,
                                rest[COMMENT].decode()))
    return found, applications
