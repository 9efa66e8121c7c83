"""The scenarios of scenarios/: each is played into a trace and events, replayed with the shipped
policy, and must give its findings and no other, or none."""
import importlib
import pathlib
import unittest

import tap
from scenario import Scenario
from sensor import Case, records, run, ROOT


def all_scenarios():
    """(module, class), in the order of the files."""
    for path in sorted((pathlib.Path(__file__).parent / "scenarios").glob("*.py")):
        module = importlib.import_module(f"scenarios.{path.stem}")
        for thing in vars(module).values():
            is_own = getattr(thing, "__module__", None) == module.__name__
            if is_own and isinstance(thing, type) and issubclass(thing, Scenario):
                yield path.stem, thing


def newest(alerts):
    """The last revision of each finding."""
    return {alert["offport"]["finding"]: alert for alert in alerts}.values()


def port_of(record):
    return f"{record['proto'].lower()}/{record['dest_port']}"


def protocol_of(flow):
    inner = flow["offport"].get("inner")
    return flow["app_proto"] + (f" > {inner['app_proto']}" if inner else "")


def expected_of(found):
    return {"kind": found.kind, "severity": found.severity, "app": found.app, "what": found.what,
            "evidence": found.all_evidence(), "sessions": found.sessions,
            "stable": found.stable, "analytic": [found.analytic], "requested": found.requested,
            "status": "open", "technique": [found.technique]}


def told_of(alert):
    """The same of an alert."""
    ours, metadata = alert["offport"], alert["alert"]["metadata"]
    requested = ours.get("destination_requested") if "proxy_protocol" in ours else None
    port = port_of(alert)
    if requested:
        port = port.partition("/")[0] + "/" + requested.rpartition(":")[2]
    return {"kind": ours["kind"], "severity": ours["severity"],
            "app": ours["attribution"].get("app"), "what": f"{alert['app_proto']} on {port}",
            "evidence": sorted(one["name"] for one in ours["contributions"]),
            "sessions": ours["recurrence"]["sessions"], "stable": ours["recurrence"]["stable"],
            "analytic": metadata["analytic"], "requested": requested, "status": ours["status"],
            "technique": metadata["mitre_technique_id"]}


def in_order_of_text(things):
    return sorted(things, key=str)


def sessions_of(flows):
    """(port, app) of each."""
    return in_order_of_text((port_of(flow), flow["offport"].get("attribution", {}).get("app"))
                            for flow in flows)


def named(flows):
    """{port: [what was recognised there]}."""
    found = {}
    for flow in flows:
        found.setdefault(port_of(flow), set()).add(protocol_of(flow))
    return {port: sorted(protocols) for port, protocols in found.items()}


def exceptions_hit(flows):
    return {one for flow in flows for one in flow["offport"].get("exceptions_hit", [])}


def answer(protocols, findings, excepted):
    """What a scenario comes to, as something to compare."""
    return {"protocols": protocols, "excepted": sorted(excepted),
            "findings": sorted(findings, key=lambda one: (one["what"], one["app"] or ""))}


def expected_answer(scenario):
    return answer({port: [name] for port, name in scenario.protocols.items()},
                  map(expected_of, scenario.findings), scenario.excepted)


class Scenarios(Case):
    """Each scenario becomes a test of this class, below."""
    maxDiff = None

    def play(self, kind):
        scenario = kind()
        scenario.play()
        done = run("replay", self.write("trace.pcap", scenario.trace()), "--identity",
                   self.write("events.ndjson", scenario.identity()), "-c",
                   self.configuration_for(scenario), "--eve", "-", "--flows")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(" 0 rejected", done.stderr)
        flows, alerts = records(done.stdout, "flow"), records(done.stdout, "alert")
        self.assertEqual(sessions_of(flows), in_order_of_text(scenario.sessions()))
        told = answer(named(flows), map(told_of, newest(alerts)), exceptions_hit(flows))
        self.assertEqual(told, expected_answer(scenario))

    def configuration_for(self, scenario):
        """The shipped one, or one that includes it."""
        if not scenario.policy and not scenario.sensor:
            return ROOT / "config"
        shipped = ROOT / "config" / "policy.yaml"
        self.write("etc/policy.yaml", f"include: [{shipped}]\n" + scenario.policy)
        self.write("etc/sensor.yaml", scenario.sensor)
        return self.directory / "etc"


class Catalogue(unittest.TestCase):
    def test_every_scenario_says_what_it_stands_for(self):
        for module, kind in all_scenarios():
            self.assertRegex(kind.__doc__ or "", r"(?s)^.{30,}\.$", f"{module}.{kind.__name__}")

    def test_there_are_as_many_as_was_promised(self):
        found = [kind for _, kind in all_scenarios() if kind.findings]
        silent = [kind for _, kind in all_scenarios() if not kind.findings]
        self.assertGreaterEqual(len(found), 24)
        self.assertGreaterEqual(len(silent), 16)


def as_test(kind):
    def test(self):
        self.play(kind)

    test.__doc__ = kind.__doc__
    return test


for _module, _kind in all_scenarios():
    setattr(Scenarios, f"test_{_module}.{_kind.__name__}", as_test(_kind))

if __name__ == "__main__":
    tap.main()
