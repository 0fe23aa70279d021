"""The options that select the messages a command is about."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from hub.cli.speaking.moments import moment
from hub.cli.speaking.typed import whole_id
from hub.errors import ValueUnusable
from schemas.nearest import did_you_mean

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.store.repairing.quarantine import Selection

Recipient = Annotated[str | None, typer.Option("--to", help="Only for this recipient.")]
Sender = Annotated[str | None, typer.Option("--from", help="Only from this sender.")]
Kind = Annotated[str | None, typer.Option(help="Only messages of this kind.")]
Since = Annotated[datetime | None, typer.Option(parser=moment, metavar="TIME", help="Accepted at this time or later.")]
Document = Annotated[
    UUID | None,
    typer.Option(parser=whole_id("document", "hub quarantine list"), metavar="ID", help="Only of this document."),
]
Until = Annotated[datetime | None, typer.Option(parser=moment, metavar="TIME", help="Accepted before this time.")]


def selection(
    hub: "Hub",
    recipient: str | None,
    sender: str | None,
    kind: str | None,
    *,
    code: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    document: UUID | None = None,
) -> "Selection":
    """Agencies by id, OU code or name. Raises ValueUnusable if the registry has no such agency."""
    from hub.store.repairing.quarantine import Selection

    return Selection(
        _agency(hub, recipient), _agency(hub, sender), _kind(hub, kind), _code(code), since, until, document
    )


def _kind(hub: "Hub", name: str | None) -> str | None:
    """Raises ValueUnusable if there is no such kind."""
    names = hub.knowledge.catalogue.names()
    if name is not None and name not in names:
        raise ValueUnusable(
            "value.unknown", f"there is no kind of message called {name}", did_you_mean(name, names), "--kind"
        )
    return name


def _code(name: str | None) -> str | None:
    """Raises ValueUnusable if the registry has no such code."""
    from schemas.codes.registry import code_registry

    if name is not None and name not in code_registry().by_code:
        cure = did_you_mean(name, code_registry().by_code) or "docs/errors.md lists every code"
        raise ValueUnusable("value.unknown", f"there is no code {name}", cure, "--code")
    return name


def _agency(hub: "Hub", name: str | None) -> str | None:
    return None if name is None else hub.knowledge.registry.agencies.named(name).id
