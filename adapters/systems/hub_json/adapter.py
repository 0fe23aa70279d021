"""The `hub_json` system: one message, or a list of messages, of any kind, in the form that the agencies agreed."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from adapters.contract import Decoded, Draft, Encoded, Outbound, System
from adapters.fitting import fitted
from adapters.json import BODY_BYTES_MAX, flaws, is_json, parse
from adapters.systems.hub_json.attachments import Completed, complete, named_in
from adapters.systems.hub_json.faults import doubts_of, problems_of, shortened
from adapters.systems.hub_json.frame import Frame, read_frame
from schemas.catalogue import Catalogue
from schemas.kind import MessageKind, Payload
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused

MESSAGES_MAX = 5_000


def system() -> System:
    return HubJson(Catalogue.discover())


class HubJson:
    """Reads and writes every kind of the catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.name = "hub_json"
        self.decodes = frozenset(catalogue.names())
        self.encodes = frozenset(catalogue.names())

    def recognises(self, body: bytes) -> bool:
        """Return whether it is JSON with a kind and a payload, or would be if it were complete."""
        start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        if start not in (b"{", b"["):
            return False
        if b'"kind"' in body and b'"payload"' in body:
            return True
        return len(body) <= BODY_BYTES_MAX and not is_json(body)

    def decode(self, body: bytes, documents: Mapping[str, Attachment]) -> Decoded:
        """Read messages. A bad message of a list is refused by itself. Raises Refused if no message can be accepted."""
        tree = parse(body)
        messages = list(enumerate(tree)) if isinstance(tree, list) else [(None, tree)]
        if not messages:
            raise Refused(Problem("json.empty", "$", "the list contains no message", "send at least one message"))
        if len(messages) > MESSAGES_MAX:
            problem = f"the list contains more than {MESSAGES_MAX} messages"
            raise Refused(Problem("json.too_large", "$", problem, "send fewer messages at a time"))
        drafts: dict[str, Draft] = {}
        refused: list[Problem] = []
        for index, message in messages:
            at = "$" if index is None else f"$[{index}]"
            try:
                draft = self._draft(message, documents, at)
                if draft.reference in drafts:
                    raise Refused(_reference_twice(at))
                drafts[draft.reference] = draft
            except Refused as refusal:
                refused += shortened(refusal.problems, at)
        loose = _unreferenced(tuple(message for _, message in messages), documents)
        if not drafts or (loose and not isinstance(tree, list)):
            raise Refused(*refused, *loose)
        return Decoded(tuple(drafts.values()), (*refused, *loose))

    def encode(self, message: Outbound) -> Encoded:
        """Write the whole message. Documents are included only if the minimised payload still names them."""
        _, unknown = self._kind(message.kind, message.version, "$")
        if unknown:
            raise Refused(*unknown)
        frame = {
            "id": message.id,
            "kind": message.kind,
            "version": message.version,
            "sender": message.sender,
            "recipient": message.recipient,
            "reference": message.reference,
            "sent_at": message.sent_at.isoformat(),
            "correlation": message.correlation,
            "causation": message.causation,
            "payload": dict(message.payload),
            "documents": _documents(message),
        }
        body = json.dumps(frame, ensure_ascii=False, allow_nan=False).encode()
        return Encoded(body, "application/json", ".json")

    def _draft(self, message: Any, beside: Mapping[str, Attachment], at: str) -> Draft:
        unsafe = tuple(flaws(message, at))
        if unsafe:
            raise Refused(*unsafe)
        if not isinstance(message, dict):
            cure = "send an object with kind, version, reference and payload"
            raise Refused(Problem("json.not_a_message", at, "a message is a JSON object", cure))
        frame, problems = read_frame(message, at)
        kind, unknown = self._kind(message.get("kind"), message.get("version"), at)
        raw = message.get("payload")
        if kind is None or not isinstance(raw, dict):
            raise Refused(*unknown, *problems)
        completed = complete(raw, frame.documents if frame else (), beside, at)
        payload, wrong = _payload(kind, completed, at)
        if frame is None:  # its documents were not read, so they cannot be checked
            raise Refused(*problems, *wrong)
        if payload is None or completed.problems:
            raise Refused(*completed.problems, *wrong, *problems)
        return _drafted(frame, payload, completed, at, (*problems, *wrong))

    def _kind(self, name: Any, version: Any, at: str) -> tuple[MessageKind | None, tuple[Problem, ...]]:
        """Return the kind, or what is wrong with its name or version. A wrong type of either was already reported."""
        if not isinstance(name, str) or type(version) is not int:
            return None, ()
        if name not in self._catalogue.names():
            cure = f"send one of {', '.join(self._catalogue.names())}"
            return None, (Problem("kind.unknown", f"{at}.kind", "there is no such kind of message", cure),)
        kind = self._catalogue.find(name, version)
        if kind is None:
            versions = sorted(number for known, number in self._catalogue.kinds if known == name)
            cure = f"send version {' or '.join(map(str, versions))}"
            problem = "the kind has no such version"
            return None, (Problem("kind.version_unknown", f"{at}.version", problem, cure),)
        return kind, ()


def _payload(kind: MessageKind, completed: Completed, at: str) -> tuple[Payload | None, tuple[Problem, ...]]:
    """Return the payload, with doubts about what was left out of it; or what is wrong with it."""
    found = fitted(kind.payload, completed.payload, as_json=True)
    doubts = doubts_of(found.misfits, f"{at}.payload", kind.payload)
    if found.payload is None:
        return None, (*problems_of(found.needed, f"{at}.payload", kind.payload), *doubts)
    lost = tuple(f"{at}.payload.{one.path}" for one in found.lost_from(*kind.payload.entries))
    return found.payload.lacking(lost), doubts


def _drafted(frame: Frame, payload: Payload, completed: Completed, at: str, doubts: tuple[Problem, ...]) -> Draft:
    return Draft(
        kind=frame.kind,
        version=frame.version,
        sender=frame.sender,
        recipient=frame.recipient,
        reference=frame.reference,
        payload=payload,
        sent_at=frame.sent_at,
        attachments=completed.attachments,
        doubts=doubts,
        where=at,
    )


def _reference_twice(at: str) -> Problem:
    problem = "an earlier message of the list has the same reference"
    return Problem("reference.duplicate", f"{at}.reference", problem, "give each message its own reference")


def _unreferenced(messages: tuple[Any, ...], documents: Mapping[str, Attachment]) -> tuple[Problem, ...]:
    """Files are counted and not named, because a file name may contain a person's name."""
    named = {name for message in messages if isinstance(message, dict) for name in named_in(message.get("payload"))}
    return tuple(
        Problem(
            "document.unreferenced",
            f"document {number} sent beside the message",
            "no payload names this document",
            "name it in payload.documents, or do not send it",
        )
        for number, name in enumerate(documents, start=1)
        if name not in named
    )


def _documents(message: Outbound) -> list[dict[str, str]]:
    """Write the documents. Name and type are those in the payload, because minimising may have removed them."""
    by_digest = {attachment.sha256: attachment for attachment in message.attachments}
    return [
        {
            "name": item.get("name", item["sha256"]),
            "media_type": item.get("media_type", "application/octet-stream"),
            "content": base64.b64encode(by_digest[item["sha256"]].content).decode(),
        }
        for item in message.payload.get("documents") or ()
        if item.get("sha256") in by_digest
    ]
