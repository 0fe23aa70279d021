"""`hub board`: the quarterly report for a probation board, to print."""

from pathlib import Path
from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.evidence.report import typed_period
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import SuppressBelow, WithPredecessors
from hub.cli.speaking.screen import out
from hub.cli.speaking.selecting import selection
from hub.errors import ValueUnusable
from hub.indicators.periods import Every, Period

_HTML, _PDF = ".html", ".pdf"


def add_commands(cli: typer.Typer) -> None:
    cli.command()(board)


def board(
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Write it here: a name with .html or .pdf.")],
    period: Annotated[
        Period | None,
        typer.Option(parser=typed_period, metavar="QUARTER", help="2026-Q3. Else the quarter that has ended last."),
    ] = None,
    agency: Annotated[str | None, typer.Option(help="What this area must do. Else all agencies together.")] = None,
    suppress_below: SuppressBelow = None,
    with_predecessors: WithPredecessors = False,
) -> None:
    """Write the quarterly report for a board: each figure with a sentence, charts and tables."""
    from hub.indicators.board import board_report, quarter_before
    from hub.indicators.printing import as_html, as_pdf

    if to.suffix not in (_HTML, _PDF):
        raise ValueUnusable("value.unusable", f"{to.name} is neither HTML nor PDF", "end it in .html or .pdf", "--to")
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        chosen = selection(hub, agency, None, None).recipient
        quarter = period or quarter_before(hub.indicators.now_in(Every.QUARTER))
        made = board_report(
            hub.indicators.figures,
            quarter,
            chosen,
            suppress_below=suppress_below,
            with_predecessors=with_predecessors,
        )
        known = hub.wiring.agencies.get(chosen) if chosen else None
        html = as_html(made, known.name if known else "All agencies", hub.clock.now())
    to.write_bytes(as_pdf(html) if to.suffix == _PDF else html.encode())
    out().print(f"{to}: {len(made.sections)} indicators of {quarter}")
