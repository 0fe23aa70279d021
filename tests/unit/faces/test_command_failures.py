"""Every kind of failure ends a command in the same way: its problems on the screen, and exit code 1."""

import json
import sys

import pytest

from hub.cli import main
from hub.errors import NotFound
from hub.local.failures import StateLocked
from hub.sharing.checking.registry import RegistryInvalid
from schemas.problem import Explained, Problem, Refused

TWO = (Problem("xml.malformed", "line 3", "it ends too early", "send it whole"), Problem("json.empty", "", "e", "f"))
FAILURES = (
    (NotFound("there is no such message", "use the id of the receipt"), ("message.not_found",)),
    (StateLocked("state", 4711), ("state.locked",)),
    (Refused(*TWO), ("xml.malformed", "json.empty")),
    (RegistryInvalid(TWO), ("xml.malformed", "json.empty")),
)


@pytest.mark.parametrize(("failure", "codes"), FAILURES)
def test_a_command_ends_with_the_problems_of_its_failure(
    failure: Explained, codes: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(**_: object) -> None:
        raise failure

    monkeypatch.setattr(main, "create_cli", lambda: command)
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 2 * len(failure.problems), "two lines for each"
    assert all(code in said for code in codes)
    for problem in failure.problems:
        assert problem.problem in said
        assert f"What to do: {problem.cure}" in said


def test_a_registry_that_contradicts_itself_is_never_the_fault_of_a_document() -> None:
    """Where a `Refused` is caught, the document that was read is refused or quarantined."""
    assert not issubclass(RegistryInvalid, Refused)


@pytest.mark.parametrize(("failure", "codes"), FAILURES)
def test_with_json_a_program_reads_the_failure_as_problem_details(
    failure: Explained, codes: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(**_: object) -> None:
        raise failure

    monkeypatch.setattr(main, "create_cli", lambda: command)
    monkeypatch.setattr(sys, "argv", ["hub", "show", "7", "--json"])
    with pytest.raises(SystemExit):
        main.main()
    printed = capsys.readouterr()
    said = json.loads(printed.err)
    assert printed.out == ""
    assert said["type"] == f"/problems/{codes[0]}"
    assert said["status"] == getattr(failure, "status", 422)
    assert tuple(problem["code"] for problem in said["problems"]) == codes
    assert all(problem["problem"] and problem["cure"] for problem in said["problems"])


@pytest.mark.parametrize(
    ("typed", "says", "help"),
    [
        (["quarantin"], "Did you mean 'quarantine'?", "hub --help"),
        (["quarantine", "foo"], "No such command 'foo'", "hub quarantine --help"),
        (["quarantine", "show"], "Missing argument 'item'", "hub quarantine show --help"),
        (["messages", "--limit", "x"], "--limit", "hub messages --help"),
        (["messages", "--colour"], "No such option: --colour", "hub messages --help"),
    ],
)
def test_what_is_misused_is_said_in_two_lines_that_name_the_help(
    typed: list[str], says: str, help: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*more: str) -> str:
        monkeypatch.setattr(sys, "argv", ["hub", *typed, *more])
        with pytest.raises(SystemExit) as ended:
            main.main()
        assert ended.value.code == 2
        return capsys.readouterr().err

    lines = said()
    assert lines.count("\n") == 2, lines
    assert says in lines
    assert f"see `{help}`" in lines
    assert json.loads(said("--json"))["code"] == "command.misused"
