"""The words of one partner about a message, or of an operator, were shown to the agency that had sent another
message."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hub.exchange.partners.availability import PartnerState
from tests.conftest import Bench

AREA, SENDER, BY = "probation-northumbria", "court-b10jq", "operator-one"
PARTNER_SAYS, OPERATOR_SAYS = "something went wrong", "the sitting was vacated"


def _why(bench: Bench, message_id: str, agency: str | None) -> str:
    story = (
        bench.hub.stories.show_to(bench.hub.knowledge.registry.agencies.named(agency), UUID(message_id))
        if agency
        else bench.hub.stories.show(message_id)
    )
    [delivery] = [each for each in story["deliveries"] if each["recipient"] == AREA]
    return str(delivery["why"])


def _sent(bench: Bench, name: str) -> str:
    receipt: Any = bench.send(bench.story()[name])
    return str(receipt["messages"][0]["id"])


def test_an_agency_reads_no_words_of_another(bench: Bench) -> None:
    bench.agencies.behave(AREA, "error")
    messages = [_sent(bench, name) for name in ("list", "sentence_without_report", "request")]
    for _ in range(3):
        bench.drain()
        bench.clock.advance(timedelta(seconds=30))
    states = {each["recipient"]: each["state"] for each in bench.hub.partners.listed()}
    assert states[AREA] == PartnerState.NOT_ANSWERING, states
    for message in messages:
        assert PARTNER_SAYS in _why(bench, message, None), "operators are told"
        told = _why(bench, message, SENDER)
        assert told.startswith("waiting: partner does not answer since")
        assert PARTNER_SAYS not in told


def test_nor_what_an_operator_wrote(bench: Bench) -> None:
    bench.agencies.behave(AREA, "error")
    message = _sent(bench, "list")
    for _ in range(bench.hub.settings.attempts_max):
        bench.drain()
        bench.clock.advance(timedelta(hours=2))
    assert _why(bench, message, SENDER) == "quarantined: partner.failed"
    [item] = bench.hub.quarantine.listed()
    bench.hub.quarantine.discard(item["id"], BY, OPERATOR_SAYS)
    assert _why(bench, message, None) == f"discarded by {BY}: {OPERATOR_SAYS}"
    told = _why(bench, message, SENDER)
    assert told.startswith("discarded: ")
    assert BY not in told
    assert OPERATOR_SAYS not in told
