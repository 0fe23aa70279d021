"""How many messages the exchange takes in and delivers in a second, beside bare Celery and a naive hub in one run."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from statistics import median
from uuid import UUID

from hub.bench import yardsticks
from hub.bench.documents import Document, feedback
from hub.bench.exchange import MeasuredExchange
from hub.bench.lists import court_list
from hub.bench.processes import machine
from hub.bench.sending import Answered, post_all
from hub.bench.statements import Asked, count_asked
from hub.bench.yardsticks import BareCelery, NaiveHub, Rate
from hub.local.exchange import Progress
from hub.local.failures import ServerFailed
from hub.store.overview import work_done
from hub.store.overview.work_done import WorkDone
from hub.telemetry.logs import Log
from schemas.json import JsonObject

ROUNDS = 3
_DELIVERED_SECONDS = 120
_XML_CONNECTIONS = 16  # XML is received document by document: more senders would only wait for a connection
_LOOK_EVERY_SECONDS = 0.1
_STATED_SECONDS = 1.2  # the server publishes its counts once a second


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of messages cost. Times in seconds; `accept` and `receipt` are one time for each message."""

    messages: int
    seconds: float
    accept: Sequence[float]
    receipt: Sequence[float]
    cpu_seconds: dict[str, float]
    memory_bytes: dict[str, int]
    database: WorkDone

    @property
    def per_second(self) -> float:
        return self.messages / self.seconds


@dataclass(frozen=True, slots=True)
class Throughput:
    machine: str
    connections: int
    rounds: Sequence[Round]
    xml: Sequence[Round]
    """The same of court lists with one case, in XML."""
    asked: Asked
    bare_celery: Sequence[Rate]
    naive_hub: Sequence[Rate]

    def as_dict(self) -> JsonObject:
        """Medians of the rounds. The ratios are of rates of one run; None where there is nothing to compare with."""
        rate = median(each.per_second for each in self.rounds)
        cpu = _by_part(self.rounds)
        bare, bare_cpu = _medians(self.bare_celery)
        naive, naive_cpu = _medians(self.naive_hub)
        accept = [time for each in self.rounds for time in each.accept]
        receipt = [time for each in self.rounds for time in each.receipt]
        return {
            "machine": self.machine,
            "messages": sum(each.messages for each in self.rounds),
            "connections": self.connections,
            "messages_per_second": round(rate, 1),
            "bare_celery_per_second": bare and round(bare, 1),
            "naive_hub_per_second": naive and round(naive, 1),
            "ratio_to_bare_celery": bare and round(rate / bare, 3),
            "ratio_to_naive_hub": naive and round(rate / naive, 3),
            "cpu_microseconds_a_message": cpu,
            "bare_celery_cpu_microseconds": bare_cpu and round(bare_cpu * 1e6),
            "naive_hub_cpu_microseconds": naive_cpu and round(naive_cpu * 1e6),
            "cpu_ratio_to_bare_celery": bare_cpu and round(bare_cpu * 1e6 / cpu["all"], 3),
            "cpu_ratio_to_naive_hub": naive_cpu and round(naive_cpu * 1e6 / cpu["all"], 3),
            "wal_bytes_a_message": self._a_message(lambda each: each.database.wal_bytes),
            "commits_a_message": self._a_message(lambda each: each.database.commits),
            "fsyncs_a_message": self._a_message(lambda each: each.database.syncs),
            "accept_milliseconds": percentiles(accept),
            "accept_to_receipt_milliseconds": percentiles(receipt),
            **self.asked.as_dict(),
            "xml": self._of_xml(),
            "memory_growth_bytes": {
                part: self.rounds[-1].memory_bytes[part] - self.rounds[0].memory_bytes[part]
                for part in self.rounds[0].memory_bytes
            },
        }

    def _of_xml(self) -> JsonObject:
        accept, receipt = ([time for each in self.xml for time in of(each)] for of in (_accept, _receipt))
        return {
            "messages_per_second": round(median(each.per_second for each in self.xml), 1),
            **{f"cpu_microseconds_{part}": used for part, used in _by_part(self.xml).items()},
            **{f"accept_milliseconds_{share}": taken for share, taken in percentiles(accept).items()},
            **{f"accept_to_receipt_milliseconds_{share}": taken for share, taken in percentiles(receipt).items()},
        }

    def _a_message(self, of: Callable[[Round], int]) -> float:
        return round(median(of(each) / each.messages for each in self.rounds), 3)


def _accept(of: Round) -> Sequence[float]:
    return of.accept


def _receipt(of: Round) -> Sequence[float]:
    return of.receipt


def _by_part(rounds: Sequence[Round]) -> dict[str, int]:
    parts = {
        part: round(median(each.cpu_seconds[part] / each.messages for each in rounds) * 1e6)
        for part in rounds[0].cpu_seconds
    }
    return parts | {"all": sum(parts.values())}


