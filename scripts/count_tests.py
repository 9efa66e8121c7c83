#!/usr/bin/env python3
"""Prints `N passed, N failed` (and `, N skipped`) for the JUnit file that meson test wrote; fails if
anything failed or nothing ran. Usage: count_tests.py FILE"""
import sys
import xml.etree.ElementTree as ElementTree

passed = failed = skipped = 0
for case in ElementTree.parse(sys.argv[1]).getroot().iter("testcase"):
    kinds = {child.tag for child in case}
    if kinds & {"failure", "error"}:
        failed += 1
    elif "skipped" in kinds:
        skipped += 1
    else:
        passed += 1
# A suite that died before it could report its cases has none: count it as one failure.
for suite in ElementTree.parse(sys.argv[1]).getroot().iter("testsuite"):
    if int(suite.get("errors", 0)) and not list(suite.iter("testcase")):
        failed += 1
print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
sys.exit(failed > 0 or passed == 0)
