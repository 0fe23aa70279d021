"""A result without a code or a word refused the whole message, and the prison clock of the sentence never started."""

from schemas.kinds.hearing_result.v1 import HearingResult
from tests.bugs.formats.other_systems.reading import input_of, read
from tests.conftest import Bench


def test_the_sentence_is_read_and_the_blank_line_is_told() -> None:
    (draft,) = read("spi", "blank_result.xml").drafts
    assert isinstance(draft.payload, HearingResult)
    assert "1002" in [result.code for offence in draft.payload.offences for result in offence.results]
    assert [doubt.where.rpartition("/")[2] for doubt in draft.doubts if doubt.code == "spi.empty_result"] == [
        "Result[2]"
    ]


def test_on_a_running_exchange_the_clock_of_the_report_starts(bench: Bench) -> None:
    court = bench.hub.knowledge.registry.agencies.named("court-b01ef")
    answer = bench.hub.intake.receive(court, input_of("blank_result.xml").read_bytes())
    assert answer.receipt is not None, answer.refused
    assert len(bench.hub.deadlines.listed(name="report_to_prison")) == 1
