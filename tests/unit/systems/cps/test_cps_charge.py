"""What the `cps` system makes of a charge as JSON."""

import copy
import json
import re
from typing import Any

import pytest

from schemas.parts.document import Attachment
from tests.unit.systems.cps_messages import (
    CHARGE,
    CPS,
    SAMPLES,
    charge_with,
    codes,
    decode,
    only,
    package_of,
    problems_of,
)

WHO = "defendants.0.individual"
OFFENCE = "defendants.0.offences.0"


def body(charge: object) -> bytes:
    return json.dumps(charge).encode()


def test_a_charge_is_recognised_by_its_key() -> None:
    assert CPS.recognises(body(CHARGE))
    assert CPS.recognises(b"\xef\xbb\xbf  " + body([CHARGE]))
    assert not CPS.recognises(body({"defendants": []}))
    assert not CPS.recognises(b'"prosecutionSubmissionDetails"')


def test_every_key_has_its_place() -> None:
    package = package_of(body(CHARGE))
    assert package.model_dump(mode="json", exclude_none=True, exclude_defaults=True) == {
        "urn": "16ZZ0000124",
        "prosecuting_organisation": "A16AC00",
        "initiation": "C",
        "hearing": {"court_ou_code": "B10JQ00", "on": "2026-06-10", "at": "10:00:00"},
        "defendants": [
            {
                "defendant": {
                    "name": {"forenames": ["Ada"], "surname": "Sampleton"},
                    "date_of_birth": "1990-02-28",
                    "sex": "female",
                    "arrest_summons_number": "2499ZZ0100000000001D",
                },
                "prosecutor_id": "D-1",
                "offences": [
                    {
                        "sequence": 1,
                        "code": "TH68010",
                        "wording": "Took a gnome.",
                        "started_on": "2026-02-03",
                        "charged_on": "2026-02-05",
                    }
                ],
            }
        ],
    }
    assert only(body(CHARGE)).doubts == ()


def test_the_reference_is_the_submissions_number_or_its_content() -> None:
    named = only(body({**CHARGE, "submissionId": "S-1"}))
    assert (named.reference, named.where) == ("charge/S-1/16ZZ0000124", "$")
    reordered = dict(reversed(CHARGE.items()))
    assert only(body(CHARGE)).reference == only(json.dumps(reordered, indent=3)).reference
    assert re.fullmatch(r"charge/[0-9a-f]{64}/16ZZ0000124", only(body(CHARGE)).reference)


@pytest.mark.parametrize(
    ("authority", "sender", "doubts"),
    [
        ("A16AC00", "cps:A16AC00", []),
        ("a16ac00", "cps:A16AC00", []),
        ("150DE00", "force:50", []),
        ("GAAAA01", "cps:16", ["cps.other_prosecutor"]),
        (None, "cps:16", ["cps.other_prosecutor"]),
    ],
)
def test_who_prosecutes_is_who_sends(authority: str | None, sender: str, doubts: list[str]) -> None:
    draft = only(body(charge_with("prosecutionSubmissionDetails.prosecutingAuthority", authority)))
    assert (draft.sender, codes(draft.doubts)) == (sender, doubts)


def test_a_summons_is_distinguished_from_a_charge() -> None:
    summons = charge_with("prosecutionSubmissionDetails.summonsCode", "M")
    del summons["defendants"][0]["offences"][0]["chargeDate"]
    package = package_of(body(summons))
    assert (package.initiation, package.case_type) == ("S", "M")
    neither = package_of(body(charge_with(f"{OFFENCE}.chargeDate", None)))
    assert neither.initiation is None


@pytest.mark.parametrize(
    ("clock", "at"),
    [
        ("09:01", "09:01:00"),
        ("09:01:01.001", "09:01:01.001000"),
        ("09:00:00Z", "10:00:00"),
        ("T10:00:00+01:00", "10:00:00"),
    ],
)
def test_the_time_of_the_hearing_is_londons(clock: str, at: str) -> None:
    package = package_of(body(charge_with("prosecutionSubmissionDetails.hearingDetails.timeOfHearing", clock)))
    assert package.hearing is not None and package.hearing.at is not None
    assert package.hearing.at.isoformat() == at


def test_facts_of_several_offences_keep_their_numbers() -> None:
    one = charge_with(f"{OFFENCE}.statementOfFacts", "It was whole.")
    assert package_of(body(one)).summary == "It was whole."
    second = copy.deepcopy(one["defendants"][0]["offences"][0]) | {"statementOfFacts": "It was green."}
    one["defendants"][0]["offences"].append(second)
    assert package_of(body(one)).summary == "Offence 1: It was whole.\n\nOffence 1: It was green."


def test_an_organisation_is_a_defendant() -> None:
    charge = charge_with(WHO, None)
    charge["defendants"][0]["organisation"] = {
        "organisationName": "Gnomes Ltd",
        "companyTelephoneNumber": "01632 960014",
    }
    (who,) = package_of(body(charge)).about()
    assert (who.organisation, who.telephones) == ("Gnomes Ltd", ("01632 960014",))


def test_a_guardian_may_be_an_organisation() -> None:
    guardian = {"organisation": {"organisationName": "Gnomes Council"}, "address": {"address1": "1 Nowhere Lane"}}
    entry = package_of(body(charge_with(f"{WHO}.parentGuardian", guardian))).defendants[0]
    assert entry.parent_guardian is not None and entry.parent_guardian.name == "Gnomes Council"


