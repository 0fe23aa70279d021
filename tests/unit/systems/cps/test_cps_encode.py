"""What the `cps` system writes, and that it reads back what it wrote."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.systems.cps.decoding.wire_schema import schema_doubts
from adapters.xml import parse
from schemas.kinds.case_package.v1 import CasePackage
from schemas.parts.document import Attachment
from schemas.problem import Refused
from tests.effort import tries
from tests.unit.systems.cps_messages import CPS, SAMPLES, codes, outbound

Payload = dict[str, Any]


def sample(name: str) -> tuple[Payload, tuple[Attachment, ...]]:
    (draft,) = CPS.decode((SAMPLES / name).read_bytes(), {}).drafts
    return draft.payload.model_dump(mode="json", exclude_none=True), draft.attachments


def test_material_goes_out_as_cp20_that_keeps_to_the_schema() -> None:
    payload, attachments = sample("material.xml")
    encoded = CPS.encode(outbound(payload, attachments))
    root = parse(encoded.body)
    assert (encoded.media_type, encoded.file_suffix, encoded.unexpressed) == ("application/xml", ".xml", ())
    assert schema_doubts(root) == ()
    assert root.text("URN") == "10ZZ0000526(M)/2"
    assert [node.text("MaterialType") for node in root.all("Documents/Document")] == ["11", "0"]
    again = CPS.encode(outbound(payload, attachments))
    assert encoded == again


def test_a_case_without_bytes_goes_out_as_a_charge() -> None:
    payload, _ = sample("charge.json")
    encoded = CPS.encode(outbound(payload))
    assert (encoded.media_type, encoded.file_suffix, encoded.unexpressed) == ("application/json", ".json", ())
    charge = json.loads(encoded.body)
    assert charge["prosecutionSubmissionDetails"]["caseMarker"] == "DV YO"
    assert charge["defendants"][0]["offences"][0]["offenceDetails"]["offenceDateCode"] == 4
    assert "organisation" not in charge["defendants"][0] and "individual" not in charge["defendants"][1]


def test_what_cp20_has_no_place_for_is_listed() -> None:
    payload, attachments = sample("material.xml")
    payload["summary"] = "Gnomes."
    payload["victims"] = [{"name": "Somebody"}]
    payload["markers"] = ["split case 2", "merged case"]
    payload["defendants"][0]["offences"] = [{"code": "TH68010"}]
    payload["defendants"][0]["defendant"]["name"]["title"] = "Ms"
    payload["documents"][0] |= {"type": "a bundle", "reference": "first", "media_type": "text/plain"}
    encoded = CPS.encode(outbound(payload, (*attachments, Attachment("x", "text/plain", "f" * 64, b"x"))))
    assert set(encoded.unexpressed) == {
        "summary",
        "victims[0].name",
        "markers[0]",
        "markers[1]",
        "defendants[0].offences[0].code",
        "defendants[0].defendant.name.title",
        "documents[0].type",
        "documents[0].reference",
        "documents[0].media_type",
        "attachments[2]",
    }
    assert b"Somebody" not in encoded.body and b"Gnomes." not in encoded.body


def test_a_document_whose_bytes_were_withheld_is_left_out() -> None:
    payload, attachments = sample("material.xml")
    encoded = CPS.encode(outbound(payload, attachments[:1]))
    assert encoded.unexpressed == ("documents[1]",)
    assert CPS.decode(encoded.body, {}).drafts[0].payload.counts()["documents"] == 1


def test_what_a_charge_has_no_place_for_is_listed() -> None:
    payload, _ = sample("charge.json")
    payload["court"] = {"ou_code": "B10JQ00"}
    payload["victims"] = [{"name": "Somebody"}]
    payload["case_type"] = "Either way"
    payload["initiation"] = "Q"
    payload["defendants"][0]["defendant"] |= {"crn": "X000001", "emails": ["a@x.invalid", "b@x.invalid", "c@x.invalid"]}
    encoded = CPS.encode(outbound(payload))
    assert set(encoded.unexpressed) == {
        "court.ou_code",
        "victims[0].name",
        "case_type",
        "initiation",
        "defendants[0].defendant.crn",
        "defendants[0].defendant.emails[2]",
    }


def test_courts_are_written_for_each_defendant() -> None:
    payload, attachments = sample("material_of_two_courts.xml")
    encoded = CPS.encode(outbound(payload | {"court": {"ou_code": "B10JQ00"}}, attachments))
    assert encoded.unexpressed == ("court.ou_code",)
    assert [node.text("OUCode") for node in parse(encoded.body).all("Defendants/Defendant")] == ["B10JQ00", "B01EF01"]


@pytest.mark.parametrize("name", ["material.xml", "charge.json"])
@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("urn",), ""),
        (("defendants",), []),
        (("defendants", 0, "defendant", "name", "surname"), " "),
        (("defendants", 1, "defendant", "organisation"), "\x00"),
    ],
)
def test_a_case_without_what_the_forms_need_is_not_written(
    name: str, path: tuple[str | int, ...], value: object
) -> None:
    payload, attachments = sample(name)
    holder: Any = payload
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    with pytest.raises(Refused) as refused:
        CPS.encode(outbound(payload, attachments))
    assert codes(refused.value.problems) == ["cps.cannot_express"]


def test_a_person_who_would_be_read_as_an_organisation_is_not_written() -> None:
    payload, attachments = sample("material.xml")
    del payload["defendants"][0]["defendant"]["date_of_birth"]
    del payload["defendants"][0]["defendant"]["name"]["forenames"]
    with pytest.raises(Refused, match=r"cps\.cannot_express at defendants\[0\]\.defendant\.name"):
        CPS.encode(outbound(payload, attachments))


def test_a_charge_without_offences_and_another_kind_are_not_written() -> None:
    payload, _ = sample("charge.json")
    payload["defendants"][1]["offences"] = []
    for message in (outbound(payload), outbound(payload, kind="court_list")):
        with pytest.raises(Refused) as refused:
            CPS.encode(message)
        assert codes(refused.value.problems) == ["cps.cannot_express"]


_word = st.text("abcdéŵ'-&<>\"", min_size=1, max_size=12)
_words = st.lists(_word, min_size=1, max_size=5).map(" ".join)
_free = st.text("abc <&>\n\té.\x07", min_size=1, max_size=60).map(str.strip).filter(bool)
_names = st.fixed_dictionaries(
    {"surname": _words, "forenames": st.lists(_words, max_size=4)}, optional={"title": _word}
)
_person = st.fixed_dictionaries(
    {"name": _names},
    optional={
        "date_of_birth": st.sampled_from(["1990-02-28", "1990", "1990-02"]),
        "sex": st.sampled_from(["male", "female", "not_known"]),
        "arrest_summons_number": st.sampled_from(["2499ZZ0100000000001D", "an odd one"]),
        "aliases": st.lists(_names, max_size=2),
        "telephones": st.lists(_word, max_size=4),
        "address": st.fixed_dictionaries({"lines": st.lists(_words, min_size=1, max_size=6)}),
    },
)
_entry = st.fixed_dictionaries(
    {
        "defendant": st.one_of(_person, st.fixed_dictionaries({"organisation": _words})),
        "offences": st.lists(
            st.fixed_dictionaries(
                {"code": st.just("TH68010")},
                optional={
                    "wording": _free,
                    "date_code": st.sampled_from(["1", "x"]),
                    "charged_on": st.just("2026-01-02"),
                },
            ),
            min_size=1,
            max_size=2,
        ),
    },
    optional={
        "prosecutor_id": st.sampled_from(["1", "D-1"]),
        "court_ou_code": st.sampled_from(["B10JQ00", "B01EF01", "toolongacode"]),
        "parent_guardian": st.fixed_dictionaries({"name": _words}, optional={"telephone": _words}),
        "bail_conditions": _free,
    },
)
_package = st.fixed_dictionaries(
    {
        "urn": st.sampled_from(["99ZZ0000124", "99ZZ0000124/2", "CRC-1"]),
        "defendants": st.lists(_entry, min_size=1, max_size=3),
    },
    optional={
        "court": st.just({"ou_code": "B10JQ00"}),
        "markers": st.lists(st.sampled_from(["DV", "merged case", "split case 2"]), max_size=3),
        "initiation": st.sampled_from(["C", "S"]),
        "case_type": st.sampled_from(["M", "long"]),
        "summary": _free,
        "prosecutor_case_id": st.sampled_from(["12", "x"]),
    },
)


@settings(max_examples=tries(50, 1_000), deadline=None)
@given(_package, st.booleans())
def test_what_was_written_is_read_the_same_but_for_what_is_listed(payload: Payload, with_document: bool) -> None:
    attachments: tuple[Attachment, ...] = ()
    if with_document:
        held, attachments = sample("material.xml")
        payload = payload | {"documents": held["documents"]}
    before = CasePackage.model_validate(payload).model_dump(mode="json", exclude_none=True)
    try:
        encoded = CPS.encode(outbound(before, attachments))
    except Refused as refused:
        assert codes(refused.problems) == ["cps.cannot_express"]
        return
    (draft,) = CPS.decode(encoded.body, {}).drafts
    back = set(leaves(draft.payload.model_dump(mode="json", exclude_none=True), ""))
    assert {leaf for leaf in leaves(before, "") if leaf[0] not in encoded.unexpressed} <= back


def leaves(value: Any, path: str) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, f"{path}.{key}" if path else key)]
    if isinstance(value, list):
        return [leaf for index, inner in enumerate(value) for leaf in leaves(inner, f"{path}[{index}]")]
    return [(path, repr(value))]
