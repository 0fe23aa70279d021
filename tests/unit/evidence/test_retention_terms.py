"""When the retention time of content ends."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from hub.disposal.terms import Terms, WhyKept
from hub.store.persons.disposal import Candidate, Sharing

THEN = datetime(2025, 1, 1, tzinfo=UTC)
TERMS = Terms({("short", 1): 10, ("long", 2): 100}, without=365)


def _message(*sharings: Sharing, clock_open: bool = False, indexed: bool = True) -> Candidate:
    return Candidate(uuid4(), "kind", "sender", THEN, sharings, clock_open, indexed)


def _delivered(protocol: str, version: int, after_days: int = 0) -> Sharing:
    return Sharing("delivered", THEN + timedelta(days=after_days), protocol, version)


def test_the_longest_protocol_counts_from_the_last_delivery() -> None:
    term = TERMS.term_of(_message(_delivered("long", 2), _delivered("short", 1, after_days=5)), held=False)
    assert (term.protocol, term.days, term.ends_at) == ("long v2", 100, THEN + timedelta(days=105))
    assert term.why_kept is None


def test_what_nobody_was_given_has_a_term_of_its_own() -> None:
    term = TERMS.term_of(_message(), held=False)
    assert (term.protocol, term.ends_at) == ("none", THEN + timedelta(days=365))


@pytest.mark.parametrize(
    ("message", "held", "why"),
    [
        (_message(_delivered("short", 1)), True, WhyKept.LEGAL_HOLD),
        (_message(Sharing("quarantined", None, "short", 1)), False, WhyKept.QUARANTINED),
        (_message(_delivered("short", 1), Sharing("held", None, "short", 1)), False, WhyKept.UNFINISHED),
        (_message(Sharing("placed", None, "short", 1)), False, WhyKept.UNFINISHED),
        (_message(_delivered("short", 1), clock_open=True), False, WhyKept.CLOCK_OPEN),
        (_message(_delivered("short", 1), _delivered("short", 9)), False, WhyKept.PROTOCOL_UNKNOWN),
        (_message(_delivered("short", 1), indexed=False), False, WhyKept.NOT_INDEXED),
    ],
)
def test_what_keeps_content_whose_time_is_over(message: Candidate, held: bool, why: WhyKept) -> None:
    assert TERMS.term_of(message, held=held).why_kept is why


def test_of_protocols_that_keep_it_equally_long_the_first_by_name_is_named() -> None:
    terms = Terms({(name, 1): 10 for name in "edcba"}, without=365)
    message = _message(*(_delivered(name, 1) for name in "edcba"))
    assert terms.term_of(message, held=False).protocol == "a v1"


def test_the_shortest_time_is_that_of_a_protocol_or_of_what_has_none() -> None:
    assert TERMS.shortest() == 10
    assert Terms({("long", 2): 100}, without=30).shortest() == 30
