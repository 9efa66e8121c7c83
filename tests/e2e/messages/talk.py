"""Chat and messages between machines: IRC (RFC 2812), XMPP (RFC 6120), MQTT 3.1.1 (OASIS),
Stratum of cryptocurrency mining pools, and a handshake like that of WhatsApp."""
import json
import random
import struct

from messages.mail import lines


def irc(nick, channel):
    return lines(f"c: NICK {nick}\nUSER {nick} 0 * :{nick}",
                 f"s: :irc.example.net 001 {nick} :hello",
                 f"c: JOIN {channel}", f"s: :{nick}!{nick}@phone JOIN {channel}",
                 f"s: :master!m@example.net PRIVMSG {channel} :!contacts")


def xmpp(domain):
    spaces = "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'"
    start = "<?xml version='1.0'?><stream:stream"
    return [("c", f"{start} to='{domain}' {spaces}>".encode()),
            ("s", f"{start} id='4c2f' from='{domain}' {spaces}><stream:features/>".encode()),
            ("c", b"<message to='c2@example.net'><body>sms</body></message>")]


def mqtt(client, topic, text):
    """CONNECT, CONNACK, and a PUBLISH of QoS 0 with its topic."""
    name = client.encode()
    connect = b"\0\x04MQTT\x04\x02\0\x3c" + struct.pack(">H", len(name)) + name
    publish = struct.pack(">H", len(topic)) + topic.encode() + text.encode()
    return [("c", bytes([0x10, len(connect)]) + connect), ("s", b"\x20\x02\0\0"),
            ("c", bytes([0x30, len(publish)]) + publish)]


def stratum(worker):
    """JSON-RPC in lines."""
    def line(**members):
        return json.dumps(members).encode() + b"\n"

    return [("c", line(id=1, method="mining.subscribe", params=["miner/2.1"])),
            ("s", line(id=1, result=[[["mining.notify", "ae68"]], "08000002", 4], error=None)),
            ("c", line(id=2, method="mining.authorize", params=[worker, "x"])),
            ("s", line(id=2, result=True, error=None))]


def whatsapp():
    """Hellos of the Noise handshake (noiseprotocol.org) in frames, behind the prologue "WA"."""
    def framed(field, *parts):
        body = b"".join(bytes([number << 3 | 2, len(part)]) + part for number, part in parts)
        whole = bytes([field << 3 | 2, len(body)]) + body
        return struct.pack(">I", len(whole))[1:] + whole

    draw = random.Random(5222).randbytes
    return [("c", b"WA\x06\x03" + framed(2, (1, draw(32)))),
            ("s", framed(3, (1, draw(32)), (2, draw(48)), (3, draw(100)))),
            ("c", framed(4, (2, draw(48)), (3, draw(90))))]
