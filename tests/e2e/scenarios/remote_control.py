"""Remote access trojans, shells and bots."""
from messages import noise, remote, talk, tls, web
from scenario import every, Found, HOUR, MINUTE, Scenario

RAT, BOT = "com.example.rat", "com.example.bot"


class SpyNote(Scenario):
    """SpyNote (ATT&CK S0305) sends its length, a zero byte and GZIP to port 7771 of published
    lists; the organisation has given the protocol a name in its sensor.yaml."""
    sensor = r"""
protocols:
  - name: spynote
    transport: tcp
    client: ['^[0-9]{1,7}\x00\x1f\x8b\x08']
    server: ['^[0-9]{1,7}\x00\x1f\x8b\x08']
"""
    protocols = {"tcp/7771": "spynote"}
    findings = [Found("protocol-unapproved", "medium", RAT, "spynote on tcp/7771", {"persistence"})]

    def play(self):
        def packed(seed):
            return b"64\0\x1f\x8b\x08\0\0\0\0\0" + noise(seed, 56)

        self.phone().tcp(RAT, 7771, [("s", packed(1)), ("c", packed(2)), ("wait", 5 * MINUTE)] * 3)


class AhMyth(Scenario):
    """AhMyth keeps a Socket.IO connection, which is a WebSocket, to port 42474; here from a boot
    receiver on."""
    protocols = {"tcp/42474": "websocket"}
    findings = [Found("port-mismatch", "medium", RAT, "websocket on tcp/42474",
                      {"persistence", "background_job", "app_unmanaged"})]

    def play(self):
        phone = self.phone()
        phone.installed(RAT, managed=False)
        phone.process(RAT, -20)
        phone.job(RAT, "boot-receiver", -15)
        path = "/socket.io/?EIO=3&transport=websocket&model=SM-G973F"
        phone.tcp(RAT, 42474, web.websocket("c2.example.net:42474", path,
                                            *[("c", b"2"), ("s", b"3"), ("wait", 25)] * 30))


class AndroRat(Scenario):
    """AndroRAT (ATT&CK S0292) speaks bytes of its own on port 1337 of published lists, here for an
    hour on a phone that lies locked. The organisation has but a few apps speak such things."""
    policy = "roles: {all: {apps: ['*'], deny: [unknown]}}\n"
    protocols = {"tcp/1337": "unknown"}
    findings = [Found("protocol-unapproved", "medium", RAT, "unknown on tcp/1337",
                      {"persistence", "app_background", "device_locked", "no_recent_interaction"})]

    def play(self):
        phone = self.phone()
        phone.left_alone(RAT)
        phone.tcp(RAT, 1337, [("s", noise(1, 40)), ("c", noise(2, 900)), ("wait", 10 * MINUTE)] * 6)


class AndroRatOn443(Scenario):
    """AndroRAT (ATT&CK S0292) lets whoever builds it choose the port; on 443 its bytes are not
    TLS."""
    protocols = {"tcp/443": "unknown"}
    findings = [Found("port-masquerade", "high", RAT, "unknown on tcp/443",
                      {"persistence", "app_background", "device_locked", "no_recent_interaction"})]

    def play(self):
        phone = self.phone()
        phone.left_alone(RAT)
        phone.tcp(RAT, 443, [("s", noise(1, 40)), ("c", noise(2, 900)), ("wait", 10 * MINUTE)] * 6)


class Meterpreter(Scenario):
    """Metasploit's payloads come back to port 4444 unless they are told otherwise; here by TLS, on
    a phone that was locked a minute before."""
    protocols = {"tcp/4444": "tls"}
    findings = [Found("port-mismatch", "medium", RAT, "tls on tcp/4444",
                      {"recurrence", "app_background", "device_locked"}, sessions=12, stable=True)]

    def play(self):
        phone = self.phone()
        phone.background(RAT, -2 * MINUTE)
        phone.locked(-MINUTE)
        for at in every(30, 12):
            phone.tcp(RAT, 4444, tls.session(sent=250, received=180), at)


class SshOn443(Scenario):
    """SSH on 443 gets through where only HTTPS is let through (ATT&CK T1572, Protocol
    Tunneling)."""
    protocols = {"tcp/443": "ssh"}
    findings = [Found("port-masquerade", "medium", "com.example.sync", "ssh on tcp/443",
                      {"background_job"})]

    def play(self):
        phone = self.phone()
        phone.job("com.example.sync", "foreground-service", -2)
        phone.tcp("com.example.sync", 443, remote.ssh())


class SshOn2222(Scenario):
    """SSH on 2222, which published lists have as a port of remote access trojans."""
    protocols = {"tcp/2222": "ssh"}
    findings = [Found("protocol-unapproved", "medium", RAT, "ssh on tcp/2222",
                      {"persistence", "no_recent_interaction"})]

    def play(self):
        phone = self.phone()
        phone.touched(-HOUR)
        phone.tcp(RAT, 2222, remote.ssh() + [("wait", 11 * MINUTE), ("c", noise(5, 80))])


class Telnet(Scenario):
    """Telnet on 2323, where Mirai and its kin look for devices that they may log in to."""
    protocols = {"tcp/2323": "telnet"}
    findings = [Found("protocol-unapproved", "medium", BOT, "telnet on tcp/2323")]

    def play(self):
        self.phone().tcp(BOT, 2323, remote.telnet())


class IrcBot(Scenario):
    """A bot takes its commands from an IRC channel on 6667, which published lists have as a port
    of malware, on a phone that nobody touches."""
    protocols = {"tcp/6667": "irc"}
    findings = [Found("protocol-unapproved", "medium", BOT, "irc on tcp/6667",
                      {"persistence", "no_recent_interaction", "app_unapproved"})]

    def play(self):
        phone = self.phone()
        phone.installed(BOT, approved=False)
        phone.touched(-HOUR)
        phone.tcp(BOT, 6667, talk.irc("droid77", "#herd") +
                  [("wait", 4 * MINUTE), ("s", b"PING :irc.example.net\r\n"),
                   ("c", b"PONG :irc.example.net\r\n")] * 4)


class IrcBotOn443(Scenario):
    """The same bot behind a firewall that lets only 443 through."""
    protocols = {"tcp/443": "irc"}
    findings = [Found("port-masquerade", "medium", BOT, "irc on tcp/443")]

    def play(self):
        self.phone().tcp(BOT, 443, talk.irc("droid78", "#herd"))
