"""TLS 1.2 (RFC 5246): hellos, certificates, and records that stand for encrypted ones."""
import random
import struct


def record(kind, body):
    return struct.pack(">BHH", kind, 0x0303, len(body)) + body


def handshake(kind, body):
    return bytes([kind]) + struct.pack(">I", len(body))[1:] + body


def client_hello(name=None, alpn=()):
    """With server_name (RFC 6066 §3) and ALPN (RFC 7301 §3.1) where they are given."""
    extensions = b""
    if name is not None:
        host = name.encode()
        extensions += struct.pack(">HHHBH", 0, len(host) + 5, len(host) + 3, 0, len(host)) + host
    if alpn:
        names = b"".join(bytes([len(one)]) + one for one in alpn)
        extensions += struct.pack(">HHH", 16, len(names) + 2, len(names)) + names
    body = (b"\x03\x03" + bytes(range(32)) + b"\0" + struct.pack(">H", 4) + b"\xc0\x2f\xc0\x30" +
            b"\x01\x00" + struct.pack(">H", len(extensions)) + extensions)
    whole = handshake(1, body)
    return b"\x16\x03\x01" + struct.pack(">H", len(whole)) + whole


def server_hello():
    return record(22, handshake(2, b"\x03\x03" + bytes(range(100, 132)) + b"\0" + b"\xc0\x2f\0"))


def data(size, seed=1):
    """A record of encrypted data."""
    return record(23, random.Random(seed).randbytes(size))


def hellos(name=None, alpn=()):
    return [("c", client_hello(name, alpn)), ("s", server_hello())]


def session(name=None, sent=400, received=900, alpn=(b"http/1.1",)):
    """Hellos, and then one question and its answer."""
    return hellos(name, alpn) + [("c", data(sent)), ("s", data(received, 2))]


def element(tag, *contents):
    """A DER element (X.690 §8.1)."""
    content = b"".join(contents)
    length = len(content)
    return bytes([tag]) + (bytes([length]) if length < 128 else
                           b"\x82" + struct.pack(">H", length)) + content


def common_name(name):
    attribute = element(0x30, element(0x06, b"\x55\x04\x03"), element(0x0C, name.encode()))
    return element(0x30, element(0x31, attribute))


def certificate(issuer, subject):
    """Version 3, RFC 5280 §4.1, with keys and signatures that are none."""
    algorithm = element(0x30, element(0x06, bytes.fromhex("2a864886f70d01010b")), b"\x05\0")
    validity = element(0x30, element(0x17, b"260901000000Z"), element(0x17, b"270901000000Z"))
    key = element(0x30, algorithm, element(0x03, b"\0" + bytes(range(140))))
    signed = element(0x30, element(0xA0, b"\x02\x01\x02"), element(0x02, bytes(range(1, 9))),
                     algorithm, common_name(issuer), validity, common_name(subject), key)
    return element(0x30, signed, algorithm, element(0x03, b"\0" + bytes(range(128))))


def tor(sent=514, received=514):
    """Tor's link (tor-spec, "Negotiating channels with TLS"): a certificate of made-up names."""
    made = certificate("www.q6tbvz2mkd4x.com", "www.h5wtsy3lrfe7.net")
    listed = struct.pack(">I", len(made))[1:] + made
    chain = handshake(11, struct.pack(">I", len(listed))[1:] + listed)
    return [("c", client_hello("www.ak2vlmxq7bd4.com")), ("s", server_hello() + record(22, chain)),
            ("c", data(sent)), ("s", data(received, 2))]
