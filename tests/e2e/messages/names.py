"""DNS (RFC 1035), over UDP and TCP, multicast DNS (RFC 6762), DHCP (RFC 2131) and NTP (RFC
5905)."""
import struct

A, PTR, TXT = 1, 12, 16


def encoded(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def question(name, kind=A, number=0x1234):
    return (struct.pack(">6H", number, 0x0100, 1, 0, 0, 0) + encoded(name) +
            struct.pack(">HH", kind, 1))


def answer(name, data, kind=A, number=0x1234):
    return (struct.pack(">6H", number, 0x8180, 1, 1, 0, 0) + encoded(name) +
            struct.pack(">HH", kind, 1) + b"\xc0\x0c" +
            struct.pack(">HHIH", kind, 1, 60, len(data)) + data)


def dns(name="www.example.org", data=b"\xc0\0\x02\x50", kind=A, number=0x1234):
    return [("c", question(name, kind, number)), ("s", answer(name, data, kind, number))]


def tunnel(domain, count, every=2):
    """Each question carries data out in its name, each answer commands in a TXT record."""
    dialogue = []
    for i in range(count):
        name = f"{i:04x}{'a9f3c7e1' * 5}.{domain}"
        dialogue += [*dns(name, b"\x0arun:%06d" % i, TXT, 0x4000 + i), ("wait", every)]
    return dialogue


def over_tcp(dialogue):
    """With the length in front, RFC 1035 §4.2.2."""
    return [(side, struct.pack(">H", len(said)) + said) for side, said in dialogue]


def mdns(service="_googlecast._tcp.local"):
    """Asked of the whole group."""
    return [("c", struct.pack(">6H", 0, 0, 1, 0, 0, 0) + encoded(service) +
             struct.pack(">HH", PTR, 1))]


def dhcp(address):
    """A REQUEST and the ACK for it."""
    def message(operation, kind, yours):
        fixed = struct.pack(">BBBBIHH", operation, 1, 6, 0, 0x3903F326, 0, 0)
        addresses = bytes(4) + yours + bytes(8) + b"\x02\0\0\0\0\x01" + bytes(10 + 64 + 128)
        return fixed + addresses + b"\x63\x82\x53\x63" + bytes([53, 1, kind, 255])

    yours = bytes(map(int, address.split(".")))
    return [("c", message(1, 3, bytes(4))), ("s", message(2, 5, yours))]


def ntp(seconds):
    """Client and server at `seconds` since 1970."""
    def stamp(offset):
        return struct.pack(">II", int(seconds) + 2208988800, offset)  # since 1900

    asked = stamp(0x10000000)
    return [("c", b"\x23\0\x06\xec" + bytes(36) + asked),
            ("s", b"\x24\x02\x06\xec" + struct.pack(">II4s", 0x100, 0x200, b"\xc0\0\x02\x0a") +
             stamp(1) + asked + stamp(0x20000000) + stamp(0x30000000))]
