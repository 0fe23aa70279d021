"""A term of 2 years 6 months was dropped; one in a single unit was read."""

import pytest

from tests.bugs.formats.documents import Json, decoded, doubts, first_result, the_result

NAME = "two_part_duration.json"


def periods(value: object) -> tuple[list[tuple[int | None, str | None]], list[str], list[str | None]]:
    def instead(tree: Json) -> None:
        first_result(tree)["judicialResultPrompts"][0]["value"] = value

    found = decoded(NAME, instead)
    (result,) = the_result(found).offences[0].results
    codes = [code for code, _ in doubts(found.drafts[0])]
    return [(one.value, one.unit) for one in result.durations], codes, [one.value for one in result.details]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2 Years 6 Months", [(2, "Y"), (6, "M")]),
        ("30 Months", [(30, "M")]),
        ("1 year, 2 months and 3 days", [(1, "Y"), (2, "M"), (3, "D")]),
        ("18 Month(s)", [(18, "M")]),
        ("6 weeks", [(6, "W")]),
        ("2 Yrs 6 Mths", [(2, "Y"), (6, "M")]),
        ("12 Hours", [(12, "H")]),
        ("Life", [(None, "L")]),
    ],
)
def test_every_part_of_a_term_is_read(value: str, read: list[tuple[int | None, str | None]]) -> None:
    found, codes, details = periods(value)
    assert found == read and codes == [] and details == [value]


@pytest.mark.parametrize("value", ["2 Years 6", "six months", "2 Years at large", "between 1 and 2 years"])
def test_a_term_that_cannot_be_read_is_doubted_and_its_words_are_kept(value: str) -> None:
    assert periods(value) == ([], ["unreadable"], [value])
