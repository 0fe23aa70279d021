"""No number below the limit follows from the figures that are shown, however they are added and subtracted."""

from collections import Counter
from fractions import Fraction
from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from hub.indicators.periods import Every, period_of_month
from hub.indicators.suppression import Hidden, hidden_figures

BELOW = 5
MONTHS = tuple(f"2026-{number:02}" for number in range(1, 13))
PARTS = ("done", "not done")
Table = dict[tuple[str, str], dict[str, int]]
Cell = tuple[Every, str, str | None]

_number = st.one_of(st.integers(0, 12), st.sampled_from((0, 20, 40)))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    agencies = [f"area-{number}" for number in range(draw(st.integers(1, 5)))]
    months = draw(st.lists(st.sampled_from(MONTHS), min_size=1, max_size=12, unique=True))
    large = draw(st.booleans())  # where most are large, few must be hidden
    number = st.sampled_from((20, 30, 40, 3)) if large else _number
    return {(month, agency): {part: draw(number) for part in PARTS} for month, agency in product(months, agencies)}


def _cells(table: Table) -> dict[Cell, frozenset[tuple[str, str]]]:
    """Every figure that could be printed, as the months and agencies that it adds up. What is not in the table is 0,
    and a reader may know that."""
    cells: dict[Cell, set[tuple[str, str]]] = {}
    for month, agency in table:
        for every, place in product(Every, (None, agency)):
            cells.setdefault((every, period_of_month(month, every), place), set()).add((month, agency))
    return {cell: frozenset(adds) for cell, adds in cells.items()}


def _shown(cells: dict[Cell, frozenset[tuple[str, str]]], hidden: dict[Every, Hidden]) -> set[Cell]:
    return {cell for cell in cells if not hidden[cell[0]].hides(cell[2])}


class _Known:
    """What linear equations tell: each row is reduced by those before it, exactly."""

    def __init__(self) -> None:
        self._rows: dict[object, dict[object, Fraction]] = {}

    def left_of(self, unknowns: frozenset[tuple[str, str]]) -> dict[object, Fraction]:
        row: dict[object, Fraction] = {unknown: Fraction(1) for unknown in unknowns}
        while pivot := next((unknown for unknown in sorted(row, key=str) if unknown in self._rows), None):
            factor = row[pivot]
            for unknown, value in self._rows[pivot].items():
                row[unknown] = row.get(unknown, Fraction(0)) - factor * value
            row = {unknown: value for unknown, value in row.items() if value}
        return row

    def learn(self, unknowns: frozenset[tuple[str, str]]) -> None:
        if row := self.left_of(unknowns):
            pivot = min(row, key=str)
            self._rows[pivot] = {unknown: value / row[pivot] for unknown, value in row.items()}


def _number_in(table: Table, adds: frozenset[tuple[str, str]], part: str) -> int:
    return sum(table[each].get(part, 0) for each in adds)


def _done(**areas: dict[str, int]) -> Table:
    return {(month, area): {"done": n} for area, months in areas.items() for month, n in months.items()}


# a and b are hidden in the year, a and c are small in months: if the months of b were shown, their sum would tell a.
_TWO_PARTNERS = _done(
    a={"2026-01": 1, "2026-03": 3}, b={"2026-01": 6}, c={"2026-01": 20, "2026-03": 2}, d={"2026-01": 40, "2026-03": 40}
)


@given(tables())
@example(_TWO_PARTNERS)
def test_no_difference_of_shown_figures_is_a_hidden_small_number(table: Table) -> None:
    cells, hidden = _cells(table), dict(hidden_figures(table, BELOW))
    known = _Known()
    for cell in _shown(cells, hidden):
        known.learn(cells[cell])
    for adds in cells.values():
        if any(0 < _number_in(table, adds, part) < BELOW for part in PARTS):
            assert known.left_of(adds), f"{sorted(adds)} follows from what is shown"


@given(tables())
def test_the_hidden_agencies_together_are_not_a_small_number(table: Table) -> None:
    cells, hidden = _cells(table), dict(hidden_figures(table, BELOW))
    for (every, period, place), adds in cells.items():
        if place is None and not hidden[every].everything:
            rest = frozenset(each for each in adds if hidden[every].hides(each[1]))
            assert all(not 0 < _number_in(table, rest, part) < BELOW for part in PARTS), period


def test_one_small_area_takes_the_next_smallest_with_it() -> None:
    table = {("2026-01", area): Counter(done=number) for area, number in (("a", 3), ("b", 20), ("c", 30))}
    assert hidden_figures(table, BELOW)[Every.YEAR] == Hidden(frozenset({"a", "b"}), everything=False)


def test_a_small_month_hides_the_months_of_the_area_and_not_its_year() -> None:
    table = {(month, area): Counter(done=20) for month, area in product(MONTHS, "abc")}
    table["2026-02", "a"] = Counter(done=2)
    hidden = hidden_figures(table, BELOW)
    assert hidden[Every.YEAR] == hidden[Every.QUARTER] == Hidden(frozenset(), everything=False)
    assert hidden[Every.MONTH].agencies == {"a", "b"}


def test_where_nothing_is_small_nothing_is_hidden() -> None:
    table = {(month, area): Counter(done=BELOW) for month, area in product(MONTHS, "ab")}
    assert set(hidden_figures(table, BELOW).values()) == {Hidden(frozenset(), everything=False)}


def test_the_only_area_is_hidden_with_the_total() -> None:
    assert hidden_figures({("2026-01", "a"): Counter(done=4)}, BELOW)[Every.YEAR].hides(None)
