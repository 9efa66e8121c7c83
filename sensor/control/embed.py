#!/usr/bin/env python3
"""Writes a C++ source that holds the given configuration files, so that the binary has its defaults
with it. Usage: embed.py OUTPUT FILE..."""
import pathlib
import sys

output, *files = map(pathlib.Path, sys.argv[1:])
lines = ['#include "sensor/control/built_in.h"', "", "namespace sensor::control {", "",
         "std::string_view built_in_file(std::string_view name) noexcept {"]
for file in files:
    text = file.read_text()
    assert ')embedded"' not in text
    lines.append(f'    if (name == "{file.name}") return R"embedded({text})embedded";')
lines += ["    return {};", "}", "", "}  // namespace sensor::control", ""]
output.write_text("\n".join(lines))
