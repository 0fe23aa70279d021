"""What the `spi` system makes of a new case, and that it writes what it reads."""

import re
from html import escape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.systems.spi.decoding.wire_schema import schema_doubts
from adapters.xml import parse
from schemas.kinds.case_package.v1 import CasePackage
from schemas.problem import Refused
from tests.effort import tries
from tests.unit.systems.spi_messages import (
    LIBRA,
    MESSAGE,
    OFFENCE,
    PERSON,
    SAMPLES,
    SPI,
    changed,
    codes,
    decode,
    deliver,
    only,
    outbound,
    problems_of,
    route,
    soap,
)

BASE_OFFENCE = re.sub(r"<InitiatedDate>.*</Result>", "", OFFENCE, flags=re.DOTALL)
INDIVIDUAL = (
    re.sub(r"<BailStatus>.*?</Address>\s*<PresentAtHearing>Y</PresentAtHearing>", "", PERSON, flags=re.DOTALL)
    .replace("CourtIndividualDefendant", "PoliceIndividualDefendant")
    .replace(
        "</PersonDefendant>",
        "</PersonDefendant><Address><PAON>     </PAON><StreetDescription>Nowhere Lane</StreetDescription></Address>",
    )
)
CORPORATE = """<PoliceCorporateDefendant><OrganisationName><OrganisationName>Gnomes Ltd</OrganisationName>
</OrganisationName><Address><PAON>     </PAON><StreetDescription>Nowhere Lane</StreetDescription></Address>
</PoliceCorporateDefendant>"""
VICTIM = """<OtherPartyVictim><PersonDetails><PersonFamilyName>Gnomekeeper</PersonFamilyName></PersonDetails><Address>
<PAON>     </PAON><StreetDescription>Nowhere Lane</StreetDescription></Address></OtherPartyVictim>"""
DEFENDANT = f"""<Defendant><ProsecutorReference>2499ZZ0100000000001D</ProsecutorReference>{INDIVIDUAL}{BASE_OFFENCE}
</Defendant>"""
NOBODY = re.sub("Sampleton|<ProsecutorReference>.*?</ProsecutorReference>", "", DEFENDANT)
HEARING = """<InitialHearing><CourtHearingLocation>B10JQ00</CourtHearingLocation>
<DateOfHearing>2024-04-02</DateOfHearing><TimeOfHearing>10:00:00</TimeOfHearing></InitialHearing>"""
CASE = f"""<Case><PTIURN>16ZZ0000124</PTIURN><OriginatingOrganisation>116HQ00</OriginatingOrganisation>
<CaseInitiation>C</CaseInitiation>{HEARING}{DEFENDANT}</Case>"""
NEW = f'<NewCaseMessage xmlns="{LIBRA}">{CASE}</NewCaseMessage>'


def package_of(text: str) -> CasePackage:
    payload = only(text).payload
    assert isinstance(payload, CasePackage)
    return payload


@pytest.mark.parametrize(
    "text",
    [
        NEW,
        deliver(NEW),
        soap(NEW),
        route(escape(NEW)),
        route(escape(escape(NEW))),
        soap(f"<SubmitRequestMes><Message>{escape(route(escape(NEW)))}</Message></SubmitRequestMes>"),
        NEW.replace("<", "<n:").replace("<n:/", "</n:").replace("xmlns=", "xmlns:n="),
    ],
)
def test_the_same_case_is_found_in_every_envelope(text: str) -> None:
    assert SPI.recognises(text.encode())
    assert package_of(text) == package_of(NEW)


def test_the_reference_names_the_message_and_the_case_and_the_sender_is_the_force() -> None:
    draft = only(deliver(NEW))
    assert (draft.kind, draft.reference, draft.sender) == ("case_package", "ID-1/16ZZ0000124", "force:16")
    assert draft.where.endswith("/DeliverRequest/Message/NewCaseMessage/Case")
    assert only(NEW).reference == only(f"<!-- again -->{NEW}").reference
    assert re.fullmatch(r"[0-9a-f]{64}/16ZZ0000124", only(NEW).reference)


