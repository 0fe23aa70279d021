"""Doubtful links between records and supervised people: listed for a person, and decided by one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.moments import local_words
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import out, print_json, table
from hub.cli.speaking.typed import one_of, whole_id
from hub.counting import counted
from hub.lifecycle import LinkState


def add_commands(cli: typer.Typer) -> None:
    links = typer.Typer(help="Links between records and the people whom areas supervise.", no_args_is_help=True)
    links.command("list")(list_links)
    links.command("confirm")(confirm)
    links.command("reject")(reject)
    cli.add_typer(links, name="links")


def list_links(
    state: Annotated[
        LinkState | None,
        typer.Option(parser=one_of(LinkState), metavar="STATE", help=f"Only: {', '.join(LinkState)}."),
    ] = LinkState.DOUBTFUL,
    as_json: AsJson = False,
) -> None:
    """The links that wait for a person, with the evidence for each."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        found = hub.linking.listed(state)
        until, now = hub.linking.decide_by(found), hub.clock.now()
    if as_json:
        plain = [
            {
                "id": str(row.id),
                "message": str(row.message_id),
                "area": row.area,
                "state": row.state,
                "found_by": row.found_by,
                "match_weight": row.match_weight,
                "evidence": row.evidence,
                "why": row.why,
                "decided_by": row.decided_by,
                "decide_by": until[row.message_id].isoformat() if row.message_id in until else None,
                "overdue": row.message_id in until and until[row.message_id] < now,
            }
            for row in found
        ]
        print_json(plain)
        return
    rows = [
        (
            row.id,
            row.kind,
            row.message_id,
            row.area,
            row.state,
            row.found_by,
            row.why,
            _until(row.message_id, until, now),
        )
        for row in found
    ]
    columns = ("link", "kind", "message", "area", "state", "found by", "why", "decide by")
    out().print(table(counted(len(found), "link"), columns, rows))


_Link = Annotated[UUID, typer.Argument(parser=whole_id("link", "hub links list"), help="The id of a link.")]


def _until(message_id: UUID, until: Mapping[UUID, datetime], now: datetime) -> str:
    due = until.get(message_id)
    if due is None:
        return ""
    return f"{local_words(due.isoformat())}{', overdue' if due < now else ''}"


def confirm(link: _Link, by: By = None) -> None:
    """They are one person: the message is sent to the area, if a protocol permits it."""
    _decide(link, same=True, by=by)


def reject(link: _Link, by: By = None) -> None:
    """They are two people: nothing is sent because of this link."""
    _decide(link, same=False, by=by)


def _decide(link: UUID, *, same: bool, by: str | None) -> None:
    with open_hub() as hub:
        hub.linking.decide(link, same=same, by=acting(hub, Right.DECIDE_LINKS, by=by))
    out().print("confirmed; the message is sent if a protocol permits it" if same else "rejected")
