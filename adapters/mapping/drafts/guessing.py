"""Guesses which path of a kind a wire field means, from its name, and which functions convert it, from its values."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from adapters.mapping.drafts.sample import SeenField
from adapters.mapping.language.forms import Form, Slot
from adapters.mapping.language.function import Unfit
from adapters.mapping.language.moments import Pattern, make_date, make_moment, make_time

_LIKELY = 0.5
_DAYS = (
    "YYYY-MM-DD",
    "DD/MM/YYYY",
    "DD-MON-YYYY",
    "DD MON YYYY",
    "DD.MM.YYYY",
    "YYYYMMDD",
    "DDMMYYYY",
    "DD/MM/YY",
    "DDMMYY",
)
_TIMES = ("HH:MI", "HH:MI:SS", "HHMI")
# Abbreviations and other words for names in exports.
_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "addr": ("address", "lines"),
        "address": ("address", "lines"),
        "appt": ("appointment",),
        "birth": ("date", "birth"),
        "born": ("date", "birth"),
        "charge": ("further", "charges"),
        "committed": ("started",),
        "cro": ("cro", "number"),
        "dob": ("date", "birth"),
        "email": ("emails",),
        "ethnic": ("ethnicity",),
        "christian": ("forenames",),
        "first": ("forenames",),
        "family": ("surname",),
        "firstname": ("forenames",),
        "forename": ("forenames",),
        "gender": ("sex",),
        "given": ("forenames",),
        "home": ("address",),
        "last": ("surname",),
        "lastname": ("surname",),
        "mobile": ("telephones",),
        "noms": ("noms", "number"),
        "off": ("offences",),
        "offence": ("offences",),
        "order": ("orders",),
        "pc": ("postcode",),
        "phone": ("telephones",),
        "pnc": ("pnc", "id"),
        "pncid": ("pnc", "id"),
        "ref": ("reference",),
        "reqs": ("requirements",),
        "from": ("sender",),
        "sender": ("sender",),
        "tel": ("telephones",),
        "telephone": ("telephones",),
    }
)
_ORDINALS = (("1st", "first"), ("d.o.b", "dob"), ("d o b", "dob"))
_OF_ANYTHING = frozenset({"code", "date", "id", "name", "number", "reference", "status", "type"})
"""Words that say nothing by themselves: a NAME is not the name of the court because it is a name."""
_SILENT = frozenset({"of", "on", "at", "the", "is", "by"})


@dataclass(frozen=True, slots=True)
class Guess:
    """`by` are the functions. `sure` is false if the values match none of the functions that the path needs."""

    to: str
    score: float
    by: tuple[str, ...] = ()
    table: tuple[str, Mapping[str, str]] | None = None
    sure: bool = True


def guesses(fields: Sequence[SeenField], slots: Mapping[str, Slot]) -> dict[str, Guess]:
    """Guess a path for each wire name. Each path is used once, for the most similar name. `slots` are relative
    paths."""
    scored = sorted(
        ((likeness(field.wire, path), field.wire, path) for field in fields for path in slots if "[]" not in path),
        key=lambda one: (-one[0], one[2].count("."), len(one[2]), one[1]),
    )
    by_name = {field.wire: field for field in fields}
    found: dict[str, Guess] = {}
    taken: set[str] = set()
    for score, wire, path in scored:
        if score < _LIKELY or wire in found or any(_overlap(path, other) for other in taken):
            continue
        guess = _with_functions(by_name[wire], path, slots[path], score)
        found[wire] = guess
        taken.add(path)
    return found


def likeness(wire: str, path: str) -> float:
    """Return from 0 to 1 how many words the two names share. The last word of a path counts most."""
    told, meant = set(_words(wire)), set(_words(path))
    last = set(_words(path.rpartition(".")[2]))
    if not told & last:
        return 0.0
    if ("birth" in told) != ("birth" in meant):
        return 0.0
    if told & meant <= _OF_ANYTHING and told - meant and meant - told:
        return 0.0
    shared = len(told & meant) / len(told | meant)
    return 0.6 * len(told & last) / len(last) + 0.4 * shared


def _words(name: str) -> Iterator[str]:
    for written, meant in _ORDINALS:
        name = re.sub(rf"(?i)\b{re.escape(written)}\b", meant, name)
    for word in re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name):
        plain = word.lower()
        if plain not in _SILENT:
            yield from _WORDS.get(plain, (plain,))


def _overlap(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}.") or other.startswith(f"{path}.")


def _with_functions(field: SeenField, path: str, slot: Slot, score: float) -> Guess:
    if slot.choices:
        table = path.rpartition(".")[2]
        codes = _codes(field.values, slot.choices)
        return Guess(path, score, (f"table: {table}",), (table, codes), sure=len(codes) == len(set(field.values)))
    by = _functions(field.values, path, slot.form)
    return Guess(path, score, by or (), sure=by is not None)


def _functions(values: Sequence[str], path: str, form: Form) -> tuple[str, ...] | None:
    """Return the functions that match the values; None if there are none."""
    if form is Form.TEXT:
        partial = _pattern(values, _DAYS, "date") if path.endswith("date_of_birth") else None
        return (f"date: {partial}",) if partial else ()
    if form in (Form.DAY, Form.TIME, Form.MOMENT):
        return _timed(values, form)
    if form is Form.TEXTS:
        separator = next((mark for mark in ";|~," if any(mark in value for value in values)), None)
        return ("words",) if "forenames" in path else (f"split: {separator or ';'}",)
    if form is Form.NAME:
        return ("name: surname_first",) if any("," in value for value in values) else ("name: surname_last",)
    if form is Form.TRUTH:
        words = sorted(set(values), key=lambda word: word.lower() not in ("y", "yes", "true", "1", "t"))
        return (f"truth: {words[0]}/{words[1]}",) if len(words) == 2 else None
    return ({Form.NUMBER: "number", Form.DECIMAL: "decimal", Form.CONTENT: "base64"}[form],)


def _timed(values: Sequence[str], form: Form) -> tuple[str, ...] | None:
    if form is Form.DAY:
        day = _pattern(values, _DAYS, "date")
        return (f"date: {day}",) if day else None
    if form is Form.TIME:
        at = _pattern(values, _TIMES, "time")
        return (f"time: {at}",) if at else None
    joined = [f"{day}{gap}{at}" for day in _DAYS for gap in (" ", "T", "") for at in ("HH:MI", "HH:MI:SS", "HHMI")]
    moment = _pattern(values, ("iso", *_DAYS, *joined), "moment")
    return (f"moment: {moment}",) if moment else None


def _pattern(values: Sequence[str], patterns: Sequence[str], function: str) -> str | None:
    """Return the pattern that reads all values, and in which most of them are written; None if there is none.

    The functions read moments in ISO form whatever their pattern is, so that they read a value says little about it.
    The day of such a moment begins as `YYYY-MM-DD` does.
    """
    make = {"date": make_date, "time": make_time, "moment": make_moment}[function]
    fitting = [one for one in patterns if all(_fits(make(one, {}).read, value) for value in values)]
    written = {one: sum(one == "iso" or Pattern.of(one).read(value) is not None for value in values) for one in fitting}
    best = max(written, key=lambda one: written[one], default=None)  # of equal ones, the first
    return best if best is not None and values and (written[best] or function == "date") else None


def _fits(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except Unfit:
        return False
    return True


def _codes(values: Sequence[str], choices: Sequence[str]) -> dict[str, str]:
    """Return the codes whose letters suggest a meaning. Each meaning is used once."""
    codes: dict[str, str] = {}
    for value in sorted(set(values)):
        plain = value.lower().replace(" ", "_")
        like = [choice for choice in choices if choice.startswith(plain) and choice not in codes.values()]
        if len(like) == 1:
            codes[value] = like[0]
    return codes
