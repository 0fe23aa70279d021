"""Commands that run the exchange: up, demo, migrate."""

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType
from typing import Annotated, Any

import typer
from rich.status import Status

from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.explanation_table import explanation_table
from hub.cli.speaking.options import Json
from hub.cli.speaking.screen import clock_words, duration, err, out, print_json, table
from hub.journal.verify import as_plain, check_proof
from hub.local.demonstration.demonstration import Demonstration, Told, failures
from hub.local.demonstration.stories import story_names
from hub.local.exchange import LocalExchange
from hub.settings import Settings
from hub.store import schema
from hub.telemetry.logs import configure_logs

_LOOK_EVERY_SECONDS = 0.2


def add_commands(cli: typer.Typer) -> None:
    cli.command()(up)
    cli.command()(demo)
    cli.command()(migrate)


def up() -> None:
    """Start every process and stay up until Ctrl-C."""
    settings = Settings()
    with _stop_signals() as stopped, err().status("starting") as status:
        exchange = LocalExchange(settings, configure_logs("up"), _progress(status))
        exchange.start()
        try:
            status.stop()
            out().print(f"The exchange is up at {exchange.address}; state and logs lie in {exchange.state.path}.")
            out().print("Ctrl-C stops it.")
            _stay(exchange, stopped)
        finally:
            status.update("stopping")
            exchange.stop()


def demo(
    story: Annotated[str | None, typer.Option(help=f"Only one of: {', '.join(story_names())}.")] = None,
    as_json: Json = False,
) -> None:
    """Play the stories in the real formats with simulated agencies, and print what became of them.

    On a terminal the exchange then stays up; elsewhere it stops. Exit code 1 if a delivery failed.
    """
    if story is not None and story not in story_names():
        raise typer.BadParameter(f"there is no story {story}; there are: {', '.join(story_names())}")
    own = Settings()
    settings = own.model_copy(update={"state_dir": own.state_dir / "demo", "endpoints": None})
    began = time.monotonic()
    with _stop_signals() as stopped, err().status("starting") as status:
        demonstration = Demonstration(settings, configure_logs("demo"), _progress(status), story)
        try:
            demonstration.start()
            ready_seconds = time.monotonic() - began
            told = demonstration.run()
            status.stop()
            faults = failures(told)
            if as_json:
                print_json(_as_json(told, faults, ready_seconds))
            else:
                _print_told(told, demonstration, ready_seconds, time.monotonic() - began)
            for fault in faults:
                err().print(f"failed: {fault}", markup=False, soft_wrap=True)
            if not faults and sys.stdout.isatty() and not as_json:
                out().print(f"The exchange stays up at {demonstration.exchange.address}; Ctrl-C stops it.")
                _stay(demonstration.exchange, stopped)
        finally:
            demonstration.close()
    raise typer.Exit(1 if faults else 0)


def migrate(as_json: Json = False) -> None:
    """Bring the database to the schema of this version."""
    with open_hub() as hub:
        before, after = schema.migrate(hub.store)
    if as_json:
        print_json({"before": before, "after": after})
    else:
        out().print(
            f"The schema is at {after}" + ("" if before == after else f"; it was at {before or 'nothing'}") + "."
        )


@contextmanager
def _stop_signals() -> Iterator[list[bool]]:
    """A list that becomes non-empty when we are told to stop: by Ctrl-C, or by SIGTERM.

    SIGINT is taken even where a shell that started us in the background had it ignored.
    """
    stopped: list[bool] = []

    def stop(_: int, __: FrameType | None) -> None:
        stopped.append(True)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    except KeyboardInterrupt:
        err().print("stopped")
        raise typer.Exit(0) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stay(exchange: LocalExchange, stopped: list[bool]) -> None:
    while not stopped:
        for name in exchange.check():
            err().print(f"{name} had died and was started again")
        time.sleep(_LOOK_EVERY_SECONDS)


