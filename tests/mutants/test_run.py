"""The tool itself: a tiny project in which three errors can be made; its tests notice two of them."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.mutants.accepted import Accepted
from tests.mutants.accepted import Change as Words
from tests.mutants.report import Report, words_of
from tests.mutants.results import Result
from tests.mutants.run import Run
from tests.mutants.trying.copies import copies

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
    assert sys.modules["__main__"].__spec__.name == "tests.mutants.reaching.learning"
"""


class NobodyImports:
    """A project whose modules nobody else imports."""

    def before(self, module: str) -> list[str]:
        return []

    def importers(self, module: str) -> tuple[str, ...]:
        return ()

    def leaves_knowledge_alone(self, module: str) -> bool:
        return False


def house(folder: Path) -> Path:
    root = folder / "house"
    (root / "tests" / "unit").mkdir(parents=True)
    (root / "rules.py").write_text(RULES)
    (root / "tests" / "unit" / "test_rules.py").write_text(TESTS)
    (root / "conftest.py").write_text("")
    return root


def tried(root: Path, said: list[str]) -> Report:
    with copies(root, 1) as made:
        run = Run(
            root=root,
            kept=root / ".mutants",
            test_files=("tests/unit/test_rules.py",),
            modules=("rules.py",),
            seed=1,
            per_module=100,
            environment=os.environ | {"PYTHONPATH": f"{made[0]}{os.pathsep}{ROOT}"},
            accepted=Accepted({}),
            say=said.append,
        )
        return run.tried(made, run.learned(made, anew=False), ("rules.py",), NobodyImports())


@dataclass
class Once:
    """A project in which the changes have been tried once."""

    root: Path
    said: list[str]
    report: Report

    @property
    def results(self) -> list[Result]:
        return self.report.results["rules.py"]

    def listing(self, accepted: Accepted) -> Report:
        report = Report(accepted)
        report.add("rules.py", self.results, [words_of(result) for result in self.results])
        return report


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    root, said = house(tmp_path_factory.mktemp("mutants")), list[str]()
    return Once(root, said, tried(root, said))


def survivors(report: Report) -> set[str]:
    return {f"{result.scope}: {result.becomes}" for result in report.results["rules.py"] if not result.noticed}


def test_what_tests_notice_is_distinguished_from_what_they_do_not(once: Once) -> None:
    assert survivors(once.report) == {
        "may_pass: return age > 18 and not barred",
        "may_pass: return age >= 19 and not barred",
        "nobody_asks: return None",
        "nobody_asks: return age >= 99",
        "nobody_asks: return age > 100",
    }
    witnesses = {result.becomes: result.by for result in once.results}
    assert witnesses["return age >= 18 and True"] == "tests/unit/test_rules.py::test_barred"
    assert witnesses["return True and not barred"] == "tests/unit/test_rules.py::test_age"


def test_a_test_that_fails_anyway_is_not_listened_to(once: Once) -> None:
    assert [line.partition(" ")[0] for line in once.said if "not listened to" in line] == [
        "tests/unit/test_rules.py::test_that_fails_now_and_then"
    ]


def test_the_house_itself_is_not_changed(once: Once) -> None:
    assert (once.root / "rules.py").read_text() == RULES


def test_a_run_continues_where_the_last_one_ended(once: Once) -> None:
    kept = once.root / ".mutants" / "results.jsonl"
    before = kept.read_text().splitlines()
    tried(once.root, [])
    assert kept.read_text().splitlines() == before, "nothing is tried twice"
    (once.root / "tests" / "unit" / "test_rules.py").write_text(TESTS.replace("(19, False) and", "(18, False) and"))
    assert not any(survivor.startswith("may_pass") for survivor in survivors(tried(once.root, [])))
    assert len(kept.read_text().splitlines()) == len(before) + 5, "the survivors alone are tried again"


def test_a_survivor_needs_a_reason_and_the_whole_its_share(once: Once) -> None:
    assert not once.report.good()
    assert "  - return age > 99\n  + return age >= 99\n  NOT LISTED" in "\n".join(once.report.lines())
    listed = once.listing(Accepted({words_of(result): "a toy" for result in once.results}))
    printed = "\n".join(listed.lines())
    assert "NOT LISTED" not in printed and "may live: a toy" in printed
    assert not listed.good(), "half of them are not noticed"
    listed.results["rules.py"] = [replace(result, noticed=True) for result in once.results]
    assert listed.good()


def test_an_entry_for_a_change_that_cannot_be_made_is_reported(once: Once) -> None:
    gone = Words("rules.py", "return age >= 21", "return age > 21")
    report = once.listing(Accepted({gone: "once"}))
    report.results["rules.py"] = [replace(result, noticed=True) for result in once.results]
    assert report.gone == [gone]
    assert not report.good()
    assert "no longer be made" in "\n".join(report.lines())


def test_a_reason_must_be_given(tmp_path: Path) -> None:
    file = tmp_path / "may_live.toml"
    file.write_text('[[may_live]]\nmodule = "rules.py"\nwas = "a"\nbecomes = "b"\nreason = " "\n')
    with pytest.raises(ValueError, match="without a reason"):
        Accepted.read(file)
