"""Small capture files, written byte by byte (libpcap file format, and pcapng by
draft-ietf-opsawg-pcapng)."""
import ipaddress
import struct

ETHERNET, RAW, LINUX_SLL, LINUX_SLL2, NULL = 1, 101, 113, 276, 0
IEEE802_11, RADIOTAP = 105, 127


def pcap(packets, link_type=ETHERNET, nanoseconds=False, big_endian=False, snapshot=65535):
    """`packets` are (seconds as float, bytes). A frame is cut to `snapshot` bytes."""
    order = ">" if big_endian else "<"
    unit = 10**9 if nanoseconds else 10**6
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snapshot, link_type)]
    for time, frame in packets:
        ticks = round(time * unit)
        out.append(struct.pack(order + "IIII", ticks // unit, ticks % unit,
                               min(len(frame), snapshot), len(frame)))
        out.append(frame[:snapshot])
    return b"".join(out)


def pcapng(packets, ticks_per_second=10**6, interfaces=((ETHERNET, 65535),)):
    """`packets` are (seconds as float or int, bytes), all of the first of the `interfaces`, which
    are (link type, snapshot length). Ticks are powers of ten (draft, section 4.2, if_tsresol)."""
    def block(kind, body):
        body += b"\0" * (-len(body) % 4)
        return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)

    resolution = struct.pack("<HHB3xHH", 9, 1, len(str(ticks_per_second)) - 1, 0, 0)
    out = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
           *(block(1, struct.pack("<HHI", link, 0, snapshot) + resolution)
             for link, snapshot in interfaces)]
    for time, frame in packets:
        ticks = round(time * ticks_per_second)
        out.append(block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(frame),
                                        len(frame)) + frame))
    return b"".join(out)


def ipv4(source, destination, protocol, payload):
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0,
                       ipaddress.ip_address(source).packed,
                       ipaddress.ip_address(destination).packed) + payload


def ipv6(source, destination, protocol, payload):
    return struct.pack(">IHBB16s16s", 6 << 28, len(payload), protocol, 64,
                       ipaddress.ip_address(source).packed,
                       ipaddress.ip_address(destination).packed) + payload


def ip(source, destination, protocol, payload):
    """A packet of either version."""
    is_ipv6 = ipaddress.ip_address(source).version == 6
    return (ipv6 if is_ipv6 else ipv4)(source, destination, protocol, payload)


def udp(source_port, destination_port, payload):
    return struct.pack(">HHHH", source_port, destination_port, 8 + len(payload), 0) + payload


def tcp(source_port, destination_port, sequence, acknowledgement, flags, payload=b""):
    return struct.pack(">HHIIBBHHH", source_port, destination_port, sequence, acknowledgement, 0x50,
                       flags, 65535, 0, 0) + payload


def offloaded_download(client, client_port, segments, size=60000, start=1000.0):
    """HTTP whose answer comes in `segments` frames of `size` bytes of payload, as a host that
    offloads segmentation captures it."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (segments * size)
    dialogue = [("c", b"GET /big HTTP/1.1\r\nHost: www.example.org\r\n\r\n"), ("s", head)]
    dialogue += [("s", b"x" * size)] * segments
    return tcp_conversation(client, client_port, "192.0.2.80", 8088, dialogue, start)


def ethernet(packet, ether_type=None):
    """If no type is given, it is that of the packet's version of IP."""
    if ether_type is None:
        ether_type = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return bytes.fromhex("020000000001 020000000002") + struct.pack(">H", ether_type) + packet


def sender(frame):
    """The source address of an IP packet in an Ethernet frame, packed."""
    return frame[22:38] if frame[12:14] == b"\x86\xdd" else frame[26:30]


def in_vlans(*ids):
    """Wraps IP packets into frames with these VLAN tags, outermost first."""
    tags = b"".join(struct.pack(">HH", 0x8100, vlan) for vlan in ids)

    def wrap(packet):
        frame = ethernet(packet)
        return frame[:12] + tags + frame[12:]
    return wrap


def under_labels(*labels):
    """... below these MPLS labels (RFC 3032)."""
    last = len(labels) - 1
    stack = b"".join(struct.pack(">I", label << 12 | (place == last) << 8 | 64)
                     for place, label in enumerate(labels))
    return lambda packet: ethernet(stack + packet, 0x8847)


def in_chain(path, context=None):
    """... behind an NSH (RFC 8300) with fixed metadata that begins with `context`, or without."""
    if context is None:
        header = struct.pack(">HBBI", 0x0FC2, 2, 1, path << 8 | 255)
    else:
        header = struct.pack(">HBBIIIII", 0x0FC6, 1, 1, path << 8 | 255, context, 0, 0, 0)
    return lambda packet: ethernet(header + packet, 0x894F)


