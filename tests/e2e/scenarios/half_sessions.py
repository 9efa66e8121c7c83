"""Look-alikes that must stay silent: what never became a conversation proves no protocol."""
from messages import remote, tls, web
from scenario import every, Scenario

SCANNER = "com.example.scanner"


class PortScan(Scenario):
    """SYNs that nobody answers, again and again (RITA, issue 117: failed connects make false
    beacons)."""
    protocols = {f"tcp/{port}": "unknown" for port in (22, 443, 3389, 8088)}

    def play(self):
        phone = self.phone()
        phone.left_alone(SCANNER)
        for at in every(300, 5):
            for port in (22, 443, 3389, 8088):
                phone.knocks(SCANNER, port, at)


class HttpToAnSshServer(Scenario):
    """An HTTP request that an SSH server answers with its banner is not HTTP on 22 (Zeek, issue
    5204)."""
    protocols = {"tcp/22": "unknown"}

    def play(self):
        banner = ("s", b"SSH-2.0-OpenSSH_9.6\r\n")
        self.phone().tcp(SCANNER, 22, [banner, web.get("198.51.100.20")[0]])


class TlsToAnHttpServer(Scenario):
    """A ClientHello that a server of plain HTTP answers with an error of its own."""
    protocols = {"tcp/8088": "unknown"}

    def play(self):
        answer = ("s", b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        self.phone().tcp(SCANNER, 8088, [("c", tls.client_hello("www.example.org")), answer])


class SilentServer(Scenario):
    """Five ClientHellos to 8088 that get no answer but the handshake of TCP."""
    protocols = {"tcp/8088": "tls"}

    def play(self):
        phone = self.phone()
        phone.left_alone(SCANNER)
        for at in every(300, 5):
            phone.tcp(SCANNER, 8088, tls.hellos("c2.example.net")[:1], at)


class MirrorOfOneDirection(Scenario):
    """A mirror that shows only what phones send, as asymmetric routing has it: half of a
    conversation does not count."""
    protocols = {"tcp/8088": "tls", "tcp/7878": "http"}

    def play(self):
        phone = self.phone()
        phone.tcp(SCANNER, 8088, tls.session("c2.example.net"), seen="c")
        phone.tcp(SCANNER, 7878, web.post("c2.example.net", "/", b"x"), seen="c")


class HalfOpen(Scenario):
    """A server accepts and says its banner, and the client goes away without a word."""
    protocols = {"tcp/2222": "ssh"}

    def play(self):
        self.phone().tcp(SCANNER, 2222, remote.ssh()[1:2], close=False)
