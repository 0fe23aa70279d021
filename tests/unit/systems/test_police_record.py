"""The police record: both forms, files for linking, and what is doubted, refused and written."""

import copy
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import adapters.systems.police_record as folder
from adapters.contract import Decoded, Draft, Outbound
from adapters.systems.police_record.adapter import system
from schemas.kinds.previous_convictions.v1 import PreviousConvictions
from schemas.kinds.reconviction_link.v1 import ReconvictionLink
from schemas.parts.document import Attachment
from schemas.parts.person import Defendant, PersonName
from schemas.problem import Refused

POLICE = system()
SAMPLES = Path(folder.__path__[0]) / "samples"


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_bytes())
    return found


def decode(document: Any) -> Decoded:
    return POLICE.decode(json.dumps(document).encode(), {})


def record(document: Any) -> tuple[Draft, PreviousConvictions]:
    (draft,) = decode(document).drafts
    assert isinstance(draft.payload, PreviousConvictions)
    return draft, draft.payload


def refusals(document: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        decode(document)
    return [(problem.code, problem.where) for problem in refused.value.problems]


def doubts(draft: Draft) -> list[tuple[str, str]]:
    return [(doubt.code, doubt.where) for doubt in draft.doubts]


def encode(payload: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    sent_at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    encoded = POLICE.encode(Outbound("i", "previous_convictions", 1, "a", "b", "r", sent_at, "c", payload))
    return json.loads(encoded.body), encoded.unexpressed


def result_of(**changes: Any) -> dict[str, Any]:
    return {"asn": "A-1", "disposals": [{"offences": [{"cjsOffenceCode": "TH68010", "disposalResults": [changes]}]}]}


def test_an_answer_to_a_query_is_read_field_by_field() -> None:
    draft, payload = record(sample("answer_to_query"))
    assert (draft.sender, draft.doubts) == ("force:10", ())
    assert (payload.force, payload.record_reference) == ("10", "report-0001")
    assert payload.defendant.name is None and payload.defendant.pnc_id == "2014/0007345W"
    first = payload.convictions[0]
    assert (first.reference, first.convicted_on) == ("26/2999/000021L", date(2024, 5, 14))
    theft, driving = first.offences
    assert (theft.code, theft.sequence, theft.plea, theft.finding) == ("TH68010", 1, "guilty", "guilty")
    assert (theft.convicted_on, theft.location) == (date(2024, 5, 14), "The Nowhere Kite Shop")
    suspended, fine = theft.results
    assert [(one.value, one.unit, one.starts_on, one.secondary) for one in suspended.durations] == [
        (12, "W", date(2024, 5, 20), None),
        (18, "M", None, True),
    ]
    assert (suspended.code, suspended.qualifiers, fine.amounts_pounds) == ("1134", ("S",), ("75.50",))
    assert (driving.plea, driving.finding, driving.results[0].text) == ("not guilty", "not guilty", "Dismissed.")
    life = payload.convictions[1].offences[0].results[0].durations[0]
    assert (life.value, life.unit) == (None, "L")


def test_the_two_halves_of_a_charge_are_read_as_one() -> None:
    draft, payload = record(sample("charges"))
    assert draft.doubts == () and draft.sender == "force:10"
    first, second = payload.convictions[0].offences
    assert (first.wording, first.plea, len(first.results)) == ("Took a kite made of paper.", "not guilty", 2)
    assert (second.plea, second.sequence, second.started_on) == ("guilty", 2, date(2026, 1, 3))
    assert second.results[0].amounts_pounds == ("20",)


def test_two_halves_that_disagree_are_doubted_and_the_outer_one_is_taken() -> None:
    document = sample("charges")
    document["disposals"][0]["charges"][1]["offence"]["adjudication"] = "N"
    draft, payload = record(document)
    assert payload.convictions[0].offences[1].finding == "guilty"
    assert doubts(draft) == [("police_record.contradiction", "$.disposals[0].charges[1].offence.adjudication")]


@given(st.from_regex(r"[a-z][A-Za-z]{3,12}X", fullmatch=True), st.integers(-9, 9) | st.booleans() | st.just({"a": 1}))
def test_an_unknown_key_is_one_doubt_however_often_it_occurs(key: str, value: object) -> None:
    document = sample("answer_to_query")
    for offence in document["disposals"][0]["offences"]:
        offence[key] = value
    draft, _ = record(document)
    assert doubts(draft) == [("police_record.unmapped", f"$.disposals[0].offences[0].{key}")]
    assert "2 times" in draft.doubts[0].problem


def test_a_key_that_could_be_a_name_is_not_repeated() -> None:
    draft, _ = record(sample("answer_to_query") | {"Wickermantle": "said"})
    assert doubts(draft) == [("police_record.unmapped", "$.?")]


def test_offences_taken_into_consideration_are_doubted_only_if_there_are_any() -> None:
    document = sample("answer_to_query")
    assert record(document)[0].doubts == ()
    document["disposals"][0]["offences"][0]["offenceTic"] = 2
    assert doubts(record(document)[0]) == [("police_record.unmapped", "$.disposals[0].offences[0].offenceTic")]


def test_the_last_adjudication_is_the_finding() -> None:
    document = sample("answer_to_query")
    document["disposals"][1]["offences"][0]["adjudications"] = [
        {"appearanceNumber": 2, "adjudication": "Not Guilty"},
        {"appearanceNumber": 1, "adjudication": "Guilty", "disposalDate": "2019-11-04"},
    ]
    draft, payload = record(document)
    offence = payload.convictions[1].offences[0]
    assert (offence.finding, offence.convicted_on) == ("not guilty", None)
    assert [code for code, _ in doubts(draft)] == ["police_record.earlier_adjudication"]


def test_the_date_of_an_acquittal_is_no_date_of_conviction_and_is_not_lost_unseen() -> None:
    document = sample("answer_to_query")
    document["disposals"][0]["offences"][1]["adjudications"][0]["disposalDate"] = "2024-05-14"
    draft, payload = record(document)
    assert payload.convictions[0].offences[1].convicted_on is None
    assert doubts(draft) == [("police_record.unmapped", "$.disposals[0].offences[1].adjudications[0].disposalDate")]


def test_a_reference_stays_with_the_content() -> None:
    document = sample("answer_to_query")
    turned = dict(reversed(document.items()))
    reference = record(document)[0].reference
    assert record(turned)[0].reference == reference
    document["disposals"][0]["convictionDate"] = "2024-05-15"
    assert record(document)[0].reference != reference


def test_optional_parts_may_be_missing() -> None:
    draft, payload = record({"asn": "26/10ZZ/01/71U", "disposals": []})
    assert draft.sender == "force:10" and payload.convictions == ()
    _, payload = record(result_of())
    assert payload.counts()["results"] == 1 and payload.force is None


def test_an_unknown_word_is_kept_and_doubted() -> None:
    draft, payload = record(result_of(disposalCode=1002, disposalDuration={"count": 3, "units": "fortnights"}))
    (duration,) = payload.convictions[0].offences[0].results[0].durations
    assert (duration.value, duration.unit) == (3, "fortnights")
    assert [code for code, _ in doubts(draft)] == ["police_record.unknown_code"]


def test_an_offence_without_a_cjs_code_keeps_its_class() -> None:
    draft, payload = record({"asn": "A-1", "disposals": [{"offences": [{"npccOffenceCode": "5.5.5.1"}]}]})
    assert payload.convictions[0].offences[0].title == "Class of offence 5.5.5.1"
    assert [code for code, _ in doubts(draft)] == ["police_record.no_offence_code"]


RESULT = "$.disposals[0].offences[0].disposalResults[0]"


@pytest.mark.parametrize(
    ("document", "code", "where"),
    [
        ({"disposals": []}, "police_record.nobody", "$"),
        ({"asn": "A-1"}, "police_record.not_a_record", "$"),
        ({"asn": {"a": 1}, "disposals": []}, "police_record.type", "$.asn"),
        ({"disposals": [], "person": {"forenames": ["A"]}}, "police_record.no_surname", "$.person"),
    ],
)
def test_what_is_broken_is_refused_with_its_place(document: Any, code: str, where: str) -> None:
    assert (code, where) in refusals(document)


@pytest.mark.parametrize(
    ("document", "code", "where"),
    [
        ({"asn": "A-1", "disposals": [3]}, "police_record.type", "$.disposals[0]"),
        (result_of(disposalFine={"amount": -1}), "police_record.type", f"{RESULT}.disposalFine.amount"),
        (result_of(disposalFine={"amount": 1.005}), "police_record.type", f"{RESULT}.disposalFine.amount"),
        (result_of(disposalDuration={"count": True}), "police_record.type", f"{RESULT}.disposalDuration.count"),
        (result_of(disposalEffectiveDate="2026-02-30"), "date.impossible", f"{RESULT}.disposalEffectiveDate"),
        (result_of(disposalText="x" * 20_001), "field.cut", f"{RESULT}.disposalText"),
        ({"asn": "A-1", "disposals": [{"offences": [{}]}]}, "police_record.field", "$.disposals[0].offences[0]"),
    ],
)
def test_what_can_be_left_out_is_doubted_with_its_place_and_the_record_is_taken(
    document: Any, code: str, where: str
) -> None:
    draft, _ = record(document)
    assert (code, where) in doubts(draft)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("14:30:00Z", "15:30:00"),
        ("14:30+01:00", "14:30:00"),
        ("2026-06-01T14:30:00.000Z", "15:30:00"),
        ("1430", "14:30:00"),
        ("24:00", None),
        ("noon", None),
    ],
)
def test_a_time_is_the_local_time_of_the_offence_or_left_out_with_a_doubt(written: str, at: str | None) -> None:
    offence = {"cjsOffenceCode": "TH68010", "offenceStartDate": "2026-06-01", "offenceStartTime": written}
    draft, payload = record({"asn": "A-1", "disposals": [{"offences": [offence]}]})
    found = payload.convictions[0].offences[0].started_at
    assert (found.isoformat() if found else None) == at
    assert [code for code, _ in doubts(draft)] == ([] if at else ["police_record.type"])