@pytest.mark.parametrize(
    ("unit", "sender"),
    [("150DE00", "force:50"), ("GAAAA01", "force:16"), ("", "force:16"), ("16HQ00", "force:16"), ("1", "force:16")],
)
def test_without_an_organisation_of_the_police_the_case_number_says_which_force(unit: str, sender: str) -> None:
    assert only(changed("116HQ00", unit, NEW)).sender == sender


def test_the_time_of_a_soap_request_is_the_time_of_sending() -> None:
    text = soap(f"<SubmitRequestMes><Timestamp>2024-03-01T10:26:37Z</Timestamp>{NEW}</SubmitRequestMes>")
    sent_at = only(text).sent_at
    assert sent_at is not None and sent_at.isoformat() == "2024-03-01T10:26:37+00:00"


def test_several_defendants_stay_in_one_package() -> None:
    second = changed("Sampleton", "Otherly", changed("0001D", "0002E", DEFENDANT))
    package = package_of(changed(DEFENDANT, DEFENDANT + second, NEW))
    assert [who.name.surname for who in package.about() if who.name] == ["Sampleton", "Otherly"]
    assert package.counts()["offences"] == 2


def test_a_person_beside_an_organisation_is_the_defendant_with_a_doubt() -> None:
    draft = only(changed(INDIVIDUAL, CORPORATE + INDIVIDUAL, NEW))
    assert draft.payload.counts()["defendants"] == 1
    assert draft.payload.about()[0].organisation is None
    doubts = [doubt for doubt in draft.doubts if doubt.code in ("spi.two_defendants", "spi.unmapped")]
    assert codes(tuple(doubts)) == ["spi.two_defendants"]
    assert "Gnomes" not in str(doubts)


def test_an_organisation_alone_is_a_defendant() -> None:
    package = package_of(changed(INDIVIDUAL, CORPORATE, NEW))
    assert package.defendants[0].defendant.organisation == "Gnomes Ltd"


def test_a_victim_belongs_to_an_offence_and_is_named_once() -> None:
    of_one = changed("</Offence>", f"{VICTIM}</Offence>", DEFENDANT)
    package = package_of(changed(DEFENDANT, of_one + changed("0001D", "0002E", of_one), NEW))
    (victim,) = package.victims
    assert (victim.name, victim.address, victim.offence_sequence) == ("Gnomekeeper", "Nowhere Lane", 1)


def test_a_victims_birth_that_is_not_a_date_is_kept_as_received() -> None:
    born = changed(
        "</Address></OtherPartyVictim>", "</Address><Birthdate>about 1950</Birthdate></OtherPartyVictim>", VICTIM
    )
    package = package_of(changed("</Offence>", f"{born}</Offence>", NEW))
    assert package.victims[0].date_of_birth == "about 1950"


def test_the_facts_of_several_offences_keep_their_numbers() -> None:
    facts = changed("</Offence>", "<ProsecutionFacts>They were whole.</ProsecutionFacts></Offence>", BASE_OFFENCE)
    other = changed("whole", "green", changed("001<", "002<", facts))
    assert package_of(changed(BASE_OFFENCE, facts, NEW)).summary == "They were whole."
    assert package_of(changed(BASE_OFFENCE, facts + other, NEW)).summary == (
        "Offence 001: They were whole.\n\nOffence 002: They were green."
    )


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("spi.no_urn", "<PTIURN>16ZZ0000124</PTIURN>", ""),
        ("spi.no_defendants", DEFENDANT, ""),
        ("spi.no_defendant", INDIVIDUAL, ""),
        ("spi.no_name", DEFENDANT, NOBODY),
        ("spi.no_cases", CASE, ""),
        ("spi.field", "16ZZ0000124", "X" * 81),
        ("spi.field", DEFENDANT, DEFENDANT * 201),
    ],
)
def test_a_broken_case_is_refused_with_its_code_and_place(code: str, old: str, new: str) -> None:
    problems = problems_of(changed(old, new, NEW))
    assert codes(problems) == [code]
    assert re.match(r"line \d+, /NewCaseMessage", problems[0].where)
    assert problems[0].cure


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("spi.no_name", "Sampleton", ""),
        ("spi.no_offences", BASE_OFFENCE, ""),
        ("spi.no_offence_code", "TH68010", ""),
        ("date.impossible", "1990-02-28", "1990-02-30"),
        ("date.impossible", "2024-04-02", "2024-04-31"),
        ("field.cut", "Took a gnome.", "gnome " * 4_000),
    ],
)
def test_a_bad_value_that_can_be_left_out_is_a_doubt_and_the_case_is_taken(code: str, old: str, new: str) -> None:
    draft = only(changed(old, new, NEW))
    (doubt,) = [one for one in draft.doubts if one.code == code]
    assert re.match(r"line \d+, /NewCaseMessage/Case", doubt.where)
    assert draft.payload.counts()["defendants"] == 1


