"""The time within which a person decides about a doubtful link: the strictest that a protocol in force sets."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hub.bootstrap import Knowledge
from hub.exchange.due.undecided_links import allowance_of
from schemas.kind import LINK_DECIDED, Allowance

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
KIND = "reconviction_link"


@pytest.mark.parametrize(
    ("agreed", "counts"),
    [
        ({}, Allowance(5, "working_days")),
        ({"reconvictions-to-probation": "2 working days"}, Allowance(2, "working_days")),
        ({"reconvictions-to-probation": "90 hours", "reconvictions-for-research": "2 hours"}, Allowance(2, "hours")),
        ({"reports-to-prisons": "2 hours"}, Allowance(5, "working_days")),
    ],
)
def test_the_strictest_time_of_the_protocols_of_the_kind_counts(
    knowledge: Knowledge, agreed: dict[str, str], counts: Allowance
) -> None:
    def with_clock(text: str) -> tuple[tuple[str, Allowance], ...]:
        amount, _, unit = text.partition(" ")
        return ((LINK_DECIDED, Allowance(int(amount), unit.replace(" ", "_"))),)

    protocols = tuple(
        replace(protocol, clocks=with_clock(agreed[protocol.id])) if protocol.id in agreed else protocol
        for protocol in knowledge.registry.protocols
    )
    assert allowance_of(KIND, replace(knowledge.registry, protocols=protocols), NOW) == counts
