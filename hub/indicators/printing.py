"""Prints the quarterly report: a page of HTML that reads well on paper and aloud, and a tagged PDF of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from hub.deadlines.london import LONDON
from hub.errors import ValueUnusable
from hub.indicators.board import BoardReport
from hub.indicators.figures import IndicatorFigure

_WIDE, _HIGH, _FOOT, _HEAD = 320, 120, 22, 18


@dataclass(frozen=True, slots=True)
class ShareBar:
    """`label` is the period, `words` what stands above the bar. All lengths are in units of the view box."""

    label: str
    words: str
    x: float
    y: float
    width: float
    height: float
    is_known: bool

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class ShareChart:
    """Bars of shares from 0% to 100%, and a line through the tops of those that are known and follow each other."""

    width: int
    height: int
    base: int
    bars: tuple[ShareBar, ...]
    lines: tuple[str, ...]


def share_chart(figures: Sequence[IndicatorFigure]) -> ShareChart:
    base = _HEAD + _HIGH
    step = _WIDE / max(len(figures), 1)
    bars = [_bar(each, number * step, step) for number, each in enumerate(figures)]
    runs: list[list[ShareBar]] = [[]]
    for bar in bars:
        if bar.is_known:
            runs[-1].append(bar)
        else:
            runs.append([])
    lines = tuple(" ".join(f"{bar.middle:.1f},{bar.y:.1f}" for bar in run) for run in runs if len(run) > 1)
    return ShareChart(_WIDE, base + _FOOT, base, tuple(bars), lines)


def _bar(figure: IndicatorFigure, x: float, step: float) -> ShareBar:
    height = _HIGH * (figure.share or 0)
    words = "hidden" if figure.hidden else "none" if figure.share is None else f"{figure.share:.0%}"
    return ShareBar(
        figure.period, words, x + step * 0.15, _HEAD + _HIGH - height, step * 0.7, height, figure.share is not None
    )


def style_sheet() -> str:
    return (files("hub.indicators") / "templates" / "board.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("hub.indicators", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def as_html(report: BoardReport, name: str, made_at: datetime, style_address: str | None = None) -> str:
    """`name` is that of the area, as people write it. The style sheet stands in the page, or at `style_address`."""
    return (
        _environment()
        .get_template("board.html")
        .render(
            report=report,
            name=name,
            made_on=f"{made_at.astimezone(LONDON):%d %B %Y}".lstrip("0"),
            chart=share_chart,
            style=None if style_address else style_sheet(),
            style_address=style_address,
        )
    )


def as_pdf(html: str) -> bytes:
    """Tagged, so that a screen reader can read it. Raises ValueUnusable where WeasyPrint cannot work."""
    try:
        from weasyprint import HTML  # takes long to import, and needs libraries of the system
    except (ImportError, OSError) as error:
        raise ValueUnusable(
            "value.unusable",
            f"a PDF cannot be written here: {error}",
            "install the extra `pdf` and the library Pango, or write HTML and print it",
            "--to",
        ) from error
    written: bytes = HTML(string=html).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    return written
