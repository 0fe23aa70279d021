"""Results and lists written in the platform's form: nothing is lost that is not reported."""

import json
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.contract import Encoded
from schemas.kinds.court_list.v1 import Case, CourtList, ParentGuardian, Session
from schemas.kinds.hearing_result.v1 import HearingResult
from schemas.parts.offence import Court, Duration, NextHearing, Offence, Result
from schemas.parts.person import Address, Defendant, PersonName
from schemas.problem import Refused
from schemas.shape import leaves_of, values_at
from tests.effort import tries
from tests.unit.systems.common_platform_events import (
    PLATFORM,
    case,
    court_list,
    decode,
    defendant,
    encode,
    hearing,
    listed,
    only,
    result,
)

# ---- what the payloads may hold ----

words = st.text(st.sampled_from("ABCxyz 0'-é/,"), min_size=1, max_size=12).map(str.strip).filter(bool)
days = st.dates(date(2000, 1, 1), date(2050, 1, 1))
times = st.times(time(0, 0), time(23, 59)).map(lambda one: one.replace(microsecond=0))
zones = st.sampled_from([UTC, timezone(timedelta(hours=5))])
moments = st.builds(datetime.combine, days, times, zones)
maybe = st.none()


def lists_of(items: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=most).map(tuple)


people_names = st.builds(PersonName, title=maybe | words, forenames=lists_of(words, 3), surname=words)
addresses = st.builds(Address, lines=lists_of(words, 6), postcode=maybe | st.just("ZX99 1AA"))
contacts = {
    "address": maybe | addresses,
    "telephones": lists_of(st.sampled_from(["01632 960001", "07700 900123", "x"]), 4),
    "emails": lists_of(st.just("a@example.org"), 3),
    "pnc_id": maybe | words,
    "cro_number": maybe | words,
    "arrest_summons_number": maybe | words,
    "crn": maybe | words,
}
people = st.builds(
    Defendant,
    name=people_names,
    aliases=lists_of(people_names),
    date_of_birth=maybe | days.map(str) | st.sampled_from(["1988", "1988-02"]),
    sex=maybe | st.sampled_from(["male", "female", "not_known", "not_specified"]),
    ethnicity=maybe | words,
    nationality=maybe | words,
    second_nationality=maybe | words,
    **contacts,
)
companies = st.builds(Defendant, organisation=words, aliases=lists_of(people_names), **contacts)
periods = st.builds(
    Duration,
    value=maybe | st.integers(0, 9999),
    unit=maybe | st.sampled_from(["D", "M", "L"]),
    starts_on=maybe | days,
    ends_on=maybe | days,
    secondary=maybe | st.booleans(),
).filter(lambda one: one.unit is not None)  # an entry that says nothing has no row
following = st.builds(
    NextHearing,
    court_ou_code=maybe | words,
    on=maybe | days,
    at=maybe | times,
    reason=maybe | words,
    bail_status=maybe | words,
)
results = st.builds(
    Result,
    code=maybe | st.sampled_from(["1002", "4008"]),
    text=words,
    qualifiers=lists_of(st.sampled_from(["S", "LG", "A B"])),
    durations=lists_of(periods, 5),
    amounts_pounds=lists_of(st.sampled_from(["85", "1250.50"])),
    penalty_points=maybe | st.integers(0, 99),
    next_hearing=maybe | following,
)
offences = st.builds(
    Offence,
    id=maybe | words,
    sequence=maybe | st.integers(0, 9),
    code=maybe | st.just("TH68010"),
    title=words,
    wording=maybe | words,
    legislation=maybe | words,
    started_on=maybe | days,
    started_at=maybe | times,
    alcohol_level=maybe | st.integers(0, 999),
    vehicle_registration=maybe | words,
    plea=maybe | st.sampled_from(["guilty", "not guilty", "G", "No Plea"]),
    pleaded_on=maybe | days,
    finding=maybe | st.sampled_from(["guilty", "G", "Guilty of an alternative"]),
    convicting_court=maybe | words,
    adjourned_on=maybe | st.sampled_from([date(2030, 1, 7), date(2030, 1, 8)]),
    final_disposal=maybe | st.booleans(),
    results=lists_of(results),
)
courts = st.builds(
    Court, ou_code=st.just("B99ZZ00"), name=maybe | words, local_justice_area=maybe | words, psa_code=maybe | words
)
outcomes = st.builds(
    HearingResult,
    court=courts,
    hearing_at=moments,
    shared_at=moments,
    urn=words,
    court_case_reference=maybe | words,
    defendant=people | companies,
    bail_status=maybe | words,
    bail_conditions=maybe | words,
    reason_for_bail_or_custody=maybe | words,
    present_at_hearing=maybe | words,
    offences=st.lists(offences, min_size=1, max_size=3).map(tuple),
)
guardians = st.builds(ParentGuardian, type=maybe | st.just("Parent"), name=maybe | words, address=maybe | addresses)
entries = st.builds(
    Case,
    id=maybe | st.sampled_from(["c-1", "c-2"]),
    hearing_id=maybe | st.sampled_from(["h-1", "h-2"]),
    hearing_type=maybe | st.sampled_from(["Trial", "Sentence"]),
    number=st.sampled_from(["99ZZ0000130", "EX-1"]),
    urn=maybe | st.sampled_from(["99ZZ0000130", "EX-1"]),
    type=maybe | words,
    informant=maybe | words,
    marker=maybe | words,
    sequence=maybe | st.integers(0, 9),
    list_number=maybe | words,
    block_starts_at=maybe | times,
    defendant=people | companies,
    defendant_age=maybe | st.integers(0, 99),
    parent_guardian=maybe | guardians,
    offences=lists_of(offences),
)
sessions = st.builds(
    Session,
    on=st.sampled_from([date(2030, 3, 4), date(2030, 3, 4), date(2030, 3, 5)]),
    room=maybe | words,
    panel=maybe | words,
    starts_at=maybe | times,
    cases=lists_of(entries, 3),
)
daily = st.builds(
    CourtList,
    court=courts,
    date=st.just(date(2030, 3, 4)),
    list_type=maybe | words,
    hearing_id=maybe | st.just("h-1"),
    sessions=lists_of(sessions),
)


