"""Whether one recipient waits for others: a healthy one beside some that answer correctly after ten seconds, and beside
one that is handed very many messages at once."""

from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from hub.bench.documents import AREAS, Document, feedback
from hub.bench.exchange import MeasuredExchange
from hub.bench.processes import machine
from hub.bench.sending import post_all
from hub.bench.throughput import Round, bar, measure_round, percentiles
from hub.bootstrap import build_knowledge
from hub.local.exchange import Progress
from hub.sharing.terms.agencies import AgencyRole
from hub.telemetry.logs import Log
from schemas.json import JsonObject

SLOW_SECONDS = 10.0
_FOR_EACH_SLOW = 20
_HEALTHY_MESSAGES, _HEALTHY_PER_SECOND = 60, 4.0
_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Fairness:
    """`beside_slow` has a round of the healthy recipient for each number of slow ones."""

    machine: str
    beside_nobody: Round
    beside_slow: dict[int, Round]
    burst: int
    beside_burst: Round

    def as_dict(self) -> JsonObject:
        return {
            "machine": self.machine,
            "slow_seconds": SLOW_SECONDS,
            "beside_nobody_milliseconds": percentiles(self.beside_nobody.receipt),
            **{
                f"beside_{number}_slow_milliseconds": percentiles(found.receipt)
                for number, found in self.beside_slow.items()
            },
            "burst_messages": self.burst,
            "beside_burst_milliseconds": percentiles(self.beside_burst.receipt),
        }


def measure_fairness(folder: Path, log: Log, slow: tuple[int, ...], burst: int, progress: Progress) -> Fairness:
    """Raises Failure or ServerFailed. Call it in the main thread."""
    stated, run, exchange = machine(), token_hex(3), MeasuredExchange(folder, log, progress, SLOW_SECONDS)
    healthy, crowded = AREAS[0][1], AREAS[1][1]
    agencies = build_knowledge(exchange.local.settings).registry.agencies.by_id.values()
    others = [a.id for a in agencies if a.role is AgencyRole.PRISON and a.id not in dict(AREAS).values()]
    numbers = iter(range(10_000_000))

    def for_prison(prison: str, many: int) -> list[Document]:
        return [feedback(run, next(numbers), prison) for _ in range(many)]

    def measured(beside: str) -> Round:
        documents = for_prison(healthy, _HEALTHY_MESSAGES)
        noted = bar(progress, f"beside {beside}", len(documents))
        return measure_round(exchange, documents, _CONNECTIONS, noted, _HEALTHY_PER_SECOND)

    def hand_in(documents: list[Document]) -> None:
        post_all(exchange.port, exchange.requests(documents), _CONNECTIONS, lambda: None)

    try:
        exchange.start(slow=others[: max(slow)])
        measured("nobody, first")
        alone, beside = measured("nobody"), {}
        for number in sorted(slow):
            hand_in([each for prison in others[:number] for each in for_prison(prison, _FOR_EACH_SLOW)])
            beside[number] = measured(f"{number} slow")
        hand_in(for_prison(crowded, burst))
        crowd = measured(f"{burst} at once")
    finally:
        exchange.stop()
    return Fairness(stated, alone, beside, burst, crowd)
