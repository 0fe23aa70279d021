"""`hub demo`: play the stories with simulated agencies, and print what became of them."""

import json
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.running.foreground import progress, stay, stop_signals
from hub.cli.running.played import played_lines
from hub.cli.speaking.connect import own_settings
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import err, out, print_json
from hub.counting import counted
from hub.local.demonstration.stories import story_names
from schemas.json import JsonObject
from schemas.nearest import did_you_mean

if TYPE_CHECKING:
    from hub.local.demonstration.demonstration import Demonstration, SentStep


def add_commands(cli: typer.Typer) -> None:
    cli.command()(demo)


def demo(
    story: Annotated[str | None, typer.Option(help=f"Only one of: {', '.join(story_names())}.")] = None,
    as_json: AsJson = False,
) -> None:
    """Play the stories in the real formats with simulated agencies, and print what became of them.

    On a terminal the exchange then stays up; elsewhere it stops. Exit code 1 if a delivery failed.
    """
    from hub.local.demonstration.demonstration import Demonstration, failures
    from hub.telemetry.logs import configure_logs

    if story is not None and story not in story_names():
        raise typer.BadParameter(f"there is no story {story!r}; {did_you_mean(story, story_names())}")
    own = own_settings()
    settings = own.model_copy(update={"state_dir": own.state_dir / "demo", "endpoints": None, "interfaces": None})
    began = time.monotonic()
    with stop_signals() as stopped, err().status("starting") as status:
        demonstration = Demonstration(settings, configure_logs("demo"), progress(status), story)
        try:
            demonstration.start()
            ready_seconds = time.monotonic() - began
            played = demonstration.run()
            status.stop()
            faults = failures(played)
            if as_json:
                print_json(_as_json(played, faults, ready_seconds))
            else:
                _print_played(played, demonstration, ready_seconds, time.monotonic() - began)
            for fault in faults:
                err().print(f"failed: {fault}", markup=False, soft_wrap=True)
            if not faults and sys.stdout.isatty() and not as_json:
                _print_console(demonstration)
                out().print(f"The exchange stays up at {demonstration.exchange.address}; Ctrl-C stops it.")
                stay(demonstration.exchange, stopped)
        finally:
            demonstration.close()
    raise typer.Exit(1 if faults else 0)


def _print_played(
    played: "list[SentStep]", demonstration: "Demonstration", ready_seconds: float, seconds: float
) -> None:
    """The stories come last, where a reader at a terminal sees them."""
    exchange = demonstration.exchange
    _print_evidence(played, demonstration)
    for line in (
        f"What each agency received: {demonstration.agencies.inboxes.folder}",
        f"Data and logs: {exchange.state.path}",
        f"Ready after {ready_seconds:.1f} s, all of it in {seconds:.1f} s.",
        *played_lines(played),
    ):
        out().print(line, markup=False, soft_wrap=True)
    if sys.stdout.isatty():
        state = f"HUB_STATE_DIR={exchange.settings.state_dir}"
        out().print("")
        out().print(f"The story of a message: {state} hub show ID", markup=False, soft_wrap=True)


def _print_console(demonstration: "Demonstration") -> None:
    from hub.local.demonstration.account import make_account

    account = make_account(demonstration.exchange.hub)
    address = f"{demonstration.exchange.address}/console"
    out().print(f"Console: {address}, name {account.name}, password {account.password}", markup=False, soft_wrap=True)


def _print_evidence(played: "list[SentStep]", demonstration: "Demonstration") -> None:
    """The journal verified, one entry proved, and how to have one sharing explained, field by field."""
    from hub.journal.verify import as_plain, check_proof

    hub, screen = demonstration.exchange.hub, out()
    hub.sealing.seal_all(hub.clock.now)
    found = hub.evidence.verify()
    state = "whole" if found.whole else f"NOT whole: {found.findings[0].words}"
    screen.print(f"Journal: {counted(found.sealed, 'entry')} under {counted(found.seals, 'seal')}, {state}.")
    shared = next((m for each in played for m in each.messages for d in m["deliveries"] if d["withheld"]), None)
    if shared is None:
        return
    under = check_proof(json.loads(as_plain(hub.evidence.prove(shared["id"]))), hub.signing.public)
    screen.print(f"Proof: the acceptance of {shared['id']} is under seal {under.number}; checked.", soft_wrap=True)
    recipient = next(delivery["recipient"] for delivery in shared["deliveries"] if delivery["withheld"])
    screen.print(f"Why it got each field, or not: hub protocols explain {shared['id']} {recipient}", soft_wrap=True)


def _as_json(played: "list[SentStep]", faults: list[str], ready_seconds: float) -> JsonObject:
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
            for each in played
        ],
    }
