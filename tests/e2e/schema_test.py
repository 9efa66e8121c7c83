"""config/policy.schema.json has the keys that the reader of policy.yaml knows, and no others."""
import json
import re
import unittest

import tap
from sensor import Case, ROOT, run

SCHEMA = json.loads((ROOT / "config" / "policy.schema.json").read_text())
STRANGE = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"  # near no key, so that the reader lists all it knows

# An object of the schema -> a policy with a key in that place.
OBJECTS = {
    "": "{key}: 1",
    "role": "roles: {{r: {{{key}: 1}}}}",
    "app": "apps: {{a.b: {{{key}: 1}}}}",
    "service_class": "AllowedServiceClasses: {{s: {{{key}: 1}}}}",
    "exception": "EnterpriseExceptionList: [{{{key}: 1}}]",
    "match": "EnterpriseExceptionList: [{{match: {{{key}: 1}}}}]",
    "ports": "AllowedProtocolPortMappings: {{tls: {{{key}: 1}}}}",
    "score": "score: {{{key}: 1}}",
    "severity": "severity: {{{key}: 1}}",
    "AlertLimits": "AlertLimits: {{{key}: 1}}",
    "Neighbours": "Neighbours: {{{key}: 1}}",
    "baseline": "AppNetworkBehaviorBaseline: [{{{key}: 1}}]",
}


def properties_of(name):
    if name == "":
        return SCHEMA["properties"]
    return SCHEMA["properties"].get(name, SCHEMA["$defs"].get(name))["properties"]


class Schema(Case):
    def test_its_keys_are_those_of_the_reader(self):
        for name, policy in OBJECTS.items():
            with self.subTest(name or "the policy"):
                self.write("policy.yaml", policy.format(key=STRANGE) + "\n")
                done = run("check", "-c", self.directory)
                found = re.search(rf"unknown key '{STRANGE}'.*known are (.*)", done.stderr)
                self.assertIsNotNone(found, done.stderr)
                self.assertEqual(set(found[1].split(", ")), set(properties_of(name)))

    def test_every_closed_object_was_looked_at(self):
        closed = {name for name, schema in SCHEMA["$defs"].items() if "properties" in schema}
        self.assertEqual(closed - set(OBJECTS), set())

    def test_the_policies_of_this_repository_are_valid(self):
        try:
            import jsonschema
            import yaml
        except ImportError as error:
            self.skipTest(f"{error.name} is not installed")
        validator = jsonschema.Draft202012Validator(SCHEMA)
        validator.check_schema(SCHEMA)
        for path in ("config/policy.yaml", "config/demo/policy.yaml"):
            # Dates stay the texts that an editor sees.
            policy = yaml.load((ROOT / path).read_text(), Loader=yaml.BaseLoader)
            texts = json.loads(json.dumps(policy))
            problems = [error.message for error in validator.iter_errors(typed(texts))]
            self.assertEqual(problems, [], path)
        self.assertFalse(validator.is_valid({"TimeWindw": "1h"}))
        self.assertFalse(validator.is_valid({"roles": {"r": {"hours": "08:00-18:00"}}}))

    def test_the_shipped_policy_names_it(self):
        self.assertTrue((ROOT / "config" / "policy.yaml").read_text().startswith(
            "# yaml-language-server: $schema=policy.schema.json\n"))


def typed(value):
    """Plain scalars as YAML 1.2 reads them, save dates."""
    if isinstance(value, dict):
        return {key: typed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [typed(each) for each in value]
    if value in ("true", "false"):
        return value == "true"
    for number in (int, float):
        try:
            return number(value)
        except ValueError:
            pass
    return value if value != "" else None


if __name__ == "__main__":
    tap.main()
