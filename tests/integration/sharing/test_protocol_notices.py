"""The parties of a protocol are warned before it expires or must be reviewed: each party once, and nobody else."""

import json
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from hub.sharing.agreed.notices import DAYS_BEFORE, Notice, Occasion, due_notices, parties_of
from hub.sharing.terms.protocols import SharingProtocol
from tests.conftest import Bench
from tests.integration.sharing.test_protocol_versions import AREA, approved, today, wording
from tests.unit.sharing.sharing_world import AGENCIES, clause, protocol

COURT = "court-b10jq"
BEGINS = date(2026, 1, 1)


def agreed(expires: int, review: int, version: int = 1, starts: int = 0) -> SharingProtocol:
    """A protocol, with days counted from the first of January."""
    begins = BEGINS + timedelta(starts)
    made = protocol(clause("urn"), version=version, starts=begins, expires=BEGINS + timedelta(expires))
    return replace(made, review=BEGINS + timedelta(review))


def due(protocols: tuple[SharingProtocol, ...], day: int) -> list[tuple[int, Occasion, int]]:
    found = due_notices(protocols, BEGINS + timedelta(day))
    return [(notice.protocol.version, notice.occasion, notice.days) for notice in found]


def test_the_notices_of_a_protocol_are_90_30_and_7_days_before_each_day() -> None:
    one = (agreed(expires=400, review=200),)
    first: dict[int, list[tuple[int, Occasion, int]]] = {}
    for day in range(500):
        told = [each for earlier in first.values() for each in earlier]
        if new := [each for each in due(one, day) if each not in told]:
            first[day] = new
    assert first == {
        200 - 90: [(1, Occasion.REVIEW, 90)],
        200 - 30: [(1, Occasion.REVIEW, 30)],
        200 - 7: [(1, Occasion.REVIEW, 7)],
        400 - 90: [(1, Occasion.EXPIRY, 90)],
        400 - 30: [(1, Occasion.EXPIRY, 30)],
        400 - 7: [(1, Occasion.EXPIRY, 7)],
    }


def test_a_later_version_that_goes_on_without_a_gap_needs_no_notice_of_expiry() -> None:
    old = agreed(expires=100, review=10)
    assert due((old, agreed(500, 300, version=2, starts=101)), 95) == []
    assert due((old, agreed(500, 300, version=2, starts=102)), 95) == [(1, Occasion.EXPIRY, 7)], (
        "there is a gap of a day"
    )
    assert due((agreed(100, 90), agreed(500, 300, version=2, starts=89)), 85) == [], "replaced before its review"


@given(st.lists(st.integers(0, 420), unique=True), st.integers(0, 400))
def test_however_many_days_are_missed_each_notice_goes_out_once_and_the_nearest_alone(
    days_run: list[int], review: int
) -> None:
    one = (agreed(expires=400, review=review),)
    sent: list[Notice] = []
    for day in sorted(days_run):
        now = list(due_notices(one, BEGINS + timedelta(day)))
        assert len({each.occasion for each in now}) == len(now), "one for each occasion"
        for notice in now:
            left = (notice.on - BEGINS).days - day
            assert 0 <= left <= notice.days
            assert not [days for days in DAYS_BEFORE if left <= days < notice.days]
        sent += [each for each in now if each not in sent]
    for occasion in Occasion:
        order = [each.days for each in sent if each.occasion is occasion]
        assert order == sorted(order, reverse=True)


def test_the_parties_are_those_whom_a_clause_names_or_whose_role_it_names() -> None:
    both = protocol(clause("urn", recipient="probation-south"))
    assert parties_of(both, AGENCIES, BEGINS) == ("court-north", "probation-south")
    assert parties_of(protocol(clause("urn")), AGENCIES, BEGINS) == (
        "court-north",
        "probation-north",
        "probation-south",
    )


def between_two(bench: Bench) -> str:
    """Court lists of one court for one area; the review is in 30 days."""
    return wording(
        bench,
        **{
            '["role:court"]': f'["{COURT}"]',
            '["role:probation"]': f'["{AREA}"]',
            '"role:court"': f'"{COURT}"',
            '"role:probation"': f'"{AREA}"',
        },
    )


def notices(bench: Bench, agency: str) -> list[dict[str, object]]:
    received = [json.loads(item.body()) for item in bench.agencies.received(agency)]
    told = [each["payload"] for each in received if each["kind"] == "protocol_notice"]
    return [each for each in told if each["protocol"] == "court-lists"]


def sweep(bench: Bench) -> None:
    while bench.hub.sweep.run()["notified"]:
        pass
    bench.drain()


def test_every_party_is_informed_once_and_nobody_else_is(bench: Bench) -> None:
    approved(bench, between_two(bench))
    sweep(bench)
    sweep(bench)
    for agency in (COURT, AREA):
        [notice] = notices(bench, agency)
        assert (notice["occasion"], notice["days_left"]) == ("review", 30)
        assert notice["parties"] == [COURT, AREA]
        assert notice["on"] == (today(bench) + timedelta(days=30)).isoformat()
    assert notices(bench, "probation-cheshire") == []
    bench.clock.advance(timedelta(days=26))
    sweep(bench)
    assert [each["days_left"] for each in notices(bench, AREA)] == [30, 4], "the day of 7 was missed"
    with bench.hub.store.transaction() as connection:
        told = connection.execute(text("SELECT count(*) FROM journal WHERE event = 'protocol.noticed'")).scalar_one()
        kept = connection.execute(text("SELECT count(*) FROM protocol_notice")).scalar_one()
    assert told == kept >= 2
