"""Each entry of a later court list was compared with every earlier entry that had the same case number. A list of 30 MB
under one number would have taken most of an hour, inside a transaction."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from schemas.kinds.court_list.v1 import CourtList
from tests.growth import ABOUT_LINEAR, growth


def listed(edition: int, entries: list[dict[str, Any]]) -> CourtList:
    cases = [{"number": "1", "offences": [], "list_number": f"{edition}-{n}"} | one for n, one in enumerate(entries)]
    session = {"on": "2026-11-20", "room": "1", "starts_at": "10:00:00", "cases": cases}
    return CourtList.model_validate({"court": {"ou_code": "B10JQ00"}, "date": "2026-11-20", "sessions": [session]})


def person(surname: str, **more: str) -> dict[str, Any]:
    return {"defendant": {"name": {"forenames": ["Marlow"], "surname": surname}} | more}


@pytest.mark.parametrize(
    "entry",
    [
        lambda _: person("Quillfeather", pnc_id="2012/0052494Q"),
        lambda _: person("Quillfeather"),
        lambda number: person(f"Quillfeather{number}"),
    ],
    ids=["one person again and again", "one name again and again", "many names"],
)
def test_a_list_under_one_case_number_is_compared_in_time_that_grows_with_it(
    entry: Callable[[int], dict[str, Any]],
) -> None:
    def of(entries: int) -> tuple[CourtList, CourtList]:
        listed_twice = [entry(number) for number in range(entries)]
        return listed(1, listed_twice), listed(2, listed_twice)

    def changes(editions: tuple[CourtList, CourtList]) -> Sequence[Any]:
        return editions[1].compared_with(editions[0]).changes

    found = changes(of(500))
    assert {one.change for one in found} == {"changed"}
    assert len(found) == 500
    assert growth(of, changes, 250) < ABOUT_LINEAR