# ---- nothing is lost ----


def told(payload: HearingResult | CourtList, unexpressed: frozenset[str]) -> set[tuple[str, str]]:
    document = payload.model_dump(mode="json", exclude_none=True)
    return {
        (at, repr(_instant(value)))
        for leaf in leaves_of(type(payload))
        for at, value in values_at(document, leaf.path)
        if at not in unexpressed
    }


def _instant(value: object) -> object:
    """The same moment may be written with another offset."""
    moment = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT.*", value)
    return datetime.fromisoformat(str(value)).astimezone(UTC) if moment else value


def roundtrip(kind: str, payload: HearingResult | CourtList) -> None:
    encoded = encode(kind, payload.model_dump(mode="json", exclude_none=True))
    assert PLATFORM.recognises(encoded.body)
    back = only(encoded.body).payload
    assert isinstance(back, HearingResult | CourtList)
    assert told(payload, frozenset(encoded.unexpressed)) <= told(back, frozenset())


@settings(max_examples=tries(30, 600), deadline=None)
@given(outcomes)
def test_a_result_comes_back_with_all_that_was_expressed(payload: HearingResult) -> None:
    roundtrip("hearing_result", payload)


def _is_of_one_sitting(listed: CourtList) -> bool:
    return len(listed.sessions) == 1 and bool(listed.sessions[0].cases)


@settings(max_examples=tries(30, 600), deadline=None)
@given(daily.filter(lambda one: one.hearing_id is None or not one.sessions or _is_of_one_sitting(one)))
def test_a_list_comes_back_with_all_that_was_expressed(payload: CourtList) -> None:
    roundtrip("court_list", payload)


def unexpressed(kind: str, tree: Any) -> set[str]:
    payload = only(tree).payload.model_dump(mode="json", exclude_none=True)
    return set(encode(kind, payload).unexpressed)


def test_a_result_that_came_from_the_platform_goes_back_whole() -> None:
    assert unexpressed("hearing_result", hearing(case(defendant(1, result())))) == set()


def test_a_list_that_came_from_the_platform_goes_back_whole() -> None:
    assert unexpressed("court_list", court_list(listed())) == set()
    assert unexpressed("court_list", hearing(case(defendant(1), defendant(2)))) == set()


def test_a_list_of_one_hearing_is_written_as_its_event_and_any_other_as_a_list() -> None:
    one = only(hearing(case(defendant()))).payload.model_dump(mode="json", exclude_none=True)
    assert "hearing" in written(encode("court_list", one))
    assert "hearingDates" in written(encode("court_list", {**one, "hearing_id": None}))


def written(encoded: Encoded) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encoded.body)
    return found


def test_what_an_event_says_once_is_unexpressed_where_the_cases_differ() -> None:
    payload = only(hearing(case(defendant(1), defendant(2)))).payload.model_dump(mode="json", exclude_none=True)
    payload["sessions"][0]["cases"][1]["hearing_type"] = "Trial"
    paths = {f"sessions[0].cases[{number}].hearing_type" for number in (0, 1)}
    assert set(encode("court_list", payload).unexpressed) == paths


