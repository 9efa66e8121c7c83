"""Analytics beside AN1827, which look at what the policy approves: off unless it switches them on."""
import datetime
import json

import tap
import traces
from messages.proxies import socks5
from sensor import Case, records, run

PHONE, OTHER, SERVER = "10.1.2.3", "10.1.2.4", "192.0.2.80"
START = datetime.datetime(2026, 9, 21, 7, tzinfo=datetime.timezone.utc)
APP = "com.example.flashlight"
POLICY = """
AllowedProtocolPortMappings:
  http: {tcp: 80}
  socks5: {tcp: 1080}
"""
ON = "Neighbours: {beaconing: true, relay: true}\n"


class Neighbours(Case):
    def event(self, seconds, kind, **members):
        at = START + datetime.timedelta(seconds=seconds)
        return json.dumps({"v": 1, "ts": at.isoformat(), "device_id": "serial:R5CT1", "kind": kind,
                           **members}) + "\n"

    def replay(self, packets, events, policy):
        self.write("etc/policy.yaml", POLICY + policy)
        trace = self.write("t.pcap", traces.pcap(packets))
        identity = self.write("e.ndjson", "".join(events))
        done = run("replay", trace, "-c", self.directory / "etc", "--identity", identity, "--eve",
                   "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        return records(done.stdout, "alert")

    def polls(self, host):
        """Six polls, one every five minutes."""
        packets = []
        request = f"GET /poll HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        for number in range(6):
            packets += traces.tcp_conversation(
                PHONE, 40000 + number, SERVER, 80,
                [("c", request), ("s", b"HTTP/1.1 204 No Content\r\n\r\n")],
                START.timestamp() + 300 * number)
        return packets

    def of_the_app(self, state):
        events = [self.event(-600, "lease", address=PHONE, state="granted"),
                  self.event(-600, "app_state", app=APP, state=state)]
        return events + [self.event(300 * number, "connect", app=APP, destination=SERVER, port=80,
                                    transport="tcp") for number in range(6)]

    def test_recorded_flows_are_looked_at_too(self):
        self.write("etc/policy.yaml", POLICY + ON)
        trace = self.write("t.pcap", traces.pcap(self.polls("c2.example")))
        identity = self.write("e.ndjson", "".join(self.of_the_app("background")))
        eve = self.directory / "eve.json"
        done = run("replay", trace, "-c", self.directory / "etc", "--identity", identity, "--eve",
                   eve, "--flows")
        self.assertEqual(done.returncode, 0, done.stderr)
        judged = run("judge", "-c", self.directory / "etc", eve, "--json")
        self.assertEqual(judged.returncode, 0, judged.stderr)
        alert, = records(judged.stdout, "alert")
        told = records(eve.read_text(), "alert")[-1]
        for key in ("kind", "score", "recurrence"):
            self.assertEqual(alert["offport"][key], told["offport"][key])
        self.assertEqual(alert["offport"]["kind"], "beaconing")

    def test_an_app_that_keeps_time_in_the_background(self):
        alert = self.replay(self.polls("c2.example"), self.of_the_app("background"), ON)[0]
        self.assertEqual(alert["offport"]["kind"], "beaconing")
        self.assertEqual(alert["alert"]["metadata"]["mitre_technique_id"], ["T1437.001"])
        self.assertEqual(alert["alert"]["metadata"]["analytic"], ["AN1681"])
        self.assertEqual([part["name"] for part in alert["offport"]["contributions"]],
                         ["beaconing", "recurrence", "low_volume", "app_background"])

    def test_what_is_used_or_in_its_baseline_may_and_so_may_all_when_it_is_off(self):
        baseline = 'AppNetworkBehaviorBaseline: [{names: ["*.example"]}]\n'
        for state, policy in (("foreground", ON), ("background", ON + baseline),
                              ("background", "")):
            with self.subTest(state=state, policy=policy):
                self.assertEqual(
                    self.replay(self.polls("c2.example"), self.of_the_app(state), policy), [])

    def test_a_phone_that_serves_as_a_proxy(self):
        dialogue = socks5("198.51.100.7", 80) + [
            ("c", b"GET / HTTP/1.1\r\nHost: victim.example\r\n\r\n"),
            ("s", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
        packets = traces.tcp_conversation(OTHER, 50000, PHONE, 1080, dialogue, START.timestamp())
        leased = [self.event(-600, "lease", address=PHONE, state="granted")]
        kinds = {alert["offport"]["kind"] for alert in self.replay(packets, leased, ON)}
        self.assertEqual(kinds, {"relay"})
        self.assertEqual(self.replay(packets, leased, ""), [])
        self.assertEqual(self.replay(packets, [], ON), [])


if __name__ == "__main__":
    tap.main()
