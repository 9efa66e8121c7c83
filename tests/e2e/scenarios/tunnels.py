"""Protocols on ports of others, tunnels, relays, and what goes through proxies."""
from messages import kept_alive, mail, names, proxies, remote, tls, web
from scenario import every, Found, HOUR, MINUTE, Scenario

APP, PROXY = "com.example.torch", "10.40.0.8"
CORPORATE_PROXY = f"""
EnterpriseExceptionList:
  - id: EX-PROXY
    owner: network@example.org
    reason: everybody's way to the web
    created: 2026-03-01
    expires: 2027-03-01
    match: {{protocols: [http], ports: {{tcp: 3128}}, destinations: [{PROXY}/32]}}
"""


class HttpsOn587(Scenario):
    """HTTPS over port 587 is ATT&CK's own example for T1509: mail begins in the clear there."""
    protocols = {"tcp/587": "tls"}
    findings = [Found("port-masquerade", "medium", APP, "tls on tcp/587")]

    def play(self):
        self.phone().tcp(APP, 587, tls.session("sync.example.net"))


class HttpsOn8088(Scenario):
    """HTTPS over port 8088 is ATT&CK's other example for T1509; here six times, but out of
    step."""
    protocols = {"tcp/8088": "tls"}
    findings = [Found("port-mismatch", "low", APP, "tls on tcp/8088", sessions=6)]

    def play(self):
        phone = self.phone()
        for at in (0, 40, 700, 760, 3000, 3900):
            phone.tcp(APP, 8088, tls.session("sync.example.net"), at)


class HttpsOn8088WithContextThatSpeaksForIt(Scenario):
    """HTTPS over port 8088 again (ATT&CK T1509), every five minutes; but the app comes to the front
    meanwhile, its job is long over, and it is managed and approved."""
    protocols = {"tcp/8088": "tls"}
    findings = [Found("port-mismatch", "low", APP, "tls on tcp/8088", {"recurrence"}, sessions=5,
                      stable=True)]

    def play(self):
        phone = self.phone()
        phone.installed(APP, managed=True, approved=True)
        phone.unlocked(-MINUTE)
        phone.background(APP, -30)
        phone.job(APP, "workmanager", -6 * MINUTE)
        for at in every(5 * MINUTE, 5):
            phone.touched(at - 20)
            phone.tcp(APP, 8088, tls.session("sync.example.net"), at)
        phone.foreground(APP, 12 * MINUTE)


class HttpsOn8088OfAnAppThatIsNotListed(Scenario):
    """HTTPS over port 8088 (ATT&CK T1509) where the policy lists the apps that are approved, of
    which this is none."""
    policy = "AllowedAppList: [com.android.*, com.whatsapp]\n"
    protocols = {"tcp/8088": "tls"}
    findings = [Found("port-mismatch", "low", APP, "tls on tcp/8088", {"app_unapproved"})]

    def play(self):
        self.phone().tcp(APP, 8088, tls.session("sync.example.net"))


class TlsOverTheNameServersPort(Scenario):
    """TLS on tcp/53 gets through where only name servers are let through."""
    protocols = {"tcp/53": "tls"}
    findings = [Found("port-masquerade", "medium", APP, "tls on tcp/53")]

    def play(self):
        self.phone().tcp(APP, 53, tls.session("c2.example.net"))


class HttpOn443(Scenario):
    """HTTP in the clear on 443 gets through where only HTTPS is let through."""
    protocols = {"tcp/443": "http"}
    findings = [Found("port-masquerade", "medium", APP, "http on tcp/443")]

    def play(self):
        self.phone().tcp(APP, 443, web.post("c2.example.net:443", "/api", b"x=1"))


class DnsTunnelOnTheMdnsPort(Scenario):
    """A DNS tunnel (ATT&CK T1071.004) hides on the port of multicast DNS, and sends its questions
    to a server outside."""
    protocols = {"udp/5353": "dns"}
    findings = [Found("port-masquerade", "medium", APP, "dns on udp/5353",
                      {"app_background", "device_locked", "no_recent_interaction"})]

    def play(self):
        phone = self.phone()
        phone.left_alone(APP)
        phone.udp(APP, 5353, names.tunnel("t.example.net", 20))


class DnsTunnelOnAnOddPort(Scenario):
    """A DNS tunnel (ATT&CK T1071.004) to port 5300 by UDP, and to 8053 by TCP."""
    protocols = {"udp/5300": "dns", "tcp/8053": "dns"}
    findings = [
        Found("port-mismatch", "medium", APP, "dns on udp/5300", {"recurrence"}, sessions=8,
              stable=True),
        Found("port-mismatch", "low", APP, "dns on tcp/8053")]

    def play(self):
        phone = self.phone()
        for at in every(5 * MINUTE, 8):
            phone.udp(APP, 5300, names.tunnel("t.example.net", 3, every=1), at)
        phone.tcp(APP, 8053, names.over_tcp(names.dns("0f3a.t.example.net", b"\x03run", names.TXT)))


