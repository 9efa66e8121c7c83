"""Real servers and clients, on the ports where they belong and on odd ones: the daemon names each
session while it runs, and finds the odd ones and no other."""
import re
import shutil
import subprocess
import unittest

import tap
from live import PHONE, SERVER, LiveCase, ip
from sensor import records

POLICY = """
AllowedProtocolPortMappings:
  http: {tcp: 80}
  websocket: {tcp: 80}
  http2: {tcp: 81}
  tls: {tcp: 443}
  ssh: {tcp: 22}
  dns: {udp: 53, tcp: 53}
"""

APACHE = """
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule ssl_module {modules}/mod_ssl.so
LoadModule http2_module {modules}/mod_http2.so
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_connect_module {modules}/mod_proxy_connect.so
ServerName example.org
PidFile {directory}/apache.pid
DefaultRuntimeDir {directory}
Mutex file:{directory}
ErrorLog {directory}/apache.log
DocumentRoot {directory}/pages
Protocols h2 h2c http/1.1
StartServers 1
"""
MODULES = "/usr/lib/apache2/modules"

# Answers each client's opening handshake and then every message (RFC 6455).
WEBSOCKET_SERVER = """
import base64, hashlib, socket, sys
listener = socket.create_server((sys.argv[1], int(sys.argv[2])))
print("listening")
while True:
    client, _ = listener.accept()
    request = b""
    while not request.endswith(b"\\r\\n\\r\\n"): request += client.recv(4096)
    key = [line.split(b": ")[1] for line in request.split(b"\\r\\n") if line.startswith(b"Sec-WebSocket-Key")]
    accept = base64.b64encode(hashlib.sha1(key[0] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    client.sendall(b"HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
                   b"Sec-WebSocket-Accept: " + accept + b"\\r\\n\\r\\n")
    while frame := client.recv(4096):
        size = frame[1] & 127
        mask, text = frame[2:6], frame[6:6 + size]
        text = bytes(byte ^ mask[i % 4] for i, byte in enumerate(text))
        client.sendall(bytes([0x81, size]) + text.upper())
    client.close()
"""
WEBSOCKET_CLIENT = """
import os, socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 20)
s.sendall(b"GET /chat HTTP/1.1\\r\\nHost: chat.example.org\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
          b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n")
answer = b""
while not answer.endswith(b"\\r\\n\\r\\n"): answer += s.recv(4096)
for text in (b"hello", b"world"):
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(text))
    s.sendall(bytes([0x81, 0x80 | len(text)]) + mask + masked)
    print(s.recv(4096)[2:].decode())
s.close()
"""

# Asks for an A record, over UDP or TCP (RFC 1035), and prints the address.
DNS_CLIENT = """
import socket, struct, sys
query = (struct.pack("!6H", 0x1234, 0x0100, 1, 0, 0, 0) +
         b"".join(bytes([len(label)]) + label for label in (b"www", b"example", b"org")) +
         struct.pack("!BHH", 0, 1, 1))
address = sys.argv[1], int(sys.argv[2])
if sys.argv[3] == "udp":
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(20); s.connect(address); s.send(query)
    answer = s.recv(4096)
else:
    s = socket.create_connection(address, 20)
    s.sendall(struct.pack("!H", len(query)) + query)
    answer = s.recv(4096)
print(socket.inet_ntoa(answer[-4:]))
"""

# Asks over a connection that it keeps.
KEPT_CLIENT = f"""
import http.client, sys, time
kept = http.client.HTTPConnection('{SERVER}', int(sys.argv[1]))
kept.request('GET', '/'); kept.getresponse().read()
print('open', flush=True)
time.sleep(600)
"""


def needs(program, package):
    return unittest.skipUnless(shutil.which(program) or shutil.which(program, path="/usr/sbin"),
                               f"there is no `{program}`: apt-get install {package}")


