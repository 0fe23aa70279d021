"""A list whose entry was refused, or was not an object, went out as if the court had listed nobody else. Its recipients
were then told that the court had taken these people off the list."""

from typing import Any

import pytest

from schemas.kinds.court_list.v1 import CourtList
from tests.unit.systems.common_platform_events import (
    case,
    court_list,
    decode,
    defendant,
    hearing,
    listed,
    published,
    sitting,
)

NOBODY = {"partyRole": "DEFENDANT", "individualDetails": {"dateOfBirth": "1980-01-01"}}
SOMEBODY = {"partyRole": "DEFENDANT", "individualDetails": {"individualSurname": "Pennyfarrow"}}
HEARD_AT = "2030-03-04T10:00:00Z"
NAMELESS = {"personDefendant": {"personDetails": {"firstName": " "}}}
IN_DAY = "$.hearingDates[0].courtRooms[0].timeslots[0].hearings"
IN_ROOM = "$.courtLists[0].courtHouse.courtRoom[0].session[0].sittings"


def _missing(tree: Any) -> list[tuple[int, tuple[str, ...]]]:
    lists = [draft.payload for draft in decode(tree).drafts if isinstance(draft.payload, CourtList)]
    return [(one.incomplete.missing, one.incomplete.places) if one.incomplete else (0, ()) for one in lists]


@pytest.mark.parametrize(
    ("tree", "places"),
    [
        (court_list(listed(), listed(defendants=[{"age": "30"}])), (f"{IN_DAY}[1].defendants[0]",)),
        (court_list(listed(), listed(defendants=[])), (f"{IN_DAY}[1].defendants",)),
        (court_list(listed(), listed(defendants="nobody")), (f"{IN_DAY}[1].defendants",)),
        (
            court_list(listed(), listed(defendants=["nobody", "nobody"])),
            tuple(f"{IN_DAY}[1].defendants[{n}]" for n in (0, 1)),
        ),
        (
            court_list(listed(), listed(caseNumber=" ", defendants=[{"surname": "A"}, {"surname": "B"}])),
            tuple(f"{IN_DAY}[1].defendants[{n}]" for n in (0, 1)),
        ),
        (court_list(listed(), "no hearing"), (f"{IN_DAY}[1]",)),
        (published(sitting(HEARD_AT, SOMEBODY, NOBODY)), (f"{IN_ROOM}[0].hearing[0].case[0].party[1]",)),
        (
            published(sitting(HEARD_AT, SOMEBODY), sitting("soon", SOMEBODY)),
            (f"{IN_ROOM}[1].hearing[0].case[0].party[0]",),
        ),
        (
            published(sitting(HEARD_AT, SOMEBODY), sitting(HEARD_AT, SOMEBODY, caseUrn="")),
            (f"{IN_ROOM}[1].hearing[0].case[0].party[0]",),
        ),
        (published(sitting(HEARD_AT, SOMEBODY), "no sitting"), (f"{IN_ROOM}[1]",)),
        (hearing(case(defendant(1), defendant(2, **NAMELESS))), ("$.prosecutionCases[0].defendants[1]",)),
        (hearing(case(defendant(1)), case(defendant(2), urn=" ")), ("$.prosecutionCases[1].defendants[0]",)),
        (hearing(case(defendant(1)), "no case"), ("$.prosecutionCases[1]",)),
    ],
)
def test_it_says_how_many_are_missing_and_where(tree: Any, places: tuple[str, ...]) -> None:
    assert _missing(tree) == [(len(places), places)]


def test_a_list_of_another_day_lost_nothing() -> None:
    other_day = sitting("2030-03-05T10:00:00Z", SOMEBODY)
    assert _missing(published(sitting(HEARD_AT, SOMEBODY, NOBODY), other_day))[1] == (0, ())


def test_a_sitting_without_a_day_may_be_missing_from_each_day() -> None:
    days = [sitting(HEARD_AT, SOMEBODY), sitting("2030-03-05T10:00:00Z", SOMEBODY)]
    assert [missing for missing, _ in _missing(published(*days, sitting("soon", SOMEBODY)))] == [1, 1]


def test_a_person_without_a_name_is_listed_if_a_number_identifies_them() -> None:
    numbered = {"partyRole": "DEFENDANT", "individualDetails": {"pncId": "2001/1234567L"}}
    assert _missing(published(sitting(HEARD_AT, SOMEBODY, numbered))) == [(0, ())]
    assert _missing(court_list(listed(), listed(defendants=[{"pncId": "2001/1234567L"}]))) == [(0, ())]
