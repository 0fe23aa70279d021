"""Each entry of a later court list was compared with every entry of the former that had the same case number: a list of
30 MB under one number would have taken most of an hour, in the middle of a transaction."""

import time
from typing import Any

import pytest

from schemas.kinds.court_list.v1 import CourtList

ENTRIES = 3_000  # 6 MB; 90 seconds before


def listed(edition: int, entries: list[dict[str, Any]]) -> CourtList:
    cases = [{"number": "1", "offences": [], "list_number": f"{edition}-{n}"} | one for n, one in enumerate(entries)]
    session = {"on": "2026-11-20", "room": "1", "starts_at": "10:00:00", "cases": cases}
    return CourtList.model_validate({"court": {"ou_code": "B10JQ00"}, "date": "2026-11-20", "sessions": [session]})


def person(surname: str, **more: str) -> dict[str, Any]:
    return {"defendant": {"name": {"forenames": ["Marlow"], "surname": surname}} | more}


@pytest.mark.parametrize(
    "entries",
    [
        [person("Quillfeather", pnc_id="2012/0052494Q")] * ENTRIES,
        [person("Quillfeather")] * ENTRIES,
        [person(f"Quillfeather{number}") for number in range(ENTRIES)],
    ],
    ids=["one person again and again", "one name again and again", "many names"],
)
def test_it_is_compared_in_seconds(entries: list[dict[str, Any]]) -> None:
    former, later = listed(1, entries), listed(2, entries)
    began = time.process_time()
    changes = later.compared_with(former).changes
    assert time.process_time() - began < 15
    assert {one.change for one in changes} == {"changed"}
    assert len(changes) == ENTRIES
