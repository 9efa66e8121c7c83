"""Remote control and files: SSH (RFC 4253), Telnet (RFC 854), FTP (RFC 959)."""
import random
import struct

from messages.mail import lines


def key_exchange(seed):
    """SSH_MSG_KEXINIT, RFC 4253 §7.1."""
    names = [b"curve25519-sha256", b"ssh-ed25519", b"aes128-ctr", b"aes128-ctr", b"hmac-sha2-256",
             b"hmac-sha2-256", b"none", b"none", b"", b""]
    payload = b"\x14" + random.Random(seed).randbytes(16)
    payload += b"".join(struct.pack(">I", len(name)) + name for name in names) + bytes(5)
    padding = 4 + -(len(payload) + 9) % 8
    return struct.pack(">IB", 1 + len(payload) + padding, padding) + payload + bytes(padding)


def ssh(client="JSCH-0.1.54", server="OpenSSH_9.6", sent=3000):
    return [("c", f"SSH-2.0-{client}\r\n".encode()), ("s", f"SSH-2.0-{server}\r\n".encode()),
            ("c", key_exchange(1)), ("s", key_exchange(2)),
            ("c", random.Random(3).randbytes(sent)), ("s", random.Random(4).randbytes(120))]


def telnet():
    """Each side negotiates options, then the client is asked to log in."""
    return [("c", b"\xff\xfd\x03\xff\xfb\x18\xff\xfb\x1f"),
            ("s", b"\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f\r\nlogin: "), ("c", b"root\r\n"),
            ("s", b"# "), ("c", b"id\r\n"), ("s", b"uid=0(root)\r\n# ")]


def ftp_upload(server, data_port, name):
    """The control connection, which announces the data connection."""
    place = ",".join([*server.split("."), str(data_port >> 8), str(data_port & 0xFF)])
    return lines("s: 220 FTP server ready", "c: USER drop", "s: 331 password please",
                 "c: PASS drop", "s: 230 logged in", "c: PASV",
                 f"s: 227 Entering Passive Mode ({place})", f"c: STOR {name}", "s: 150 go on",
                 "s: 226 done", "c: QUIT", "s: 221 bye")