def test_a_file_beside_a_record_is_refused() -> None:
    with pytest.raises(Refused, match=r"document\.unreferenced"):
        POLICE.decode((SAMPLES / "charges.json").read_bytes(), {"a.pdf": Attachment("a.pdf", "", "0" * 64, b"x")})


# ---- files for linking ----


def links(document: Any) -> list[ReconvictionLink]:
    found = [draft.payload for draft in decode(document).drafts]
    assert all(isinstance(one, ReconvictionLink) for one in found)
    return [one for one in found if isinstance(one, ReconvictionLink)]


def test_each_conviction_of_each_record_is_a_link_to_its_person() -> None:
    first, second, third = links(sample("records_for_linking"))
    assert (first.record_reference, second.record_reference, third.record_reference) == (
        "REC-501",
        "REC-501",
        "REC-502",
    )
    assert first.offender.name is not None and first.offender.name.surname == "Wickermantle"
    assert (first.offender.date_of_birth, first.offender.sex) == ("1984-02-29", "male")
    assert first.offender.address is not None and first.offender.address.postcode == "ZX99 9ZZ"
    assert first.recorded_on == date(2026, 11, 27)


def test_an_acquittal_is_no_reconviction() -> None:
    first, *_ = links(sample("records_for_linking"))
    assert [offence.code for offence in first.offences] == ["TH68010"]


