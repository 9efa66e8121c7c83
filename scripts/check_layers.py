#!/usr/bin/env python3
"""Fails if an #include crosses a layer that the README does not allow. Usage: check_layers.py ROOT"""
import pathlib
import re
import sys

STAGES = {"capture", "decode", "flow", "evidence", "identify", "attribute", "judge", "report"}
# folder under sensor/ -> folders under sensor/ it may include, besides itself and model/
MAY_INCLUDE = {stage: set() for stage in STAGES}
MAY_INCLUDE |= {"model": set(), "pipeline": STAGES, "control": STAGES | {"pipeline"},
                "bench": STAGES | {"pipeline", "control"},
                "commands": STAGES | {"pipeline", "control", "bench"}}
# third-party header -> the folders, but for OpenSSL one, that include it; the longest that fits counts
HOME = {"rte_": ["lib/dpdk"], "hs.h": ["lib/hyperscan"], "yaml-cpp/": ["lib/yaml"],
        "rapidjson/": ["lib/json"], "pcap/": ["lib/trace"], "openssl/": ["lib/digest"],
        "openssl/ssl.h": ["lib/http", "lib/tls"], "openssl/err.h": ["lib/http", "lib/tls"],
        "prometheus/": ["lib/metrics"], "civetweb.h": ["lib/http"], "CivetServer.h": ["lib/http"],
        "cap-ng.h": ["lib/privileges"], "zlib.h": ["lib/gzip"], "expat.h": ["lib/plist"]}
INCLUDE = re.compile(r'^\s*#include\s+[<"]([^>"]+)[>"]', re.M)
MOST_LINES = 400


def offences(root):
    for path in sorted((*root.glob("lib/**/*.*"), *root.glob("sensor/**/*.*"))):
        if path.suffix not in {".h", ".cpp"}:
            continue
        here = path.relative_to(root)
        text = path.read_text()
        if path.suffix == ".h" and "#pragma once" not in text:
            yield here, "has no #pragma once"
        if text.count("\n") > MOST_LINES:
            yield here, f"has more than {MOST_LINES} lines"
        for header in INCLUDE.findall(text):
            top, *rest = header.split("/")
            if here.parts[0] == "lib" and top == "sensor":
                yield here, f"#include {header}: lib never includes sensor"
            if top == "sensor" and here.parts[0] == "sensor" and len(here.parts) > 2:
                folder = here.parts[1]
                if rest[0] not in {folder, "model"} | MAY_INCLUDE.get(folder, set()):
                    yield here, f"#include {header}: {folder}/ may not include {rest[0]}/"
            fitting = [prefix for prefix in HOME if header.startswith(prefix)]
            if fitting:
                prefix = max(fitting, key=len)
                if here.parent.as_posix() not in HOME[prefix]:
                    homes = "/ and ".join(HOME[prefix])
                    yield here, f"#include {header}: only {homes}/ includes {prefix}*"


if __name__ == "__main__":
    found = list(offences(pathlib.Path(sys.argv[1])))
    for where, why in found:
        print(f"{where}: {why}")
    sys.exit(bool(found))
