"""A number of the hearing that was broken made every result of the hearing one of another hearing, so the sentence was
left out. A reference of a case that was too long refused what the case's other reference could have identified."""

from typing import Any

import pytest

from tests.unit.systems.common_platform_events import case, decode, defendant, doubts, hearing, result, the_result

HEARING, OTHER = "00000000-0000-4000-8000-000000000010", "00000000-0000-4000-8000-000000000099"


def _codes(hearing_id: Any, ordered_in: Any) -> list[str | None]:
    tree = hearing(case(defendant(1, result(orderedHearingId=ordered_in))), id=hearing_id)
    payload = the_result(tree)
    return [one.code for offence in payload.offences for one in offence.results]


@pytest.mark.parametrize("broken", ["madeup", "?", "x" * 30_000, -7.5])
def test_a_result_counts_for_its_hearing_if_one_of_the_numbers_is_broken(broken: Any) -> None:
    assert _codes(HEARING, broken) == ["1002"]
    assert _codes(broken, HEARING) == ["1002"]
    (draft,) = decode(hearing(case(defendant(1, result(orderedHearingId=HEARING))), id=broken)).drafts
    assert "hearing_number" in doubts(draft)


def test_a_result_of_another_hearing_does_not_count() -> None:
    tree = hearing(case(defendant(1, result(orderedHearingId=OTHER))), id=HEARING)
    assert [draft.kind for draft in decode(tree).drafts] == ["court_list"]


def test_a_reference_that_is_too_long_is_left_out_if_there_is_another() -> None:
    named = {"caseURN": "9" * 30_000, "prosecutionAuthorityReference": "TFL123456"}
    tree = hearing(case(defendant(1, result())) | {"prosecutionCaseIdentifier": named})
    assert the_result(tree).urn == "TFL123456"
    (draft,) = decode(tree).drafts
    assert "left_out" in doubts(draft)