@pytest.mark.parametrize(
    ("code", "path", "value"),
    [
        ("cps.no_urn", "prosecutionSubmissionDetails.urn", None),
        ("cps.no_urn", "prosecutionSubmissionDetails", []),
        ("cps.no_defendants", "defendants", []),
        ("cps.no_defendants", "defendants", "nobody"),
        ("cps.no_defendant", "defendants.0", {"offences": []}),
        ("cps.no_name", "defendants.0", {"individual": {"nameDetails": {"forename": "Ada"}}}),
        ("cps.field", "prosecutionSubmissionDetails.urn", "X" * 81),
        ("json.number", f"{WHO}.gender", 10**19),
    ],
)
def test_a_broken_charge_is_refused_with_its_code_and_place(code: str, path: str, value: object) -> None:
    problems = problems_of(body(charge_with(path, value)))
    assert code in codes(problems)
    assert all(problem.where.startswith("$") and problem.cure for problem in problems)


@pytest.mark.parametrize(
    ("code", "path", "value"),
    [
        ("cps.no_name", WHO, None),
        ("cps.two_defendants", "defendants.0.organisation", {"organisationName": "Gnomes Ltd"}),
        ("cps.no_name", f"{WHO}.nameDetails.surname", None),
        ("cps.no_offences", "defendants.0.offences", []),
        ("cps.no_offence_code", f"{OFFENCE}.offenceDetails.cjsOffenceCode", None),
        ("date.impossible", f"{WHO}.dateOfBirth", "1990-02-30"),
        ("date.impossible", f"{OFFENCE}.chargeDate", "soon"),
        ("date.impossible", "prosecutionSubmissionDetails.hearingDetails.dateOfHearing", "0001-01-01"),
        ("field.cut", f"{OFFENCE}.offenceDetails.offenceWording", "gnome " * 4_000),
        ("field.left_out", "defendants.0.defendantDetails.asn", "X" * 81),
    ],
)
def test_a_bad_value_that_can_be_left_out_is_a_doubt_and_the_case_is_taken(code: str, path: str, value: object) -> None:
    draft = only(body(charge_with(path, value)))
    (doubt,) = [one for one in draft.doubts if one.code == code]
    assert doubt.where.startswith("$.") and doubt.cure
    assert draft.payload.counts()["defendants"] == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{WHO}.gender", 7),
        (f"{WHO}.gender", True),
        (f"{WHO}.occupation", {"is": "odd"}),
        (f"{WHO}.aliases", "Pip"),
        (f"{WHO}.contactDetails", ["x"]),
        (f"{OFFENCE}.offenceDetails.offenceSequenceNo", "first"),
        ("prosecutionSubmissionDetails.hearingDetails.timeOfHearing", "noon"),
        ("defendants.0.defendantDetails.numPreviousConvictions", -1),
    ],
)
def test_a_value_that_cannot_be_read_is_a_doubt_and_the_case_goes_on(path: str, value: object) -> None:
    draft = only(body(charge_with(path, value)))
    assert codes(draft.doubts) == ["cps.unreadable"]
    assert draft.doubts[0].where.startswith("$.")


def test_what_has_no_place_is_a_doubt_once_for_each_name() -> None:
    charge = charge_with(f"{OFFENCE}.offenceDetails.backDuty", "1.00")
    charge["defendants"][0]["offences"] *= 2
    charge["defendants"][0] |= {"Surprising Name": {"a": 1}, "nothing": None}
    draft = only(body(charge))
    assert [doubt.problem.split(" ")[0] for doubt in draft.doubts] == ["?", "backDuty"]
    assert "(2 times" in draft.doubts[1].problem
    assert "Surprising" not in str(draft.doubts)


def test_a_list_of_charges_is_taken_one_by_one() -> None:
    other = charge_with("prosecutionSubmissionDetails.urn", "16ZZ0000224")
    broken = charge_with("defendants.0", {"individual": {"nameDetails": {"forename": "Ada"}}})
    decoded = decode(body([CHARGE, other, broken, CHARGE, 5]), {"x": Attachment("x", "", "", b"x")})
    assert [draft.payload.case_references() for draft in decoded.drafts] == [("16ZZ0000124",), ("16ZZ0000224",)]
    assert codes(decoded.refused) == ["cps.no_name", "json.not_a_message", "document.unreferenced"]
    assert decoded.refused[0].where == "$[2].defendants[0]"
    assert codes(decoded.drafts[0].doubts) == ["cps.repeated"]


def test_too_long_a_list_is_refused() -> None:
    assert codes(problems_of(body([{"prosecutionSubmissionDetails": {}}] * 501))) == ["json.too_large"]


def test_documents_beside_a_charge_become_its_documents() -> None:
    beside = {"note.txt": Attachment("note.txt", "text/plain", "0" * 64, b"words")}
    (draft,) = decode(body(CHARGE), beside).drafts
    assert (draft.payload.counts()["documents"], draft.attachments[0].content) == (1, b"words")


def test_the_wire_schema_names_every_key_of_our_samples() -> None:
    schema = json.loads((SAMPLES.parent / "wire" / "charge.schema.json").read_text(encoding="utf-8"))
    assert unnamed(json.loads((SAMPLES / "charge.json").read_bytes()), schema, schema, "$") == []
    assert unnamed(CHARGE | {"odd": 1}, schema, schema, "$") == ["$.odd"]


def unnamed(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str) -> list[str]:
    if "$ref" in schema:
        return unnamed(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, at)
    if isinstance(value, list):
        return [path for item in value for path in unnamed(item, schema["items"], root, at)]
    if not isinstance(value, dict):
        return []
    known = schema.get("properties", {})
    odd = [f"{at}.{key}" for key in value if key not in known]
    return odd + [
        path for key in value.keys() & known.keys() for path in unnamed(value[key], known[key], root, f"{at}.{key}")
    ]
