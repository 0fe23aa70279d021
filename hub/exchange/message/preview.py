"""Shows what would happen to a document. It writes nothing and needs no server: the contract of `hub try --json`."""

from collections.abc import Iterator
from typing import NotRequired, TypedDict

from hub.exchange.message.stages import AssessedMessage, Assessment
from schemas.json import Json


class MessagePreview(TypedDict):
    kind: str
    version: int
    sender: str
    reference: str
    counts: dict[str, int]
    doubts: list[dict[str, str]]
    values: NotRequired[dict[str, Json]]
    """What the document was read as, by place; only if it is asked for."""


class DeliveryPreview(TypedDict):
    """`message` is the number of the message in the document, from 0; `withheld` are the paths that would not go."""

    message: int
    recipient: str
    permitted: bool
    protocol: str | None
    withheld: list[str]
    reason: str


class ClockPreview(TypedDict):
    message: int
    clock: str
    starts: str
    due: str
    why: str
    owner: str | None
    toward: str | None
    doubtful: bool


class Preview(TypedDict):
    accepted: bool
    messages: list[MessagePreview]
    refused: list[dict[str, str]]
    deliveries: list[DeliveryPreview]
    clocks: list[ClockPreview]


def preview(assessment: Assessment, *, with_values: bool = False) -> Preview:
    return {
        "accepted": bool(assessment.messages) and not assessment.refused,
        "messages": [_message(assessed, with_values=with_values) for assessed in assessment.messages],
        "refused": [problem.as_dict() for problem in assessment.refused],
        "deliveries": [
            delivery for n, assessed in enumerate(assessment.messages) for delivery in _deliveries(n, assessed)
        ],
        "clocks": [clock for n, assessed in enumerate(assessment.messages) for clock in _clocks(n, assessed)],
    }


def _message(assessed: AssessedMessage, *, with_values: bool) -> MessagePreview:
    validated = assessed.validated
    doubts = [doubt.as_dict() for doubt in validated.draft.doubts]
    doubts += [{"code": flag.code, "where": flag.path, "problem": flag.problem} for flag in assessed.flags]
    shown: MessagePreview = {
        "kind": validated.draft.kind,
        "version": validated.draft.version,
        "sender": validated.sender.id,
        "reference": validated.draft.reference,
        "counts": dict(validated.draft.payload.counts()),
        "doubts": doubts,
    }
    if with_values:
        shown["values"] = dict(_leaves(validated.payload, ""))
    return shown


def _leaves(node: Json, at: str) -> Iterator[tuple[str, Json]]:
    if isinstance(node, dict):
        for name, part in node.items():
            yield from _leaves(part, f"{at}.{name}" if at else name)
    elif isinstance(node, list):
        for number, part in enumerate(node):
            yield from _leaves(part, f"{at}[{number}]")
    else:
        yield at, node


def _deliveries(number: int, assessed: AssessedMessage) -> list[DeliveryPreview]:
    permitted: list[DeliveryPreview] = [
        {
            "message": number,
            "recipient": cut.permitted.recipient.id,
            "permitted": True,
            "protocol": "{} v{}".format(*cut.protocol),
            "withheld": [held["path"] for held in cut.withheld()],
            "reason": "the protocol grants it",
        }
        for cut in assessed.minimised
    ]
    denied = [
        _not_delivered(number, denied.recipient.id, denied.denial.protocol_id, denied.denial.reason)
        for denied in assessed.denied
    ]
    unaddressed = [
        _not_delivered(number, missing.target.value, None, missing.reason) for missing in assessed.unaddressed
    ]
    return permitted + denied + unaddressed


def _not_delivered(number: int, recipient: str, protocol: str | None, reason: str) -> DeliveryPreview:
    return {
        "message": number,
        "recipient": recipient,
        "permitted": False,
        "protocol": protocol,
        "withheld": [],
        "reason": reason,
    }


def _clocks(number: int, assessed: AssessedMessage) -> list[ClockPreview]:
    return [
        {
            "message": number,
            "clock": due.start.clock,
            "starts": due.terms.starts_at.isoformat(),
            "due": due.terms.due_at.isoformat(),
            "why": due.terms.why,
            "owner": due.owner.id if due.owner else None,
            "toward": due.toward.id if due.toward else None,
            "doubtful": due.start.doubtful,
        }
        for due in assessed.clocks
    ]
