"""Look-alikes that must stay silent: push channels, chat, calls."""
from messages import calls, kept_alive, noise, talk, tls, web
from scenario import every, HOUR, MINUTE, Scenario

GMS = "com.google.android.gms"
BEAT = kept_alive(tls.data(30), tls.data(30), 28 * MINUTE, 4)


class PushOfAndroid(Scenario):
    """Firebase Cloud Messaging holds TLS open on 5228 and says a word every 28 minutes, locked or
    not (firebase.google.com, Cloud Messaging, network configuration)."""
    protocols = {"tcp/5228": "tls"}

    def play(self):
        phone = self.phone()
        phone.left_alone(GMS)
        phone.tcp(GMS, 5228, tls.session("mtalk.google.com") + BEAT, server="203.0.113.188")


class PushOfAndroidElsewhere(Scenario):
    """Firebase Cloud Messaging falls back to 5229, 5230 and 443, and to other names (the same
    page)."""
    protocols = {"tcp/5229": "tls", "tcp/5230": "tls", "tcp/443": "tls"}

    def play(self):
        phone = self.phone()
        phone.left_alone(GMS)
        for at in every(28 * MINUTE, 6):
            phone.tcp(GMS, 5229, tls.session("alt3-mtalk.google.com"), at)
        phone.tcp(GMS, 5230, tls.session("mtalk4.google.com"))
        phone.tcp(GMS, 443, tls.session("mtalk.google.com"))


class CommandsByPush(Scenario):
    """DEFENSOR ID (ATT&CK S0479) takes its commands by Firebase Cloud Messaging: an approved
    service on an approved port, which a test of ports must not pretend to see."""
    protocols = {"tcp/5228": "tls"}

    def play(self):
        phone = self.phone()
        phone.installed("com.example.defensor", managed=False, approved=False)
        phone.left_alone("com.example.defensor")
        for at in every(10 * MINUTE, 6):
            phone.job("com.example.defensor", "workmanager", at - 1)
            phone.tcp("com.example.defensor", 5228, tls.session("mtalk.google.com"), at)


class CommandsOverTheWeb(Scenario):
    """SharkBot (ATT&CK S1055) posts ciphertext by HTTP, here to port 80, which is what port 80 is
    for: at its bodies others have to look."""
    protocols = {"tcp/80": "http"}

    def play(self):
        phone = self.phone()
        phone.left_alone("com.example.cleaner")
        for at in every(5 * MINUTE, 5):
            phone.tcp("com.example.cleaner", 80, web.post("c2.example.net", "/", noise(at, 300)),
                      at)


class PushOfIos(Scenario):
    """Apple's push service on 5223, known by its name (support.apple.com/101555)."""
    protocols = {"tcp/5223": "tls"}

    def play(self):
        phone = self.phone(platform="ios", device="serial:F17")
        phone.locked(-HOUR)
        phone.tcp("apsd", 5223, tls.session("7-courier.push.apple.com") + BEAT)


class PushOfIosByAddress(Scenario):
    """Apple's push service without a name: 17.0.0.0/8 and, here, its prefixes of IPv6
    (support.apple.com/101555)."""
    protocols = {"tcp/5223": "tls"}

    def play(self):
        phone = self.phone(platform="ios", device="serial:F17", address="2001:db8:20::14")
        phone.tcp("apsd", 5223, tls.session(None, alpn=()) + BEAT, server="2620:149:a44:1204::7")


class WhatsApp(Scenario):
    """WhatsApp chats on 5222 by a handshake of its own (noiseprotocol.org), for hours, in the
    background."""
    protocols = {"tcp/5222": "whatsapp"}

    def play(self):
        phone = self.phone()
        phone.left_alone("com.whatsapp")
        phone.tcp("com.whatsapp", 5222,
                  talk.whatsapp() + kept_alive(noise(1, 40), noise(2, 30), 10 * MINUTE, 9))


class WhatsAppOn443(Scenario):
    """WhatsApp falls back to 443, where nothing recognises a connection that it resumes
    (developers.facebook.com, WhatsApp network requirements)."""
    protocols = {"tcp/443": "unknown"}

    def play(self):
        phone = self.phone()
        phone.left_alone("com.whatsapp")
        phone.tcp("com.whatsapp", 443, [("c", noise(3, 90)), ("s", noise(4, 60))] +
                  kept_alive(noise(1, 300), noise(2, 200), 240, 6))


class Telegram(Scenario):
    """Telegram obfuscates its protocol on purpose (core.telegram.org/mtproto), so that nothing
    recognises a session that it resumes on 443."""
    protocols = {"tcp/443": "unknown"}

    def play(self):
        phone = self.phone()
        phone.left_alone("org.telegram.messenger")
        phone.tcp("org.telegram.messenger", 443, [("c", noise(5, 105)), ("s", noise(6, 85))] +
                  kept_alive(noise(7, 60), noise(8, 40), MINUTE, 12))


class TeamsCall(Scenario):
    """A call of Microsoft Teams: STUN, DTLS and RTP on one socket to 3479 (Microsoft 365
    endpoints, ports 3478 to 3481)."""
    protocols = {"udp/3479": "stun"}

    def play(self):
        self.phone().udp("com.microsoft.teams", 3479, calls.stun() + calls.dtls() + calls.rtp(120))


class MeetCall(Scenario):
    """A call of Google Meet on 19305, and its fallback, STUN over TCP on 443
    (support.google.com/a/answer/1279090)."""
    protocols = {"udp/19305": "stun", "tcp/443": "stun"}

    def play(self):
        phone = self.phone()
        phone.udp("com.google.android.apps.tachyon", 19305, calls.stun() + calls.rtp(120))
        phone.tcp("com.google.android.apps.tachyon", 443, calls.stun(2))


class ZoomCall(Scenario):
    """A Zoom meeting: TLS on 8801, STUN on 3479, media that nothing recognises on udp/8801 (Zoom's
    article KB0061864); nDPI's issue 917 has the false alarm."""
    protocols = {"tcp/8801": "tls", "udp/3479": "stun", "udp/8801": "unknown"}

    def play(self):
        phone = self.phone()
        phone.tcp("us.zoom.videomeetings", 8801, tls.session("zoomfr1mmr.zoom.us"))
        phone.udp("us.zoom.videomeetings", 3479, calls.stun(3))
        phone.udp("us.zoom.videomeetings", 8801, [("c", noise(1, 180)), ("s", noise(2, 700))] * 40)


class PeerToPeerCall(Scenario):
    """A call between two phones, on ports that they agreed on; STUN is judged by who does it, not
    by the port (nDPI's pull request 2901)."""
    protocols = {"udp/51344": "stun", "udp/51346": "dtls", "udp/51348": "rtp"}

    def play(self):
        phone = self.phone()
        phone.udp("org.thoughtcrime.securesms", 51344, calls.stun(4))
        phone.udp("org.thoughtcrime.securesms", 51346, calls.dtls())
        phone.udp("org.thoughtcrime.securesms", 51348, calls.rtp(60))


class GameOnItsOwnPort(Scenario):
    """A game with a protocol of its own on 7777, played: not recognised is not wrong (Slips, issue
    1228)."""
    protocols = {"tcp/7777": "unknown"}

    def play(self):
        phone = self.phone()
        phone.foreground("com.example.game", -MINUTE)
        phone.touched(-2)
        phone.tcp("com.example.game", 7777,
                  [("c", noise(1, 60)), ("s", noise(2, 90)), ("wait", 1)] * 50)