def test_a_bad_record_of_a_file_is_refused_alone() -> None:
    document = sample("records_for_linking")
    document["records"][0]["recordId"] = " "
    decoded = decode(document)
    assert [problem.code for problem in decoded.refused] == ["police_record.no_record_id"]
    assert len(decoded.drafts) == 1


def test_a_record_without_a_conviction_or_sent_twice_is_reported() -> None:
    document = sample("records_for_linking")
    document["records"].append(document["records"][1])
    open_case = copy.deepcopy(document["records"][1]) | {"recordId": "REC-503"}
    open_case["disposals"][0]["offences"][0] = {"cjsOffenceCode": "TH68010"}
    document["records"].append(open_case)
    told = [(problem.code, problem.where) for problem in decode(document).refused]
    assert told == [
        ("reference.duplicate", "$.records[2].disposals[0]"),
        ("police_record.no_conviction", "$.records[3]"),
    ]


# ---- going out ----


def test_what_has_no_field_is_reported_and_the_rest_is_read_back() -> None:
    _, payload = record(sample("answer_to_query"))
    plain = payload.model_dump(mode="json", exclude_none=True)
    plain["defendant"]["name"] = {"surname": "Wickermantle"}
    plain["convictions"][0]["offences"][0]["results"][1]["penalty_points"] = 3
    written, unexpressed = encode(plain)
    assert set(unexpressed) == {
        "convictions[0].offences[0].results[1].penalty_points",
        "defendant.name.surname",
    }
    assert record(written)[1] == payload


