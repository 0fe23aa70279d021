"""`hub bench`: measure the exchange on this machine, with real processes and made-up messages."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.running.foreground import progress, stop_signals
from hub.cli.speaking.screen import err, out, table
from schemas.json import JsonObject

if TYPE_CHECKING:
    from hub.local.exchange import Progress

Messages = Annotated[int, typer.Option(min=50, max=1_000_000, help="Messages in each round.")]
Connections = Annotated[int, typer.Option(min=1, max=400, help="Senders that post at the same time.")]

_PAGE_MILLISECONDS_MAX = 200


def add_commands(cli: typer.Typer) -> None:
    bench = typer.Typer(
        help="Measure the exchange on this machine: a table, then one line of JSON.", no_args_is_help=True
    )
    bench.callback()(_group)  # without it Typer would make the only command the group itself
    bench.command()(throughput)
    bench.command()(console)
    bench.command()(latency)
    bench.command()(fairness)
    bench.command("list")(large_list)
    cli.add_typer(bench, name="bench")


def _group() -> None:
    """Measure the exchange on this machine. It uses servers and a folder of its own, and removes them."""


def throughput(messages: Messages = 600, connections: Connections = 32) -> None:
    """Messages a second, from the call to the recorded receipt, beside bare Celery and a naive hub in the same run."""
    with _measuring() as (folder, say):
        from hub.bench.throughput import measure_throughput
        from hub.telemetry.logs import configure_logs

        found = measure_throughput(folder, configure_logs("bench"), messages, connections, say)
    _print(found.as_dict())


def console(
    messages: Annotated[int, typer.Option(min=100, max=10_000_000, help="Messages that are stored.")] = 100_000,
    times: Annotated[int, typer.Option(min=5, max=1_000, help="How often each page is asked for.")] = 40,
) -> None:
    """How long each page of the console takes with many messages. Exit code 1 if p95 of a page is over 200 ms."""
    with _measuring() as (folder, say):
        from hub.bench.pages import measure_pages
        from hub.telemetry.logs import configure_logs

        found = measure_pages(folder, configure_logs("bench"), messages, times, say).as_dict()
    _print(found)
    raise typer.Exit(1 if max(found["p95_milliseconds"].values()) > _PAGE_MILLISECONDS_MAX else 0)


def latency(
    per_second: Annotated[float, typer.Option(min=1, max=10_000, help="The steady rate.")] = 100,
    seconds: Annotated[float, typer.Option(min=1, max=3_600, help="How long it is kept up.")] = 10,
) -> None:
    """The time of one message, from the call to the recorded receipt: one at a time, and at a steady rate."""
    with _measuring() as (folder, say):
        from hub.bench.latency import measure_latency
        from hub.telemetry.logs import configure_logs

        found = measure_latency(folder, configure_logs("bench"), per_second, seconds, say)
    _print(found.as_dict())


def fairness(
    slow: Annotated[list[int] | None, typer.Option(min=1, max=60, help="Slow recipients. May be repeated.")] = None,
    burst: Annotated[int, typer.Option(min=1, max=100_000, help="Messages for one recipient at once.")] = 1_000,
) -> None:
    """The time of messages to a healthy recipient, beside slow ones and beside one that is handed very many at once."""
    with _measuring() as (folder, say):
        from hub.bench.fairness import measure_fairness
        from hub.telemetry.logs import configure_logs

        found = measure_fairness(folder, configure_logs("bench"), tuple(slow or (1, 4, 20)), burst, say)
    _print(found.as_dict())


def large_list(
    cases: Annotated[int, typer.Option(min=10, max=20_000, help="Cases of the list.")] = 745,
) -> None:
    """A court list of a large court: decoded, validated, recorded and queued, beside the bare parse of its bytes."""
    with _measuring() as (folder, say):
        from hub.bench.large_list import measure_list
        from hub.telemetry.logs import configure_logs

        found = measure_list(folder, configure_logs("bench"), cases, say)
    _print(found.as_dict())


@contextmanager
def _measuring() -> Iterator[tuple[Path, "Progress"]]:
    with stop_signals(), err().status("starting") as status, TemporaryDirectory(prefix="hub-bench-") as folder:
        yield Path(folder), progress(status)


def _print(found: JsonObject) -> None:
    import json

    rows: list[tuple[str, str]] = []
    for name, value in found.items():
        parts = value.items() if isinstance(value, dict) else [("", value)]
        rows += [(f"{name} {part}".strip().replace("_", " "), _shown(each)) for part, each in parts]
    out().print(table("", ("what", "measured"), rows))
    sys.stdout.write(json.dumps(found) + "\n")


def _shown(value: object) -> str:
    if value is None:
        return "not measured: the source tree is not here"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
