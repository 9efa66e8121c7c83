"""Runs the unittest cases of a module and reports them in TAP, which meson counts one by one."""
import sys
import unittest


class TapResult(unittest.TestResult):
    def __init__(self, stream):
        super().__init__()
        self.stream = stream
        self.number = 0

    def report(self, word, test, directive=""):
        self.number += 1
        print(f"{word} {self.number} - {test.id()}{directive}", file=self.stream, flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.report("ok", test)

    def fail_with(self, test, error):
        self.report("not ok", test)
        for line in self._exc_info_to_string(error, test).splitlines():
            print(f"# {line}", file=self.stream, flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.fail_with(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.fail_with(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.fail_with(subtest, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.report("ok", test, f" # SKIP {reason}")


def main(module="__main__"):
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[module])
    result = TapResult(sys.stdout)
    suite.run(result)
    print(f"1..{result.number}", flush=True)
    sys.exit(not result.wasSuccessful())
