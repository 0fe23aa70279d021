"""Which notices of a protocol are due on which day, and whom they are for."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.sharing.agreed.notices import DAYS_BEFORE, Notice, Occasion, due_notices, parties_of
from hub.sharing.terms.agencies import Agencies, AgencyRole
from hub.sharing.terms.protocols import SharingProtocol
from tests.unit.sharing.sharing_world import AGENCIES, AREA, COURT, PRISON, SOUTH, clause, protocol

BEGINS = date(2026, 1, 1)


def agreed(expires: int, review: int, version: int = 1, starts: int = 0) -> SharingProtocol:
    """With days counted from the first of January."""
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


def test_the_exchange_itself_and_who_is_gone_or_not_begun_are_told_nothing() -> None:
    hub = replace(COURT, id="hub", name="The exchange", role=AgencyRole.HUB)
    ended = replace(SOUTH, existed_until=BEGINS - timedelta(days=1), successor=AREA.id)
    later = replace(PRISON, existed_from=BEGINS + timedelta(days=1))
    agencies = Agencies.of([later, hub, ended, COURT, AREA])
    named = clause("urn", sender="hub", recipient="prison-north")
    everybody = replace(protocol(clause("urn"), named), expires=BEGINS)
    assert parties_of(everybody, agencies, BEGINS) == ("court-north", "probation-north")
    assert parties_of(everybody, agencies, BEGINS + timedelta(days=1)) == (
        "court-north",
        "prison-north",
        "probation-north",
    )
    assert parties_of(everybody, agencies, BEGINS - timedelta(days=1))[-1] == "probation-south"


def test_a_notice_says_what_comes_near_and_is_due_from_the_first_day_to_the_last() -> None:
    one = replace(agreed(expires=6, review=5), starts=BEGINS)
    [review, expiry] = due_notices((one,), BEGINS)
    assert (review.protocol, review.occasion, review.on, review.days) == (one, "review", one.review, 7)
    assert (expiry.protocol, expiry.occasion, expiry.on, expiry.days) == (one, "expiry", one.expires, 7)
    assert list(due_notices((one,), BEGINS - timedelta(days=1))) == []
    assert due((one,), 5) == [(1, Occasion.REVIEW, 7), (1, Occasion.EXPIRY, 7)]
    assert due((one,), 6) == [(1, Occasion.EXPIRY, 7)]
    assert due((one,), 7) == []
    assert due((one, agreed(500, 300, version=2, starts=5)), 4) == [], "replaced on the day of its review"
    assert due((one, agreed(500, 300, version=2, starts=6)), 4) == [(1, Occasion.REVIEW, 7)]
