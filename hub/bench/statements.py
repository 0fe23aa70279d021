"""How much the processes of the exchange ask of the database for one message, from the server's own log."""

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hub.bench.documents import Document
from hub.bench.exchange import MeasuredExchange
from hub.bench.sending import post_all
from hub.local.embedded.postgres import SUPERUSER
from hub.store.overview.process_work import ProcessWork, backends, log_statements, work_by_process
from schemas.json import JsonObject

_LINE = re.compile(r"\[(\d+)\] LOG:  (?:statement|execute [^:]*):\s*(\w+)")
_OWN = "hub "
_IDLE_SECONDS = 1.5  # after a pause a connection is tried before it is used
_FIRST = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """By process. COPY is one statement and two round trips, any other statement is one of each. `work` is None if the
    server does not count it by process."""

    messages: int
    statements: Mapping[str, int]
    round_trips: Mapping[str, int]
    work: Mapping[str, ProcessWork] | None

    def as_dict(self) -> JsonObject:
        work = self.work
        return {
            "statements_a_message": self._a_message(self.statements),
            "round_trips_a_message": self._a_message(self.round_trips),
            "wal_bytes_a_message_by_process": work
            and self._a_message({name: each.wal_bytes for name, each in work.items()}),
            "fsyncs_a_message_by_process": work and self._a_message({name: each.syncs for name, each in work.items()}),
        }

    def _a_message(self, counts: Mapping[str, int]) -> dict[str, float]:
        return {name: round(count / self.messages, 3) for name, count in sorted(counts.items())}


def count_asked(
    exchange: MeasuredExchange, documents: Sequence[Document], connections: int, noted: Callable[[], None]
) -> Asked:
    """Hand these in and count. The first of them only open the connections. From here on the exchange is slower: the
    server logs every statement."""
    url, log = exchange.local.servers.database, exchange.local.state.log("postgres")
    log_statements(url, SUPERUSER)
    time.sleep(_IDLE_SECONDS)
    post_all(exchange.port, exchange.requests(documents[:_FIRST]), connections, noted)
    exchange.wait_until_quiet()
    before, length = work_by_process(url, SUPERUSER), log.stat().st_size
    post_all(exchange.port, exchange.requests(documents[_FIRST:]), connections, noted)
    exchange.wait_until_quiet()
    names, after = backends(url, SUPERUSER), work_by_process(url, SUPERUSER)
    statements, round_trips = count_logged(log.read_bytes()[length:].decode(errors="replace"), names)
    work = None if before is None or after is None else _since(before, after)
    return Asked(len(documents) - _FIRST, statements, round_trips, work)


def count_logged(text: str, names: Mapping[int, str]) -> tuple[Counter[str], Counter[str]]:
    """The statements and the round trips of each process of the exchange in a log. `names` are those of the server's
    processes."""
    statements, round_trips = Counter[str](), Counter[str]()
    for pid, word in _LINE.findall(text):
        name = names.get(int(pid), "")
        if name.startswith(_OWN):
            statements[name.removeprefix(_OWN)] += 1
            round_trips[name.removeprefix(_OWN)] += 2 if word == "COPY" else 1
    del statements["bench"], round_trips["bench"]
    return statements, round_trips


def _since(before: Mapping[str, ProcessWork], after: Mapping[str, ProcessWork]) -> dict[str, ProcessWork]:
    nothing = ProcessWork(0, 0)
    return {
        name.removeprefix(_OWN): ProcessWork(
            each.wal_bytes - before.get(name, nothing).wal_bytes, each.syncs - before.get(name, nothing).syncs
        )
        for name, each in after.items()
        if name.startswith(_OWN) and name != "hub bench"
    }
