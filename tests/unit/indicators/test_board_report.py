"""The quarterly report for a board: its sentences, its charts with their tables, and its tagged PDF."""

import re
import zlib
from datetime import UTC, datetime

import pytest
from lxml import html

from hub.errors import ValueUnusable
from hub.indicators.board import BoardReport, board_report, quarter_before, sentence_of
from hub.indicators.figures import IndicatorFigure
from hub.indicators.periods import Every, written_period
from hub.indicators.printing import as_html, as_pdf, share_chart
from hub.indicators.reporting import FiguresWanted
from schemas.indicators.definitions import INDICATORS

AT_PRISON, LAST = INDICATORS[0], next(each for each in INDICATORS if each.id == "ethnicity_complete")
COUNTED = {
    "2026-Q1": (79, 100),
    "2026-Q2": (112, 130),
    "2026-04": (40, 50),
    "2026-05": (40, 45),
    "2026-06": (32, 35),
}


def _figure(period: str, counted: tuple[int, int], *, hidden: bool = False) -> IndicatorFigure:
    numerator, denominator = (None, None) if hidden else counted
    return IndicatorFigure(AT_PRISON, period, None, numerator, denominator, {}, hidden=hidden)


def _figures(wanted: FiguresWanted) -> tuple[IndicatorFigure, ...]:
    """What a hub would count: the first indicator has numbers, and the last has none."""
    periods = [str(each) for each in wanted.period.divided(wanted.every)]
    none = [IndicatorFigure(LAST, period, None, 0, 0, {}) for period in periods]
    return (*(_figure(period, COUNTED.get(period, (0, 0))) for period in periods), *none)


@pytest.fixture(scope="module")
def made() -> BoardReport:
    return board_report(_figures, written_period("2026-Q2"), None)


def test_a_sentence_says_the_figure_and_what_has_changed() -> None:
    now, before = _figure("2026-Q2", (112, 130)), _figure("2026-Q1", (79, 100))
    assert sentence_of(now, before) == (
        "Of 130 immediate custodial sentences whose 48 hours are over, 112 (86%): the prison confirmed receipt of the "
        "report within 48 hours of the sentence. The quarter before it was 79%: it is now 7 percentage points more."
    )


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ((8, 10), (8, 10), "The quarter before it was the same, 80%."),
        ((8, 10), (9, 10), "it is now 10 percentage points less."),
        ((8, 10), (0, 0), "Nothing was counted the quarter before."),
        ((8, 10), None, "The figure of the quarter before is hidden"),
        ((8, 10), (8, 10), "by chance alone the share could be from 49% to 94%."),
        ((0, 0), (9, 10), "Nothing was counted this quarter"),
        (None, (9, 10), "The figure of this quarter is hidden"),
    ],
)
def test_what_is_few_hidden_or_none_is_said(
    now: tuple[int, int] | None, before: tuple[int, int] | None, said: str
) -> None:
    one, other = (_figure("2026-Q2", each or (0, 0), hidden=each is None) for each in (now, before))
    assert said in sentence_of(one, other)


def test_each_figure_has_charts_whose_tables_say_the_same(made: BoardReport) -> None:
    page = html.fromstring(as_html(made, "Kent & Sussex <Area>", datetime(2026, 7, 1, tzinfo=UTC)))
    assert page.get("lang") == "en"
    assert page.findtext(".//h1") == "Kent & Sussex <Area>"
    ids = {each.get("id") for each in page.iter() if each.get("id")}
    drawings, tables = page.findall(".//svg"), page.findall(".//table")
    assert len(drawings) == len(tables) == 2
    for drawing, table in zip(drawings, tables, strict=True):
        assert drawing.get("role") == "img"
        assert set((drawing.get("aria-labelledby") or "").split()) <= ids
        told = drawing.findtext("desc") or ""
        for row in table.findall(".//tbody/tr"):
            period, _, _, share, _ = [str(cell.text_content()).strip() for cell in row]
            assert f"{period}: {share}." in told
    assert [row[1].text_content() for row in tables[1].findall(".//tbody/tr")] == ["40", "40", "32"]
    assert page.findall(".//section")[-1].findtext(".//li") == LAST.title, "nothing was counted for it"


def test_the_line_of_a_trend_is_broken_where_nothing_is_known() -> None:
    shares = [(1, 2), (1, 2), (0, 0), (1, 4), (1, 2), (1, 2)]
    chart = share_chart([_figure(f"2026-{number:02}", each) for number, each in enumerate(shares, 1)])
    assert [len(line.split()) for line in chart.lines] == [2, 3]
    assert chart.bars[2].words == "none"
    assert chart.bars[3].height == pytest.approx(chart.bars[0].height / 2)


def test_the_pdf_is_tagged_and_says_its_language(made: BoardReport) -> None:
    written = as_pdf(as_html(made, "Kent", datetime(2026, 7, 1, tzinfo=UTC)))
    assert written.startswith(b"%PDF-")
    packed = re.findall(rb"/ObjStm.*?stream\r?\n(.*?)\r?\nendstream", written, re.DOTALL)
    objects = written + b"".join(zlib.decompress(each) for each in packed)
    for tag in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang (en)", b"/Figure", b"/TH"):
        assert tag in objects


def test_a_report_is_of_a_quarter() -> None:
    with pytest.raises(ValueUnusable, match="the report is of a quarter"):
        board_report(_figures, written_period("2026"), None)
    assert str(quarter_before(written_period("2026-Q1"))) == "2025-Q4"
    assert quarter_before(written_period("2026-Q3")).every is Every.QUARTER
