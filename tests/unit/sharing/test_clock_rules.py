"""Two protocols that set different times for one clock of one message are reported; others are not."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from hub.sharing.checking.clock_rules import differing_clocks
from hub.sharing.checking.protocol_rules import WrittenProtocol
from hub.sharing.terms.protocols import Clause, SharingProtocol
from hub.sharing.terms.source import Source
from schemas.kind import Allowance
from schemas.problem import Problem
from tests.unit.sharing.sharing_world import AGENCIES, CATALOGUE, TODAY, clause, protocol

TEN, FIVE = Allowance(10, "working_days"), Allowance(5, "working_days")
TABLE = 'id = "p"\n\n[clocks]\nreport_completed = "10 working days"\n\n[[permit]]\nid = "c"\n'
INLINE = 'id = "p"\n\n\nclocks = { report_completed = "10 working days" }\n\n[[permit]]\nid = "c"\n'


def asks(sender: str = "role:court", kinds: tuple[str, ...] = ("report_request",)) -> Clause:
    return replace(clause("urn", sender=sender), kinds=kinds)


def agreed(id: str, allowance: Allowance, *clauses: Clause, clock: str = "report_completed") -> SharingProtocol:
    return replace(protocol(*(clauses or (asks(),)), id=id), clocks=((clock, allowance),))


def found(*protocols: SharingProtocol, text: str = TABLE) -> list[Problem]:
    written = [WrittenProtocol(each, Source(f"{each.id}.toml", text)) for each in protocols]
    return list(differing_clocks(written, AGENCIES, CATALOGUE))


@pytest.mark.parametrize("text", [TABLE, INLINE])
def test_a_difference_is_told_with_both_places(text: str) -> None:
    [problem] = found(agreed("one", TEN), agreed("two", FIVE), text=text)
    assert (problem.code, problem.where) == ("clock.differs", "two.toml line 4")
    assert problem.problem == f"report_completed is {FIVE} here and {TEN} in one.toml line 4"


@pytest.mark.parametrize(
    "second",
    [
        agreed("two", TEN),
        agreed("one", FIVE),
        agreed("two", FIVE, clock="transfer_reply"),
        replace(agreed("two", FIVE), starts=TODAY + timedelta(days=1), expires=TODAY + timedelta(days=9)),
        agreed("two", FIVE, asks(kinds=("court_list",))),
        agreed("two", FIVE, asks(sender="role:prison")),
    ],
    ids=["the same time", "one protocol", "another clock", "another day", "another kind", "another sender"],
)
def test_there_is_none_if_no_message_falls_under_both(second: SharingProtocol) -> None:
    assert found(agreed("one", TEN), second) == []


def test_a_clock_that_no_kind_of_the_two_starts_is_no_matter() -> None:
    assert found(agreed("one", TEN, clock="transfer_reply"), agreed("two", FIVE, clock="transfer_reply")) == []


def test_every_pair_is_looked_at_and_one_clause_is_enough() -> None:
    many = [agreed(f"p{number}", Allowance(number, "hours")) for number in range(1, 4)]
    assert [problem.where.partition(" ")[0] for problem in found(*many)] == ["p2.toml", "p3.toml", "p3.toml"]
    other = asks(kinds=("court_list",))
    for first, second in product([(asks(), other), (other, asks())], repeat=2):
        assert len(found(agreed("one", TEN, *first), agreed("two", FIVE, *second))) == 1
