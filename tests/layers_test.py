"""The layering rules hold here, and the check can tell where they do not."""
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "e2e")]
import check_layers  # noqa: E402
import tap  # noqa: E402


class Layers(unittest.TestCase):
    def offences_of(self, path, text):
        with tempfile.TemporaryDirectory() as root:
            file = pathlib.Path(root) / path
            file.parent.mkdir(parents=True)
            file.write_text("#pragma once\n" + text)
            return list(check_layers.offences(pathlib.Path(root)))

    def test_the_tree_keeps_its_layers(self):
        self.assertEqual(list(check_layers.offences(ROOT)), [])

    def test_what_crosses_a_layer_is_found(self):
        for path, text in [("sensor/flow/a.h", '#include "sensor/judge/b.h"'),
                           ("sensor/model/a.h", '#include "sensor/flow/b.h"'),
                           ("lib/json/a.h", '#include "sensor/model/b.h"'),
                           ("sensor/flow/a.h", "#include <rte_mbuf.h>"),
                           ("lib/dpdk/a.h", "#include <hs.h>"),
                           ("sensor/control/a.h", "#include <civetweb.h>"),
                           ("lib/http/a.h", "#include <prometheus/registry.h>"),
                           ("sensor/control/a.h", '#include "prometheus/registry.h"'),
                           ("sensor/flow/a.h", "\n" * 400)]:
            with self.subTest(path=path, text=text[:40]):
                self.assertEqual(len(self.offences_of(path, text)), 1)

    def test_what_is_allowed_passes(self):
        self.assertEqual(self.offences_of("lib/http/a.h", "#include <civetweb.h>"), [])
        self.assertEqual(self.offences_of("lib/metrics/a.h", "#include <prometheus/registry.h>"), [])
        self.assertEqual(self.offences_of("sensor/flow/a.h", '#include "sensor/model/b.h"'), [])
        self.assertEqual(self.offences_of("sensor/control/a.h", '#include "sensor/judge/b.h"'), [])


if __name__ == "__main__":
    tap.main()
