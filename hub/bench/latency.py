"""How long one message takes, from the call to the recorded receipt: one at a time, and at a steady rate."""

from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from hub.bench.documents import feedback
from hub.bench.exchange import MeasuredExchange
from hub.bench.processes import machine
from hub.bench.throughput import Round, bar, measure_round, percentiles
from hub.local.exchange import Progress
from hub.telemetry.logs import Log
from schemas.json import JsonObject

_IDLE_MESSAGES, _IDLE_PER_SECOND = 40, 8.0
_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Latency:
    machine: str
    per_second: float
    idle: Round
    steady: Round

    def as_dict(self) -> JsonObject:
        cpu = sum(self.steady.cpu_seconds.values()) / self.steady.messages
        return {
            "machine": self.machine,
            "idle_accept_milliseconds": percentiles(self.idle.accept),
            "idle_accept_to_receipt_milliseconds": percentiles(self.idle.receipt),
            "steady_per_second": self.per_second,
            "steady_accept_milliseconds": percentiles(self.steady.accept),
            "steady_accept_to_receipt_milliseconds": percentiles(self.steady.receipt),
            "steady_cpu_microseconds_a_message": round(cpu * 1e6),
        }


def measure_latency(folder: Path, log: Log, per_second: float, seconds: float, progress: Progress) -> Latency:
    """Raises Failure or ServerFailed. Call it in the main thread."""
    stated, run, exchange = machine(), token_hex(3), MeasuredExchange(folder, log, progress)
    many = round(per_second * seconds)
    try:
        exchange.start()
        warm = [feedback(run, number) for number in range(40)]
        measure_round(exchange, warm, 8, bar(progress, "warming up", len(warm)))
        exchange.wait_until_quiet()
        alone = [feedback(run, number) for number in range(100, 100 + _IDLE_MESSAGES)]
        idle = measure_round(exchange, alone, 1, bar(progress, "one at a time", len(alone)), _IDLE_PER_SECOND)
        together = [feedback(run, number) for number in range(1_000, 1_000 + many)]
        noted = bar(progress, f"{per_second:g} a second", many)
        steady = measure_round(exchange, together, _CONNECTIONS, noted, per_second)
    finally:
        exchange.stop()
    return Latency(stated, per_second, idle, steady)
