"""SOCKS 4 and 5: the request that goes before what is carried. CONNECT is in messages.web."""
import ipaddress
import struct


def socks4(address, port):
    request = b"\x04\x01" + struct.pack(">H", port) + ipaddress.ip_address(address).packed + b"u\0"
    return [("c", request), ("s", b"\0\x5a" + bytes(6))]


def socks5(address, port):
    """Without a password, RFC 1928 §3, §4 and §6."""
    request = b"\x05\x01\0\x01" + ipaddress.ip_address(address).packed + struct.pack(">H", port)
    return [("c", b"\x05\x01\0"), ("s", b"\x05\0"), ("c", request),
            ("s", b"\x05\0\0\x01" + bytes(4) + b"\x04\x38")]