def test_one_broken_defendant_refuses_the_case_and_the_next_case_goes_on() -> None:
    broken = changed(DEFENDANT, DEFENDANT + NOBODY, CASE)
    decoded = decode(changed(CASE, broken + changed("16ZZ0000124", "16ZZ0000224", CASE), NEW))
    assert codes(decoded.refused) == ["spi.no_name"]
    assert "Case[1]/Defendant[2]" in decoded.refused[0].where
    assert [draft.reference[-11:] for draft in decoded.drafts] == ["16ZZ0000224"]


def test_results_and_new_cases_of_one_document_are_both_taken() -> None:
    assert [draft.kind for draft in decode(soap(MESSAGE + NEW)).drafts] == ["hearing_result", "case_package"]


def test_the_same_case_twice_is_taken_once_and_another_under_its_number_beside_it() -> None:
    draft = only(deliver(NEW + NEW))
    assert codes(draft.doubts)[-1] == "spi.repeated"
    drafts = decode(deliver(NEW + changed("Took a gnome", "Took a kettle", NEW))).drafts
    assert [draft.reference for draft in drafts] == ["ID-1/16ZZ0000124", "ID-1/16ZZ0000124/2"]


def test_our_own_samples_keep_to_the_schema() -> None:
    for path in sorted(SAMPLES.glob("new_case*.xml")):
        (draft,) = SPI.decode(path.read_bytes(), {}).drafts
        assert "spi.schema" not in codes(draft.doubts)


def whole() -> dict[str, Any]:
    (draft,) = SPI.decode((SAMPLES / "new_case.xml").read_bytes(), {}).drafts
    return draft.payload.model_dump(mode="json", exclude_none=True)


def test_a_new_case_goes_out_as_the_police_send_it() -> None:
    payload = whole()
    del payload["defendants"][0]["parent_guardian"]
    encoded = SPI.encode(outbound(payload, "case_package"))
    root = parse(encoded.body)
    assert root.text("MessageFormat/MessageType/Type") == "SPINewCase"
    assert root.text("RequestingSystem/OrgUnitCode") == "199ZZ00"
    message = root.child("Message/NewCaseMessage")
    assert message is not None
    assert schema_doubts(message) == ()
    street = message.child("Case/Defendant/PoliceIndividualDefendant/Address/PAON")
    assert street is not None and (street.namespace, street.text()) == ("http://www.govtalk.gov.uk/people/bs7666", "17")
    (corporate,) = message.all("Case/Defendant/PoliceCorporateDefendant")
    assert corporate.text("Address/PAON") == "12A"
    assert encoded.unexpressed == ()


