"""The real SPI messages in ../shared/samples, read by the `spi` system. They are not part of this repository."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.contract import Decoded, Outbound
from adapters.systems.spi.adapter import system
from adapters.systems.spi.decoding.codes import FINDINGS, PLEAS, SEXES
from schemas.kinds.case_package.v1 import CasePackage
from schemas.kinds.hearing_result.v1 import HearingResult
from schemas.parts.person import PersonName
from schemas.problem import Refused

SHARED = Path(__file__).resolve().parents[3] / "shared" / "samples"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the real samples (../shared/samples) are not here")
SPI = system()


def decode(name: str) -> Decoded:
    body = (SHARED / name).read_bytes()
    assert SPI.recognises(body)
    return SPI.decode(body, {})


@pytest.mark.parametrize(
    ("name", "defendants", "offences", "results", "doubts"),
    [
        ("spi/input-message-001.xml", 1, 3, 3, []),
        ("spi/input-message-routedata-001.xml", 1, 3, 3, ["spi.test_operation"]),
        ("police/044-fta-undated-warrant/input-message.xml", 1, 1, 2, []),
        ("police/177-hundred-results/input-message.xml", 1, 100, 200, []),
    ],
)
def test_results_are_read_whole(name: str, defendants: int, offences: int, results: int, doubts: list[str]) -> None:
    decoded = decode(name)
    counts = [draft.payload.counts() for draft in decoded.drafts]
    assert decoded.refused == ()
    assert len(counts) == defendants
    assert sum(count["offences"] for count in counts) == offences
    assert sum(count["results"] for count in counts) == results
    assert [doubt.code for draft in decoded.drafts for doubt in draft.doubts] == doubts


def test_an_answer_of_the_exchange_is_refused_whole() -> None:
    with pytest.raises(Refused) as refused:
        decode("spi/response-from-cjse.xml")
    assert [problem.code for problem in refused.value.problems] == ["spi.not_a_result"]


@pytest.mark.parametrize(
    ("name", "sender", "reference", "victims", "doubts"),
    [
        (
            "spi/SingleDefendantSingeOffence.xml",
            "force:16",
            r"[0-9a-f]{64}/16BH0037004",
            1,
            ["spi.schema"] * 3 + ["spi.two_defendants"] + ["spi.unmapped"] * 7,
        ),
        (
            "spi/spi-in-with-namespace-prefix.xml",
            "force:50",
            "230111-102634-KX2R-PT26-JO8F/50CH0000122",
            0,
            ["spi.unmapped"] * 2,
        ),
    ],
)
def test_a_new_case_is_read_whole(name: str, sender: str, reference: str, victims: int, doubts: list[str]) -> None:
    decoded = decode(name)
    (draft,) = decoded.drafts
    assert decoded.refused == ()
    assert (draft.kind, draft.sender) == ("case_package", sender)
    assert re.fullmatch(reference, draft.reference)
    assert draft.payload.counts() == {
        "cases": 1,
        "defendants": 1,
        "offences": 1,
        "results": 0,
        "victims": victims,
        "documents": 0,
    }
    assert [doubt.code for doubt in draft.doubts] == doubts


def test_a_new_case_says_who_is_charged_and_who_was_harmed() -> None:
    (draft,) = decode("spi/SingleDefendantSingeOffence.xml").drafts
    assert isinstance(draft.payload, CasePackage)
    (entry,) = draft.payload.defendants
    assert (entry.defendant.name, entry.defendant.organisation) == (
        PersonName(title="Mr", forenames=("john",), surname="RAMBO"),
        None,
    )
    assert entry.defendant.aliases[0].forenames == ("NotJohn",)
    assert entry.parent_guardian is not None and entry.parent_guardian.name == "Mr SeniorJohn RAMBO"
    assert draft.payload.victims[0].name == "Mr Rocky BALBOA"
    assert draft.payload.officer is not None and draft.payload.officer.name == "Mr Vega Non Functional OIC"
    assert draft.payload.facts() == {"force": "16", "court": "B16GE00"}


def test_the_same_result_in_both_envelopes_is_the_same() -> None:
    delivered, routed = decode("spi/input-message-001.xml"), decode("spi/input-message-routedata-001.xml")
    assert delivered.drafts[0].payload == routed.drafts[0].payload
    assert delivered.drafts[0].reference == "EXTERNAL_CORRELATION_ID/01ZD0303208/1101ZD0100000448754K/2011-09-26"
    assert routed.drafts[0].reference == "CID-test-001/01ZD0303208/1101ZD0100000448754K/2011-09-26"


def test_a_hundred_offences_are_read() -> None:
    (draft,) = decode("police/177-hundred-results/input-message.xml").drafts
    assert isinstance(draft.payload, HearingResult)
    custodial = [result for offence in draft.payload.offences for result in offence.results if result.code == "1002"]
    assert len(custodial) == 100
    assert {(result.durations[0].value, result.durations[0].unit) for result in custodial} == {(12, "M")}


@pytest.mark.parametrize(
    "name",
    [
        "spi/input-message-001.xml",
        "police/177-hundred-results/input-message.xml",
        "spi/SingleDefendantSingeOffence.xml",
        "spi/spi-in-with-namespace-prefix.xml",
    ],
)
def test_what_was_read_is_written_and_read_again_without_loss(name: str) -> None:
    (draft,) = decode(name).drafts
    payload = draft.payload.model_dump(mode="json", exclude_none=True)
    sent_at = datetime(2030, 1, 1, tzinfo=UTC)
    message = Outbound("M-1", draft.kind, 1, "a", "b", "r", sent_at, "c", payload)
    encoded = SPI.encode(message)
    assert encoded.unexpressed == ()
    assert SPI.decode(encoded.body, {}).drafts[0].payload == draft.payload


def test_court_lists_and_prosecution_papers_are_left_to_others() -> None:
    others = [*SHARED.glob("libra/*.xml"), *SHARED.glob("cps/*.xml")]
    assert len(others) >= 4
    assert not [file.name for file in others if SPI.recognises(file.read_bytes())]


def test_our_codes_are_those_of_the_standing_data() -> None:
    def codes(name: str) -> set[str]:
        return {row["spiCode"] for row in json.loads((SHARED / "standing-data" / name).read_text("utf-8"))}

    assert codes("plea-status.json") == set(PLEAS)
    assert codes("verdict.json") == set(FINDINGS)
    assert codes("gender.json") == set(SEXES)
