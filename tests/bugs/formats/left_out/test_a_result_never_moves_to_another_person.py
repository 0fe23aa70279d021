"""A result that named the offence of another defendant was moved to that defendant, with its sentence. A prison that a
prompt named under another label was left among the details, and the result went to the area's usual prison."""

from typing import Any

import pytest

from schemas.kinds.hearing_result.v1 import HearingResult
from tests.unit.systems.common_platform_events import case, decode, defendant, doubts, hearing, result, the_result


def _who_got(tree: Any) -> list[tuple[str | None, list[str | None]]]:
    """Return each person with the offences that have a result."""
    found = [one.payload for one in decode(tree).drafts if isinstance(one.payload, HearingResult)]
    return [
        (one.defendant.name and one.defendant.name.surname, [offence.id for offence in one.offences if offence.results])
        for one in found
    ]


def test_it_stays_with_the_person_whom_it_is_with_and_is_doubted() -> None:
    tree = hearing(case(defendant(1, defendantCaseJudicialResults=[result(offenceId="o-2")]), defendant(2)))
    assert _who_got(tree) == [("Thistlewick1", ["o-1"])]
    assert "elsewhere" in doubts(decode(tree).drafts[0])


def test_a_result_beside_the_cases_stays_with_the_person_whom_it_names() -> None:
    beside = [{"masterDefendantId": "d-1", "judicialResult": result(offenceId="o-2")}]
    tree = hearing(case(defendant(1), defendant(2)), defendantJudicialResults=beside)
    assert _who_got(tree) == [("Thistlewick1", ["o-1"])]
    assert "elsewhere" in doubts(decode(tree).drafts[0])


def test_it_moves_to_the_same_persons_offence_in_another_case() -> None:
    both: dict[str, Any] = {"masterDefendantId": "m-1"}
    second = defendant(2, **both)
    tree = hearing(case(defendant(1, result(offenceId="o-2"), **both)), case(second, urn="99ZZ0000230"))
    assert _who_got(tree) == [("Thistlewick2", ["o-2"])]


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Prison name and address", "HMP Bedford, 1 Example Road"),
        ("Young offender institution", "HMYOI Feltham"),
        ("Place of detention", "HMP Bedford"),
        ("To be taken to", "HMP/YOI Feltham"),
    ],
)
def test_the_prison_of_a_prompt_is_the_receiving_prison_whatever_its_label(label: str, value: str) -> None:
    prompts = [{"label": label, "value": value}]
    found = the_result(hearing(case(defendant(1, result(judicialResultPrompts=prompts)))))
    assert found.receiving_prison == value


@pytest.mark.parametrize("label", ["Currently held at", "Victim's address", "Reason"])
def test_a_prison_that_is_named_for_another_reason_receives_nobody(label: str) -> None:
    prompts = [{"label": label, "value": "HMP Bedford"}]
    found = the_result(hearing(case(defendant(1, result(judicialResultPrompts=prompts)))))
    assert found.receiving_prison is None


@pytest.mark.parametrize(
    ("words", "periods"), [("12 Calendar Months", [(12, "M")]), ("1y 6m", [(1, "Y"), (6, "M")]), ("3 M", [(3, "M")])]
)
def test_a_period_in_other_words_is_read(words: str, periods: list[tuple[int, str]]) -> None:
    prompts = [{"label": "Imprisonment Period", "type": "DURATION", "value": words}]
    (offence,) = the_result(hearing(case(defendant(1, result(judicialResultPrompts=prompts))))).offences
    assert [(one.value, one.unit) for one in offence.results[0].durations] == periods