def _progress(status: Status) -> Any:
    def tell(words: str) -> None:
        status.update(words)
        if not sys.stderr.isatty():
            err().print(words, markup=False)

    return tell


def _print_told(told: list[Told], demonstration: Demonstration, ready_seconds: float, seconds: float) -> None:
    rows: list[tuple[object, ...]] = []
    for each in told:
        rows.extend(_rows(each))
    columns = ("story", "what", "from", "to", "state", "took", "withheld", "clocks")
    screen = out()
    screen.print(table("", columns, rows))
    screen.print(f"Ready after {ready_seconds:.1f} s, all of it in {seconds:.1f} s.")
    _print_evidence(told, demonstration)
    exchange = demonstration.exchange
    screen.print(f"What each agency received: {demonstration.agencies.inboxes.folder}", soft_wrap=True)
    screen.print(f"Data and logs: {exchange.state.path}", soft_wrap=True)
    if sys.stdout.isatty():
        screen.print(
            f"The story of any message: HUB_STATE_DIR={exchange.settings.state_dir} hub show ID", soft_wrap=True
        )


def _print_evidence(told: list[Told], demonstration: Demonstration) -> None:
    """The journal verified, one entry proved, and one sharing explained, field by field."""
    hub, screen = demonstration.exchange.hub, out()
    hub.sealing.seal_all(hub.clock.now)
    found = hub.evidence.verify()
    state = "whole" if found.whole else f"NOT whole: {found.findings[0].words}"
    screen.print(f"Journal: {found.sealed} entries under {found.seals} seals, {state}.")
    shared = next(((m, d) for each in told for m in each.messages for d in m["deliveries"] if d["withheld"]), None)
    if shared is None:
        return
    message, delivery = shared
    under = check_proof(json.loads(as_plain(hub.evidence.prove(message["id"]))), hub.signing.public)
    screen.print(f"Proof: the acceptance of {message['id']} stands under seal {under.number}; checked.", soft_wrap=True)
    screen.print(explanation_table(hub.evidence.explain(message["id"], delivery["recipient"])))


def _rows(told: Told) -> Iterator[tuple[object, ...]]:
    step = told.step
    if not told.messages:
        problems = told.answer.get("problems", [])
        why = problems[0]["code"] if problems else told.answer.get("code", "")
        yield step.story, step.title, step.caller, "", f"refused: {why}", "", "", ""
    for message in told.messages:
        started = [clock_words(clock) for clock in message["clocks"] if clock["started_by"] == message["id"]]
        for delivery in message["deliveries"]:
            stopped = [
                f"stops {clock['clock']}"
                for clock in message["clocks"]
                if clock["started_by"] != message["id"] and clock["toward"] == delivery["recipient"]
            ]
            forwarded = " (forwarded)" if delivery["because_of"] else ""
            yield (
                step.story,
                f"{message['kind']}{forwarded}",
                message["sender"],
                delivery["recipient"],
                delivery["state"],
                _took(delivery),
                _fields(len(delivery["withheld"])),
                ", ".join(started + stopped),
            )
            started = []


def _fields(count: int) -> str:
    return "none" if count == 0 else "1 field" if count == 1 else f"{count} fields"


def _took(delivery: dict[str, Any]) -> str:
    if delivery["delivered_at"] is None:
        return ""
    began, ended = (datetime.fromisoformat(delivery[key]) for key in ("created_at", "delivered_at"))
    return duration((ended - began).total_seconds())


def _as_json(told: list[Told], faults: list[str], ready_seconds: float) -> dict[str, Any]:
    return {
        "ready_seconds": round(ready_seconds, 2),
        "failed": faults,
        "steps": [
            {
                "story": each.step.story,
                "title": each.step.title,
                "from": each.step.caller,
                "status": each.status,
                "messages": [
                    {key: message[key] for key in ("id", "kind", "sender", "state", "deliveries", "clocks")}
                    for message in each.messages
                ],
            }
            for each in told
        ],
    }
