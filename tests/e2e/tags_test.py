"""Tags in the traffic: rules that name app groups by them, records that tell them, and a list of those
that no rule knows."""
import json
import unittest

import tap
import traces
from sensor import Case, records, run

# Each with what a rule asks, a trace that has it, and the words for it.
TAGS = (
    ("vlan: 42", traces.in_vlans(42), "vlan 42"),
    ("vlans: [200, 31]", traces.in_vlans(200, 31), "vlans 200/31"),
    ("mpls_label: 77", traces.under_labels(1000, 77), "mpls label 77"),
    ("vni: 77", traces.in_vxlan(77), "vni 77"),
    ("group_policy: 78", traces.in_vxlan(5010, 78), "group-policy 78"),
    ("gre_key: 77", traces.in_gre(77), "gre key 77"),
    ("erspan_session: 77", traces.in_erspan(77), "erspan session 77"),
    ("gtp_teid: 77", traces.in_gtp(77), "gtp teid 77"),
    ("l2tp_session: 77", traces.in_l2tp(77), "l2tp session 77"),
    ("nsh_path: 77", traces.in_chain(77), "nsh path 77"),
    ("nsh_context: 77", traces.in_chain(5, 77), "nsh context 77"),
)


class TagCase(Case):
    def configure(self, *rules):
        """One app group a rule: g0, g1, ..."""
        groups = "".join(f"  g{number}: {{}}\n" for number in range(len(rules)))
        lines = "".join(f"  - {{{rule}, app_group: g{number}}}\n"
                        for number, rule in enumerate(rules))
        self.write("etc/identity.yaml", f"app_groups:\n{groups}tag_rules:\n{lines}")
        self.write("etc/policy.yaml", "AllowedProtocolPortMappings:\n  http: {tcp: 80}\n")

    def trace(self, wrap, client="10.1.2.3", sessions=1, name="t.pcap"):
        packets = []
        for number in range(sessions):
            packets += traces.tcp_conversation(client, 40000 + number, "192.0.2.80", 80,
                                               traces.HTTP_DIALOGUE, 1000 + number, wrap)
        return self.write(name, traces.pcap(packets))

    def flows(self, *paths, options=()):
        """The inner flow records, in order."""
        done = run("replay", *paths, "-c", self.directory / "etc", "--eve", "-", "--flows",
                   *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [flow for flow in records(done.stdout, "flow") if flow["proto"] == "TCP"]

    def groups(self, *paths):
        return [flow["offport"].get("attribution", {}).get("app_group")
                for flow in self.flows(*paths)]


class Rules(TagCase):
    def test_each_tag_names_its_group_and_no_other(self):
        self.configure(*(rule for rule, _, _ in TAGS))
        for number, (rule, wrap, words) in enumerate(TAGS):
            with self.subTest(rule=rule):
                (flow,) = self.flows(self.trace(wrap))
                self.assertEqual(flow["offport"]["attribution"]["app_group"], f"g{number}")
                self.assertEqual(flow["offport"]["attribution"]["rule"], words)

    def test_the_same_number_elsewhere_is_another_tag(self):
        for rule, wrap, _ in TAGS:
            self.configure(rule)
            for other, elsewhere, _ in TAGS:
                if other == rule:
                    continue
                with self.subTest(rule=rule, trace=other):
                    self.assertEqual(self.groups(self.trace(elsewhere)), [None])

    def test_the_port_is_the_trace_in_a_replay(self):
        self.configure("port: 2")
        one = self.trace(traces.ethernet, "10.1.2.3", name="one.pcap")
        two = self.trace(traces.ethernet, "10.1.2.4", name="two.pcap")
        self.assertEqual(self.groups(one), [None])
        self.assertEqual(self.groups(one, two), [None, "g0"])
        self.assertEqual(self.groups(two, one), [None, "g0"])

    def test_more_conditions_come_first_then_the_longer_source(self):
        self.configure("gtp_teid: 77", "gtp_teid: 77, source: 10.1.0.0/16",
                       "source: 10.1.2.0/24, gtp_teid: 77",
                       "gtp_teid: 77, source: 10.1.2.3, port: 2")
        for client, group in (("10.9.9.9", "g0"), ("10.1.9.9", "g1"), ("10.1.2.3", "g2")):
            self.assertEqual(self.groups(self.trace(traces.in_gtp(77), client)), [group])
        path = self.trace(traces.in_gtp(77))
        self.assertEqual(self.groups(self.trace(traces.ethernet, "10.9.9.9", name="first"), path),
                         [None, "g3"])

    def test_tags_of_several_layers_stand_in_one_rule(self):
        self.configure("vlan: 110, mpls_label: 17", "mpls_label: 17", "vlan: 110")
        labelled = traces.under_labels(17)

        def both(packet):
            frame = labelled(packet)
            return frame[:12] + bytes.fromhex("8100006e") + frame[12:]
        self.assertEqual(self.groups(self.trace(both)), ["g0"])
        self.assertEqual(self.groups(self.trace(labelled)), ["g1"])
        self.assertEqual(self.groups(self.trace(traces.in_vlans(110))), ["g2"])

    def test_labels_that_differ_by_direction_make_no_second_session(self):
        self.configure("mpls_label: 17")

        def wrap(packet):
            is_client = packet[12] == 10
            return traces.under_labels(*((1000, 17) if is_client else (2000, 18)))(packet)
        (flow,) = self.flows(self.trace(wrap))
        self.assertEqual(flow["offport"]["attribution"]["app_group"], "g0")
        self.assertEqual(flow["offport"]["tags"]["mpls_label"], 17)

    def test_a_rule_that_can_never_match_is_refused(self):
        self.configure("gre_key: 1, gtp_teid: 2")
        done = run("check", "-c", self.directory / "etc")
        self.assertEqual(done.returncode, 1)
        self.assertIn("identity.yaml:4:", done.stdout + done.stderr)
        self.assertIn("give one of them", done.stdout + done.stderr)


class Told(TagCase):
    def test_records_tell_every_tag(self):
        self.configure("vlan: 1")
        expected = {
            "mpls_label: 77": {"tunnel": "none", "mpls_label": 77},
            "gre_key: 77": {"tunnel": "gre", "key": 77},
            "nsh_path: 77": {"tunnel": "none", "nsh_path": 77},
            "nsh_context: 77": {"tunnel": "none", "nsh_path": 5, "nsh_context": 77},
        }
        for rule, wrap, _ in TAGS:
            if rule in expected:
                (flow,) = self.flows(self.trace(wrap))
                self.assertEqual(flow["offport"]["tags"], expected[rule])
        (flow,) = self.flows(self.trace(traces.in_gre()))
        self.assertEqual(flow["offport"]["tags"], {"tunnel": "gre"}, "no key is not key 0")


class Unmapped(TagCase):
    def replay(self, *paths, options=()):
        done = run("replay", *paths, "-c", self.directory / "etc", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_tags_that_no_rule_knows_are_listed_with_their_sessions(self):
        self.configure("vlan: 110")
        paths = [self.trace(traces.in_vlans(42), "10.1.2.3", 12, "a"),
                 self.trace(traces.in_gtp(77), "10.1.2.4", 3, "b"),
                 self.trace(traces.in_vlans(110), "10.1.2.5", 5, "c"),
                 self.trace(traces.ethernet, "10.1.2.6", 7, "d")]
        for workers in (1, 2):
            with self.subTest(workers=workers):
                options = ("--workers", workers)
                self.assertIn("  tags      unmapped: vlan 42 (12 sessions), gtp teid 77 (3)\n",
                              self.replay(*paths, options=options))
                summary = json.loads(self.replay(*paths, options=(*options, "--json")))["summary"]
                self.assertEqual(summary["unmapped_tags"], {"vlan 42": 12, "gtp teid 77": 3})
                self.assertEqual(summary["unmapped_other_sessions"], 0)
                self.assertEqual(summary["stages"]["attribute"]["unmapped-tags"], 15)

    def test_the_list_is_bounded_and_the_others_are_counted(self):
        self.configure("vlan: 110")
        packets = []
        for vlan in range(1, 41):
            packets += traces.tcp_conversation("10.1.2.3", 40000 + vlan, "192.0.2.80", 80,
                                               traces.HTTP_DIALOGUE, 1000 + vlan,
                                               traces.in_vlans(vlan))
        path = self.write("many.pcap", traces.pcap(packets))
        self.assertIn("24 other sessions", " ".join(self.replay(path).split()))
        summary = json.loads(self.replay(path, options=("--json",)))["summary"]
        self.assertEqual(len(summary["unmapped_tags"]), 16)
        self.assertEqual(sum(summary["unmapped_tags"].values()), 16)
        self.assertEqual(summary["unmapped_other_sessions"], 24)

    def test_without_such_tags_nothing_is_said(self):
        self.configure("vlan: 110")
        self.assertNotIn("unmapped", self.replay(self.trace(traces.in_vlans(110))))


if __name__ == "__main__":
    tap.main()
