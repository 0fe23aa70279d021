"""The `prison` system: releases come from the prison; reports, results and feedback go to it."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.contract import Decoded, Draft, Encoded, Outbound, System
from adapters.dates import read_moment
from adapters.fitting import Misfit, fitted
from adapters.json import BODY_BYTES_MAX, flaws, key_shown, parse
from adapters.systems.prison.carrying import Carried, Way, carry
from adapters.systems.prison.documents import described, read_documents, write_documents
from adapters.systems.prison.fields import LAYOUTS, Layout
from schemas.catalogue import Catalogue
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused

WIRE_VERSION = "1"
PROBLEMS_MAX = 20
_HEADER = ("prisonSystem", "messageType", "messageId", "sentAt", "from", "to", "answers")
_AGAIN = "correct it and send the message again"


def system() -> System:
    return Prison(Catalogue.discover())


class Prison:
    """Reads and writes every message type of the layout."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.name = "prison"
        self._payloads = {
            layout.kind: kind.payload
            for layout in LAYOUTS
            if (kind := catalogue.find(layout.kind, layout.version)) is not None
        }
        self.decodes = frozenset(self._payloads)
        self.encodes = frozenset(self._payloads)

    def recognises(self, body: bytes) -> bool:
        """Return whether it is a JSON object with `prisonSystem` at its top."""
        start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        if start != b"{" or len(body) > BODY_BYTES_MAX or b'"prisonSystem"' not in body:
            return False
        try:
            tree = parse(body)
        except Refused:
            return False
        return isinstance(tree, dict) and "prisonSystem" in tree and "payload" not in tree

    def decode(self, body: bytes, documents: Mapping[str, Attachment]) -> Decoded:
        """Read a message. Raises Refused if something required is wrong; other wrong values are left out."""
        tree = parse(body)
        if unsafe := tuple(flaws(tree, "$")):
            raise Refused(*unsafe[:PROBLEMS_MAX])
        layout = _layout_of(tree)
        carried = carry(tree, (Way(row.wire, row.payload, row.codes) for row in layout.rows))
        attachments, problems = read_documents(tree, documents)
        described(carried.tree, attachments)
        doubts = [_misplaced(f"$.{_shown(where)}") for where in carried.misplaced]
        sent_at = _sent_at(tree, doubts)
        reference = _label(tree, "messageId", problems)
        sender, recipient = _label(tree, "from", doubts), _label(tree, "to", doubts)
        if reference is None and not any(problem.where == "$.messageId" for problem in problems):
            cure = "send messageId, different for each message"
            problems.append(Problem("reference.missing", "$.messageId", "the message has no reference", cure))
        found = fitted(self._payloads[layout.kind], carried.tree, as_json=True)
        problems += [_fault(layout, one) for one in found.needed]
        doubts += _left_out(layout, found.misfits)
        if found.payload is None or reference is None or problems:
            raise Refused(*(*problems, *doubts)[:PROBLEMS_MAX])
        prison = carried.tree.get(layout.establishment) if layout.establishment else None
        return Decoded(
            (
                Draft(
                    layout.kind,
                    layout.version,
                    sender=sender or prison,
                    recipient=recipient,
                    reference=reference,
                    payload=found.payload,
                    sent_at=sent_at,
                    attachments=attachments,
                    doubts=(*doubts, *_unmapped(carried, bool(attachments))),
                    where="$",
                ),
            )
        )

    def encode(self, message: Outbound) -> Encoded:
        layout = next((one for one in LAYOUTS if (one.kind, one.version) == (message.kind, message.version)), None)
        if layout is None:
            cure = f"send one of {', '.join(sorted(self.encodes))}, or use another system"
            problem = "the prison's system has no such message"
            raise Refused(Problem("prison.cannot_express", "kind", problem, cure))
        person = message.payload.get(layout.person) or {}
        if not any(person.get(name) for name in ("name", "organisation", "noms_number", "pnc_id", "crn")):
            cure = "grant the prison a name or a number of the person"
            problem = "nothing identifies the prisoner"
            raise Refused(Problem("prison.cannot_express", layout.person, problem, cure))
        carried = carry(message.payload, (Way(row.payload, row.wire, _turned(row.codes)) for row in layout.rows))
        wire = {
            "prisonSystem": WIRE_VERSION,
            "messageType": layout.message_type,
            "messageId": message.reference,
            "sentAt": message.sent_at.isoformat(),
            "from": message.sender,
            "to": message.recipient,
            **({"answers": message.causation} if message.causation else {}),
            **carried.tree,
        }
        write_documents(wire, message.attachments)
        body = json.dumps(wire, ensure_ascii=False, indent=1, allow_nan=False).encode()
        return Encoded(body, "application/json", ".json", carried.left)