def outer(protocol, payload):
    return ethernet(ipv4("192.0.2.1", "192.0.2.2", protocol, payload))


def outer_udp(port, payload):
    return outer(17, struct.pack(">HHHH", port, port, 8 + len(payload), 0) + payload)


def in_gre(key=None):
    """... in a GRE tunnel (RFC 2890)."""
    header = struct.pack(">HH", 0, 0x0800)
    if key is not None:
        header = struct.pack(">HHI", 0x2000, 0x0800, key)
    return lambda packet: outer(47, header + packet)


def in_erspan(session):
    """... in a mirror's ERSPAN, type II."""
    header = struct.pack(">HHIHHI", 0x1000, 0x88BE, 1, 0x1000, session, 0)
    return lambda packet: outer(47, header + ethernet(packet))


def in_gtp(endpoint):
    """... in GTP-U (3GPP TS 29.281)."""
    return lambda packet: outer_udp(2152, struct.pack(">BBHI", 0x30, 255, len(packet), endpoint)
                                    + packet)


def in_l2tp(session):
    """... as PPP frames in L2TP (RFC 2661)."""
    header = struct.pack(">HHHHH", 0x0002, 1, session, 0xFF03, 0x0021)
    return lambda packet: outer_udp(1701, header + packet)


def in_vxlan(network, group=None):
    """... in VXLAN, with a group policy if there is one."""
    header = struct.pack(">BBHI", 0x08 if group is None else 0x88, 0, group or 0, network << 8)
    return lambda packet: outer_udp(4789, header + ethernet(packet))


def wireless(packet, ether_type=0x0800):
    """A QoS data frame of IEEE 802.11 from a client to its access point."""
    return (bytes.fromhex("8801 0000 020000000001 020000000002 020000000003 1000 0000")
            + bytes.fromhex("aaaa03 000000") + struct.pack(">H", ether_type) + packet)


def capwap(packet, identification, size=40):
    """The frames of a CAPWAP tunnel that carry `packet` in fragments of `size` bytes (RFC
    5415)."""
    whole = wireless(packet)
    for offset in range(0, len(whole), size):
        flags = 0x100380 | (0x40 if offset + size >= len(whole) else 0)
        header = struct.pack(">IHH", flags, identification, offset)
        datagram = header + whole[offset:offset + size]
        head = struct.pack(">HHHH", 30000, 5247, 8 + len(datagram), 0)
        yield ethernet(ipv4("192.0.2.1", "192.0.2.2", 17, head + datagram))


SYN, ACK, PSH_ACK, FIN_ACK, RST = 0x02, 0x10, 0x18, 0x11, 0x04


def tcp_conversation(client, client_port, server, server_port, dialogue, start=1000.0,
                     wrap=ethernet, close=True):
    """`dialogue` is a list of ("c" or "s", bytes), and of ("wait", seconds) between them.
    Handshake and orderly close are added."""
    packets = []
    numbers = {"c": 1000, "s": 5000}
    time = start

    def send(side, flags, payload=b""):
        nonlocal time
        here, there = ((client, client_port), (server, server_port))
        if side == "s":
            here, there = there, here
        other = "s" if side == "c" else "c"
        acknowledgement = 0 if flags == SYN else numbers[other]
        segment = tcp(here[1], there[1], numbers[side], acknowledgement, flags, payload)
        packets.append((time, wrap(ip(here[0], there[0], 6, segment))))
        numbers[side] += len(payload) + (1 if flags & 0x03 else 0)
        time += 0.01

    send("c", SYN)
    send("s", SYN | ACK)
    send("c", ACK)
    for side, payload in dialogue:
        if side == "wait":
            time += payload
        else:
            send(side, PSH_ACK, payload)
    if close:
        send("c", FIN_ACK)
        send("s", FIN_ACK)
        send("c", ACK)
    return packets


def udp_conversation(client, client_port, server, server_port, dialogue, start=1000.0):
    """One datagram for each ("c" or "s", bytes) of `dialogue`, which may wait as that of TCP."""
    packets = []
    time = start
    for side, payload in dialogue:
        if side == "wait":
            time += payload
            continue
        here, there = ((client, client_port), (server, server_port))
        if side == "s":
            here, there = there, here
        packets.append((time, ethernet(ip(here[0], there[0], 17, udp(here[1], there[1], payload)))))
        time += 0.01
    return packets


SSH_DIALOGUE = [("s", b"SSH-2.0-OpenSSH_9.2\r\n"), ("c", b"SSH-2.0-OpenSSH_9.2\r\n")]
HTTP_DIALOGUE = [("c", b"GET /a HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: t\r\n\r\n"),
                 ("s", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
