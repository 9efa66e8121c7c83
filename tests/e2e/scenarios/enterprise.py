"""Look-alikes that must stay silent: mail, proxies, developers, the network's own housekeeping;
and exceptions, with what is found where they end."""
from messages import mail, names, remote, tls, web
from scenario import every, Found, HOUR, MINUTE, Scenario
from scenarios.tunnels import CORPORATE_PROXY, PROXY

BROWSER, DEV = "com.android.chrome", "com.example.devproxy"


class MailByStarttls(Scenario):
    """Mail that begins in the clear on 587, 143 and 110 and goes on as TLS (RFC 8314) is no TLS on
    a port of others."""
    protocols = {"tcp/587": "smtp > tls", "tcp/143": "imap > tls", "tcp/110": "pop3 > tls"}

    def play(self):
        phone = self.phone()
        phone.left_alone("com.google.android.gm")
        for at in every(15 * MINUTE, 5):
            phone.tcp("com.google.android.gm", 587, mail.smtp_starttls("smtp.example.org"), at)
            phone.tcp("com.google.android.gm", 143, mail.imap_starttls("imap.example.org"), at + 5)
        phone.tcp("com.google.android.gm", 110, mail.pop3_stls("pop.example.org"))


class MailByTls(Scenario):
    """Mail that begins with TLS, on 993, 995 and 465 (RFC 8314)."""
    protocols = {"tcp/993": "tls", "tcp/995": "tls", "tcp/465": "tls"}

    def play(self):
        phone = self.phone(platform="ios", device="serial:F17")
        for port in (993, 995, 465):
            phone.tcp("com.apple.mobilemail", port, tls.session("mail.example.org"))


class CorporateProxy(Scenario):
    """Browsers ask the corporate proxy on 3128 for tunnels to 443, and for plain pages."""
    policy = CORPORATE_PROXY
    protocols = {"tcp/3128": "http > tls"}
    excepted = {"EX-PROXY"}

    def play(self):
        phone = self.phone()
        for at in every(MINUTE, 6):
            dialogue = web.connect("www.example.org", 443) + tls.session("www.example.org")
            phone.tcp(BROWSER, 3128, dialogue, at, server=PROXY)


class CorporateProxyThatRefuses(Scenario):
    """The proxy refuses an odd port: nothing went there, so nothing is to be found."""
    policy = CORPORATE_PROXY
    protocols = {"tcp/3128": "http"}
    excepted = {"EX-PROXY"}

    def play(self):
        self.phone().tcp("com.example.torch", 3128,
                         web.connect("c2.example.net", 8443, "403 Forbidden"), server=PROXY)


class PrivateDns(Scenario):
    """Android's Private DNS: TLS on 853, day and night (RFC 7858)."""
    protocols = {"tcp/853": "tls"}

    def play(self):
        phone = self.phone()
        phone.left_alone("android")
        for at in every(10 * MINUTE, 6):
            phone.tcp("android", 853, tls.session("dns.example.org", 160, 400, alpn=()), at)


class PrivateRelay(Scenario):
    """iCloud Private Relay's fallback, TLS to 443 in the background of a locked iPhone."""
    protocols = {"tcp/443": "tls"}

    def play(self):
        phone = self.phone(platform="ios", device="serial:F17")
        phone.locked(-HOUR)
        phone.tcp(None, 443, tls.session("mask-h2.icloud.com"))


class CaptivePortal(Scenario):
    """Phones ask for /generate_204 by HTTP on port 80 to see whether somebody wants a password."""
    protocols = {"tcp/80": "http"}

    def play(self):
        phone = self.phone()
        phone.left_alone("com.android.captiveportallogin")
        check = web.get("connectivitycheck.example.com", "/generate_204", b"", "204 No Content")
        for at in every(5 * MINUTE, 5):
            phone.tcp("com.android.captiveportallogin", 80, check, at)


