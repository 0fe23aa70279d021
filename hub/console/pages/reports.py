"""Reports: the indicators of a period, with a chart; the messages behind one; the printed report of a quarter."""

from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response

from hub.console.forms import Form
from hub.console.listing import ListCell, Listing, listing
from hub.console.moments import local
from hub.console.rendering import STRICT_HEADERS
from hub.console.visit import HOME, Again, Reader, Visit
from hub.console.words import words
from hub.errors import Failure
from hub.indicators.board import board_report, quarter_before
from hub.indicators.figures import IndicatorFigure
from hub.indicators.periods import Every, Period, written_period
from hub.indicators.printing import as_html, share_chart, style_sheet
from hub.indicators.reporting import FiguresWanted
from schemas.indicators.definitions import INDICATORS
from schemas.indicators.terms import Cut
from schemas.nearest import did_you_mean
from schemas.problem import Problem, Refused

_FIELDS = ("period", "every", "by", "indicator", "agency")
_MESSAGES_MAX = 1_000
_BARS_MAX = 12
_Choice = TypeVar("_Choice", bound=StrEnum)


def add_to(console: FastAPI) -> None:
    console.add_api_route("/reports", listed, methods=["GET"], response_class=Response)
    console.add_api_route("/reports/messages", behind, methods=["GET"], response_class=Response)
    console.add_api_route("/reports/board", board, methods=["GET"], response_class=Response)
    console.add_api_route("/reports/board.css", board_style, methods=["GET"], response_class=Response)


def listed(visit: Reader) -> Response:
    form = _asked(visit)
    found: tuple[IndicatorFigure, ...] = ()
    again = None
    try:
        found = visit.hub.indicators.figures(_wanted(visit, form))
    except (Failure, Refused) as refused:
        again = Again(list(refused.problems), form, "period")
    given = {name: form.text(name) for name in _FIELDS if form.text(name)}
    bars = [each for each in found if len({one.indicator for one in found}) == 1][-_BARS_MAX:]
    return visit.listed(
        "reports/reports.html",
        "Reports",
        _listing(found, given),
        again=again,
        asked=form,
        indicators=INDICATORS,
        everies=list(Every),
        cuts=list(Cut),
        chart=share_chart(bars) if bars else None,
        charted=bars[0].indicator.title if bars else "",
        csv=f"{HOME}/reports?{urlencode({**given, 'format': 'csv'})}",
        printed=f"{HOME}/reports/board?{urlencode({k: v for k, v in given.items() if k in ('agency', 'period')})}",
    )


def _asked(visit: Visit) -> Form:
    query = visit.request.query_params
    return Form({name: query[name] for name in _FIELDS if name in query})


def _wanted(visit: Visit, form: Form) -> FiguresWanted:
    """Raises Refused."""
    period = _period(form) or visit.hub.indicators.now_in(Every.QUARTER)
    every = _choice(Every, form, "every") or period.every
    chosen = (form.text("indicator"),) if form.text("indicator") else ()
    return FiguresWanted(period, every, _choice(Cut, form, "by"), chosen, _agency(visit, form))


def _period(form: Form) -> Period | None:
    if not form.text("period"):
        return None
    try:
        return written_period(form.text("period"))
    except ValueError as error:
        raise Refused(Problem("request.invalid", "period", "this is no period", str(error))) from None


def _choice(choices: type[_Choice], form: Form, name: str) -> _Choice | None:
    if not form.text(name):
        return None
    try:
        return choices(form.text(name))
    except ValueError:
        cure = f"choose one of {', '.join(choices)}"
        raise Refused(Problem("request.invalid", name, "there is no such choice", cure)) from None


def _agency(visit: Visit, form: Form) -> str | None:
    written = form.text("agency")
    found = visit.hub.wiring.agencies.resolve(written) if written else None
    if written and found is None:
        cure = did_you_mean(written, visit.hub.wiring.agencies.by_id) or "see the list of agencies for its id"
        raise Refused(Problem("request.invalid", "agency", "there is no such agency", cure))
    return found.id if found is not None else None


def _listing(found: tuple[IndicatorFigure, ...], given: dict[str, str]) -> Listing:
    rows = []
    for each in found:
        asked = {"indicator": each.indicator.id, "period": each.period}
        asked |= {"agency": given["agency"]} if "agency" in given else {}
        low, high = each.interval or (None, None)
        rows.append(
            (
                ListCell(each.indicator.title, f"{HOME}/reports/messages?{urlencode(asked)}"),
                each.period,
                each.place or "all",
                each.numerator,
                each.denominator,
                "none" if each.share is None else f"{each.share:.0%}",
                "" if low is None or high is None else f"{low:.0%} to {high:.0%}",
                "" if each.predicted is None else f"{each.predicted:.0%}",
                ", ".join(f"{number} {words(outcome)}" for outcome, number in each.excluded.items()),
            )
        )
    columns = ("Indicator", "Period", "Where", "Achieved", "Of", "Share", "95% interval", "Predicted", "Left out")
    return listing("Indicators", columns, rows, "No indicator can be divided in this way.")


def behind(visit: Reader) -> Response:
    """The messages behind one figure, those that it leaves out too."""
    form = _asked(visit)
    period = _period(form) or visit.hub.indicators.now_in(Every.QUARTER)
    found = visit.hub.indicators.messages(form.text("indicator"), period, _agency(visit, form), _MESSAGES_MAX)
    title = next(each.title for each in INDICATORS if each.id == form.text("indicator"))
    rows = [
        (
            ListCell(str(each.message_id)[:8], f"{HOME}/messages/{each.message_id}"),
            words(each.outcome),
            local(each.due_at),
            each.owner,
        )
        for each in found
    ]
    columns = ("Message", "Outcome", "Counts on", "Who must act")
    query = visit.request.url.query
    return visit.listed(
        "reports/messages.html",
        "Messages behind a figure",
        listing(f"{title}, {period}", columns, rows, "There is no message behind this figure."),
        csv=f"{HOME}/reports/messages?{query}&format=csv",
    )


def board(visit: Reader) -> Response:
    """The printed report of a quarter. If another period is asked for, it is of the quarter that has ended last."""
    form = _asked(visit)
    period, agency = _period(form), _agency(visit, form)
    if period is None or period.every is not Every.QUARTER:
        period = quarter_before(visit.hub.indicators.now_in(Every.QUARTER))
    made = board_report(visit.hub.indicators.figures, period, agency)
    known = visit.hub.wiring.agencies.get(agency) if agency else None
    name = known.name if known is not None else "All agencies"
    html = as_html(made, name, visit.hub.clock.now(), style_address=f"{HOME}/reports/board.css")
    return HTMLResponse(html, 200, STRICT_HEADERS)


def board_style(visit: Reader) -> Response:
    return Response(style_sheet(), 200, STRICT_HEADERS, media_type="text/css")
