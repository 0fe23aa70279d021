"""The options that select the messages a command is about."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.speaking.moments import moment

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.store.repairing.quarantine import Selection

Recipient = Annotated[str | None, typer.Option("--to", help="Only for this recipient.")]
Sender = Annotated[str | None, typer.Option("--from", help="Only from this sender.")]
Kind = Annotated[str | None, typer.Option(help="Only messages of this kind.")]
Since = Annotated[datetime | None, typer.Option(help="Accepted at this time or later.")]
Until = Annotated[datetime | None, typer.Option(help="Accepted before this time.")]


def selection(
    hub: "Hub",
    recipient: str | None,
    sender: str | None,
    kind: str | None,
    *,
    code: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> "Selection":
    """Agencies by id, OU code or name. Raises NotYours if the registry has no such agency."""
    from hub.store.repairing.quarantine import Selection

    return Selection(_agency(hub, recipient), _agency(hub, sender), kind, code, moment(since), moment(until))


def _agency(hub: "Hub", name: str | None) -> str | None:
    return None if name is None else hub.knowledge.registry.agencies.named(name).id
