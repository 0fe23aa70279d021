"""`hub report`: the indicators of a month, quarter or year, and the messages behind one."""

from typing import TYPE_CHECKING, Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, SuppressBelow, WithPredecessors
from hub.cli.speaking.screen import out, print_csv, print_json, table
from hub.cli.speaking.selecting import selection
from hub.cli.speaking.typed import one_of
from hub.counting import counted
from hub.errors import ValueUnusable
from hub.indicators.periods import Every, Period, written_period
from schemas.indicators.terms import Cut, Indicator, Outcome
from schemas.json import JsonObject

if TYPE_CHECKING:
    from hub.indicators.figures import IndicatorFigure
    from hub.store.overview.indicator_counts import CountedMessage

_COLUMNS = (
    "indicator",
    "title",
    "period",
    "agency",
    "numerator",
    "denominator",
    "share",
    "low",
    "high",
    "predicted",
    "hidden",
)
_MESSAGE_COLUMNS = ("message", "outcome", "due", "must_act")


def add_commands(cli: typer.Typer) -> None:
    cli.command()(report)


def typed_period(typed: str) -> Period:
    try:
        return written_period(typed)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def report(
    period: Annotated[
        Period | None,
        typer.Option(parser=typed_period, metavar="PERIOD", help="2026, 2026-Q3 or 2026-08. Else this quarter."),
    ] = None,
    every: Annotated[
        Every | None,
        typer.Option(parser=one_of(Every), metavar="LENGTH", help="Divide the period by month, quarter or year."),
    ] = None,
    by: Annotated[
        Cut | None,
        typer.Option(
            parser=one_of(Cut),
            metavar="PARTY",
            help="Divide by agency (that must act), division, team, officer (by post), court, prison or order.",
        ),
    ] = None,
    indicator: Annotated[list[str] | None, typer.Option(help="Only this indicator. May be repeated.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only what this agency must do.")] = None,
    suppress_below: SuppressBelow = None,
    with_predecessors: WithPredecessors = False,
    messages: Annotated[
        str | None, typer.Option(metavar="INDICATOR", help="List the messages behind this indicator instead.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many messages.")] = 1_000,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print lines for a spreadsheet.")] = False,
) -> None:
    """How often things were done in time. docs/indicators.md says what each figure counts."""
    if messages is not None and (suppress_below is not None or by is not None or every is not None or indicator):
        _refuse_division()
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        chosen = selection(hub, agency, None, None).recipient
        asked = period or hub.indicators.now_in(Every.QUARTER)
        if messages is not None:
            behind = hub.indicators.messages(messages, asked, chosen, limit, with_predecessors=with_predecessors)
            _print_messages(behind, as_json=as_json, as_csv=as_csv)
            return
        from hub.indicators.reporting import FiguresWanted

        wanted = FiguresWanted(
            asked, every or asked.every, by, tuple(indicator or ()), chosen, suppress_below, with_predecessors
        )
        found = hub.indicators.figures(wanted)
    _print_figures(found, asked, as_json=as_json, as_csv=as_csv)


def _refuse_division() -> None:
    raise ValueUnusable(
        "value.unusable",
        "a list of messages is not divided, and hides no numbers",
        "leave out --by, --every, --indicator and --suppress-below",
        "--messages",
    )


def _print_figures(found: "tuple[IndicatorFigure, ...]", asked: Period, *, as_json: bool, as_csv: bool) -> None:
    if as_json:
        print_json([_plain(each) for each in found])
    elif as_csv:
        print_csv((*_COLUMNS, *Outcome), (_cells(each) for each in found))
    else:
        rows = [(each.indicator.title, each.period, each.place or "all", *_words(each)) for each in found]
        out().print(table(f"Indicators of {asked}", ("indicator", "period", "agency", "figure", "left out"), rows))
        out().print("`hub report --messages INDICATOR` lists the messages; `--json` says what each figure counts.")


def _words(figure: "IndicatorFigure") -> tuple[str, str]:
    if figure.hidden:
        return "hidden: small numbers", ""
    left_out = ", ".join(f"{number} {outcome.replace('_', ' ')}" for outcome, number in figure.excluded.items())
    if figure.share is None:
        return "none", left_out
    said = f"{figure.numerator} of {figure.denominator}, {figure.share:.0%}"
    if figure.interval is not None:
        said += f" (95%: {figure.interval[0]:.0%} to {figure.interval[1]:.0%})"
    if figure.predicted is not None:
        said += f"; predicted {figure.predicted:.0%}"
    return said, left_out


def _rounded(figure: "IndicatorFigure") -> tuple[float | None, float | None, float | None]:
    """The share, and both ends of its interval."""
    low, high = figure.interval or (None, None)
    share, low, high = (None if each is None else round(each, 4) for each in (figure.share, low, high))
    return share, low, high


def _cells(figure: "IndicatorFigure") -> list[object]:
    """A number that is not printed because small ones are hidden is an empty cell."""
    return [
        figure.indicator.id,
        figure.indicator.title,
        figure.period,
        figure.place or "all",
        figure.numerator,
        figure.denominator,
        *_rounded(figure),
        None if figure.predicted is None else round(figure.predicted, 4),
        "yes" if figure.hidden else "no",
        *(figure.excluded.get(outcome) for outcome in Outcome),
    ]


def _plain(figure: "IndicatorFigure") -> JsonObject:
    share, low, high = _rounded(figure)
    return {
        **_definition(figure.indicator),
        "period": figure.period,
        "agency": figure.place,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "share": share,
        "low": low,
        "high": high,
        "predicted": None if figure.predicted is None else round(figure.predicted, 4),
        "hidden": figure.hidden,
        "excluded": {str(outcome): number for outcome, number in figure.excluded.items()},
    }


def _definition(indicator: Indicator) -> JsonObject:
    return {
        "indicator": indicator.id,
        "title": indicator.title,
        "counts": indicator.achieved,
        "among": indicator.counted,
        "left_out": {str(outcome): why for outcome, why in indicator.excluded.items()},
        "source": indicator.source,
        "note": indicator.note,
    }


def _print_messages(found: "tuple[CountedMessage, ...]", *, as_json: bool, as_csv: bool) -> None:
    rows = [(str(each.message_id), str(each.outcome), each.due_at.isoformat(), each.owner) for each in found]
    if as_json:
        print_json([dict(zip(_MESSAGE_COLUMNS, row, strict=True)) for row in rows])
    elif as_csv:
        print_csv(_MESSAGE_COLUMNS, rows)
    else:
        out().print(table(counted(len(found), "message"), _MESSAGE_COLUMNS, rows))