class Tor(Scenario):
    """Tor on its relays' port 9001, known by the made-up names of its certificate (tor-spec), from
    an app that the organisation has not approved."""
    protocols = {"tcp/9001": "tor"}
    findings = [Found("protocol-unapproved", "medium", "com.example.onion", "tor on tcp/9001",
                      {"persistence", "app_unapproved"})]

    def play(self):
        phone = self.phone()
        phone.installed("com.example.onion", approved=False)
        phone.tcp("com.example.onion", 9001,
                  tls.tor() + kept_alive(tls.data(514), tls.data(514), 5 * MINUTE, 3))


class TorThatLooksLikeTls(Scenario):
    """Tor whose certificate is encrypted looks like TLS, which is odd enough on 9001."""
    protocols = {"tcp/9001": "tls"}
    findings = [Found("port-mismatch", "low", "com.example.onion", "tls on tcp/9001")]

    def play(self):
        self.phone().tcp("com.example.onion", 9001, tls.session("www.k3v7q2mz.com", 514, 514))


class SocksRelay(Scenario):
    """Chameleon (ATT&CK S1083) and FluBot (S1067) have SOCKS proxies; here a way out to a web
    server, which is approved where it ends."""
    protocols = {"tcp/1080": "socks5 > tls"}
    findings = [Found("protocol-unapproved", "medium", APP, "socks5 on tcp/1080")]

    def play(self):
        self.phone().tcp(APP, 1080,
                         proxies.socks5("203.0.113.9", 443) + tls.session("bank.example"))


class SocksOnAnOddPort(Scenario):
    """A SOCKS 4 relay on 4145 (ATT&CK T1604, Proxy Through Victim) hands on spam: two findings,
    for the relay and for what it was asked for."""
    protocols = {"tcp/4145": "socks4 > smtp"}
    findings = [
        Found("protocol-unapproved", "medium", APP, "socks4 on tcp/4145"),
        Found("protocol-unapproved", "low", APP, "smtp on tcp/25", requested="203.0.113.25:25")]

    def play(self):
        self.phone().tcp(APP, 4145, proxies.socks4("203.0.113.25", 25) +
                         mail.smtp("a@example.net", "b@example.net", "Subject: win\n\nnow"))


class SshThroughSocks(Scenario):
    """SSH to port 443 behind a SOCKS proxy is found as if it went there straight."""
    protocols = {"tcp/1080": "socks5 > ssh"}
    findings = [
        Found("protocol-unapproved", "medium", APP, "socks5 on tcp/1080"),
        Found("port-masquerade", "medium", APP, "ssh on tcp/443", requested="203.0.113.9:443")]

    def play(self):
        self.phone().tcp(APP, 1080, proxies.socks5("203.0.113.9", 443) + remote.ssh())


class OddPortThroughTheProxy(Scenario):
    """What the corporate proxy is asked for is judged by itself: the proxy is excepted, TLS on
    8443 behind it is not."""
    policy = CORPORATE_PROXY
    protocols = {"tcp/3128": "http > tls"}
    excepted = {"EX-PROXY"}
    findings = [Found("port-mismatch", "low", APP, "tls on tcp/8443", {"no_recent_interaction"},
                      requested="c2.example.net:8443")]

    def play(self):
        phone = self.phone()
        phone.touched(-HOUR)
        phone.tcp(APP, 3128, web.connect("c2.example.net", 8443) + tls.session("c2.example.net"),
                  server=PROXY)


class HttpThroughSocksToAnOddPort(Scenario):
    """HTTP to port 8081 behind SOCKS, for a bot that shows web pages that its victim never sees
    (ATT&CK T1604)."""
    protocols = {"tcp/9050": "socks5 > http"}
    findings = [
        Found("protocol-unapproved", "medium", APP, "socks5 on tcp/9050"),
        Found("port-mismatch", "low", APP, "http on tcp/8081", requested="203.0.113.9:8081")]

    def play(self):
        self.phone().tcp(APP, 9050,
                         proxies.socks5("203.0.113.9", 8081) + web.get("ads.example.net"))


class PortOfPushWithoutItsName(Scenario):
    """TLS on 5228 that is not Google's is no push channel (firebase.google.com, Cloud Messaging,
    network configuration, has the names)."""
    protocols = {"tcp/5228": "tls"}
    findings = [Found("port-mismatch", "low", APP, "tls on tcp/5228")]

    def play(self):
        self.phone().tcp(APP, 5228, tls.session("mtalk.google.com.example.net"))
