"""The real police records in ../shared/samples, read by `police_record`. They are not part of this repository."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adapters.catalogue import Adapters
from adapters.contract import Draft, Outbound
from adapters.systems.police_record.adapter import system
from schemas.kinds.previous_convictions.v1 import PreviousConvictions

POLICE_SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "police"
pytestmark = pytest.mark.skipif(not POLICE_SAMPLES.is_dir(), reason="the real samples (../shared/samples) are not here")
POLICE = system()
UNFINISHED = ["police_record.unfinished"]
ANSWER = "leds-asn-query-response-001.json"
COUNTS = [
    (ANSWER, 1, 3, 3, ["police_record.unmapped"] * 2),
    ("018-results-already-on-pnc/police-data.before.json", 1, 1, 0, UNFINISHED),
    ("018-results-already-on-pnc/police-data.after.json", 1, 1, 1, []),
    ("044-fta-undated-warrant/police-data.before.json", 1, 1, 0, UNFINISHED),
    ("177-hundred-results/police-data.before.json", 1, 100, 0, UNFINISHED),
    ("177-hundred-results/police-data.after.json", 1, 100, 200, []),
    ("277-breach-handling/police-data.before.json", 1, 1, 0, UNFINISHED),
]


def decode(name: str) -> tuple[Draft, PreviousConvictions]:
    decoded = POLICE.decode((POLICE_SAMPLES / name).read_bytes(), {})
    (draft,) = decoded.drafts
    assert decoded.refused == () and isinstance(draft.payload, PreviousConvictions)
    return draft, draft.payload


@pytest.mark.parametrize(("name", "convictions", "offences", "results", "doubts"), COUNTS)
def test_a_record_is_read_whole(name: str, convictions: int, offences: int, results: int, doubts: list[str]) -> None:
    assert POLICE.recognises((POLICE_SAMPLES / name).read_bytes())
    draft, payload = decode(name)
    counts = payload.counts()
    assert (counts["convictions"], counts["offences"], counts["results"]) == (convictions, offences, results)
    assert [doubt.code for doubt in draft.doubts] == doubts
    assert draft.sender == "force:01"


def test_every_record_that_is_there_is_counted() -> None:
    there = {str(path.relative_to(POLICE_SAMPLES)) for path in POLICE_SAMPLES.rglob("*.json")}
    assert there == {name for name, *_ in COUNTS}


def test_no_other_system_claims_a_record() -> None:
    systems = Adapters.discover().systems
    for name, *_ in COUNTS:
        body = (POLICE_SAMPLES / name).read_bytes()
        assert [one for one, found in systems.items() if found.recognises(body)] == ["police_record"]


def test_what_has_no_place_in_the_answer_is_reported() -> None:
    draft, _ = decode(ANSWER)
    assert [doubt.where for doubt in draft.doubts] == [
        "$.disposals[0].offences[0].offenceTic",
        "$.disposals[0].offences[2].roleQualifiers",
    ]


def test_the_second_offence_of_the_answer_is_as_a_person_reads_it() -> None:
    _, payload = decode(ANSWER)
    assert payload.defendant.arrest_summons_number == "2600000000000001566Y"
    conviction = payload.convictions[0]
    assert (conviction.convicted_on, conviction.reference) == (date(2011, 9, 26), "26/9998/000826X")
    offence = conviction.offences[1]
    assert (offence.code, offence.sequence, offence.plea, offence.finding) == ("RT88191", 2, "not guilty", "guilty")
    (result,) = offence.results
    assert (result.code, result.qualifiers, result.amounts_pounds) == ("1015", ("AB", "B"), ("100",))
    assert [(one.value, one.unit, one.starts_on, one.secondary) for one in result.durations] == [
        (5, "W", date(2011, 10, 12), None),
        (12, "M", None, True),
    ]


def test_the_two_hundred_results_are_a_hundred_years_and_a_hundred_fines() -> None:
    _, payload = decode("177-hundred-results/police-data.after.json")
    offences = payload.convictions[0].offences
    assert [offence.sequence for offence in offences] == list(range(1, 101))
    results = [result for offence in offences for result in offence.results]
    terms = Counter((one.code, *((d.value, d.unit) for d in one.durations), *one.amounts_pounds) for one in results)
    assert terms == {("1002", (12, "M")): 100, ("1015", "100"): 100}
    assert {offence.finding for offence in offences} == {"guilty"}


@pytest.mark.parametrize("name", [name for name, *_ in COUNTS])
def test_what_was_read_is_written_and_read_again_without_loss(name: str) -> None:
    draft, payload = decode(name)
    plain = payload.model_dump(mode="json", exclude_none=True)
    sent_at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    encoded = POLICE.encode(Outbound("i", draft.kind, 1, "a", "b", "r", sent_at, "c", plain))
    assert encoded.unexpressed == ()
    (back,) = POLICE.decode(encoded.body, {}).drafts
    assert back.payload == payload
    assert json.loads(encoded.body)["asn"] == payload.defendant.arrest_summons_number
