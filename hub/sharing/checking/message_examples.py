"""Runs the example messages of a protocol. Each recipient must get exactly what the signatories expect. Pure."""

import json
from collections.abc import Iterator
from datetime import date

from pydantic import ValidationError

from hub.sharing.checking.protocol_rules import WrittenProtocol
from hub.sharing.decision.conditions import decide_about
from hub.sharing.decision.decide import Denial
from hub.sharing.decision.minimise import minimise
from hub.sharing.terms.agencies import Agencies, Agency
from hub.sharing.terms.protocols import MessageExample, Outcome, SharingRegistry
from hub.sharing.terms.selecting import Party
from schemas.catalogue import Catalogue
from schemas.json import Json, JsonMapping
from schemas.kind import MessageKind
from schemas.problem import Problem

EXAMPLE_KEY = bytes(range(32))
"""The key for pseudonyms in examples. It is not a secret, and no exchange uses it."""
_SHOWN_MAX = 10


def run_examples(written: WrittenProtocol, agencies: Agencies, catalogue: Catalogue) -> Iterator[Problem]:
    """Reports differences by field and never by value. Only this protocol applies, so no other can decide for it."""
    registry = SharingRegistry(agencies, (written.protocol,))
    number = 0
    for index, example in enumerate(written.protocol.messages):
        yield from _run(example, index, number, written, registry, catalogue)
        number += len(example.to)


def _run(
    example: MessageExample,
    index: int,
    first_outcome: int,
    written: WrittenProtocol,
    registry: SharingRegistry,
    catalogue: Catalogue,
) -> Iterator[Problem]:
    source, place = written.source, ("message", index)
    if example.kind not in catalogue.names():
        where = source.where((*place, "kind"), example.kind)
        yield Problem("kind.unknown", where, f"there is no kind {example.kind}", "correct it")
        return
    kind = catalogue.latest(example.kind)
    try:
        payload = kind.payload.model_validate_json(example.payload, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        wrong = f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}"
        yield Problem("example.payload_invalid", source.where((*place, "payload")), wrong, "correct the message")
        return
    plain = payload.model_dump(mode="json", exclude_none=True)
    sender = _agency(example.sender, registry.agencies, example.on)
    for number, outcome in enumerate(example.to, start=first_outcome):
        recipient = _agency(outcome.recipient, registry.agencies, example.on)
        where = source.where(("message.to", number))
        if sender is None or recipient is None:
            missing = example.sender if sender is None else outcome.recipient
            yield Problem("agency.unknown", where, f"the registry has no agency {missing} on that day", "name another")
        elif says := _differs(outcome, sender, recipient, kind, plain, registry, example.on):
            yield Problem("example.differs", where, f"{recipient.id}: {says}", "correct the clauses or the example")


def _differs(
    outcome: Outcome,
    sender: Agency,
    recipient: Agency,
    kind: MessageKind,
    payload: JsonMapping,
    registry: SharingRegistry,
    on: date,
) -> str | None:
    decision = decide_about(registry, sender=sender.id, recipient=recipient.id, kind=kind, payload=payload, on=on)
    if isinstance(decision, Denial):
        same = outcome.refused == decision.code
        return None if same else f"it is refused ({decision.code}), and the example expects {_expected(outcome)}"
    if outcome.receives is None:
        return f"it receives the message, and the example expects {_expected(outcome)}"
    received = dict(_values(minimise(payload, decision, kind, EXAMPLE_KEY).payload))
    expected = dict(_values(json.loads(outcome.receives)))
    differences = (
        ("is sent and should be withheld", received.keys() - expected.keys()),
        ("is withheld and should be sent", expected.keys() - received.keys()),
        ("is sent with another value", {p for p in received.keys() & expected.keys() if received[p] != expected[p]}),
    )
    return "; ".join(f"{words}: {_shown(paths)}" for words, paths in differences if paths) or None


def _expected(outcome: Outcome) -> str:
    return outcome.refused or ("a payload" if outcome.receives else "nothing at all: write receives or refused")


def _shown(paths: set[str]) -> str:
    more = f" and {len(paths) - _SHOWN_MAX} more" if len(paths) > _SHOWN_MAX else ""
    return ", ".join(sorted(paths)[:_SHOWN_MAX]) + more


def _values(node: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """(path with positions, value). A list or object without a value is left out, so an example need not contain it."""
    if isinstance(node, dict):
        for name, part in node.items():
            yield from _values(part, f"{path}.{name}" if path else name)
    elif isinstance(node, list):
        for position, part in enumerate(node):
            yield from _values(part, f"{path}[{position}]")
    else:
        yield path, node


def _agency(party: Party, agencies: Agencies, on: date) -> Agency | None:
    if party.agency is not None:
        return agencies.get(party.agency)
    found = (agency for agency in agencies.by_id.values() if agency.role is party.role and agency.exists(on))
    return min(found, key=lambda agency: agency.id, default=None)