class ServersCase(LiveCase):
    def setUp(self):
        super().setUp()
        self.write("etc/policy.yaml", POLICY)
        self.write("etc/sensor.yaml", "timeouts: {tcp_closed: 2s, udp_both_ways: 2s}\n")
        self.sniffer = self.daemon("--flows")

    def told(self, event_type):
        """What it has told so far."""
        return records(self.sniffer.out.read_text().rpartition("\n")[0], event_type)

    def named(self):
        """{(port, transport): {protocol}} of the phone's sessions that are over."""
        named = {}
        for flow in self.told("flow"):
            if flow["src_ip"] == PHONE:
                place = flow["dest_port"], flow["proto"].lower()
                named.setdefault(place, set()).add(flow["app_proto"])
        return named

    def found(self):
        """{(protocol, port)}; what a proxy was asked for has the port that it was asked for."""
        return {(alert["app_proto"], int(re.search(r" on \w+/(\d+)", alert["alert"]["signature"])[1]))
                for alert in self.told("alert")}

    def assert_named(self, expected, findings):
        """While it runs, sessions are named by {(port, transport): protocol}, and findings are told
        of these (protocol, port); at the end, too, there are no others."""
        self.wait_until(lambda: expected.keys() <= self.named().keys() and
                        findings <= self.found(), f"{expected} and {findings}")
        self.assertEqual(self.sniffer.end(), 0)
        self.assertEqual(self.named(),
                         {place: {protocol} for place, protocol in expected.items()})
        self.assertEqual(self.found(), findings)

    def wait_for_port(self, server, port):
        """Until somebody listens there."""
        def listens():
            self.assertIsNone(server.process.poll(), server.error.read_text())
            done = subprocess.run(["ip", "netns", "exec", self.server, "ss", "-Hltn",
                                   f"sport = :{port}"], capture_output=True, text=True, check=True)
            return done.stdout.strip()
        self.wait_until(listens, f"a listener on port {port}")

    def succeed(self, *words):
        done = self.on_phone(*words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout


class Servers(ServersCase):
    def test_openssl(self):
        for port in (443, 8088, 22):
            self.serve_tls(port)
        self.greet_tls(443, "a.example.org")
        self.greet_tls(8088, "b.example.org")
        done = self.on_phone("openssl", "s_client", "-tls1_2", "-alpn", "http/1.1", "-connect",
                             f"{SERVER}:22")
        self.assertIn("CONNECTED", done.stdout, done.stderr)
        self.assert_named({(443, "tcp"): "tls", (8088, "tcp"): "tls", (22, "tcp"): "tls"},
                          {("tls", 8088), ("tls", 22)})

    @needs("dnsmasq", "dnsmasq-base")
    def test_dnsmasq(self):
        for port in (53, 5300):
            server = self.start(
                self.server, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null",
                "--pid-file=", "--user=root", "--no-resolv", "--no-hosts", "--bind-interfaces",
                f"--listen-address={SERVER}", f"--port={port}",
                "--address=/example.org/192.0.2.7")
            self.wait_for_port(server, port)
            for transport in ("udp", "tcp"):
                said = self.succeed("python3", "-c", DNS_CLIENT, SERVER, port, transport)
                self.assertEqual(said, "192.0.2.7\n")
        self.assert_named({(53, "udp"): "dns", (53, "tcp"): "dns", (5300, "udp"): "dns",
                           (5300, "tcp"): "dns"}, {("dns", 5300)})

    @needs("dropbear", "dropbear-bin")
    @needs("ssh", "openssh-client")
    def test_ssh(self):
        key = self.directory / "host-key"
        subprocess.run(["dropbearkey", "-t", "ed25519", "-f", key], check=True,
                       capture_output=True)
        for port in (22, 443, 2222):
            server = self.start(self.server, "dropbear", "-F", "-E", "-r", key, "-P",
                                self.directory / f"{port}.pid", "-p", f"{SERVER}:{port}")
            self.wait_for_port(server, port)
            done = self.on_phone("ssh", "-F", "/dev/null", "-o", "BatchMode=yes", "-o",
                                 "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                                 "-o", "IdentityFile=none", "-p", port, f"nobody@{SERVER}")
            self.assertIn("Permission denied", done.stderr)  # so the keys were exchanged
        self.assert_named({(22, "tcp"): "ssh", (443, "tcp"): "ssh", (2222, "tcp"): "ssh"},
                          {("ssh", 443), ("ssh", 2222)})

    def test_websocket(self):
        for port in (80, 8090):
            server = self.start(self.server, "python3", "-u", "-c", WEBSOCKET_SERVER, SERVER, port)
            self.wait_for_port(server, port)
            said = self.succeed("python3", "-c", WEBSOCKET_CLIENT, SERVER, port)
            self.assertEqual(said, "HELLO\nWORLD\n")
        self.assert_named({(80, "tcp"): "websocket", (8090, "tcp"): "websocket"},
                          {("websocket", 8090)})


@needs("apache2", "apache2-bin")
@needs("curl", "curl")
class Web(ServersCase):
    """One Apache that speaks HTTP, HTTP/2, TLS and CONNECT, and curl."""
    PLAIN, OVER_TLS, PROXY = (80, 81, 7878, 8082), (443, 8443), 3128

    def setUp(self):
        super().setUp()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=example.org", "-keyout",
                        self.directory / "k.pem", "-out", self.directory / "c.pem"], check=True,
                       capture_output=True)
        self.write("pages/index.html", "<p>hello</p>\n")
        self.directory.chmod(0o755)  # Apache's children are another user
        lines = [APACHE.format(modules=MODULES, directory=self.directory)]
        for port in (*self.PLAIN, *self.OVER_TLS, self.PROXY):
            lines.append(f"Listen {SERVER}:{port}\n")
        for port in self.OVER_TLS:
            lines.append(f"<VirtualHost *:{port}>\nSSLEngine on\nSSLCertificateFile "
                         f"{self.directory}/c.pem\nSSLCertificateKeyFile {self.directory}/k.pem\n"
                         "</VirtualHost>\n")
        lines.append(f"<VirtualHost *:{self.PROXY}>\nProxyRequests on\nAllowCONNECT 443 8443\n"
                     "</VirtualHost>\n")
        server = self.start(self.server, "apache2", "-X", "-f",
                            self.write("apache.conf", "".join(lines)))
        self.wait_for_port(server, self.PROXY)

    def curl(self, url, *options):
        said = self.succeed("curl", "--silent", "--show-error", "--insecure", "--max-time", 40,
                            "--write-out", "%{http_version}", *options, url)
        page, _, version = said.rpartition("\n")
        self.assertEqual(page, "<p>hello</p>")
        return version

    def test_http(self):
        for port in (80, 7878):
            self.assertEqual(self.curl(f"http://{SERVER}:{port}/index.html"), "1.1")
        for port in (81, 8082):
            self.assertEqual(self.curl(f"http://{SERVER}:{port}/index.html",
                                       "--http2-prior-knowledge"), "2")
        self.assert_named({(80, "tcp"): "http", (7878, "tcp"): "http", (81, "tcp"): "http2",
                           (8082, "tcp"): "http2"}, {("http", 7878), ("http2", 8082)})

    def test_https(self):
        self.assertEqual(self.curl(f"https://{SERVER}/index.html", "--http1.1"), "1.1")
        self.assertEqual(self.curl(f"https://{SERVER}/index.html", "--http2"), "2")
        self.assertEqual(self.curl(f"https://{SERVER}:8443/index.html", "--http2"), "2")
        self.assert_named({(443, "tcp"): "tls", (8443, "tcp"): "tls"}, {("tls", 8443)})

    def test_what_a_proxy_is_asked_for_is_judged_by_itself(self):
        """The proxy's own port is odd; behind it, TLS to 443 is approved and to 8443 is not."""
        proxied = "--proxy", f"http://{SERVER}:{self.PROXY}"
        self.curl(f"https://{SERVER}/index.html", *proxied)
        self.curl(f"https://{SERVER}:8443/index.html", *proxied)
        self.assert_named({(self.PROXY, "tcp"): "http"}, {("http", self.PROXY), ("tls", 8443)})


class HalfOpen(ServersCase):
    def test_a_session_whose_client_was_killed_unheard_is_told_at_the_end(self):
        """Without its address the phone's kernel cannot even say that the process is gone."""
        for port in (80, 7878):
            server = self.start(self.server, "python3", "-u", "-m", "http.server", port, "--bind",
                                SERVER, "--directory", self.directory, "--protocol", "HTTP/1.1")
            self.wait_for_text(server.out, "Serving HTTP")
        clients = [self.start(self.phone, "python3", "-c", KEPT_CLIENT, port)
                   for port in (80, 7878)]
        for client in clients:
            self.wait_for_text(client.out, "open")
        ip("-n", self.phone, "address", "flush", "dev", "wire")
        for client in clients:
            client.end()
        self.wait_until(self.found, "the finding")
        self.assertEqual(self.sniffer.end(), 0)
        self.assertEqual(
            {flow["dest_port"]: (flow["app_proto"], flow["flow"]["state"], flow["flow"]["reason"],
                                 flow["flow"]["alerted"])
             for flow in self.told("flow") if flow["proto"] == "TCP"},
            {80: ("http", "established", "shutdown", False),
             7878: ("http", "established", "shutdown", True)})


if __name__ == "__main__":
    tap.main()
