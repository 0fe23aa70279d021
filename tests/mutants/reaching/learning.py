"""Runs tests and records which lines each of them ran: `python -m tests.mutants.reaching.learning ORDER` in a copy.

ORDER is a JSON file with the modules to follow, the files of tests, and the place for the answer.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coverage
import pytest

from tests.mutants.reaching.reach import Covered, Lines, Reach, file_of, line_names

_BEFORE_ANY_TEST = ""  # coverage uses this name
ARGUMENTS = ["-p", "no:cacheprovider", "--hypothesis-profile=mutants"]


def order_hypothesis() -> None:
    """The same examples each time, none kept, and no time spent on making them smaller."""
    import hypothesis

    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    checks = [hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large]
    hypothesis.settings.register_profile(
        "mutants",
        deadline=None,
        max_examples=50,
        derandomize=True,
        database=None,
        phases=phases,
        suppress_health_check=checks,
    )


def name_of(item: pytest.Item) -> str:
    """Return the name without parameters, because all parameters are tried together."""
    return item.nodeid.partition("[")[0]


class Learning:
    """A plugin of pytest. Only passing tests are recorded, because a test that fails anyway can notice nothing."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self._failed: set[str] = set()
        self._seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        name, began = name_of(item), time.process_time()
        self._measured.switch_context(name)
        result = yield
        self._measured.switch_context(_BEFORE_ANY_TEST)
        self._seconds[name] = self._seconds.get(name, 0) + time.process_time() - began
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.add(report.nodeid.partition("[")[0])

    def learned(self, modules: list[str], root: Path) -> Reach:
        early: Lines = {}
        tests = {name: Covered(seconds) for name, seconds in self._seconds.items() if name not in self._failed}
        data = self._measured.get_data()
        for module in modules:
            names = line_names((root / module).read_bytes())
            for number, contexts in data.contexts_by_lineno(str(root / module)).items():
                for test in tests.keys() & set(contexts):
                    tests[test].lines.setdefault(module, set()).add(names[number])
                if _BEFORE_ANY_TEST in contexts:
                    early.setdefault(module, set()).add(names[number])
        return Reach({}, {name: covered for name, covered in tests.items() if covered.lines}, early)


def main(order: dict[str, Any]) -> None:
    root = Path.cwd()
    followed = [str(root / name) for name in order["modules"]]
    measured = coverage.Coverage(data_file=None, config_file=False, include=followed)
    learning = Learning(measured)
    order_hypothesis()
    measured.start()
    pytest.main([*ARGUMENTS, "-q", "--no-header", "--tb=no", *order["files"]], plugins=[learning])
    measured.stop()
    reach = learning.learned(order["modules"], root)
    reach.files = dict(order["digests"])
    reach.write(Path(order["answer"]))
    known = {file_of(test) for test in reach.tests}
    sys.stderr.write(f"{len(reach.tests)} tests of {len(known)} files\n")


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