def _layout_of(tree: Any) -> Layout:
    if not isinstance(tree, dict) or "prisonSystem" not in tree:
        cure = "send an object with prisonSystem and messageType"
        raise Refused(Problem("prison.not_a_message", "$", "the document is not a message of the prison system", cure))
    if tree["prisonSystem"] != WIRE_VERSION:
        problem, cure = "the exchange cannot read this version", f'send prisonSystem "{WIRE_VERSION}"'
        raise Refused(Problem("prison.version", "$.prisonSystem", problem, cure))
    named = tree.get("messageType")
    layout = next((one for one in LAYOUTS if one.message_type == named), None)
    if layout is None:
        cure = f"send one of {', '.join(one.message_type for one in LAYOUTS)}"
        raise Refused(Problem("prison.message_type", "$.messageType", "there is no such message type", cure))
    return layout


def _turned(codes: Mapping[str, str] | None) -> Mapping[str, str] | None:
    return {word: code for code, word in codes.items()} if codes else None


def _label(tree: Mapping[str, Any], name: str, problems: list[Problem]) -> str | None:
    value = tree.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value.strip() == value and value.isprintable() and 0 < len(value) <= 200:
        return value
    problem = "it is not 1 to 200 printable characters; it is not read"
    problems.append(Problem("prison.label", f"$.{name}", problem, _AGAIN))
    return None


def _sent_at(tree: Mapping[str, Any], problems: list[Problem]) -> datetime | None:
    if tree.get("sentAt") is None:
        return None
    stated = tree["sentAt"]
    found = read_moment(stated) if isinstance(stated, str) else None
    if found is None:
        cure = "write it as 2026-11-20T12:00:00+00:00"
        problems.append(
            Problem("date.impossible", "$.sentAt", "it is not a moment with an offset; it is not read", cure)
        )
    return found


def _fault(layout: Layout, lacking: Misfit) -> Problem:
    """Report a fault of the payload as one of the message, with its place there and the prison's own codes."""
    fault = lacking.fault
    where, codes = _wire_place(layout, lacking.at), _codes_at(layout, lacking)
    if fault is not None and fault["type"] == "missing":
        return Problem("field.missing", where, "the field is required but missing", "send it")
    if codes:
        return Problem("field.value", where, "it is not a code of the layout", f"send one of {', '.join(codes)}")
    words = fault["msg"].removeprefix("Value error, ") if fault else "it does not have the agreed form"
    return Problem("field.value", where, words, _AGAIN)


def _codes_at(layout: Layout, misfit: Misfit) -> Mapping[str, str] | None:
    return next((row.codes for row in layout.rows if row.payload == misfit.pattern), None)


def _left_out(layout: Layout, misfits: tuple[Misfit, ...]) -> list[Problem]:
    """Yield one doubt for each field, at its first place."""
    found: dict[tuple[str, bool], Problem] = {}
    for misfit in misfits:
        where, codes = _wire_place(layout, misfit.at), _codes_at(layout, misfit)
        if misfit.most is not None:
            problem = f"it is longer than {misfit.most}, so its end was cut off"
            doubt = Problem("field.cut", where, problem, "send a shorter text if the end matters")
        else:
            cure = f"send one of {', '.join(codes)}" if codes else _AGAIN
            doubt = Problem("field.left_out", where, "it does not have the agreed form; it is not passed on", cure)
        found.setdefault((misfit.pattern, misfit.most is None), doubt)
    return list(found.values())


def _pattern(steps: tuple[int | str, ...]) -> str:
    return "".join("[]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def _wire_place(layout: Layout, steps: tuple[int | str, ...]) -> str:
    """Return the place in the message of a fault in the payload: the field, or the fields below a part."""
    indices = [step for step in steps if isinstance(step, int)]
    path = _pattern(steps)
    exact = next((row.wire for row in layout.rows if row.payload == path), None)
    beneath = [row.wire for row in layout.rows if row.payload.startswith((f"{path}.", f"{path}["))]
    wire = exact or (_shared_start(beneath) if beneath else "")
    for index in indices:
        wire = wire.replace("[]", f"[{index}]", 1)
    return f"$.{wire}".rstrip(".").replace("[]", "")


def _shared_start(paths: list[str]) -> str:
    parts = [path.split(".") for path in paths]
    shared = []
    for steps in zip(*parts, strict=False):
        if len(set(steps)) > 1:
            break
        shared.append(steps[0])
    return ".".join(shared)


def _unmapped(carried: Carried, has_documents: bool) -> list[Problem]:
    """Yield one doubt for each key that the layout does not have, at its first place."""
    found: dict[str, Problem] = {}
    for where in carried.left:
        pattern = re.sub(r"\[\d+\]", "[]", where)
        if pattern in _HEADER or (has_documents and pattern == "documents[].content"):
            continue
        problem = "the layout has no such field; it is not passed on"
        cure = "nothing, unless a recipient needs it: then ask for a field"
        found.setdefault(pattern, Problem("prison.unmapped", f"$.{_shown(where)}", problem, cure))
    return list(found.values())


def _shown(where: str) -> str:
    """Return the place without keys that do not look like field names, because such a key could be somebody's name."""
    steps = (re.fullmatch(r"(.*?)((?:\[\d+\])*)", step, re.DOTALL) for step in where.split("."))
    return ".".join(key_shown(found[1]) + found[2] for found in steps if found)


def _misplaced(where: str) -> Problem:
    return Problem("prison.type", where, "this must be an object or a list; the value is not passed on", _AGAIN)
