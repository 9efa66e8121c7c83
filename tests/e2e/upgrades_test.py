"""Sessions that go on as another protocol's: STARTTLS, proxies; and sessions that others announce."""

import tap
import traces
from messages.proxies import socks5
from messages.tls import hellos
from messages.web import connect
from sensor import Case, records, run

PROXY, MAIL = "192.0.2.9", "192.0.2.25"
SSH = [("s", b"SSH-2.0-OpenSSH_9.2\r\n"), ("c", b"SSH-2.0-OpenSSH_9.2\r\n")]
POLICY = """
AllowedProtocolPortMappings:
  socks5: {tcp: 1080}
  http: {tcp: [80, 3128]}
  ssh: {tcp: 22}
  tls: {tcp: 443}
  ftp: {tcp: 21}
  ftp-data: {tcp: any}
"""


class Upgrades(Case):
    def replay(self, dialogue, server, port, *options):
        packets = traces.tcp_conversation("10.1.2.3", 40000, server, port, dialogue)
        (self.directory / "etc").mkdir(exist_ok=True)
        self.write("etc/policy.yaml", POLICY)
        path = self.write("t.pcap", traces.pcap(packets))
        done = run("replay", path, "-c", self.directory / "etc", "--eve", "-", "--flows", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        (flow,) = records(done.stdout, "flow")
        return flow, records(done.stdout, "alert")

    def test_starttls_stays_mail_and_shows_the_tls_within(self):
        dialogue = [("s", b"220 mail.example.org ESMTP\r\n"), ("c", b"EHLO phone\r\n"),
                    ("s", b"250-mail.example.org\r\n250 STARTTLS\r\n"), ("c", b"STARTTLS\r\n"),
                    ("s", b"220 ready\r\n")] + hellos("mail.example.org")
        flow, _ = self.replay(dialogue, MAIL, 587)
        self.assertEqual(flow["app_proto"], "smtp")
        self.assertEqual(flow["offport"]["inner"], {"app_proto": "tls", "confirmed": "both"})
        self.assertEqual(flow["tls"]["sni"], "mail.example.org")

    def test_tls_that_takes_up_an_offer_without_a_word_is_no_conflict(self):
        info = b'INFO {"server_id":"N1","max_payload":1048576,"tls_required":true}\r\n'
        flow, _ = self.replay([("s", info)] + hellos("nats.example.org"), MAIL, 4222)
        self.assertEqual(flow["app_proto"], "nats")
        self.assertEqual(flow["offport"]["inner"], {"app_proto": "tls", "confirmed": "both"})
        self.assertEqual(flow["tls"]["sni"], "nats.example.org")
        self.assertFalse(flow["offport"]["conflict"])

    def test_tls_that_nobody_offered_is_a_conflict(self):
        info = b'INFO {"server_id":"N1","max_payload":1048576}\r\n'
        flow, _ = self.replay([("s", info)] + hellos("nats.example.org"), MAIL, 4222)
        self.assertEqual(flow["app_proto"], "unknown")
        self.assertNotIn("inner", flow["offport"])

    def test_a_refused_starttls_is_not_followed(self):
        dialogue = [("s", b"220 mail.example.org ESMTP\r\n"), ("c", b"EHLO phone\r\n"),
                    ("s", b"250 mail.example.org\r\n"), ("c", b"STARTTLS\r\n"),
                    ("s", b"454 not now\r\n")] + hellos("mail.example.org")
        flow, _ = self.replay(dialogue, MAIL, 587)
        self.assertNotIn("inner", flow["offport"])

    def test_what_goes_through_socks_is_judged_where_it_goes(self):
        flow, alerts = self.replay(socks5("198.51.100.9", 443) + SSH, PROXY, 1080)
        self.assertEqual(flow["app_proto"], "socks5")
        self.assertEqual(flow["offport"]["inner"]["app_proto"], "ssh")
        self.assertEqual(flow["offport"]["destination_requested"], "198.51.100.9:443")
        self.assertTrue(alerts, "ssh on 443, though the proxy itself is approved")
        self.assertEqual(alerts[-1]["app_proto"], "ssh")
        self.assertEqual((alerts[-1]["dest_ip"], alerts[-1]["dest_port"]), (PROXY, 1080))
        self.assertEqual(alerts[-1]["offport"]["kind"], "port-mismatch")
        self.assertEqual(alerts[-1]["offport"]["proxy_protocol"], "socks5")
        self.assertEqual(alerts[-1]["flow_id"], flow["flow_id"])
        self.assertEqual(flow["offport"]["finding"], alerts[-1]["offport"]["finding"])

    def test_what_is_approved_where_it_goes_is_silent(self):
        for dialogue, server, port in [
                (socks5("198.51.100.9", 22) + SSH, PROXY, 1080),
                (connect("www.example.org", 443) + hellos("www.example.org"), PROXY, 3128)]:
            flow, alerts = self.replay(dialogue, server, port)
            self.assertEqual(flow["offport"]["inner"]["confirmed"], "both")
            self.assertEqual(alerts, [])

    def test_connect_to_another_port_is_found_and_told_by_name(self):
        flow, alerts = self.replay(connect("c2.example.net", 8088) + hellos("c2.example.net"),
                                   PROXY, 3128)
        self.assertEqual(flow["app_proto"], "http")
        self.assertEqual(alerts[-1]["app_proto"], "tls")
        done = run("replay", self.directory / "t.pcap", "-c", self.directory / "etc")
        self.assertIn("TLS on tcp/8088", done.stdout)
        self.assertIn("c2.example.net:8088, through HTTP on 192.0.2.9:3128", done.stdout)

    def test_a_refused_connect_is_plain_http(self):
        dialogue = connect("c2.example.net", 8088)[:1] + [
            ("s", b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")]
        flow, alerts = self.replay(dialogue, PROXY, 3128)
        self.assertNotIn("inner", flow["offport"])
        self.assertEqual(alerts, [])


class AnnouncedSessions(Case):
    def replay(self, packets, *options):
        path = self.write("t.pcap", traces.pcap(sorted(packets, key=lambda p: p[0])))
        done = run("replay", path, "--eve", "-", "--flows", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {(f["src_port"], f["dest_port"]): f for f in records(done.stdout, "flow")}

    def control(self, line, answer):
        return traces.tcp_conversation(
            "10.1.2.3", 40000, "192.0.2.21", 21,
            [("s", b"220 FTP server\r\n"), ("c", b"USER a\r\n"), ("s", b"331 password\r\n"),
             ("c", line), ("s", answer)])

    def data(self, client, client_port, server, server_port, side):
        return traces.tcp_conversation(client, client_port, server, server_port,
                                       [(side, b"GET / HTTP/1.0\r\n\r\n not http, a file")],
                                       start=1000.5)

    def test_passive_and_active_data_connections_are_known(self):
        passive = self.control(b"PASV\r\n", b"227 Entering (192,0,2,21,200,10)\r\n")
        flows = self.replay(passive + self.data("10.1.2.3", 40001, "192.0.2.21", 51210, "s"))
        self.assertEqual(flows[40001, 51210]["app_proto"], "ftp-data")
        active = self.control(b"PORT 10,1,2,3,156,66\r\n", b"200 fine\r\n")
        for workers in ("1", "3"):
            flows = self.replay(active + self.data("192.0.2.21", 20, "10.1.2.3", 40002, "c"),
                                "--workers", workers)
            self.assertEqual(flows[20, 40002]["app_proto"], "ftp-data")
            self.assertEqual(flows[20, 40002]["offport"]["confirmed"], "both")

    def test_another_port_was_not_announced(self):
        passive = self.control(b"PASV\r\n", b"227 Entering (192,0,2,21,200,10)\r\n")
        flows = self.replay(passive + self.data("10.1.2.3", 40001, "192.0.2.21", 51211, "s"))
        self.assertNotEqual(flows[40001, 51211]["app_proto"], "ftp-data")


class EndOfTrace(Case):
    def test_a_session_counts_once_wherever_the_trace_ends(self):
        packets = traces.tcp_conversation("10.1.2.3", 40000, "192.0.2.80", 7878,
                                          traces.HTTP_DIALOGUE)
        for count in range(1, len(packets) + 1):
            path = self.write("t.pcap", traces.pcap(packets[:count]))
            done = run("replay", path, "--eve", "-", "--flows")
            for alert in records(done.stdout, "alert"):
                self.assertEqual(alert["offport"]["recurrence"]["sessions"], 1, count)


if __name__ == "__main__":
    tap.main()
