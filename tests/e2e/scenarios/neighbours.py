"""What the policy approves, found by the analytics beside AN1827 where they are switched on."""
from messages import proxies, tls, web
from scenario import every, Found, MINUTE, Scenario
from scenarios.push_and_calls import CommandsByPush

DEFENSOR = "com.example.defensor"
ON = """override: [Neighbours.beaconing, Neighbours.relay]
Neighbours: {beaconing: true, relay: true}
"""
ALL_BUT_JOBS = {"recurrence", "low_volume", "app_background", "device_locked",
                "no_recent_interaction"}


def defensor(technique):
    evidence = ALL_BUT_JOBS | {"background_job", "app_unmanaged", "app_unapproved"}
    return Found("beaconing", "high", DEFENSOR, "tls on tcp/5228", evidence, sessions=6,
                 stable=True, analytic="AN1681", technique=technique)


class CommandsByPushThatKeepTime(CommandsByPush):
    """DEFENSOR ID (ATT&CK S0479) again: that it keeps time while nobody uses it is for AN1681, of
    Web Protocols (T1437.001)."""
    policy = ON
    findings = [defensor("T1437.001")]


class PushThatIsInTheBaseline(Scenario):
    """Google's services keep time at their push channel, which the organisation has written into
    AppNetworkBehaviorBaseline."""
    policy = ON + """
AppNetworkBehaviorBaseline:
  - {apps: [com.google.android.gms], names: ["*.google.com"]}
"""
    protocols = {"tcp/5228": "tls"}

    def play(self):
        phone = self.phone()
        phone.left_alone("com.google.android.gms")
        for at in every(28 * MINUTE, 6):
            phone.tcp("com.google.android.gms", 5228, tls.session("mtalk.google.com"), at)


class VictimAsProxy(Scenario):
    """Chameleon (ATT&CK S1083) makes the phone a SOCKS proxy for others (T1604): what it passes on
    is a finding of AN1702, beside that of SOCKS, which nobody may speak."""
    policy = ON
    protocols = {"tcp/1080": "socks5 > http"}
    findings = [
        Found("protocol-unapproved", "low", None, "socks5 on tcp/1080"),
        Found("relay", "medium", None, "http on tcp/80", analytic="AN1702", technique="T1604",
              requested="203.0.113.9:80")]

    def play(self):
        self.phone().serves("10.20.9.9", 1080,
                            proxies.socks5("203.0.113.9", 80) + web.get("victim.example"))
