"""RADIUS accounting as a gateway sends it (RFC 2866)."""
import hashlib
import ipaddress
import struct

START, STOP, INTERIM, ON, OFF = 1, 2, 3, 7, 8
SECRET = b"xyzzy5461"


def attribute(kind, value):
    if isinstance(value, int):
        value = struct.pack(">I", value)
    elif isinstance(value, str):
        value = value.encode()
    return bytes([kind, len(value) + 2]) + value


def of_vendor(vendor, kind, text):
    return attribute(26, struct.pack(">I", vendor) + attribute(kind, text))


def request(identifier, status, *attributes, session="0A", nas="192.0.2.1", address=None,
            station="A1-B2-C3-D4-E5-F6", secret=SECRET):
    """An Accounting-Request; what is None is left out."""
    parts = [attribute(40, status), attribute(4, ipaddress.ip_address(nas).packed)]
    if session is not None:
        parts.append(attribute(44, session))
    if address is not None:
        parts.append(attribute(8, ipaddress.ip_address(address).packed))
    if station is not None:
        parts.append(attribute(31, station))
    body = b"".join([*parts, *attributes])
    head = struct.pack(">BBH", 4, identifier, 20 + len(body))
    return head + hashlib.md5(head + bytes(16) + body + secret).digest() + body


def response(asked, secret=SECRET):
    """The answer that `asked` is to get, without Proxy-State."""
    head = struct.pack(">BBH", 5, asked[1], 20)
    return head + hashlib.md5(head + asked[4:20] + secret).digest()
