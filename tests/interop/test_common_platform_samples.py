"""The real Common Platform messages beside the repository: read unchanged, and counted."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.contract import Decoded, Outbound
from adapters.systems.common_platform.adapter import system
from schemas.kinds.court_list.v1 import CourtList
from schemas.kinds.hearing_result.v1 import HearingResult
from schemas.problem import Refused
from tests.growth import ABOUT_LINEAR, growth

SHARED = Path(__file__).resolve().parents[3] / "shared" / "samples"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared samples are not beside this repository")
PLATFORM = system()
LIST = "court-list-payload-standard.json"

NO_PLACE = "common_platform.unmapped"
"""Judges, clerks, counsel and similar: the model has no field for them, so they are doubted and never dropped."""


def decode(name: str) -> Decoded:
    body = next(SHARED.glob(f"*/{name}")).read_bytes()
    assert PLATFORM.recognises(body)
    return PLATFORM.decode(body, {})


@pytest.mark.parametrize(
    ("name", "kinds", "cases", "defendants", "offences", "results"),
    [
        ("hearing.json", ["court_list"], [1], [4], [8], [0]),
        ("hearing-multiple-cases.json", ["court_list"], [2], [4], [4], [0]),
        ("hearing-1.json", ["hearing_result", "court_list"], [1, 1], [1, 2], [2, 4], [1, 0]),
        ("court-hearing-event.json", ["court_list"], [1], [2], [2], [0]),
        ("court-application-minimal.json", ["hearing_result"], [1], [1], [1], [1]),
        (LIST, ["court_list"], [77], [77], [77], [0]),
        ("public-police-result-generated.json", ["hearing_result"], [1], [1], [1], [1]),
    ],
)
def test_everything_in_a_message_is_read(
    name: str, kinds: list[str], cases: list[int], defendants: list[int], offences: list[int], results: list[int]
) -> None:
    decoded = decode(name)
    assert decoded.refused == ()
    assert [draft.kind for draft in decoded.drafts] == kinds
    counts = [draft.payload.counts() for draft in decoded.drafts]
    assert [count["cases"] for count in counts] == cases
    assert [count["defendants"] for count in counts] == defendants
    assert [count["offences"] for count in counts] == offences
    assert [count["results"] for count in counts] == results


@pytest.mark.parametrize(
    ("name", "court", "doubts"),
    [
        ("hearing.json", "B10JQ00", []),
        ("hearing-multiple-cases.json", "B43JC", []),
        ("hearing-1.json", "B05KP00", ["common_platform.no_time"]),
        ("court-hearing-event.json", "B10JQ00", []),
        ("court-application-minimal.json", "B10JQ00", ["common_platform.no_time"]),
        (LIST, "C01CY00", []),
        ("public-police-result-generated.json", "xxx", ["common_platform.contradiction", "common_platform.elsewhere"]),
    ],
)
def test_the_court_is_named_and_what_has_no_place_is_doubted(name: str, court: str, doubts: list[str]) -> None:
    drafts = decode(name).drafts
    assert {draft.sender for draft in drafts} == {court}
    codes = [doubt.code for draft in drafts for doubt in draft.doubts]
    assert [code for code in codes if code != NO_PLACE] == doubts


def test_the_published_list_has_its_rooms_and_hearings() -> None:
    (draft,) = decode(LIST).drafts
    assert isinstance(draft.payload, CourtList)
    assert [(session.room, len(session.cases), str(session.starts_at)) for session in draft.payload.sessions] == [
        ("Courtroom 01", 64, "10:00:00"),
        ("Courtroom 02", 1, "11:12:00"),
        ("Courtroom 06", 4, "10:00:00"),
        ("Courtroom 07", 8, "18:30:00"),
        ("Courtroom 12 (Leonardo Hotel)", 0, "10:00:00"),
    ]
    cases = [case for session in draft.payload.sessions for case in session.cases]
    assert len({case.hearing_id for case in cases}) == 77
    assert len({case.urn for case in cases if case.urn}) == 48
    assert Counter(case.hearing_type for case in cases) == {"First hearing": 47, "Trial": 29, "Sentence": 1}
    assert sum(offence.code is not None for case in cases for offence in case.offences) == 3
    assert sum(offence.adjourned_on is not None for case in cases for offence in case.offences) == 30
    assert all(case.defendant.date_of_birth and case.defendant_age for case in cases)


def test_the_days_and_moments_are_londons() -> None:
    (listed,) = [draft.payload for draft in decode("hearing.json").drafts if isinstance(draft.payload, CourtList)]
    assert [(str(session.on), str(session.starts_at)) for session in listed.sessions] == [
        ("2021-09-08", "10:00:00"),
        ("2021-09-09", "11:30:00"),
    ]
    first = decode("hearing-1.json").drafts[0].payload
    assert isinstance(first, HearingResult)
    assert first.hearing_at.isoformat() == "2024-10-21T00:00:00+01:00"  # ordered on a day without a sitting
    assert first.offences[0].results[0].text is not None
    assert first.offences[0].results[0].text.startswith("Adjournment\nNumber of days to abstain")


def test_references_are_unique_among_all_messages() -> None:
    drafts = [draft for path in SHARED.glob("common-platform/*hearing*.json") for draft in decode(path.name).drafts]
    references = [draft.reference for draft in drafts]
    assert len(set(references)) == len(references) == 5


@pytest.mark.parametrize("name", ["standard-court-list-schema.json", "online-public-court-list-schema.json"])
def test_a_schema_of_a_list_is_no_list(name: str) -> None:
    with pytest.raises(Refused, match=r"common_platform\.schema"):
        decode(name)


@pytest.mark.parametrize("name", ["hearing.json", "hearing-1.json", "court-hearing-event.json", LIST])
def test_what_was_read_is_written_and_read_again_without_loss(name: str) -> None:
    for draft in decode(name).drafts:
        payload = draft.payload.model_dump(mode="json", exclude_none=True)
        message = Outbound("M-1", draft.kind, 1, "a", "b", "r", datetime(2030, 1, 1, tzinfo=UTC), "c", payload)
        encoded = PLATFORM.encode(message)
        # If a hearing does not say when it sat on the day of the order, its sittings cannot be written.
        assert {path.partition("[")[0] for path in encoded.unexpressed} <= {"sittings"}
        again = PLATFORM.decode(encoded.body, {}).drafts[0].payload
        without = {"sittings": ()} if encoded.unexpressed else {}
        assert again.model_copy(update=without) == draft.payload.model_copy(update=without)


def test_reading_a_list_grows_with_it_and_not_with_its_square() -> None:
    def of(times: int) -> bytes:
        tree = json.loads((SHARED / "common-platform" / LIST).read_bytes())
        tree["hearingDates"][0]["courtRooms"] *= times
        return json.dumps(tree).encode()

    def read(body: bytes) -> Decoded:
        return PLATFORM.decode(body, {})

    assert read(of(12)).drafts[0].payload.counts()["defendants"] == 77 * 12
    assert growth(of, read, 2) < ABOUT_LINEAR


def test_only_the_platforms_messages_are_recognised() -> None:
    found = {path for path in SHARED.rglob("*") if path.is_file() and PLATFORM.recognises(path.read_bytes())}
    assert found == {*SHARED.glob("common-platform/*.json"), SHARED / "spi" / "public-police-result-generated.json"}
