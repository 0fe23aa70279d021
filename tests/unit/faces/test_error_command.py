"""`hub error CODE`."""

import json

import pytest
from typer.testing import CliRunner, Result

from hub.cli.main import create_cli
from hub.errors import ValueUnusable


def explained(*arguments: str) -> Result:
    return CliRunner().invoke(create_cli(), ["error", *arguments])


def test_a_code_is_explained_with_its_cause_its_cure_and_its_status() -> None:
    said = explained("limit.calls").stdout
    assert "The agency called more often than it may." in said
    assert "What to do: Wait as Retry-After says" in said
    assert "429" in said
    assert "succeed later" in said


def test_a_code_that_no_answer_has_is_explained_without_a_status() -> None:
    ran = explained("spi.unmapped")
    assert ran.exit_code == 0
    assert "status" not in ran.stdout
    assert "later" not in ran.stdout


def test_a_code_is_explained_as_one_json_document() -> None:
    shown = json.loads(explained("store.unavailable", "--json").stdout)
    assert shown.keys() == {"code", "status", "retryable", "cause", "cure"}
    assert (shown["status"], shown["retryable"]) == (503, True)


def test_a_code_may_be_typed_in_capitals() -> None:
    assert explained("LIMIT.CALLS ").stdout.startswith("limit.calls")


@pytest.mark.parametrize("typed", ["limit.cals", "limit_calls"])
def test_a_code_that_is_typed_wrongly_leads_to_the_right_one(typed: str) -> None:
    ran = explained(typed)
    assert isinstance(ran.exception, ValueUnusable)
    [problem] = ran.exception.problems
    assert problem.code == "error.unknown"
    assert "limit.calls" in problem.cure


def test_a_code_unlike_any_other_leads_to_the_page_of_all_codes() -> None:
    ran = explained("qqqq")
    assert isinstance(ran.exception, ValueUnusable)
    assert "docs/errors.md" in ran.exception.problems[0].cure
