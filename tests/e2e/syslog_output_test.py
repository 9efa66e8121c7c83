"""Records as syslog messages, received and read by a peer in Python: UDP, TCP and TLS."""
import json
import re
import socket
import ssl
import subprocess

import tap
from outputs_peer import OutputCase, Reader
from sensor import records

HEADER = re.compile(rb"<(\d+)>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (\S+) offport - (finding|flow) - ")
LOCAL = ("127.0.0.1", 0)


def messages(octets):
    """Those of a stream with octet counting, RFC 6587 section 3.4.1."""
    while octets:
        length, _, rest = octets.partition(b" ")
        yield rest[:int(length)]
        octets = rest[int(length):]


class TlsReader(Reader):
    def __init__(self, address, context):
        self.context = context
        super().__init__(address)

    def wrap(self, connection):
        return self.context.wrap_socket(connection, server_side=True)


class SyslogOutput(OutputCase):
    def make_certificate(self, name, *options):
        """A certificate that signs itself; the paths of it and its key."""
        certificate, key = self.directory / f"{name}.pem", self.directory / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout", key,
                        "-out", certificate, *options], check=True, capture_output=True)
        return str(certificate), str(key)

    def send(self, reader, transport, encoding=None, **tls):
        """A replay to the reader; the alerts that EVE had."""
        output = {"syslog": {"transport": transport, "address": "127.0.0.1:%d" % reader.address[1],
                             **tls}, "name": "siem"}
        if encoding:
            output["encoding"] = encoding
        done = self.replay([output], "--eve", "-")
        reader.die()
        self.done = done
        return records(done.stdout)

    def assert_messages(self, found, alerts, encoding="cef"):
        self.assertEqual(len(found), len(alerts))
        for message, alert in zip(found, alerts):
            priority, time, host, kind = HEADER.match(message).groups()
            text = message[HEADER.match(message).end():].decode()
            self.assertNotIn("\n", text)
            severity = {"high": 3, "medium": 4, "low": 5, "info": 6}[alert["offport"]["severity"]]
            self.assertEqual(int(priority), 16 * 8 + severity)
            self.assertEqual(time.decode(), alert["timestamp"].replace("+0000", "Z"))
            self.assertEqual((host, kind), (b"offport", b"finding"))
            if encoding == "cef":
                self.assertTrue(text.startswith("CEF:0|offport|offport|"), text)
                self.assertIn(f" externalId={alert['offport']['finding']} ", text)
            else:
                self.assertEqual(json.loads(text), alert)

    def test_udp_has_a_datagram_for_each(self):
        reader = Reader(LOCAL, socket.SOCK_DGRAM)
        alerts = self.send(reader, "udp")
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        self.assert_messages(reader.datagrams, alerts)

    def test_tcp_counts_octets(self):
        reader = Reader(LOCAL)
        alerts = self.send(reader, "tcp")
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        self.assert_messages(list(messages(reader.got)), alerts)

    def test_eve_goes_by_syslog_too(self):
        reader = Reader(LOCAL)
        alerts = self.send(reader, "tcp", encoding="eve")
        self.assert_messages(list(messages(reader.got)), alerts, "eve")

    def test_tls_is_for_the_servers_address(self):
        certificate, key = self.make_certificate("siem", "-addext", "subjectAltName=IP:127.0.0.1")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        reader = TlsReader(LOCAL, context)
        alerts = self.send(reader, "tls", ca=certificate)
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        self.assert_messages(list(messages(reader.got)), alerts)

    def test_tls_can_be_for_a_name_and_show_a_certificate(self):
        certificate, key = self.make_certificate("siem", "-addext", "subjectAltName=DNS:siem.example")
        own, own_key = self.make_certificate("sensor")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(own)
        reader = TlsReader(LOCAL, context)
        alerts = self.send(reader, "tls", ca=certificate, server_name="siem.example",
                           certificate=own, key=own_key)
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        self.assert_messages(list(messages(reader.got)), alerts)

    def test_a_server_that_cannot_be_trusted_gets_nothing(self):
        certificate, key = self.make_certificate("siem", "-addext", "subjectAltName=IP:127.0.0.1")
        other, _ = self.make_certificate("other")
        elsewhere, elsewhere_key = self.make_certificate("b", "-addext", "subjectAltName=IP:127.0.0.2")
        for served, served_key, ca in ((certificate, key, other), (elsewhere, elsewhere_key, elsewhere)):
            with self.subTest(served=served):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(served, served_key)
                reader = TlsReader(LOCAL, context)
                self.send(reader, "tls", ca=ca)
                self.assertEqual(reader.got, b"")
                self.assertEqual(self.done.returncode, 1)
                self.assertIn("the server's certificate cannot be trusted", self.done.stderr)
                self.assertIn("stay on disk for the next run", self.done.stderr)

    def test_a_file_that_tls_needs_is_looked_at_before_anything_runs(self):
        done = self.replay([{"syslog": {"transport": "tls", "address": "127.0.0.1:6514",
                                        "ca": "/nowhere/ca.pem"}}])
        self.assertEqual(done.returncode, 1)
        self.assert_one_line(done.stderr, "in sensor.yaml: /nowhere/ca.pem: No such file")


if __name__ == "__main__":
    tap.main()