@given(
    amount=st.from_regex(r"[0-9]{1,12}(\.[0-9]{1,2})?", fullmatch=True),
    code=st.from_regex(r"[0-9A-Za-z]{1,8}", fullmatch=True),
    plea=st.sampled_from(["guilty", "no plea", "opposed", "Z", "Guilty", "1"]),
    unit=st.sampled_from(["H", "D", "W", "M", "Y", "L", "fortnights", "weeks"]),
    value=st.none() | st.integers(0, 9999),
    secondary=st.booleans(),
)
def test_whatever_is_written_is_read_back_as_it_was(
    amount: str, code: str, plea: str, unit: str, value: int | None, secondary: bool
) -> None:
    duration = (
        {"unit": unit} | ({"value": value} if value is not None else {}) | ({"secondary": True} if secondary else {})
    )
    result = {"code": code, "amounts_pounds": [amount], "durations": [duration]}
    offence = {"code": "TH68010", "plea": plea, "results": [result]}
    plain = {"defendant": {"pnc_id": "1950/1581C"}, "convictions": [{"offences": [offence]}]}
    written, unexpressed = encode(plain)
    back = record(written)[1].model_dump(mode="json", exclude_none=True)["convictions"][0]["offences"][0]
    assert back["results"][0]["code"] == code
    assert back["results"][0]["amounts_pounds"] == [amount]
    assert back.get("plea") == plea or "convictions[0].offences[0].plea" in unexpressed
    came = (back["results"][0].get("durations") or [{}])[0]
    for name, said in duration.items():
        assert came.get(name) == said or f"convictions[0].offences[0].results[0].durations[0].{name}" in unexpressed


def test_a_message_about_nobody_whom_a_record_can_name_is_refused() -> None:
    with pytest.raises(Refused, match=r"police_record\.cannot_express"):
        encode({"defendant": {"name": {"surname": "Wickermantle"}}})


# ---- whose record ----


def test_a_defendant_is_somebody() -> None:
    assert Defendant(crn="X123456").name is None
    for nobody in ({}, {"date_of_birth": "1990"}):
        with pytest.raises(ValidationError, match="at least one identifier"):
            Defendant(**nobody)
    with pytest.raises(ValidationError, match="not both"):
        Defendant(name=PersonName(surname="Wickermantle"), organisation="Kites Ltd")


def test_people_without_a_name_are_distinguished_by_a_number_that_breaks_its_rule() -> None:
    assert Defendant(pnc_id="1950/1581C").subject() != Defendant(pnc_id="1950/1582C").subject()
    assert Defendant(pnc_id="1950/1581C").identity().identifiers == ()


@pytest.mark.parametrize(
    "body",
    [
        b'{"disposals": 1}',
        b'{"records": [{"a": "disposals"}]}',
        b'{"payload": {}, "disposals": []}',
        b'["disposals"]',
        b"{",
    ],
)
def test_other_documents_are_not_claimed(body: bytes) -> None:
    assert not POLICE.recognises(body)
