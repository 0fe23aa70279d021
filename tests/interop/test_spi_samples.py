"""The real SPI messages in ../shared/samples, read by the `spi` system. They are not part of this repository."""

import json
import time as clock
from pathlib import Path

import pytest

from adapters.contract import Decoded, Outbound
from adapters.systems.spi.adapter import system
from adapters.systems.spi.codes import FINDINGS, PLEAS, SEXES
from schemas.kinds.hearing_result.v1 import HearingResult
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


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("spi/SingleDefendantSingeOffence.xml", "spi.new_case_not_taken"),
        ("spi/spi-in-with-namespace-prefix.xml", "spi.new_case_not_taken"),
        ("spi/response-from-cjse.xml", "spi.not_a_result"),
    ],
)
def test_what_is_no_result_is_refused_whole(name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        decode(name)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_the_same_result_in_both_envelopes_is_the_same() -> None:
    delivered, routed = decode("spi/input-message-001.xml"), decode("spi/input-message-routedata-001.xml")
    assert delivered.drafts[0].payload == routed.drafts[0].payload
    assert delivered.drafts[0].reference == "EXTERNAL_CORRELATION_ID/01ZD0303208/1101ZD0100000448754K/2011-09-26"
    assert routed.drafts[0].reference == "CID-test-001/01ZD0303208/1101ZD0100000448754K/2011-09-26"


def test_a_hundred_offences_are_read_in_well_under_a_second() -> None:
    decode("police/177-hundred-results/input-message.xml")
    started = clock.perf_counter()
    (draft,) = decode("police/177-hundred-results/input-message.xml").drafts
    assert clock.perf_counter() - started < 1
    assert isinstance(draft.payload, HearingResult)
    custodial = [result for offence in draft.payload.offences for result in offence.results if result.code == "1002"]
    assert len(custodial) == 100
    assert {(result.durations[0].value, result.durations[0].unit) for result in custodial} == {(12, "M")}


@pytest.mark.parametrize("name", ["spi/input-message-001.xml", "police/177-hundred-results/input-message.xml"])
def test_what_was_read_is_written_and_read_again_without_loss(name: str) -> None:
    (draft,) = decode(name).drafts
    assert draft.sent_at is not None
    payload = draft.payload.model_dump(mode="json", exclude_none=True)
    message = Outbound("M-1", "hearing_result", 1, "a", "b", "r", draft.sent_at, "c", payload)
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
