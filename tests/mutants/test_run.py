"""The tool itself: a tiny house with three errors that can be made in it, of which its tests notice two."""

import os
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.mutants.accepted import Accepted
from tests.mutants.accepted import Change as Words
from tests.mutants.copies import copies
from tests.mutants.report import Report
from tests.mutants.run import Run

RULES = '''"""Rules. Pure."""


def may_pass(age: int, barred: bool) -> bool:
    return age >= 18 and not barred


def nobody_asks(age: int) -> bool:
    return age > 99
'''
TESTS = """import sys

from rules import may_pass


def test_age() -> None:
    assert may_pass(19, False) and not may_pass(17, False)


def test_barred() -> None:
    assert not may_pass(19, True)


def test_of_something_else() -> None:
    assert True


def test_that_fails_anyway() -> None:
    may_pass(18, False)
    raise AssertionError


def test_that_fails_now_and_then() -> None:
    may_pass(18, False)
    assert sys.modules["__main__"].__spec__.name == "tests.mutants.learning"
"""


class NobodyImports:
    """Of a house whose modules nobody else imports."""

    def before(self, module: str) -> list[str]:
        return []

    def importers(self, module: str) -> tuple[str, ...]:
        return ()


def house(folder: Path) -> Path:
    root = folder / "house"
    (root / "tests" / "unit").mkdir(parents=True)
    (root / "rules.py").write_text(RULES)
    (root / "tests" / "unit" / "test_rules.py").write_text(TESTS)
    (root / "conftest.py").write_text("")
    return root


def tried(root: Path, accepted: Accepted | None = None, said: list[str] | None = None) -> Report:
    with copies(root, 1) as made:
        run = Run(
            root=root,
            kept=root / ".mutants",
            test_files=("tests/unit/test_rules.py",),
            modules=("rules.py",),
            seed=1,
            per_module=100,
            environment=os.environ | {"PYTHONPATH": f"{made[0]}{os.pathsep}{ROOT}"},
            accepted=accepted or Accepted({}),
            say=(said if said is not None else []).append,
        )
        return run.tried(made, run.learned(made, anew=False), ("rules.py",), NobodyImports())


def survivors(report: Report) -> set[str]:
    return {f"{result.scope}: {result.becomes}" for result in report.results["rules.py"] if not result.noticed}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return house(tmp_path)


def test_what_tests_notice_is_told_from_what_they_do_not(root: Path) -> None:
    before = {file: file.read_bytes() for file in root.rglob("*.py")}
    said: list[str] = []
    report = tried(root, said=said)
    assert survivors(report) == {
        "may_pass: return age > 18 and not barred",
        "may_pass: return age >= 19 and not barred",
        "nobody_asks: return None",
        "nobody_asks: return age >= 99",
        "nobody_asks: return age > 100",
    }
    witnesses = {result.becomes: result.by for result in report.results["rules.py"]}
    assert witnesses["return age >= 18 and True"] == "tests/unit/test_rules.py::test_barred"
    assert witnesses["return True and not barred"] == "tests/unit/test_rules.py::test_age"
    assert [line.partition(" ")[0] for line in said if "not listened to" in line] == [
        "tests/unit/test_rules.py::test_that_fails_now_and_then"
    ]
    assert {file: file.read_bytes() for file in root.rglob("*.py")} == before, "the house itself is not changed"


def test_a_run_goes_on_where_the_last_one_ended(root: Path) -> None:
    tried(root)
    kept = root / ".mutants" / "results.jsonl"
    lines = kept.read_text()
    tried(root)
    assert kept.read_text() == lines, "nothing is tried twice"
    test = root / "tests" / "unit" / "test_rules.py"
    test.write_text(TESTS.replace("may_pass(19, False) and", "may_pass(18, False) and"))
    assert not any(survivor.startswith("may_pass") for survivor in survivors(tried(root)))
    again = len(kept.read_text().splitlines()) - len(lines.splitlines())
    assert again == 5, "the survivors alone are tried again"


def test_a_survivor_needs_a_reason_and_the_whole_its_share(root: Path) -> None:
    report = tried(root)
    assert not report.good()
    printed = "\n".join(report.lines())
    assert "  - return age > 99\n  + return age >= 99\n  NOT LISTED" in printed
    listed = Accepted({Words("rules.py", r.was, r.becomes): "a toy" for r in report.results["rules.py"]})
    printed = "\n".join(tried(root, listed).lines())
    assert "NOT LISTED" not in printed and "may live: a toy" in printed
    assert not tried(root, listed).good(), "half of them are not noticed"


def test_an_entry_for_a_change_that_cannot_be_made_is_reported(root: Path) -> None:
    gone = Words("rules.py", "return age >= 21", "return age > 21")
    report = tried(root, Accepted({gone: "once"}))
    assert report.gone == [gone]
    assert "no longer be made" in "\n".join(report.lines())


def test_a_reason_must_be_given(tmp_path: Path) -> None:
    file = tmp_path / "may_live.toml"
    file.write_text('[[may_live]]\nmodule = "rules.py"\nwas = "a"\nbecomes = "b"\nreason = " "\n')
    with pytest.raises(ValueError, match="without a reason"):
        Accepted.read(file)
