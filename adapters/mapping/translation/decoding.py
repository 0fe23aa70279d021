"""Translates a record of a file to a message: the functions of each field convert it into the payload."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.contract import Draft
from adapters.fitting import Misfit, fitted
from adapters.mapping.language.forms import Form
from adapters.mapping.language.function import Unfit
from adapters.mapping.language.paths import Growing, Step
from adapters.mapping.profiles.profile import Block, Column
from adapters.mapping.record import UNSAFE, Entry, Record
from adapters.mapping.translation.validation import ENTRY, left_out, misfit_doubts, place_at, problem_of
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused

PROBLEMS_MAX = 20
DOCUMENTS = "documents[]"
_LABEL_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Translated:
    """The result of a record before its kind has checked it.

    `places` is a tree like `payload`; its leaves are the places of the values. `unread` are values that could not be
    read and were left out, by their steps in the payload. `used` are the names of the documents beside the file that
    the record took.
    """

    payload: Mapping[str, Any]
    places: Mapping[str, Any]
    envelope: Mapping[str, str]
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...]
    used: frozenset[str]
    unread: Mapping[tuple[Step, ...], Problem]


def translate(record: Record, noun: str, beside: Mapping[str, Attachment]) -> Translated:
    """Translate one record. It never raises an error for the content of the record; `problems` say what is wrong."""
    filling = _Filling(noun, beside)
    filling.fill(record.exchange.record, record.entry, ())
    return filling.done()


def decode(record: Record, noun: str, beside: Mapping[str, Attachment]) -> tuple[Draft, frozenset[str]]:
    """Return the message, and the names of the documents beside the file that it took. Raises Refused."""
    translated = translate(record, noun, beside)
    kind = record.exchange.kind
    found = fitted(kind.payload, translated.payload, as_json=True)
    needed = tuple(_cause(one, translated, record, noun) for one in found.needed)
    problems = translated.problems or tuple(dict.fromkeys(needed))
    payload = found.payload
    if problems or payload is None:
        raise Refused(*_shortened((*problems, *_of_layout(record)), record.entry.where))
    lost = found.lost_from(*kind.payload.entries)
    payload = payload.lacking(tuple(_place_of(one, translated, record) for one in lost))
    sent_at = translated.envelope.get("@sent_at")
    draft = Draft(
        kind=kind.name,
        version=kind.version,
        sender=translated.envelope.get("@sender"),
        recipient=translated.envelope.get("@recipient"),
        reference=translated.envelope.get("@reference") or _digest(record),
        payload=payload,
        sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
        attachments=tuple({one.sha256: one for one in translated.attachments}.values()),
        doubts=(
            *record.doubts,
            *translated.doubts,
            *(left_out(problem) for problem in translated.unread.values()),
            *misfit_doubts(found.misfits, translated.places, record, noun),
        ),
        where=record.entry.where,
    )
    return draft, translated.used


def _cause(lacking: Misfit, translated: Translated, record: Record, noun: str) -> Problem:
    """Return why a required value is missing: it could not be read, or it is missing or wrong."""
    for steps, unread in translated.unread.items():
        if steps[: len(lacking.steps)] == lacking.steps or lacking.steps[: len(steps)] == steps:
            return unread
    return problem_of(lacking, translated.places, record, noun)


def _of_layout(record: Record) -> tuple[Problem, ...]:
    """Return doubts about the layout of the record. They may explain why something is missing."""
    return tuple(doubt for doubt in record.doubts if doubt.code != "profile.unmapped")


def _place_of(misfit: Misfit, translated: Translated, record: Record) -> str:
    return place_at(misfit.steps, translated.places) or record.entry.where


@dataclass
class _Filling:
    noun: str
    beside: Mapping[str, Attachment]
    payload: Growing = field(default_factory=Growing)
    places: Growing = field(default_factory=Growing)
    envelope: dict[str, str] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    unread: dict[tuple[Step, ...], Problem] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def done(self) -> Translated:
        return Translated(
            self.payload.done(),
            self.places.done(),
            self.envelope,
            tuple(self.attachments),
            tuple(self.problems),
            tuple(self.doubts),
            frozenset(self.used),
            self.unread,
        )

    def fill(self, block: Block, entry: Entry, at: tuple[Step, ...]) -> None:
        content: bytes | None = None
        for column in block.columns:
            text = entry.fields.get(column.wire) if column.wire is not None else None
            if text is None:
                continue
            where = f"{entry.where}, {self.noun} {column.wire}"
            value = self._value(column, text, at, where)
            if column.pipeline.gives is Form.CONTENT:
                content = value
            elif value is not None and column.path is not None:
                self._put(at, column.path.steps, value, where)
            elif value is not None and column.envelope is not None:
                self.envelope[column.envelope] = value
        self._assume(block, at, entry.where)
        if block.pattern == DOCUMENTS and (content is not None or self.payload.holds(at)):
            self._complete(at, content, entry.where)
        if self.payload.holds(at):
            self.places.put((*at, ENTRY), entry.where)
            for path in block.empty:
                if not any(entry.entries(group) for group in block.groups if group.path == path):
                    self._put(at, path.steps, [], entry.where)
        for group in block.groups:
            for number, below in enumerate(entry.entries(group)):
                self.fill(group, below, (*at, *group.path.steps, number))

    def _value(self, column: Column, text: str, at: tuple[Step, ...], where: str) -> Any:
        """Return a value; None if there is none or it could not be read, which has then been reported. The record is
        refused if a constant of the profile differs, or if a document cannot be read."""
        try:
            if column.path is None and column.envelope is None:
                return self._checked_constant(column, text)
            if UNSAFE.search(text):
                raise Unfit("text.character", "the text contains a control character", "remove the character")
            reading = column.pipeline.read(text)
            if column.envelope is not None and column.envelope != "@sent_at":
                _check_label(reading.value)
        except Unfit as unfit:
            told = Problem(unfit.code, where, unfit.problem, unfit.cure)
            steps = column.path.steps if column.path is not None else (column.envelope,)
            if steps == (None,) or column.pipeline.gives is Form.CONTENT:
                self.problems.append(told)
            else:
                self.unread[(*at, *steps)] = told
            return None
        if reading.kept:
            problem = "the code is not in the profile's table; kept as received"
            self.doubts.append(Problem("profile.code_unknown", where, problem, "add it to the table"))
        return reading.value

    def _checked_constant(self, column: Column, text: str) -> None:
        if column.constant is not None and text != str(column.constant):
            raise Unfit("value.constant", f"should be {column.constant}", "send the value that the profile states")

    def _put(self, at: tuple[Step, ...], steps: tuple[Step, ...], value: Any, where: str) -> None:
        self.payload.put((*at, *steps), value)
        self.places.put((*at, *steps), where)

    def _assume(self, block: Block, at: tuple[Step, ...], where: str) -> None:
        """Fill in constants and defaults, but only in a part that has a value from the record."""
        for column in block.columns:
            stated = column.default if column.wire is not None else column.constant
            if stated is None:
                continue
            if column.envelope is not None:
                if (*at, column.envelope) not in self.unread:
                    self.envelope.setdefault(column.envelope, str(stated))
            elif column.path is not None:
                path = (*at, *column.path.steps)
                if self.payload.holds(path[:-1]) and not self.payload.holds(path) and path not in self.unread:
                    self._put(at, column.path.steps, stated, where)

    def _complete(self, at: tuple[Step, ...], content: bytes | None, where: str) -> None:
        """Compute size and digest of a document: from its own bytes, or from those that came beside the file under its
        name."""
        name = self.payload.get((*at, "name"))
        came = self.beside.get(name) if isinstance(name, str) else None
        if content is None and came is not None:
            content = came.content
            self.used.add(came.name)
            if not self.payload.holds((*at, "media_type")):
                self._put(at, ("media_type",), came.media_type, where)
        media_type = str(self.payload.get((*at, "media_type")) or "")
        if not content:
            problem, cure = "a document is named, but was not sent", "send them with it"
            self.problems.append(Problem("document.missing", where, problem, cure))
            return
        if media_type == "application/pdf" and not content.startswith(b"%PDF-"):
            cure = "send the PDF itself"
            self.problems.append(Problem("document.not_pdf", where, "it is declared as PDF but is not one", cure))
        digest = hashlib.sha256(content).hexdigest()
        self._put(at, ("sha256",), digest, where)
        self._put(at, ("size_bytes",), len(content), where)
        self.attachments.append(Attachment(str(name), media_type, digest, content))


def _check_label(value: Any) -> None:
    if value is not None and (not str(value).isprintable() or len(str(value)) > _LABEL_CHARACTERS_MAX):
        problem = f"is not printable, or longer than {_LABEL_CHARACTERS_MAX} characters"
        raise Unfit("value.label", problem, "correct it at the source")


def _digest(record: Record) -> str:
    """Return a reference for a record without one. The same record gets the same reference, wherever it is in the
    file."""

    def plain(entry: Entry) -> list[Any]:
        groups = {pattern: [plain(one) for one in entries] for pattern, entries in entry.groups.items() if entries}
        return [dict(entry.fields), groups]

    content = json.dumps([record.exchange.kind.name, plain(record.entry)], sort_keys=True)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _shortened(problems: tuple[Problem, ...], where: str) -> tuple[Problem, ...]:
    if len(problems) <= PROBLEMS_MAX:
        return problems
    more = f"{len(problems) - PROBLEMS_MAX} more problems are not listed"
    return (*problems[:PROBLEMS_MAX], Problem("problem.more", where, more, "correct the listed ones and send it again"))
