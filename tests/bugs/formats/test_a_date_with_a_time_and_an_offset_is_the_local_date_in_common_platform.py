"""Midnight of 15 June in London, written in UTC, is a date of birth on the 15th, not on the 14th."""

import pytest

from tests.bugs.formats.documents import Json, decoded, doubts, first_defendant, first_result, the_result


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1990-06-14T23:00:00.000Z", "1990-06-15"),
        ("1990-06-15T00:00:00+01:00", "1990-06-15"),
        ("1990-06-15T00:00:00", "1990-06-15"),
        ("1990-01-14T23:00:00Z", "1990-01-14"),
        ("15/06/1990", "1990-06-15"),
        ("15 Jun 1990", "1990-06-15"),
        ("1990-06-14T23:00:00Z[UTC]", "1990-06-15"),
    ],
)
def test_a_date_of_birth_is_the_day_in_london(written: str, read: str) -> None:
    def instead(tree: Json) -> None:
        first_defendant(tree)["personDefendant"]["personDetails"]["dateOfBirth"] = written
        first_defendant(tree)["offences"][0]["startDate"] = written

    found = the_result(decoded("named_prison.json", instead))
    assert (found.defendant.date_of_birth, str(found.offences[0].started_on)) == (read, read)


def test_a_date_that_does_not_exist_is_left_out_with_a_doubt_at_its_place() -> None:
    def spoil(tree: Json) -> None:
        first_defendant(tree)["personDefendant"]["personDetails"]["dateOfBirth"] = "1990-06-31"
        first_result(tree)["orderedDate"] = "2026-02-30"

    found = decoded("named_prison.json", spoil)
    result = the_result(found)
    assert result.defendant.date_of_birth is None and result.offences[0].results[0].code == "1002"
    assert [where for code, where in doubts(found.drafts[0]) if code == "date.impossible"] == [
        "$.hearing.prosecutionCases[0].defendants[0].personDefendant.personDetails.dateOfBirth",
        "$.hearing.prosecutionCases[0].defendants[0].offences[0].judicialResults[0].orderedDate",
    ]
