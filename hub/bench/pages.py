"""How long the pages of the console take, with many messages in the database."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlencode

import urllib3

from hub.bench.documents import feedback
from hub.bench.exchange import MeasuredExchange
from hub.bench.processes import machine
from hub.bench.throughput import measure_round, percentiles
from hub.local.demonstration.account import make_account
from hub.local.demonstration.stories import stories
from hub.local.exchange import Progress
from hub.local.failures import ServerFailed
from hub.store.overview.many_messages import copy_messages
from hub.store.overview.searching import MessageCriteria
from hub.telemetry.logs import Log
from schemas.json import JsonObject

_ORIGINALS = 100
_FORM_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')
_ANSWER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class PageTimes:
    """`seconds` has each time of each page, by its address below /console."""

    machine: str
    messages: int
    seconds: dict[str, Sequence[float]]

    def as_dict(self) -> JsonObject:
        every = [each for times in self.seconds.values() for each in times]
        return {
            "machine": self.machine,
            "messages": self.messages,
            "pages": len(self.seconds),
            "all_pages_milliseconds": percentiles(every),
            "p95_milliseconds": {path: percentiles(times)["p95"] for path, times in self.seconds.items()},
        }


def measure_pages(folder: Path, log: Log, messages: int, times: int, progress: Progress) -> PageTimes:
    """Each page `times` times, one after the other. Raises Failure or ServerFailed. Call it in the main thread."""
    stated = machine()
    exchange = MeasuredExchange(folder, log, progress)
    try:
        exchange.start()
        run = token_hex(3)
        measure_round(exchange, [feedback(run, number) for number in range(_ORIGINALS)], 8, lambda: None)
        hub = exchange.local.hub
        for step in (step for story in stories(hub.clock.now(), run) for step in story.steps):
            hub.intake.receive(hub.knowledge.registry.agencies.named(step.caller), step.body, step.media_type)
        progress(f"copying messages until there are {messages:,}")
        stored = copy_messages(hub.store, messages)
        account = make_account(hub)
        newest = hub.messages.search(MessageCriteria(), limit=1).messages[0]
        recipient = newest.deliveries[0].recipient
        with urllib3.PoolManager(retries=False, timeout=_ANSWER_SECONDS) as http:
            get = _signed_in(http, f"{exchange.local.address}/console", account.name, account.password)
            found: dict[str, Sequence[float]] = {}
            for path in _paths(str(newest.id), newest.kind, newest.sender, recipient):
                progress(f"measuring {path}")
                get(path)  # templates and plans are read once
                found[path] = [_took(get, path) for _ in range(times)]
        return PageTimes(stated, stored, found)
    finally:
        exchange.stop()


def _paths(id: str, kind: str, sender: str, recipient: str) -> tuple[str, ...]:
    return (
        *("today", "messages", f"messages?kind={kind}", f"messages?agency={sender}", "messages?state=quarantined"),
        *("messages?format=csv", f"messages/{id}", f"messages/{id}/shared-with/{recipient}"),
        *("deadlines", "deadlines?only=overdue", "quarantine", "bulk", "links", "agencies", f"agencies/{recipient}"),
        *("protocols", f"matrix?agency={recipient}", "holds", "journal"),
    )


def _took(get: Callable[[str], None], path: str) -> float:
    began = time.perf_counter()
    get(path)
    return time.perf_counter() - began


def _signed_in(http: urllib3.PoolManager, console: str, name: str, password: str) -> Callable[[str], None]:
    """Something that gets a page as this person. It raises ServerFailed for any answer but the page."""
    asked = http.request("GET", f"{console}/sign-in")
    token = _FORM_TOKEN.search(asked.data.decode())
    form = {"name": name, "password": password, "form_token": token[1] if token else ""}
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": _cookies(asked)}
    answer = http.request("POST", f"{console}/sign-in", body=urlencode(form), headers=sent, redirect=False)
    cookie = _cookies(answer)

    def get(path: str) -> None:
        page = http.request("GET", f"{console}/{path}", headers={"Cookie": cookie}, redirect=False)
        if page.status != 200:
            raise ServerFailed("bench.refused", f"the page {path} was answered with {page.status}", "report it")

    return get


def _cookies(answer: urllib3.BaseHTTPResponse) -> str:
    return "; ".join(each.partition(";")[0] for each in answer.headers.getlist("set-cookie") if "Max-Age=0" not in each)
