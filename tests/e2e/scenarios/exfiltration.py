"""Data that leaves by mail, files, chat and message brokers, and mining on somebody else's
phone."""
from messages import mail, noise, remote, talk
from scenario import every, Found, MINUTE, Scenario

EAGLE, BUSY, SKY, CUP, MINER = ("com.example.eagle", "com.example.busy", "com.example.sky",
                                "com.example.cup", "com.example.miner")
SPY = "com.example.vpn"


class GoldenEagle(Scenario):
    """GoldenEagle (ATT&CK S0551) sends what it collected by SMTP, from an app that is no mail
    app."""
    protocols = {"tcp/587": "smtp"}
    findings = [Found("protocol-unapproved", "medium", EAGLE, "smtp on tcp/587",
                      {"background_job"})]

    def play(self):
        phone = self.phone()
        phone.job(EAGLE, "alarm", -4)
        phone.tcp(EAGLE, 587, mail.smtp("a@example.net", "b@example.net", "Subject: 86\n\nSMS"))


class MailOnAnOddPort(Scenario):
    """SMTP with STARTTLS from a spyware's own library (ATT&CK T1639.001), on port 2587; it goes on
    as TLS, and is SMTP all the same."""
    protocols = {"tcp/2587": "smtp > tls"}
    findings = [Found("protocol-unapproved", "low", EAGLE, "smtp on tcp/2587")]

    def play(self):
        self.phone().tcp(EAGLE, 2587, mail.smtp_starttls("mail.example.net"))


class BusyGasper(Scenario):
    """BusyGasper (ATT&CK S0655) uploads by FTP while nobody looks; the data connection, whose port
    the control connection names, makes no finding of its own."""
    protocols = {"tcp/21": "ftp", "tcp/51210": "ftp-data"}
    findings = [Found("protocol-unapproved", "medium", BUSY, "ftp on tcp/21",
                      {"app_background", "device_locked", "no_recent_interaction"})]

    def play(self):
        phone = self.phone()
        phone.left_alone(BUSY)
        phone.tcp(BUSY, 21, remote.ftp_upload("198.51.100.20", 51210, "sms.db"))
        phone.tcp(BUSY, 51210, [("c", noise(1, 1400))] * 4, 0.105)


class DchSpy(Scenario):
    """DCHSpy (ATT&CK S1243) uploads by SFTP, which on the wire is SSH, from an app that poses as a
    VPN."""
    protocols = {"tcp/22": "ssh"}
    findings = [Found("protocol-unapproved", "medium", SPY, "ssh on tcp/22", {"app_unmanaged"})]

    def play(self):
        phone = self.phone()
        phone.installed(SPY, managed=False)
        phone.tcp(SPY, 22, remote.ssh(client="JSCH-0.1.54", sent=3500))


class Skygofree(Scenario):
    """Skygofree (ATT&CK S0327) takes commands by XMPP, here on 5299, in the clear."""
    protocols = {"tcp/5299": "xmpp"}
    findings = [Found("protocol-unapproved", "medium", SKY, "xmpp on tcp/5299", {"persistence"})]

    def play(self):
        self.phone().tcp(SKY, 5299, talk.xmpp("chat.example.net") +
                         [("wait", 6 * MINUTE), ("c", b" "), ("s", b" ")] * 2)


class GoldenCup(Scenario):
    """Golden Cup (ATT&CK S0535) is commanded by MQTT, here on 8123, where it connects anew every
    quarter of an hour; that nobody touches the phone, its lock alone tells."""
    protocols = {"tcp/8123": "mqtt"}
    findings = [Found("protocol-unapproved", "medium", CUP, "mqtt on tcp/8123",
                      {"recurrence", "device_locked", "no_recent_interaction"}, sessions=6,
                      stable=True)]

    def play(self):
        phone = self.phone()
        phone.locked(-2 * MINUTE)
        for at in every(15 * MINUTE, 6):
            phone.tcp(CUP, 8123, talk.mqtt("86420", "phones/86420", "imei=1"), at)


class MinerOn443(Scenario):
    """A miner speaks Stratum, lines of JSON, to a pool that listens on 443 (ATT&CK T1496)."""
    protocols = {"tcp/443": "unknown"}
    findings = [Found("port-masquerade", "medium", MINER, "unknown on tcp/443", {"persistence"})]

    def play(self):
        job = b'{"id":null,"method":"mining.notify","params":["bf","4d16b6f8",true]}\n'
        self.phone().tcp(MINER, 443, talk.stratum("wallet.phone") + [("wait", 55), ("s", job)] * 12)


class MinerByName(Scenario):
    """The same pool on 3333, in an organisation whose sensor.yaml has a name for Stratum."""
    sensor = r"""
protocols:
  - name: stratum
    transport: tcp
    client: ['^\{"id": ?[0-9]+, ?"method": ?"mining\.']
    server: ['^\{"id": ?([0-9]+|null), ?"(result|method)"']
"""
    protocols = {"tcp/3333": "stratum"}
    findings = [Found("protocol-unapproved", "low", MINER, "stratum on tcp/3333")]

    def play(self):
        self.phone().tcp(MINER, 3333, talk.stratum("wallet.phone"))
