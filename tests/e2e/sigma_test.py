"""The Sigma rules are sound, and each finds something in the records of the demo."""
import json
import re
import unittest
import uuid

import yaml

import tap
from sensor import ROOT, records, replay_demo

RULES = sorted((ROOT / "config" / "sigma").glob("*.yml"))
LEVELS = {"informational", "low", "medium", "high", "critical"}


def values_at(record, path):
    """All that stands at "a.b.c"; none if there is no such field."""
    values = [record]
    for name in path.split("."):
        values = [value[name] for value in values if isinstance(value, dict) and name in value]
    return values


def is_equal(value, wanted):
    if isinstance(wanted, str) and isinstance(value, str):
        pattern = re.escape(wanted).replace(r"\*", ".*").replace(r"\?", ".")
        return re.fullmatch(pattern, value, re.I | re.S) is not None
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


MODIFIERS = {"": is_equal,
             "contains": lambda value, wanted: str(wanted).lower() in str(value).lower(),
             "gte": lambda value, wanted: value >= wanted}


def selects(selection, record):
    """Whether every field of the selection has one of its values in the record."""
    for field, wanted in selection.items():
        path, _, modifier = field.partition("|")
        choices = wanted if isinstance(wanted, list) else [wanted]
        if not any(MODIFIERS[modifier](value, choice)
                   for value in values_at(record, path) for choice in choices):
            return False
    return True


def matches(rule, record):
    detection = dict(rule["detection"])
    condition = detection.pop("condition")
    verdicts = {name: selects(selection, record) for name, selection in detection.items()}
    words = condition.split()
    assert set(words) <= set(verdicts) | {"and", "or", "not"}, condition
    return eval(condition, {"__builtins__": {}}, verdicts)  # of these words only


class Sigma(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rules = {path.stem: yaml.safe_load(path.read_text()) for path in RULES}
        cls.records = records(replay_demo("--eve", "-", "--flows").stdout)

    def test_there_are_some_and_each_has_an_id_of_its_own(self):
        self.assertGreaterEqual(len(self.rules), 4)
        ids = {str(uuid.UUID(rule["id"])) for rule in self.rules.values()}
        self.assertEqual(len(ids), len(self.rules))

    def test_each_has_what_the_format_asks_for(self):
        for name, rule in self.rules.items():
            with self.subTest(rule=name):
                for key in ("title", "status", "description", "author", "date", "references",
                            "falsepositives"):
                    self.assertTrue(rule[key], key)
                self.assertLessEqual(len(rule["title"]), 256)
                self.assertIn(rule["level"], LEVELS)
                self.assertEqual(rule["logsource"], {"product": "offport", "service": "eve"})
                self.assertIn("attack.t1509", rule["tags"])

    def test_every_field_is_one_of_the_records(self):
        for name, rule in self.rules.items():
            selections = [s for key, s in rule["detection"].items() if key != "condition"]
            fields = [f.partition("|")[0] for s in selections for f in s] + rule["fields"]
            for field in fields:
                with self.subTest(rule=name, field=field):
                    self.assertTrue(any(values_at(record, field) for record in self.records))

    def test_each_finds_something_and_not_everything(self):
        alerts = [r for r in self.records if r["event_type"] == "alert"]
        for name, rule in self.rules.items():
            with self.subTest(rule=name):
                found = [record for record in self.records if matches(rule, record)]
                self.assertTrue(found)
                self.assertEqual({record["event_type"] for record in found}, {"alert"})
                if name != "foreign_app":  # the demo's findings are all of such apps
                    self.assertLess(len(found), len(alerts))

    def test_what_a_rule_is_about_decides(self):
        """Near misses: a record that a rule finds is not found once a selected field differs."""
        for name, rule in self.rules.items():
            found = next(record for record in self.records if matches(rule, record))
            for field in rule["detection"]["selection"]:
                with self.subTest(rule=name, field=field):
                    self.assertFalse(matches(rule, without(found, field.partition("|")[0])))

    def test_a_finding_that_is_over_is_none(self):
        for name, rule in self.rules.items():
            found = json.loads(json.dumps(next(r for r in self.records if matches(rule, r))))
            for status in ("withdrawn", "closed"):
                found["offport"]["status"] = status
                self.assertFalse(matches(rule, found), name)


def without(record, path):
    """A copy whose field is of another value."""
    copy = json.loads(json.dumps(record))
    *above, last = path.split(".")
    place = copy
    for name in above:
        place = place[name]
    place[last] = None if not isinstance(place[last], int) else -1
    return copy


if __name__ == "__main__":
    tap.main()
