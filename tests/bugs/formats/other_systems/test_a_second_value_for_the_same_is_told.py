"""Where one thing was said twice, one of the two was read and dropped without a word: the police's long number of a
person beside a `person`, a court's verdict beside its finding, a document beside one with the same name."""

import base64
import copy
import json
from pathlib import Path
from typing import Any

import pytest

from adapters.contract import Decoded
from schemas.kinds.previous_convictions.v1 import PreviousConvictions
from schemas.parts.document import Attachment
from schemas.problem import Refused
from tests.bugs.formats.other_systems.reading import OTHER_INPUTS, input_of, system_named
from tests.unit.systems.common_platform_events import case, defendant, doubts, hearing, only, result

PERSON = {"surname": "Thistlewick", "forenames": ["Alun"], "dateOfBirth": "1990-06-15"}


def _police(**changes: Any) -> Decoded:
    record = json.loads(input_of("police_time_with_offset.json").read_bytes())
    return system_named("police_record").decode(json.dumps(record | changes).encode(), {})


def _pnc_id(found: Decoded) -> str | None:
    payload = found.drafts[0].payload
    assert isinstance(payload, PreviousConvictions)
    return payload.defendant.pnc_id


def test_the_number_of_a_record_is_that_of_its_person() -> None:
    assert _pnc_id(_police(person=PERSON)) == "2019/1234567J"
    assert _pnc_id(_police(person=PERSON | {"pncId": "19/1234567J"})) == "2019/1234567J"


@pytest.mark.parametrize("other", [{"person": PERSON | {"pncId": "2014/0007345W"}}, {"personUrn": "14/7345W"}])
def test_two_numbers_of_one_person_are_a_doubt(other: dict[str, Any]) -> None:
    (draft,) = _police(**other).drafts
    assert "police_record.contradiction" in [doubt.code for doubt in draft.doubts]


def test_the_short_form_of_the_same_number_is_no_doubt() -> None:
    (draft,) = _police(personUrn="19/1234567J").drafts
    assert "police_record.contradiction" not in [doubt.code for doubt in draft.doubts]


def test_a_code_that_is_too_long_is_kept_whole_as_the_title() -> None:
    code = "made up " * 15
    record = json.loads(input_of("police_time_with_offset.json").read_bytes())
    for offence in record["disposals"][0]["offences"]:
        offence |= {"cjsOffenceCode": code}
        offence.pop("title", None)
    (draft,) = _police(disposals=record["disposals"]).drafts
    assert isinstance(draft.payload, PreviousConvictions)
    offence = draft.payload.convictions[0].offences[0]
    assert (offence.code, offence.title) == (None, code.strip())
    assert any(doubt.where.endswith("cjsOffenceCode") for doubt in draft.doubts)


def _resulted(**offence: Any) -> Any:
    tree = hearing(case(defendant(1, result())))
    tree["prosecutionCases"][0]["defendants"][0]["offences"][0] |= offence
    return tree


def test_a_verdict_that_differs_from_the_finding_is_a_doubt() -> None:
    verdict = {"verdictType": {"description": "Not guilty"}}
    assert "contradiction" in doubts(only(_resulted(finding="G", verdict=verdict)))
    assert "contradiction" not in doubts(only(_resulted(finding="N", verdict=verdict)))


def test_an_organisation_beside_a_person_without_a_name_takes_nothing_of_them_unseen() -> None:
    tree = hearing(case(defendant(1, result())))
    who = tree["prosecutionCases"][0]["defendants"][0]
    person = copy.deepcopy(who["personDefendant"])
    person["personDetails"] = {"address": {"address1": "1 Nowhere Street"}}
    person["arrestSummonsNumber"] = "2699ZZ0100000000011M"
    organisation = {"name": "Pennyfarrow Cheeses Ltd", "address": {"address1": "2 Nowhere Street"}}
    who |= {"personDefendant": person, "legalEntityDefendant": {"organisation": organisation}}
    assert "contradiction" in doubts(only(tree))


REPORT = Path(OTHER_INPUTS).parents[4] / "adapters" / "systems" / "prison" / "samples" / "pre_sentence_report.json"


def test_a_document_beside_another_with_its_name_and_other_bytes_is_not_dropped() -> None:
    message = json.loads(REPORT.read_bytes())
    named = message["documents"][0]
    inside = base64.b64decode(named["content"])
    prison = system_named("prison")

    def beside(content: bytes) -> dict[str, Attachment]:
        return {named["fileName"]: Attachment(named["fileName"], named["mediaType"], "", content)}

    assert prison.decode(json.dumps(message).encode(), beside(inside)).drafts
    with pytest.raises(Refused, match=r"document\.unreferenced"):
        prison.decode(json.dumps(message).encode(), beside(b"%PDF-1.4 another"))


def test_adjudications_of_one_appearance_that_differ_are_not_passed_on_as_one_of_them() -> None:
    record = json.loads(input_of("police_time_with_offset.json").read_bytes())
    one = {"appearanceNumber": 1, "disposalDate": "2024-05-14"}
    for offence in record["disposals"][0]["offences"]:
        offence["adjudications"] = [one | {"adjudication": "Guilty"}, one | {"adjudication": "Not Guilty"}]
    (draft,) = _police(disposals=record["disposals"]).drafts
    assert isinstance(draft.payload, PreviousConvictions)
    assert [offence.finding for offence in draft.payload.convictions[0].offences] == [None]
    assert "police_record.contradiction" in [doubt.code for doubt in draft.doubts]
