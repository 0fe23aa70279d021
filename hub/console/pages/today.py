"""Today: what came and went, what is at risk, and what waits for a person."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import FastAPI
from fastapi.responses import Response

from hub.access.rights import Right
from hub.console.charts import bar_chart
from hub.console.listing import ListCell, listing
from hub.console.moments import local_day
from hub.console.visit import HOME, Reader, Visit
from hub.console.words import words
from hub.exchange.partners.availability import PartnerState
from hub.exchange.telling.message_search import Traffic
from hub.exchange.telling.story_views import DeadlineView
from hub.lifecycle import ClockState, LinkState
from hub.store.repairing.quarantine import Selection

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
    traffic = hub.messages.traffic(_DAYS)
    days = [traffic.first + timedelta(days=number) for number in range(_DAYS)]
    by_day = Counter(dict.fromkeys(days, 0))
    for each in traffic.came_in:
        by_day[each.day] += each.messages
    return visit.page(
        "today.html",
        "Today",
        refresh_seconds=_REFRESH_SECONDS if visit.request.query_params.get("refresh") == "on" else None,
        figures=_figures(visit),
        kinds=_by_kind(traffic),
        chart=bar_chart([(f"{day.day}/{day.month}", by_day[day]) for day in days]),
        by_day=listing(
            "Messages accepted in the last fourteen days",
            ("Day", "Messages"),
            [(local_day(day.isoformat()), by_day[day]) for day in days],
            "",
        ),
        ending=_ending(visit, traffic.today),
    )


def _figures(visit: Visit) -> list[Figure]:
    hub = visit.hub
    clocks = hub.deadlines.listed()
    quarantine = hub.quarantine.counted(Selection())
    partners = hub.partners.listed()
    in_trouble = [each for each in partners if each["state"] != PartnerState.ANSWERING]
    return [
        Figure(_overdue(clocks), "deadlines overdue", f"{HOME}/deadlines?only=overdue", attention=True),
        Figure(_at_risk(clocks), "deadlines within six hours", f"{HOME}/deadlines?only=soon", attention=True),
        Figure(
            sum(each["state"] == ClockState.DOUBTFUL for each in clocks),
            "deadlines that a person must decide",
            f"{HOME}/deadlines?only=doubtful",
            attention=True,
        ),
        Figure(sum(quarantine.values()), "in quarantine", f"{HOME}/quarantine", attention=True),
        Figure(len(in_trouble), "agencies paused or in trouble", f"{HOME}/agencies?only=trouble", attention=True),
        Figure(sum(each["waiting"] for each in partners), "deliveries waiting", f"{HOME}/messages?state=waiting"),
        Figure(
            len(hub.linking.listed(LinkState.DOUBTFUL)),
            "links that a person must decide",
            f"{HOME}/links",
            attention=True,
        ),
    ]


def _overdue(clocks: list[DeadlineView]) -> int:
    return sum(each["overdue"] for each in clocks)


def _at_risk(clocks: list[DeadlineView]) -> int:
    return sum(0 <= (each["seconds_left"] or -1) <= _AT_RISK_SECONDS for each in clocks)


def _by_kind(traffic: Traffic) -> object:
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


def _ending(visit: Visit, on: date) -> object:
    """Protocols in force and keys of agencies that end soon."""
    hub = visit.hub
    registry = hub.protocols.live.current()
    until = on + _ENDS_WITHIN
    rows: list[tuple[ListCell | str, ...]] = [
        (ListCell(each.title, f"{HOME}/protocols/{each.id}"), "protocol", local_day(each.expires.isoformat()))
        for each in sorted(registry.protocols, key=lambda one: one.expires)
        if registry.in_force(each, on) and each.expires <= until
    ]
    if visit.may(Right.READ_STORIES):
        rows += [
            (ListCell(key.agency, f"{HOME}/agencies/{key.agency}"), "key", local_day(key.expires_at))
            for key in hub.access.keys(None)
            if key.revoked_at is None and key.expires_at.date() <= until
        ]
    return listing("What ends within 90 days", ("What", "Type", "Ends on"), rows, "No protocol or key ends soon.")
