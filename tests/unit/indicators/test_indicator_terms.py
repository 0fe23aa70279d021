"""The definitions of the indicators, their periods and their intervals."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.deadlines.london import LONDON
from hub.indicators.intervals import wilson
from hub.indicators.periods import Every, Period, period_of, period_of_month, written_period
from schemas.catalogue import Catalogue, is_measured
from schemas.indicators.definitions import INDICATORS
from schemas.indicators.page import PAGE, main, page_text
from schemas.indicators.terms import Deadlines, Indicator


def test_each_indicator_counts_a_clock_that_a_kind_starts_or_a_kind_that_is_measured() -> None:
    catalogue = Catalogue.discover()
    started = {clock for kind in catalogue.kinds.values() for clock in kind.starts}
    for each in INDICATORS:
        if isinstance(each.series, Deadlines):
            assert set(each.series.clocks) <= started
        else:
            assert is_measured(catalogue.latest(each.series.kind))
    assert len({each.id for each in INDICATORS}) == len(INDICATORS)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda each: each.id)
def test_what_is_counted_and_what_is_left_out_are_all_outcomes(indicator: Indicator) -> None:
    assert indicator.numerator < indicator.denominator
    assert indicator.denominator.isdisjoint(indicator.excluded)
    assert indicator.denominator | indicator.excluded.keys() == indicator.series.outcomes
    assert all(indicator.excluded.values())


def test_the_outcomes_of_warrants_add_up_to_all_of_them() -> None:
    shares = [each for each in INDICATORS if each.series.name == "warrant_open"]
    assert {each.denominator for each in shares} == {frozenset().union(*(each.numerator for each in shares))}
    assert sum(len(each.numerator) for each in shares) == len(shares[0].denominator)


def test_the_page_is_made_from_the_definitions() -> None:
    assert PAGE.read_text() == page_text(INDICATORS)
    assert main(["--check"]) == 0
    assert PAGE.read_text() != page_text(INDICATORS[1:])


def test_an_interval_is_that_of_the_books() -> None:
    """8 of 10: R. G. Newcombe, Statistics in Medicine 17, 1998, computes intervals by the same formula; on paper
    (0.8 + 3.8415/20) / 1.38415 = 0.7168, plus or minus 1.96 / 1.38415 x sqrt(0.016 + 3.8415/400) = 0.2265."""
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 10)[0] == pytest.approx(0)
    assert wilson(10, 10)[1] == pytest.approx(1)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share(counted: tuple[int, int]) -> None:
    low, high = wilson(*counted)
    assert 0 <= low <= counted[0] / counted[1] + 1e-12 and counted[0] / counted[1] - 1e-12 <= high <= 1


def test_a_quarter_begins_and_ends_at_midnight_in_london() -> None:
    quarter = written_period("2026-q2")
    assert quarter.since.astimezone(UTC) == datetime(2026, 3, 31, 23, tzinfo=UTC)
    assert quarter.until.astimezone(UTC) == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert written_period("2026-Q4").until == datetime(2027, 1, 1, tzinfo=LONDON)


@pytest.mark.parametrize("every", Every)
def test_the_parts_of_a_year_follow_each_other_and_are_the_year(every: Every) -> None:
    year = Period(Every.YEAR, 2026)
    parts = year.divided(every)
    assert (parts[0].since, parts[-1].until) == (year.since, year.until)
    assert all(one.until == other.since for one, other in pairwise(parts))
    assert [written_period(str(part)) for part in parts] == list(parts)


@given(st.integers(0, 3_000_000_000), st.sampled_from(Every))
def test_every_moment_is_in_the_period_of_its_month(seconds: int, every: Every) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    period = period_of(moment, every)
    assert period.since <= moment < period.until
    assert period_of_month(str(period_of(moment, Every.MONTH)), every) == str(period)


@pytest.mark.parametrize("written", ["", "26", "2026-Q5", "2026-13", "2026-1", "2026Q1", "9999", "0000", "2026-Q"])
def test_another_way_of_writing_a_period_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="write a year"):
        written_period(written)


def test_a_period_is_not_divided_into_longer_ones() -> None:
    with pytest.raises(ValueError, match="a month has no quarters"):
        written_period("2026-08").divided(Every.QUARTER)
