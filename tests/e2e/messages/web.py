"""HTTP/1.1 (RFC 9112), WebSocket (RFC 6455), and what runs on them."""
import base64
import hashlib
import struct


def request(method, host, path, body=b"", **headers):
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def response(status="200 OK", body=b""):
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def get(host, path="/", body=b"ok", status="200 OK", agent="Dalvik/2.1.0"):
    return [("c", request("GET", host, path, User_Agent=agent)), ("s", response(status, body))]


def post(host, path, body, answer=b"ok", agent="Dalvik/2.1.0"):
    return [("c", request("POST", host, path, body, User_Agent=agent)),
            ("s", response(body=answer))]


def frame(text, masked):
    """A text message of fewer than 126 bytes, RFC 6455 §5.2; a client's are masked."""
    mask = b"\x5a\xc3\x17\x88" if masked else b""
    said = bytes(byte ^ mask[i % 4] for i, byte in enumerate(text)) if masked else text
    return struct.pack(">BB", 0x81, (0x80 if masked else 0) | len(text)) + mask + said


def websocket(host, path="/socket", *messages):
    """The opening handshake, and then `messages` of ("c" or "s", text) or ("wait", seconds)."""
    key = base64.b64encode(bytes(range(16))).decode()
    accept = base64.b64encode(hashlib.sha1(
        key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()
    opening = request("GET", host, path, Upgrade="websocket", Connection="Upgrade",
                      Sec_WebSocket_Key=key, Sec_WebSocket_Version=13)
    answer = ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              f"Sec-WebSocket-Accept: {accept}\r\n\r\n").encode()
    said = [(side, what if side == "wait" else frame(what, side == "c"))
            for side, what in messages]
    return [("c", opening), ("s", answer), *said]


def connect(host, port, status="200 Connection established"):
    """A proxy is asked for a tunnel, RFC 9110 §9.3.6."""
    place = f"{host}:{port}"
    return [("c", request("CONNECT", place, place)), ("s", f"HTTP/1.1 {status}\r\n\r\n".encode())]
