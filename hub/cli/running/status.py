"""`hub status`: one screen, or one line for a monitor."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.moments import local_words
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json
from hub.counting import counted

if TYPE_CHECKING:
    from hub.exchange.telling.status import Status


def add_commands(cli: typer.Typer) -> None:
    cli.command()(status)


def status(
    line: Annotated[bool, typer.Option("--line", help="Print one line, for a monitor.")] = False,
    as_json: AsJson = False,
) -> None:
    """What works, what waits, and what a person must look at. Exit code 1 if there is something to look at."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        found = hub.status.now()
    if as_json:
        print_json({**_plain(found), "attention": list(found.attention)})
    elif line:
        out().print("OK" if not found.attention else "ATTENTION: " + "; ".join(found.attention), markup=False)
    else:
        _print_screen(found)
    raise typer.Exit(1 if found.attention else 0)


def _deadlines(found: "Status") -> str:
    too_late = f", {found.asked_too_late:,} asked for too late" if found.asked_too_late else ""
    return f"{found.overdue:,} overdue{too_late}, {found.due_soon:,} due within six hours"


def _print_screen(found: "Status") -> None:
    unsealed = found.unsealed_since
    lines = [
        ("deadlines", _deadlines(found)),
        ("to decide", f"{counted(found.doubtful_clocks, 'deadline')}, {counted(found.doubtful_links, 'link')}"),
        ("quarantine", f"{counted(found.quarantined, 'delivery')}, {counted(found.refused_parts, 'refused part')}"),
        ("waiting", f"{counted(found.waiting, 'delivery')}, {found.in_mailboxes:,} of them in mailboxes"),
        ("in trouble", ", ".join(found.in_trouble) or "no agency"),
        ("workers", "deliveries are ready and nobody sends them" if found.stuck else "nothing is left lying"),
        ("journal", f"not sealed since {local_words(unsealed.isoformat())}" if unsealed else "sealed"),
        ("disk", f"{found.disk_free_bytes / 1e9:.1f} GB free"),
    ]
    for name, words in lines:
        out().print(f"{name:11} {words}", markup=False, soft_wrap=True)
    for each in found.ending:
        ends = local_words(each.ends_at.isoformat())
        out().print(f"{'ends soon':11} {each.what} of {each.name}: {ends}", markup=False, soft_wrap=True)
    out().print("")
    for words in found.attention or ("Nothing needs a person.",):
        out().print(words[0].upper() + words[1:], markup=False, soft_wrap=True)


def _plain(found: "Status") -> dict[str, object]:
    plain = asdict(found)
    plain["unsealed_since"] = found.unsealed_since.isoformat() if found.unsealed_since else None
    plain["ending"] = [
        {"what": each.what, "name": each.name, "ends_at": each.ends_at.isoformat()} for each in found.ending
    ]
    return plain