def test_what_a_new_case_has_no_place_for_is_listed() -> None:
    payload = whole()
    payload["victims"] += [
        {"name": "Somebody Seen", "role": "witness"},
        {"name": "Somebody Else", "offence_sequence": 9},
    ]
    payload["victims"][0]["vulnerable"] = True
    payload["markers"].append("of two words")
    payload["court"] = {"ou_code": "B10JQ00"}
    payload["defendants"][0]["prosecutor_id"] = "D-1"
    payload["defendants"][0]["offences"][0] |= {"title": "Criminal damage", "plea": "guilty"}
    encoded = SPI.encode(outbound(payload, "case_package"))
    assert set(encoded.unexpressed) == {
        "victims[2]",
        "victims[3]",
        "victims[0].vulnerable",
        "markers[0]",
        "markers[1]",
        "markers[2]",
        "court.ou_code",
        "defendants[0].prosecutor_id",
        "defendants[0].offences[0].title",
        "defendants[0].offences[0].plea",
    }
    assert b"Somebody Seen" not in encoded.body


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("urn",), None),
        (("defendants",), []),
        (("defendants", 0, "offences"), []),
        (("defendants", 0, "offences", 0, "code"), None),
        (("defendants", 0, "defendant", "name", "surname"), "X" * 0),
        (("defendants", 1, "defendant", "organisation"), " "),
    ],
)
def test_a_case_without_what_the_interface_needs_is_not_written(path: tuple[str | int, ...], value: object) -> None:
    payload = whole()
    holder: Any = payload
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    with pytest.raises(Refused) as refused:
        SPI.encode(outbound(payload, "case_package"))
    assert codes(refused.value.problems) == ["spi.cannot_express"]


_word = st.text("abcdéŵ'-&<", min_size=1, max_size=12)
_words = st.lists(_word, min_size=1, max_size=4).map(" ".join)
_line = st.one_of(_words, st.tuples(st.integers(1, 9999), _words).map(lambda pair: f"{pair[0]} {pair[1]}"))
_address = st.fixed_dictionaries(
    {"lines": st.lists(_line, min_size=1, max_size=6)}, optional={"postcode": st.just("ZX99 9ZZ")}
)
_victim = st.fixed_dictionaries(
    {"offence_sequence": st.just(1), "name": st.lists(_word, min_size=1, max_size=5).map(" ".join)},
    optional={
        "sex": st.sampled_from(["male", "female", "Male"]),
        "date_of_birth": st.sampled_from(["1950-01-31", "1950"]),
        "ethnicity": st.sampled_from(["W1", "white"]),
        "address": st.lists(_line, min_size=1, max_size=3).map(", ".join),
        "telephone": st.sampled_from(["01632 960001", "01632 960001, 07700 900003", "none"]),
    },
)
_entry = st.fixed_dictionaries(
    {
        "defendant": st.fixed_dictionaries(
            {"name": st.fixed_dictionaries({"surname": _word})}, optional={"address": _address}
        ),
        "offences": st.just([{"sequence": 1, "code": "TH68010"}]),
    },
    optional={
        "parent_guardian": st.fixed_dictionaries({"name": _words}, optional={"address": _address}),
        "occupation": st.one_of(_words, st.just("x" * 60)),
    },
)


@settings(max_examples=tries(50, 1_000), deadline=None)
@given(
    st.fixed_dictionaries(
        {"urn": st.just("99ZZ0000124"), "defendants": st.lists(_entry, min_size=1, max_size=3)},
        optional={
            "victims": st.lists(_victim, max_size=3, unique_by=lambda victim: tuple(sorted(victim.items()))),
            "markers": st.lists(_word, max_size=3),
            "summary": _words,
            "officer": st.fixed_dictionaries({"name": _words}, optional={"rank": _words}),
        },
    )
)
def test_what_was_written_is_read_the_same_but_for_what_is_listed(payload: dict[str, Any]) -> None:
    encoded = SPI.encode(outbound(payload, "case_package"))
    (draft,) = SPI.decode(encoded.body, {}).drafts
    back = draft.payload.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    before = CasePackage.model_validate(payload).model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    assert {(path, value) for path, value in _leaves(before, "") if path not in encoded.unexpressed} <= set(
        _leaves(back, "")
    )


def _leaves(value: Any, path: str) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, f"{path}.{key}" if path else key)]
    if isinstance(value, list):
        return [leaf for index, inner in enumerate(value) for leaf in _leaves(inner, f"{path}[{index}]")]
    return [(path, repr(value))]
