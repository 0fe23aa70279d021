"""A court list written as Libra sends it: what can be written comes back the same, and what cannot is named."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from adapters.contract import Encoded, Outbound
from adapters.systems.libra.adapter import system
from adapters.xml import XmlSchema, parse
from schemas.kinds.court_list.v1 import Case, CourtList, ParentGuardian, Session
from schemas.parts.offence import Court, Offence
from schemas.parts.person import Address, Defendant, PersonName
from schemas.problem import Refused
from tests.effort import tries
from tests.unit.systems.libra_documents import decode, doubts, listed, sample


def encode(payload: Mapping[str, Any], kind: str = "court_list") -> Encoded:
    sent_at = datetime(2030, 3, 3, tzinfo=UTC)
    return system().encode(Outbound("id-1", kind, 1, "from", "to", "ref-1", sent_at, "cor-1", payload))


def words(most: int = 30) -> st.SearchStrategy[str]:
    """Anything that XML can hold and that survives trimming; markup and quotes are likely."""
    letters = st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufffe\uffff")
    marked = st.sampled_from(["<b>", "&amp;", "]]>", "Ünïcode", "'\"", "a\r\nb", "NG", "<?xml?>"])
    return st.one_of(st.text(letters, min_size=1, max_size=most), marked).map(str.strip).filter(bool)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
times = st.times(max_value=time(23, 59, 59)).map(lambda found: found.replace(microsecond=0))
numbers = st.integers(0, 999_999)
addresses = st.one_of(
    st.none(),
    st.builds(Address, lines=st.lists(words(), min_size=1, max_size=5).map(tuple), postcode=maybe(words(8))),
)
names = st.builds(PersonName, title=maybe(words()), forenames=st.lists(words(), max_size=3).map(tuple), surname=words())
people = st.builds(
    Defendant,
    name=names,
    date_of_birth=maybe(st.dates(date(1900, 1, 1), date(2030, 1, 1)).map(date.isoformat)),
    sex=maybe(st.sampled_from(["male", "female", "not_known", "not_specified"])),
    nationality=maybe(words()),
    second_nationality=maybe(words()),
    pnc_id=maybe(words()),
    cro_number=maybe(words()),
    arrest_summons_number=maybe(words()),
    address=addresses,
)
offences = st.builds(
    Offence,
    id=maybe(words()),
    sequence=maybe(numbers),
    code=words(),
    title=maybe(words()),
    wording=maybe(words()),
    legislation=maybe(words()),
    maximum_penalty=maybe(words()),
    plea=maybe(st.sampled_from(["guilty", "not guilty", "other"])),
    pleaded_on=maybe(days),
    convicted_on=maybe(days),
    adjourned_on=maybe(days),
    adjournment_reason=maybe(words()),
)
guardians = st.builds(ParentGuardian, type=maybe(words()), name=words(), address=addresses)


def cases(defendant_type: str | None, defendants: st.SearchStrategy[Defendant]) -> st.SearchStrategy[Case]:
    return st.builds(
        Case,
        id=maybe(words()),
        hearing_id=maybe(words()),
        number=words(),
        urn=maybe(words()),
        valid=maybe(st.booleans()),
        type=maybe(words()),
        defendant_type=st.just(defendant_type),
        informant=maybe(words()),
        marker=maybe(words()),
        linked=maybe(words()),
        sequence=maybe(numbers),
        list_number=maybe(words()),
        block_id=maybe(words(2)),
        block=maybe(words(2)),
        block_starts_at=maybe(times),
        block_ends_at=maybe(times),
        defendant=defendants,
        defendant_age=maybe(st.integers(0, 150)),
        parent_guardian=maybe(guardians),
        offences=st.lists(offences, max_size=3).map(tuple),
    )


any_case = st.one_of(
    cases("P", people), cases(None, people), cases("O", st.builds(Defendant, organisation=words(), address=addresses))
)
sessions = st.builds(
    Session,
    id=maybe(words()),
    on=st.dates(date(2030, 3, 4), date(2030, 3, 6)),
    room=maybe(words()),
    panel=maybe(words()),
    management_unit=maybe(words()),
    area_code=maybe(words()),
    starts_at=maybe(times),
    ends_at=maybe(times),
    cases=st.lists(any_case, max_size=3).map(tuple),
)


@st.composite
def court_lists(draw: st.DrawFn) -> CourtList:
    sat = draw(st.lists(sessions, max_size=4, unique=True))
    list_type = draw(maybe(st.sampled_from(["ADULT_COURT_LIST_DAILY", "Standard Court List", "courtlist_B10AA00"])))
    if list_type is None and len(sat) > 1:
        sat = [found.model_copy(update={"list_type": f"COURT_LIST_{number % 2}"}) for number, found in enumerate(sat)]
    court = Court(
        ou_code=draw(st.sampled_from(["B99ZZ00", "B99ZZ", "odd!"]) if sat else st.just("B99ZZ00")),
        name=draw(maybe(words())),
        local_justice_area=draw(maybe(words())) if sat else None,
        psa_code=draw(maybe(words())),
    )
    return CourtList(court=court, date=draw(days), list_type=list_type, sessions=tuple(sat))


@settings(max_examples=tries(30, 500), deadline=None, phases=[Phase.generate])  # shrinking a whole list takes minutes
@given(court_lists())
def test_what_is_written_is_read_back_the_same(payload: CourtList) -> None:
    encoded = encode(payload.model_dump(mode="json"))
    assert encoded.unexpressed == ()
    decoded = decode(encoded.body)
    assert decoded.refused == ()
    (draft,) = decoded.drafts
    assert draft.payload == payload
    assert draft.reference == f"id-1/{payload.court.ou_code}/{payload.date}"
    assert "libra.unmapped" not in doubts(draft)


@pytest.mark.parametrize("name", ["adult_list_in_soap.xml", "two_courts_in_csci.xml"])
def test_our_samples_come_back_the_same_and_follow_the_schema(name: str) -> None:
    schema = XmlSchema(files("adapters.systems.libra") / "wire" / "libra_list.xsd")
    for draft in decode(sample(name)).drafts:
        encoded = encode(draft.payload.model_dump(mode="json"))
        assert (encoded.unexpressed, encoded.media_type, encoded.file_suffix) == ((), "application/soap+xml", ".xml")
        assert listed(decode(encoded.body).drafts[0]) == draft.payload
        written = parse(encoded.body).all("Body/ExternalDocumentRequest/documents/document")
        assert {schema.problems(document) for document in written} == {()}


def full() -> dict[str, Any]:
    return decode(sample("adult_list_in_soap.xml")).drafts[0].payload.model_dump(mode="json")


def test_what_the_format_cannot_hold_is_named_by_its_path() -> None:
    payload = full()
    payload["list_type"] = "PUBLIC"
    sitting = payload["sessions"][0]
    case = sitting["cases"][0]
    sitting["starts_at"] = "10:00:00Z"
    case["defendant_type"] = "O"
    case["defendant"] |= {"crn": "X123456", "emails": ["a@example.org"], "aliases": [{"surname": "OTHER"}]}
    case["defendant"]["name"]["forenames"] = ["A", "B", "C", "D"]
    case["defendant"]["address"]["lines"] = list("123456")
    case["offences"][0] |= {"location": "Nowhere", "results": [{"code": "1002", "durations": [{"value": 1}]}]}
    case["marker"] = "bell \x07"
    at = "sessions[0].cases[0]"
    assert sorted(encode(payload).unexpressed) == sorted(
        [
            "list_type",
            "sessions[0].starts_at",
            f"{at}.defendant_type",
            f"{at}.defendant.crn",
            f"{at}.defendant.emails[0]",
            f"{at}.defendant.aliases[0].surname",
            f"{at}.defendant.name.forenames[3]",
            f"{at}.defendant.address.lines[5]",
            f"{at}.offences[0].location",
            f"{at}.offences[0].results[0].code",
            f"{at}.offences[0].results[0].durations[0].value",
            f"{at}.marker",
        ]
    )


def test_an_organisation_is_marked_as_one_even_if_its_type_was_withheld() -> None:
    payload = full()
    del payload["sessions"][0]["cases"][1]["defendant_type"]
    payload["sessions"][0]["cases"][1]["defendant"] = {"organisation": "Plain Name"}
    assert listed(decode(encode(payload).body).drafts[0]).sessions[0].cases[1].defendant.organisation == "Plain Name"


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in items for found in [(*path, key), *_paths(inner, (*path, key))]]


def _cases(payload: Any) -> list[Any]:
    return [case for session in payload.get("sessions", ()) for case in session.get("cases", ())]


def _is_readable(case: Any) -> bool:
    """A case is known by its number, and whoever is in it by a name or by a number of the police's."""
    known = ("name", "organisation", "arrest_summons_number", "pnc_id", "cro_number")
    return bool(case.get("number")) and any(case.get("defendant", {}).get(field) for field in known)


def test_a_list_with_any_other_field_withheld_can_still_be_written() -> None:
    needed = {("court",), ("court", "ou_code"), ("date",)}
    for path in _paths(full()):
        payload: Any = full()
        holder = payload
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        if path in needed or not all(map(_is_readable, _cases(payload))):
            with pytest.raises(Refused) as caught:
                encode(payload)
            assert [problem.code for problem in caught.value.problems] == ["libra.cannot_express"]
        else:
            assert system().recognises(encode(payload).body)


def test_another_kind_cannot_be_written() -> None:
    with pytest.raises(Refused, match=r"libra\.cannot_express"):
        encode(full(), kind="hearing_result")


def test_an_empty_list_of_a_court_that_no_file_name_can_hold_is_refused() -> None:
    with pytest.raises(Refused, match=r"libra\.cannot_express"):
        encode({"court": {"ou_code": "odd!"}, "date": "2030-03-04", "sessions": []})
