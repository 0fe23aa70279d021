"""Every kind of failure ends a command in the same way: its problems on the screen, and exit code 1."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer._click.exceptions import ClickException

from hub.cli import main
from hub.cli.listed import LISTED
from hub.cli.misuse import misused
from hub.errors import NotFound, SettingsWrong
from hub.local.failures import StateLocked
from hub.settings import Settings
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
        (["quarantine", "lst"], "did you mean list?", "hub quarantine --help"),
        (["messages", "--limti", "7"], "did you mean --limit?", "hub messages --help"),
        (["messages", "--limit", "0"], "--limit: it must be 1 or more", "hub messages --help"),
        (["messages", "--limit"], "--limit needs a value", "--help"),
        (["whoami", "me"], "'me' is more than the command takes", "hub whoami --help"),
        (["partners", "test", "a", "--wait", "soon"], "--wait: it must be a number", "hub partners test --help"),
        (["quarantin"], "there is no command 'quarantin'", "hub --help"),
        (["quarantine", "foo"], "there is no command 'foo'", "hub quarantine --help"),
        (["quarantine", "show"], "ITEM is missing", "hub quarantine show --help"),
        (["messages", "--limit", "x"], "--limit: it must be a whole number", "hub messages --help"),
        (["messages", "--colour"], "there is no option --colour", "hub messages --help"),
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
    assert help in lines
    assert json.loads(said("--json"))["code"] == "command.misused"


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, (*path, name))


def _all_commands() -> list[tuple[tuple[str, ...], Any]]:
    return [each for listed in LISTED for each in _commands(listed.load(), (listed.name,))]


_THEIRS = re.compile(r"Input should|Value error|valid |unable to parse|Invalid value|No such|Missing |Got unexpected")
"""Words of the libraries."""


def test_no_word_of_a_library_is_shown_for_a_wrong_value_of_any_option() -> None:
    tried = 0
    for path, command in _all_commands():
        for option in (each for each in command.params if each.param_type_name == "option"):
            for value in ("x y", "-7", "", "9" * 30, "2026-02-30"):
                try:
                    command.make_context("hub " + " ".join(path), [f"{option.opts[0]}={value}"])
                except ClickException as misuse:
                    problem = misused(misuse)
                    assert not _THEIRS.search(problem.problem), (path, option.opts, value, problem.problem)
                    assert problem.cure
                    tried += 1
    assert tried > 300


def test_a_group_says_what_each_of_its_commands_does_in_a_whole_sentence() -> None:
    for path, command in _all_commands():
        for name, inner in getattr(command, "commands", {}).items():
            assert not inner.get_short_help_str().endswith("..."), (path, name)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_no_word_of_a_library_is_shown_for_a_wrong_setting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("x y", "-7", "9" * 30):
        monkeypatch.setenv(f"HUB_{name.upper()}", value)
        try:
            Settings()
        except SettingsWrong as wrong:
            assert not re.search(_THEIRS.pattern + "|should", wrong.problems[0].problem), wrong.problems[0]