def test_a_cancelled_day_is_written_as_one() -> None:
    off = [{"sittingDay": "2030-03-04", "isCancelled": True}]
    draft = only(hearing(case(defendant()), hearingDays=off))
    back = only(encode("court_list", draft.payload.model_dump(mode="json", exclude_none=True)).body)
    assert back.payload == draft.payload


def test_a_hearing_of_several_days_is_written_as_one_event() -> None:
    days = [{"sittingDay": f"2030-03-0{day}T10:00:00Z", "listingSequence": day} for day in (4, 5)]
    draft = only(hearing(case(defendant(1), defendant(2)), hearingDays=days))
    encoded = encode("court_list", draft.payload.model_dump(mode="json", exclude_none=True))
    assert only(encoded.body).payload == draft.payload
    assert encoded.unexpressed == ()


def test_days_with_other_cases_are_not_written_as_one_event() -> None:
    days = [{"sittingDay": f"2030-03-0{day}T10:00:00Z"} for day in (4, 5)]
    payload = only(hearing(case(defendant(1), defendant(2)), hearingDays=days)).payload.model_dump(mode="json")
    del payload["sessions"][1]["cases"][1]
    with pytest.raises(Refused, match="cannot_express at sessions"):
        encode("court_list", payload)


def test_what_the_listings_list_has_no_field_for_is_reported() -> None:
    (draft,) = decode(hearing(case(defendant(1, pncId="2009/0012345X")))).drafts
    payload = draft.payload.model_dump(mode="json", exclude_none=True) | {"hearing_id": None}
    assert {"sessions[0].cases[0].defendant.pnc_id"} <= set(encode("court_list", payload).unexpressed)


# ---- what cannot be written ----


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("urn", "hearing_result"),
        ("hearing_at", "hearing_result"),
        ("court.ou_code", "hearing_result"),
        ("defendant.name", "hearing_result"),
        ("date", "court_list"),
        ("court.ou_code", "court_list"),
    ],
)
def test_without_what_the_form_cannot_do_without_it_is_refused(path: str, kind: str) -> None:
    tree = hearing(case(defendant(1, result()))) if kind == "hearing_result" else court_list(listed())
    payload = only(tree).payload.model_dump(mode="json", exclude_none=True)
    *steps, last = path.split(".")
    part = payload
    for step in steps:
        part = part[step]
    del part[last]
    with pytest.raises(Refused) as refusal:
        encode(kind, payload)
    assert [(one.code, one.where) for one in refusal.value.problems] == [("common_platform.cannot_express", path)]


@pytest.mark.parametrize("lost", ["number", "defendant"])
@pytest.mark.parametrize("hearing_id", [None, "h-1"])
def test_a_list_whose_cases_may_not_be_named_is_refused(lost: str, hearing_id: str | None) -> None:
    payload = only(court_list(listed())).payload.model_dump(mode="json", exclude_none=True)
    entry = payload["sessions"][0]["cases"][0]
    del entry[lost], entry["urn"]
    with pytest.raises(Refused, match="cannot_express"):
        encode("court_list", payload | {"hearing_id": hearing_id})


def test_a_result_without_its_results_is_refused_because_it_would_be_read_as_a_listing() -> None:
    payload = only(hearing(case(defendant(1, result())))).payload.model_dump(mode="json", exclude_none=True)
    for offence in payload["offences"]:
        del offence["results"]
    with pytest.raises(Refused, match="cannot_express at offences"):
        encode("hearing_result", payload)
    with pytest.raises(Refused, match="cannot_express at offences"):
        encode("hearing_result", payload | {"shared_at": "2030-07-08T10:00:00Z"})


def test_a_message_whose_results_were_all_withdrawn_is_written_with_a_deleted_result() -> None:
    payload = only(hearing(case(defendant(1, result(isDeleted=True))))).payload
    encoded = encode("hearing_result", payload.model_dump(mode="json", exclude_none=True))
    assert [
        one["judicialResults"]
        for one in written(encoded)["hearing"]["prosecutionCases"][0]["defendants"][0]["offences"]
    ] == [[{"isDeleted": True, "orderedDate": "2030-07-08"}]]
    assert decode(encoded.body).drafts[0].payload == payload


@pytest.mark.parametrize(("kind", "version"), [("case_package", 1), ("court_list", 2)])
def test_another_kind_or_version_is_refused(kind: str, version: int) -> None:
    with pytest.raises(Refused, match="cannot_express"):
        encode(kind, {}, version)