def _medians(rates: Sequence[Rate]) -> tuple[float | None, float | None]:
    if not rates:
        return None, None
    return median(each.per_second for each in rates), median(each.cpu_seconds for each in rates)


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """In milliseconds."""
    ranked = sorted(seconds)
    return {
        f"p{share}": round(ranked[min(len(ranked) - 1, len(ranked) * share // 100)] * 1e3, 1) for share in (50, 95, 99)
    }


def measure_throughput(
    folder: Path,
    log: Log,
    messages: int,
    connections: int,
    progress: Progress,
) -> Throughput:
    """`messages` in each round. Raises Failure or ServerFailed. Call it in the main thread."""
    stated = machine()
    exchange = MeasuredExchange(folder, log, progress)
    against: list[BareCelery | NaiveHub] = []
    run = token_hex(3)
    rounds: list[Round] = []
    xml: list[Round] = []
    naive: list[Rate] = []
    bare: list[Rate] = []
    try:
        exchange.start()
        servers = exchange.local.servers
        if yardsticks.are_here():
            celery, hub = BareCelery(folder, servers), NaiveHub(folder, servers, exchange.recipient_port)
            against += [celery, hub]
        numbers = iter(range(10_000_000))
        for number in range(-1, ROUNDS):  # before the first, each does a few: connections are made, and caches filled
            many = messages if number >= 0 else messages // 5
            documents = [feedback(run, next(numbers)) for _ in range(many)]
            lists = [court_list(run, next(numbers)) for _ in range(many)]
            alone = min(connections, _XML_CONNECTIONS)
            ways = (("JSON", documents, rounds, connections), ("XML", lists, xml, alone))
            for what, handed_in, into, at_once in ways:
                exchange.wait_until_quiet()
                noted = bar(progress, f"round {number + 1}: exchange, {what}", many)
                found = measure_round(exchange, handed_in, at_once, noted)
                if number >= 0:
                    into.append(found)
            exchange.wait_until_quiet()
            if not against:
                continue
            rate = hub.measure(
                documents, connections, bar(progress, f"round {number + 1}: naive hub", many), exchange.servers_used
            )
            progress(f"round {number + 1}: bare Celery")
            rates = rate, celery.measure(many, exchange.servers_used)
            if number >= 0:
                naive.append(rates[0])
                bare.append(rates[1])
        counted = [feedback(run, next(numbers)) for _ in range(max(messages // 3, 60))]
        asked = count_asked(exchange, counted, connections, bar(progress, "counting statements", len(counted)))
    finally:
        for each in against:
            each.stop()
        exchange.stop()
    return Throughput(stated, connections, rounds, xml, asked, bare, naive)


def measure_round(
    exchange: MeasuredExchange,
    documents: Sequence[Document],
    connections: int,
    noted: Callable[[], None],
    per_second: float | None = None,
) -> Round:
    """Hand these in and wait until each has its receipt. With `per_second`, at that steady rate."""
    store, requests = exchange.local.hub.store, exchange.requests(documents)
    with store.reading() as connection:
        before, after = work_done.work_done(connection), work_done.last_position(connection)
    used = exchange.used()
    began = time.time()
    own = time.process_time()
    answers = post_all(exchange.port, requests, connections, noted, per_second)
    own = time.process_time() - own
    accepted = {_message_of(each): each for each in answers}
    until = time.monotonic() + _DELIVERED_SECONDS
    while True:
        with store.reading() as connection:
            if work_done.count_delivered(connection, after, accepted) >= len(accepted):
                break
        if time.monotonic() > until:
            raise ServerFailed("bench.undelivered", "not every message was delivered in time", "read the logs")
        exchange.local.check()
        time.sleep(_LOOK_EVERY_SECONDS)
    now_used = exchange.used()
    time.sleep(_STATED_SECONDS)
    with store.reading() as connection:
        delivered = work_done.delivered_since(connection, after)
        done = work_done.work_done(connection).since(before)
    cpu = {part: now_used[part].cpu_seconds - used[part].cpu_seconds for part in used} | {"sender": own}
    return Round(
        len(accepted),
        max(delivered[id] for id in accepted) - began,
        [each.ended - each.began for each in answers],
        [delivered[id] - each.began for id, each in accepted.items()],
        cpu,
        {part: each.memory_bytes for part, each in now_used.items()},
        done,
    )


def _message_of(answered: Answered) -> UUID:
    answer = json.loads(answered.body) if answered.body else {}
    if answered.status != 202:
        raise ServerFailed(
            "bench.refused", f"a message was refused: {answered.status} {answer.get('code')}", "report it"
        )
    return UUID(answer["receipt"]["messages"][0]["id"])


def bar(progress: Progress, what: str, total: int) -> Callable[[], None]:
    """Something to call for each that is done. It says how many are."""
    done = 0

    def one_more() -> None:
        nonlocal done
        done += 1
        if done % 50 == 0 or done == total:
            progress(f"{what}: {done} of {total}")

    return one_more