def exception_for_developers(expires):
    return f"""
EnterpriseExceptionList:
  - id: EX-DEV
    owner: dev-platform@example.org
    reason: local development proxy
    created: 2026-03-01
    expires: {expires}
    match: {{devices: ["serial:DEV*"], protocols: [http], ports: {{tcp: 8888}}}}
"""


class DevelopersProxy(Scenario):
    """Developers' proxies are on 8888, the port of Cerberus: an exception has their devices."""
    policy = exception_for_developers("2027-03-01")
    protocols = {"tcp/8888": "http"}
    excepted = {"EX-DEV"}

    def play(self):
        phone = self.phone(device="serial:DEV7")
        for at in every(MINUTE, 6):
            phone.tcp(DEV, 8888, web.get("build.dev.example:8888"), at, server="10.40.9.5")


class DevelopersProxyOfSomebodyElse(Scenario):
    """The same proxy, and a phone that is not a developer's: only that one is found."""
    policy = DevelopersProxy.policy
    protocols = {"tcp/8888": "http"}
    excepted = {"EX-DEV"}
    findings = [Found("port-mismatch", "low", DEV, "http on tcp/8888")]

    def play(self):
        for device, address in (("serial:DEV7", "10.20.1.14"), ("serial:R5CT9", "10.20.1.15")):
            phone = self.phone(device=device, address=address)
            phone.tcp(DEV, 8888, web.get("build.dev.example:8888"), server="10.40.9.5")


class ExceptionThatExpired(Scenario):
    """The same exception on the day after it expired is none."""
    policy = exception_for_developers("2026-09-20")
    protocols = {"tcp/8888": "http"}
    findings = [Found("port-mismatch", "low", DEV, "http on tcp/8888")]

    def play(self):
        self.phone(device="serial:DEV7").tcp(DEV, 8888, web.get("build.dev.example:8888"))


class ExceptionOnItsLastDay(Scenario):
    """The same exception on the day that it expires holds until midnight."""
    policy = exception_for_developers("2026-09-21")
    protocols = {"tcp/8888": "http"}
    excepted = {"EX-DEV"}

    def play(self):
        self.phone(device="serial:DEV7").tcp(DEV, 8888, web.get("build.dev.example:8888"))


class Administrator(Scenario):
    """An administrator's SSH app has a role for it, on 22 and 2222."""
    policy = """
roles:
  administration:
    apps: [com.example.terminal]
    allow:
      ssh: {tcp: [22, 2222]}
"""
    protocols = {"tcp/22": "ssh", "tcp/2222": "ssh"}

    def play(self):
        phone = self.phone()
        phone.tcp("com.example.terminal", 22, remote.ssh())
        phone.tcp("com.example.terminal", 2222, remote.ssh())


class Housekeeping(Scenario):
    """What every phone does unasked: addresses by DHCP, names by DNS and multicast DNS, the time
    by NTP (RFC 2131, 1035, 6762, 5905)."""
    protocols = {"udp/67": "dhcp", "udp/53": "dns", "tcp/53": "dns", "udp/5353": "mdns",
                 "udp/123": "ntp"}

    def play(self):
        phone = self.phone()
        phone.udp(None, 67, names.dhcp("10.20.1.14"), server="10.20.0.1")
        for at in every(30, 8):
            phone.udp(None, 53, names.dns(), at, server="10.20.0.53")
        phone.tcp(None, 53, names.over_tcp(names.dns("long.example.org")), server="10.20.0.53")
        phone.udp(None, 5353, names.mdns(), server="224.0.0.251")
        phone.udp(None, 123, names.ntp(1789981200), server="203.0.113.123")


class PlaceByTheOperator(Scenario):
    """Aid for satellite navigation comes by TLS on the port that OMA gave SUPL, 7275."""
    protocols = {"tcp/7275": "tls"}

    def play(self):
        self.phone().tcp("com.google.android.gms", 7275, tls.session("supl.google.com"))
