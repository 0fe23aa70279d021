"""Today: what came and went, what is at risk, and what waits for a person."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI
from fastapi.responses import Response

from hub.console.charts import bar_chart
from hub.console.language import Language
from hub.console.listing import ListCell, Listing, listing
from hub.console.visit import HOME, Reader
from hub.console.words import words
from hub.exchange.telling.message_search import Traffic
from hub.exchange.telling.status import Status

_DAYS = 14
_REFRESH_SECONDS = 60
_AT_RISK_SECONDS = 6 * 3600


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
    hub, language, say = visit.hub, visit.language, visit.say
    traffic, status = hub.messages.traffic(_DAYS), hub.status.now()
    days = [traffic.first + timedelta(days=number) for number in range(_DAYS)]
    by_day = Counter(dict.fromkeys(days, 0))
    for each in traffic.came_in:
        by_day[each.day] += each.messages
    return visit.page(
        "today.html",
        say("Today"),
        refresh_seconds=_REFRESH_SECONDS if visit.request.query_params.get("refresh") == "on" else None,
        figures=_figures(status, say),
        kinds=_by_kind(traffic, say),
        chart=bar_chart([(f"{day.day}/{day.month}", by_day[day]) for day in days]),
        by_day=listing(
            say("Messages accepted in the last fourteen days"),
            (say("Day"), say("Messages")),
            [(language.day(day.isoformat()), by_day[day]) for day in days],
            "",
        ),
        ending=_ending(status, language),
    )


def _figures(status: Status, say: Callable[[str], str]) -> list[Figure]:
    def attention(number: int, text: str, path: str) -> Figure:
        return Figure(number, text, HOME + path, attention=True)

    return [
        attention(status.overdue, say("deadlines overdue"), "/deadlines?only=overdue"),
        attention(status.due_soon, say("deadlines within six hours"), "/deadlines?only=soon"),
        attention(status.doubtful_clocks, say("deadlines that a person must decide"), "/deadlines?only=doubtful"),
        attention(status.quarantined + status.refused_parts, say("in quarantine"), "/quarantine"),
        attention(len(status.in_trouble), say("agencies paused or in trouble"), "/agencies?only=trouble"),
        Figure(status.waiting, say("deliveries waiting"), f"{HOME}/messages?state=waiting"),
        attention(status.doubtful_links, say("links that a person must decide"), "/links"),
    ]


def _by_kind(traffic: Traffic, say: Callable[[str], str]) -> Listing:
    came = {each.kind: each.messages for each in traffic.came_in if each.day == traffic.today}
    went = {each.kind: each.deliveries for each in traffic.went_out if each.day == traffic.today}
    rows = [
        (
            ListCell(say(words(kind)), f"{HOME}/messages?kind={kind}&since={traffic.today.isoformat()}"),
            came.get(kind, 0),
            went.get(kind, 0),
        )
        for kind in sorted(came.keys() | went.keys())
    ]
    columns = (say("Kind"), say("Messages accepted"), say("Deliveries made"))
    return listing(say("What came and went today"), columns, rows, say("Nothing has come today."))


def _ending(status: Status, language: Language) -> Listing:
    say = language.say
    rows = [
        (
            ListCell(each.name, f"{HOME}/{'protocols' if each.what == 'protocol' else 'agencies'}/{each.name}"),
            say(each.what),
            language.day(each.ends_at),
        )
        for each in status.ending
    ]
    columns = (say("Whose"), say("What"), say("Ends on"))
    return listing(say("What ends within 90 days"), columns, rows, say("No protocol or key ends soon."))
