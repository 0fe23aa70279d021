"""Today: what came and went, what is at risk, and what waits for a person."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI
from fastapi.responses import Response

from hub.console.charts import bar_chart
from hub.console.listing import ListCell, Listing, listing
from hub.console.moments import local_day
from hub.console.visit import HOME, Reader
from hub.console.words import words
from hub.exchange.telling.message_search import Traffic
from hub.exchange.telling.status import Status

_DAYS = 14
_REFRESH_SECONDS = 60
_AT_RISK_SECONDS = 6 * 3600
_ENDS_WITHIN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that leads to its list. `attention` if it should be nought."""

    number: int
    text: str
    href: str
    attention: bool = False


def add_to(console: FastAPI) -> None:
    console.add_api_route("/today", today, methods=["GET"], response_class=Response)


def today(visit: Reader) -> Response:
    hub = visit.hub
    traffic, status = hub.messages.traffic(_DAYS), hub.status.now()
    days = [traffic.first + timedelta(days=number) for number in range(_DAYS)]
    by_day = Counter(dict.fromkeys(days, 0))
    for each in traffic.came_in:
        by_day[each.day] += each.messages
    return visit.page(
        "today.html",
        "Today",
        refresh_seconds=_REFRESH_SECONDS if visit.request.query_params.get("refresh") == "on" else None,
        figures=_figures(status),
        kinds=_by_kind(traffic),
        chart=bar_chart([(f"{day.day}/{day.month}", by_day[day]) for day in days]),
        by_day=listing(
            "Messages accepted in the last fourteen days",
            ("Day", "Messages"),
            [(local_day(day.isoformat()), by_day[day]) for day in days],
            "",
        ),
        ending=_ending(status),
    )


def _figures(status: Status) -> list[Figure]:
    return [
        Figure(status.overdue, "deadlines overdue", f"{HOME}/deadlines?only=overdue", attention=True),
        Figure(status.due_soon, "deadlines within six hours", f"{HOME}/deadlines?only=soon", attention=True),
        Figure(
            status.doubtful_clocks,
            "deadlines that a person must decide",
            f"{HOME}/deadlines?only=doubtful",
            attention=True,
        ),
        Figure(status.quarantined + status.refused_parts, "in quarantine", f"{HOME}/quarantine", attention=True),
        Figure(
            len(status.in_trouble), "agencies paused or in trouble", f"{HOME}/agencies?only=trouble", attention=True
        ),
        Figure(status.waiting, "deliveries waiting", f"{HOME}/messages?state=waiting"),
        Figure(status.doubtful_links, "links that a person must decide", f"{HOME}/links", attention=True),
    ]


def _by_kind(traffic: Traffic) -> Listing:
    came = {each.kind: each.messages for each in traffic.came_in if each.day == traffic.today}
    went = {each.kind: each.deliveries for each in traffic.went_out if each.day == traffic.today}
    rows = [
        (
            ListCell(words(kind), f"{HOME}/messages?kind={kind}&since={traffic.today.isoformat()}"),
            came.get(kind, 0),
            went.get(kind, 0),
        )
        for kind in sorted(came.keys() | went.keys())
    ]
    return listing(
        "What came and went today", ("Kind", "Messages accepted", "Deliveries made"), rows, "Nothing has come today."
    )


def _ending(status: Status) -> Listing:
    rows = [
        (
            ListCell(each.name, f"{HOME}/{'protocols' if each.what == 'protocol' else 'agencies'}/{each.name}"),
            each.what,
            local_day(each.ends_at),
        )
        for each in status.ending
    ]
    return listing("What ends within 90 days", ("Whose", "What", "Ends on"), rows, "No protocol or key ends soon.")
