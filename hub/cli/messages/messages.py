"""`hub messages`: the newest messages, or those that were looked for."""

from typing import TYPE_CHECKING, Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.moments import local_words
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json, table
from hub.cli.speaking.selecting import Kind, Since, Until, selection
from hub.counting import counted
from hub.errors import ValueUnusable
from hub.lifecycle import DeliveryState, MessageState
from schemas.json import JsonObject
from schemas.nearest import did_you_mean

if TYPE_CHECKING:
    from hub.exchange.telling.message_search import ListedMessage

_STATES = sorted({*MessageState, *DeliveryState})


def add_commands(cli: typer.Typer) -> None:
    cli.command()(messages)


def messages(
    reference: Annotated[str | None, typer.Option(help="Only with this reference of its sender.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only from this agency or to it.")] = None,
    kind: Kind = None,
    state: Annotated[str | None, typer.Option(help=f"Only in one of: {', '.join(_STATES)}.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="At most so many, the newest first.")] = 20,
    as_json: AsJson = False,
) -> None:
    """The newest messages, or those that are looked for. `hub show ID` tells the story of one."""
    from hub.store.overview.searching import MessageCriteria

    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        chosen = selection(hub, agency, None, kind)
        wanted = MessageCriteria(
            reference=reference,
            kind=chosen.kind,
            agency=chosen.recipient,
            state=_state(state),
            since=since,
            until=until,
        )
        page = hub.messages.search(wanted, limit=limit)
    if as_json:
        print_json([_plain(each) for each in page.messages])
        return
    out().print(listed_messages(page.messages))
    if page.next is not None:
        out().print(f"There are more: `--limit`, or `--until '{page.next.accepted_at.isoformat()}'`.", markup=False)


def listed_messages(found: "tuple[ListedMessage, ...]") -> object:
    rows = [
        (
            local_words(each.accepted_at.isoformat()),
            each.kind,
            each.sender,
            each.state,
            ", ".join(delivery.recipient for delivery in each.deliveries),
            each.id,
        )
        for each in found
    ]
    return table(counted(len(found), "message"), ("accepted", "kind", "from", "state", "to", "id"), rows)


def _state(name: str | None) -> MessageState | DeliveryState | None:
    if name is None:
        return None
    for states in (MessageState, DeliveryState):
        if name in list(states):
            return states(name)
    raise ValueUnusable("value.unknown", f"there is no state {name}", did_you_mean(name, _STATES), "--state")


def _plain(message: "ListedMessage") -> JsonObject:
    return {
        "id": str(message.id),
        "kind": message.kind,
        "sender": message.sender,
        "reference": message.reference,
        "state": message.state,
        "accepted_at": message.accepted_at.isoformat(),
        "deliveries": [{"recipient": each.recipient, "state": each.state} for each in message.deliveries],
    }
