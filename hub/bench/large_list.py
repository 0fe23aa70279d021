"""How long a court list of a large court takes, until all its cases are recorded and queued: beside the bare parse of
its bytes, beside a list ten times shorter, and as a later edition."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from statistics import median

from adapters.xml import parse_bare
from hub.bench.documents import Document
from hub.bench.exchange import MeasuredExchange
from hub.bench.lists import court_list
from hub.bench.processes import machine, peak_memory, reset_peak_memory
from hub.bench.sending import post_all
from hub.local.exchange import Progress
from hub.local.failures import ServerFailed
from hub.telemetry.logs import Log
from schemas.json import JsonObject

_SUMMARY = 3_000  # with it a list of 745 cases has about 2.7 MB
_PARSED = 5
_ACCEPTED = 202


@dataclass(frozen=True, slots=True)
class OneList:
    """`cpu_seconds` of the API and of the database, until the answer. `memory_bytes` is how much the API grew at
    most."""

    cases: int
    bytes: int
    parse_seconds: float
    seconds: float
    cpu_seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class LargeList:
    machine: str
    short: OneList
    whole: OneList
    later: OneList

    def as_dict(self) -> JsonObject:
        whole = self.whole
        return {
            "machine": self.machine,
            "cases": whole.cases,
            "bytes": whole.bytes,
            "seconds": round(whole.seconds, 3),
            "cpu_seconds": round(whole.cpu_seconds, 3),
            "bare_parse_cpu_seconds": round(whole.parse_seconds, 4),
            "cpu_ratio_to_bare_parse": round(whole.cpu_seconds / whole.parse_seconds, 1),
            "memory_ratio_to_file": round(whole.memory_bytes / whole.bytes, 1),
            "cases_ratio_to_short": round(whole.cases / self.short.cases, 1),
            "cpu_ratio_to_short": round(whole.cpu_seconds / self.short.cpu_seconds, 1),
            "cpu_ratio_of_later_edition": round(self.later.cpu_seconds / whole.cpu_seconds, 2),
        }


def measure_list(folder: Path, log: Log, cases: int, progress: Progress) -> LargeList:
    """Raises Failure or ServerFailed. Call it in the main thread."""
    stated, run, exchange = machine(), token_hex(3), MeasuredExchange(folder, log, progress)

    def measured(what: str, document: Document, many: int) -> OneList:
        exchange.wait_until_quiet()
        progress(f"{what}: {many} cases")
        return _measure(exchange, document, many)

    try:
        exchange.start()
        measured("warming up", court_list(run, 0, 5), 5)
        short = measured("a tenth", court_list(run, 1, max(1, cases // 10), _SUMMARY), max(1, cases // 10))
        whole = measured("the whole list", court_list(run, 2, cases, _SUMMARY), cases)
        # each case says less than before, so that every one of them has changed
        later = measured("a later edition", court_list(run, 2, cases, _SUMMARY - 100), cases)
    finally:
        exchange.stop()
    return LargeList(stated, short, whole, later)


def _measure(exchange: MeasuredExchange, document: Document, cases: int) -> OneList:
    pid = exchange.local.pid("api")
    if pid is None:
        raise ServerFailed("bench.refused", "the API is not running", "read its log")
    parse = median(_cpu(lambda: parse_bare(document.body)) for _ in range(_PARSED))
    requests, before = exchange.requests([document]), exchange.used()
    reset_peak_memory(pid)
    began = time.monotonic()
    [answer] = post_all(exchange.port, requests, 1, lambda: None)
    seconds, after = time.monotonic() - began, exchange.used()
    if answer.status != _ACCEPTED:
        raise ServerFailed("bench.refused", f"a list was refused: {answer.status}", "report it")
    cpu = sum(after[part].cpu_seconds - before[part].cpu_seconds for part in ("api", "postgres"))
    grown = max(0, peak_memory(pid) - before["api"].memory_bytes)
    return OneList(cases, len(document.body), parse, seconds, cpu, grown)


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
