"""Reads the prompts of a result: what the court entered beside its words, each a label with a value."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.systems.common_platform.decoding.record import Record

_AMOUNT = re.compile(r"£?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(\.[0-9]{1,2})?")
_PART = re.compile(
    r"([0-9]{1,4})\s*(?:calendar\s+)?(hour|hr|day|week|wk|month|mth|mnth|year|yr|[hdwmy])(?:s|\(s\))?(?![a-z])\.?"
    r"(?:\s*(?:,|&|and\b))*\s*",
    re.IGNORECASE,
)
_NESTED_MAX = 3
_PRISON = re.compile(r"(?:HMP|HMYOI|HM Prison|HM YOI|H\.M\.P|H\.M\. ?Prison)\b.{3,80}$", re.IGNORECASE)
_NOT_WHERE_TO = (
    "held",
    "current",
    "previous",
    "from",
    "address",
    "email",
    "reason",
    "note",
    "condition",
    "victim",
    "visit",
)

# Prompts that have a field of their own in a result, by the platform's name of the prompt or by its label.
_NAMED = {
    "prisonorganisationname": "receiving_prison",
    "prison": "receiving_prison",
    "prisonname": "receiving_prison",
    "nameofprison": "receiving_prison",
    "receivingprison": "receiving_prison",
    "prisonnameandaddress": "receiving_prison",
    "prisontoreceive": "receiving_prison",
    "prisonoryoungoffenderinstitution": "receiving_prison",
    "prisonyoi": "receiving_prison",
    "youngoffenderinstitution": "receiving_prison",
    "youngoffendersinstitution": "receiving_prison",
    "nameofyoungoffenderinstitution": "receiving_prison",
    "establishment": "receiving_prison",
    "nameofestablishment": "receiving_prison",
    "custodialestablishment": "receiving_prison",
    "receivingestablishment": "receiving_prison",
    "placeofcustody": "receiving_prison",
    "placeofdetention": "receiving_prison",
    "youthdetentionaccommodation": "receiving_prison",
    "probationteamtobenotifiedorganisationname": "probation_team",
    "probationteamtobenotified": "probation_team",
    "probationteamorganisationname": "probation_team",
    "probationteam": "probation_team",
    "probationyottobenotifiedorganisationname": "probation_team",
    "probationyottobenotified": "probation_team",
}


@dataclass(frozen=True, slots=True)
class Prompt:
    """`detail` is the part of it without another field. `names` is the field that it fills: `receiving_prison` or
    another."""

    label: str | None
    value: str | None
    periods: tuple[dict[str, Any], ...] = ()
    amount: str | None = None
    points: int | None = None
    names: str | None = None
    element: Record | None = field(default=None, compare=False)

    @property
    def detail(self) -> dict[str, str] | None:
        """A prompt without a label says nothing more than the period, the amount or the points that were read from
        it."""
        whole = self.amount or self.points is not None or self.periods or self.element is not None
        if (self.label is None and whole) or (self.label is None and self.value is None):
            return None
        return {name: text for name, text in (("label", self.label), ("value", self.value)) if text is not None}

    def is_said_by(self, named: Mapping[str, str]) -> bool:
        """A label that differs from that of the field says something of its own."""
        if self.names is None or not (self.label is None or names_a_place(self.label) == self.names):
            return False
        return same_name(self.value) == same_name(named.get(self.names))

    @property
    def said(self) -> str | None:
        return f"{self.label}: {self.value}" if self.label and self.value else self.value


def read_prompts(result: Record) -> list[Prompt]:
    return [_prompt(record) for record in _flat(result, "judicialResultPrompts", 0)]


def _flat(holder: Record, name: str, depth: int) -> Iterator[Record]:
    """Yield prompts. A prompt with parts, such as a name and an address, may hold them as prompts in its value."""
    for record in holder.each(name):
        if isinstance(record.peek("value"), list) and depth < _NESTED_MAX:
            record.text("label")  # each part repeats its value under its own label
            yield from _flat(record, "value", depth + 1)
        else:
            yield record


def _prompt(record: Record) -> Prompt:
    label, reference = record.text("label"), record.either("promptReference", "promptRef")
    value = _value(record)
    return Prompt(
        label=label,
        value=value,
        periods=tuple(_periods(record, value)),
        amount=_amount(record, value),
        points=_points(record, reference, value),
        names=(names_a_place(reference) or names_a_place(label) or _by_value(label, reference, value))
        if value
        else None,
        element=record.child("durationElement"),
    )


def _value(record: Record) -> str | None:
    value = record.peek("value")
    if isinstance(value, bool):
        record.raw("value")
        return "Yes" if value else "No"
    return record.text("value")


def same_name(name: str | None) -> str:
    """Return whether two spellings of a name differ only in spaces and capitals."""
    return " ".join((name or "").split()).casefold()


def names_a_place(name: str | None) -> str | None:
    """Return `receiving_prison` for the name or the label of a prompt that names the prison."""
    return _NAMED.get(_key(name))


def _by_value(label: str | None, reference: str | None, value: str) -> str | None:
    """Return `receiving_prison` for a value that is the name of a prison, unless the prompt is about something else."""
    key = f"{_key(label)} {_key(reference)}"
    about_other = any(word in key for word in _NOT_WHERE_TO)
    return "receiving_prison" if _PRISON.match(value) and not about_other else None


def _key(text: str | None) -> str:
    return re.sub(r"[^a-z0-9]", "", (text or "").casefold())


def periods_in(text: str) -> list[dict[str, Any]] | None:
    """Return the periods: `2 Years 6 Months` is two. None if the text is not a list of periods."""
    if text.casefold() in ("life", "for life"):
        return [{"unit": "L"}]
    found, at = [], 0
    while match := _PART.match(text, at):
        found.append({"value": int(match[1]), "unit": match[2][0].upper()})
        at = match.end()
    return found if found and at == len(text) else None


def _periods(record: Record, value: str | None) -> Iterator[dict[str, Any]]:
    """Return the periods that its words give."""
    kind, sequence = record.text("type"), record.number("durationSequence", 9)
    if value is None or not (sequence or (kind or "").upper() == "DURATION"):
        return
    found = periods_in(value)
    if found is None:
        problem = "value is not a period of time; its words are passed on"
        record.doubt("common_platform.unreadable", "value", problem, "send it as 2 Years 6 Months")
    for period in found or ():
        yield period | ({"secondary": True} if (sequence or 1) > 1 else {})


def _amount(record: Record, value: str | None) -> str | None:
    if not record.flag("isFinancialImposition") or value is None:
        return None
    match = _AMOUNT.fullmatch(value)
    if match is None:
        problem = "value is not an amount of money; its words are passed on"
        record.doubt("common_platform.unreadable", "value", problem, "send it as £85.00")
    return match[1].replace(",", "") + (match[2] or "") if match else None


def _points(record: Record, reference: str | None, value: str | None) -> int | None:
    points = record.number("totalPenaltyPoints", 999)
    if points is None and value and "penaltypoints" in _key(reference):
        return record.number("value", 999)
    return points
