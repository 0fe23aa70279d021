"""Hearings, results and lists of the Common Platform, with made-up people, for its tests."""

import copy
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import adapters.systems.common_platform
from adapters.contract import Decoded, Draft, Encoded, Outbound
from adapters.systems.common_platform.adapter import system
from schemas.kinds.court_list.v1 import CourtList
from schemas.kinds.hearing_result.v1 import HearingResult
from schemas.problem import Refused

PLATFORM = system()
FOLDER = Path(adapters.systems.common_platform.__path__[0])
Json = dict[str, Any]


def defendant(number: int = 1, *results: Json, **changes: Any) -> Json:
    whole: Json = {
        "id": f"d-{number}",
        "personDefendant": {"personDetails": {"firstName": "Marigold", "lastName": f"Thistlewick{number}"}},
        "offences": [{"id": f"o-{number}", "offenceCode": "TH68010", "judicialResults": list(results)}],
    }
    return {name: value for name, value in (whole | changes).items() if value is not ...}


def case(*defendants: Json, urn: str = "99ZZ0000130") -> Json:
    return {"id": f"c-{urn}", "prosecutionCaseIdentifier": {"caseURN": urn}, "defendants": list(defendants)}


def hearing(*cases: Json, **changes: Any) -> Json:
    whole: Json = {
        "id": "h-1",
        "courtCentre": {"code": "B99ZZ00", "name": "Exampleton Magistrates' Court", "roomName": "Room 1"},
        "type": {"description": "Sentence"},
        "hearingDays": [{"sittingDay": "2030-07-08T09:00:00.000Z", "listingSequence": 2}],
        "prosecutionCases": list(cases),
    }
    return {name: value for name, value in (whole | changes).items() if value is not ...}


def result(**changes: Any) -> Json:
    return {"cjsCode": "1002", "label": "Imprisonment", "orderedDate": "2030-07-08"} | changes


def listed(**changes: Any) -> Json:
    """A hearing in the listing's form of a list."""
    who = {"firstName": "Marigold Fern", "surname": "Thistlewick", "dateOfBirth": "4 Nov 1988", "age": "41"}
    whole: Json = {
        "id": "h-1",
        "caseNumber": "99ZZ0000130",
        "startTime": "10:00",
        "defendants": [who | {"offences": [{"offenceTitle": "Theft from a shop"}]}],
    }
    return {name: value for name, value in (whole | changes).items() if value is not ...}


def court_list(*hearings: Json, **changes: Any) -> Json:
    room = {"courtRoomName": "Courtroom 01", "timeslots": [{"hearings": list(hearings)}]}
    whole: Json = {"ouCode": "B99ZZ00", "hearingDates": [{"hearingDate": "2030-03-04", "courtRooms": [room]}]}
    return {name: value for name, value in (whole | changes).items() if value is not ...}


def sitting(start: str, *parties: Json, **changes: Any) -> Json:
    """One sitting of a published list, with one case."""
    return {
        "sittingStart": start,
        "hearing": [{"case": [{"caseUrn": "99ZZ0000130", "party": list(parties)} | changes]}],
    }


def published(*sittings: Json, **house: Any) -> Json:
    room = {"courtRoomName": "1", "session": [{"sittings": list(sittings)}]}
    return {
        "courtLists": [{"courtHouse": {"courtHouseName": "Exampleton Magistrates' Court", "courtRoom": [room]} | house}]
    }


def decode(tree: Any) -> Decoded:
    body = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    assert PLATFORM.recognises(body)
    return PLATFORM.decode(body, {})


def only(tree: Any) -> Draft:
    decoded = decode(tree)
    assert decoded.refused == ()
    (draft,) = decoded.drafts
    return draft


def the_result(tree: Any) -> HearingResult:
    payload = only(tree).payload
    assert isinstance(payload, HearingResult)
    return payload


def the_list(tree: Any) -> CourtList:
    payload = only(tree).payload
    assert isinstance(payload, CourtList)
    return payload


def refusals(tree: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refusal:
        decode(tree)
    return [(problem.code, problem.where) for problem in refusal.value.problems]


def doubts(draft: Draft) -> list[str]:
    return [doubt.code.removeprefix("common_platform.") for doubt in draft.doubts]


def sample(name: str) -> Any:
    return json.loads((FOLDER / "samples" / name).read_bytes())


def changed(tree: Json, change: Callable[[Json], object]) -> Json:
    other = copy.deepcopy(tree)
    change(other)
    return other


def encode(kind: str, payload: Mapping[str, Any], version: int = 1) -> Encoded:
    sent_at = datetime(2030, 1, 1, tzinfo=UTC)
    return PLATFORM.encode(Outbound("m-1", kind, version, "a", "b", "r", sent_at, "c", payload))
