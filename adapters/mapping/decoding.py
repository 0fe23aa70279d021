"""From a record of a file to a message: every field through its functions into the payload."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from adapters.contract import Draft
from adapters.mapping.function import Unfit
from adapters.mapping.paths import Growing, Step
from adapters.mapping.profile import Block, Column
from adapters.mapping.record import Entry, Record
from adapters.mapping.validation import validation_problems
from schemas.document import Attachment
from schemas.problem import Problem, Refused

PROBLEMS_MAX = 20
_REFERENCE_CHARACTERS_MAX = 200
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass
class Translated:
    """What became of a record before its kind has looked at it. `places` is a tree like `payload`, with the place of
    each value for a leaf."""

    payload: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Any] = field(default_factory=dict)
    envelope: dict[str, str] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)


def translate(record: Record, noun: str, beside: Mapping[str, Attachment]) -> Translated:
    """Never raises for what the record holds: `problems` say what is wrong with it."""
    translated = Translated()
    payload, places = Growing(), Growing()
    _Filling(translated, payload, places, noun, beside).fill(record.exchange.record, record.entry, ())
    translated.payload, translated.places = payload.done(), places.done()
    return translated


def decode(record: Record, noun: str, beside: Mapping[str, Attachment]) -> tuple[Draft, frozenset[str]]:
    """The message, and the names of the documents beside it that it took. Raises Refused."""
    translated = translate(record, noun, beside)
    kind = record.exchange.kind
    if translated.problems:
        raise Refused(*_shortened(translated.problems, record.entry.where))
    try:
        payload = kind.payload.model_validate_json(json.dumps(translated.payload), strict=True)
    except ValidationError as error:
        problems = validation_problems(error, translated.places, record, noun)
        raise Refused(*_shortened(list(problems), record.entry.where)) from None
    draft = Draft(
        kind=kind.name,
        version=kind.version,
        sender=translated.envelope.get("@sender"),
        recipient=translated.envelope.get("@recipient"),
        reference=translated.envelope.get("@reference") or digest_of(record),
        payload=payload,
        sent_at=_moment(translated.envelope.get("@sent_at")),
        attachments=tuple({one.sha256: one for one in translated.attachments}.values()),
        doubts=(*record.doubts, *translated.doubts),
        where=record.entry.where,
    )
    return draft, frozenset(translated.used)
