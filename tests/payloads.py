"""Payloads of any kind, made of its model alone from a seed: plain JSON data, with made-up people.

Each is valid. Its texts are ordinary, or odd, or long; its identifiers are right or wrong; now few fields are there,
and now all. Documents come with their bytes.
"""

import random
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AwareDatetime, BaseModel, ValidationError
from pydantic.fields import FieldInfo

from schemas.fields import DATE_OF_BIRTH, IdentifierRule, check_letter
from schemas.kind import Payload
from schemas.parts.document import Attachment, Document

LONGEST = 3_000
_WORDS = ("Ashgrove", "made up", "Quarry Road", "of the", "first", "Wednesday", "12", "O'Nobody", "a-b", "Llŷn")
_ODD = ("<b>&amp;", "]]>", "'\"", "a, b", "a\nb", "a\tb", "1/2", "007", "null", "true", "<?xml?>", "a  b", "{}", ";|")
_FAR = (
    "Żółć",
    "Ρένα",
    "محمد",
    "王芳",
    "e\u0301",
    "\U0001f600",
    "a\u00a0b",
    "a\u200bb",
    "a\u2028b",
    "\uff11\uff12",
    "\u202eab",
)
"""Letters that few encodings have, and marks that a reader does not see."""
_LONDON = ZoneInfo("Europe/London")

# Without these the most of a payload is refused, or says nothing.
_LIKELY = {"name": 0.8, "code": 0.9, "offences": 0.9, "results": 0.8, "cases": 0.9}


@dataclass(frozen=True, slots=True)
class Made:
    values: dict[str, Any]
    attachments: tuple[Attachment, ...]


def payloads(model: type[Payload], seed: str, count: int) -> Iterator[Made]:
    for number in range(count):
        maker = _Maker(random.Random(f"{seed}/{model.__name__}/{number}"))
        yield Made(maker.part(model), tuple(maker.attachments))


@dataclass(slots=True)
class _Maker:
    chance: random.Random
    attachments: list[Attachment] = field(default_factory=list)
    fullness: float = 0.0
    oddness: float = 0.0
    many: float = 0.0

    def __post_init__(self) -> None:
        self.fullness = self.chance.choice((0.15, 0.5, 0.9))
        self.oddness = self.chance.choice((0.0, 0.0, 0.05, 0.3))
        self.many = self.chance.choice((0.0, 0.0, 0.0, 0.02))

    def part(self, model: type[BaseModel]) -> dict[str, Any]:
        if model is Document:
            return self._document()
        hints, error = get_type_hints(model, include_extras=True), None
        for _ in range(200):
            made = {
                name: self._value(hints[name], (), name)
                for name, about in model.model_fields.items()
                if about.is_required() or self.chance.random() < max(self.fullness, _LIKELY.get(name, 0))
            }
            values = {name: value for name, value in made.items() if value not in ({}, [])}
            try:
                model.model_validate(values)
            except ValidationError as fault:
                error = fault  # what the model asks of several fields together
                continue
            return values
        raise AssertionError(f"no {model.__name__} can be made") from error

    def _value(self, annotation: Any, marks: tuple[Any, ...], name: str) -> Any:
        origin = get_origin(annotation)
        if origin is Annotated:
            inner, *extra = get_args(annotation)
            return self._value(inner, (*marks, *extra), name)
        if origin in (Union, types.UnionType):
            (member,) = (one for one in get_args(annotation) if one is not type(None))
            return self._value(member, marks, name)
        if origin in (tuple, list):
            return [
                made
                for _ in range(self._length(marks))
                if (made := self._value(get_args(annotation)[0], (), name)) != {}  # an empty part says nothing
            ]
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self.part(annotation)
        return self._leaf(annotation, marks, name)

    def _length(self, marks: tuple[Any, ...]) -> int:
        least = next((one.min_length for one in _limits(marks) if isinstance(one, MinLen)), 0)
        usual = self.chance.choice((0, 1, 1, 2, 3))
        return max(least, self.chance.choice((12, 30)) if self.chance.random() < self.many else usual)

    def _leaf(self, kind: Any, marks: tuple[Any, ...], name: str) -> Any:
        if get_origin(kind) is Literal:
            return self.chance.choice(get_args(kind))
        if kind is bool:
            return self.chance.random() < 0.5
        if kind in (int, float):
            return self._number(kind, marks)
        if kind is time:
            return self._time()
        if kind is date:
            return self._day().isoformat()
        if kind in (datetime, AwareDatetime):
            at = datetime.combine(self._day(), time.fromisoformat(self._time()[:8]))
            return at.replace(tzinfo=_LONDON).isoformat()
        return self._text(marks, name)

    def _number(self, kind: type, marks: tuple[Any, ...]) -> int | float:
        limits = _limits(marks)
        least = next((one.ge for one in limits if isinstance(one, Ge)), -1_000)
        most = next((one.le for one in limits if isinstance(one, Le)), 10**9)
        assert isinstance(least, int) and isinstance(most, int)
        near = min(most, least + 12)
        value = self.chance.choice((least, near, self.chance.randint(least, near), self.chance.randint(least, most)))
        return kind(value)

    def _time(self) -> str:
        at = time(self.chance.randrange(24), self.chance.randrange(60), self.chance.choice((0, 0, 0, 30)))
        if self._is_odd():
            return f"{at.isoformat()}{self.chance.choice(('Z', '+01:00', '.250000'))}"
        return at.isoformat()

    def _day(self) -> date:
        return date(1930, 1, 1) + timedelta(days=self.chance.randrange(40_000))

    def _is_odd(self) -> bool:
        return self.chance.random() < self.oddness

    def _text(self, marks: tuple[Any, ...], name: str) -> str:
        rule = next((one for one in marks if isinstance(one, IdentifierRule)), None)
        pattern = next((found for one in marks if (found := _pattern(one)) is not None), None)
        if DATE_OF_BIRTH in marks:
            born = self._day().isoformat()
            return born[: self.chance.choice((4, 7))] if self._is_odd() else born
        if pattern is not None:
            return self._of_pattern(pattern)
        if rule is not None and not self._is_odd():
            return self._identifier(rule.name)
        most = next((one.max_length for one in _limits(marks) if isinstance(one, MaxLen)), LONGEST)
        return self._words(min(most, LONGEST), name)

    def _words(self, most: int, name: str) -> str:
        if not self._is_odd():
            return self.chance.choice(_CODES.get(name, ())[:] or _WORDS)
        length = self.chance.choice((1, 2, 5, most))
        text = " ".join(self.chance.choice(_WORDS + _ODD + _FAR) for _ in range(length))
        return text[:most].strip() or "-"

    def _of_pattern(self, pattern: str) -> str:
        made = {
            r"^\d{1,12}(\.\d{1,2})?$": ("0", "12", "100.00", "99.5"),
            r"^[0-9A-Z]{2}$": ("62", "A1"),
            r"^[A-Z]{2}$": ("AB", "ZX"),
        }
        if pattern not in made:
            raise AssertionError(f"no text is known for {pattern}")
        return self.chance.choice(made[pattern])

    def _identifier(self, name: str) -> str:
        number = self.chance.randrange(1, 900_000)
        year = self.chance.randrange(10, 27)
        made = {
            "pnc_id": f"20{year}/{number:07}{check_letter(int(f'{year}{number:07}'))}",
            "cro_number": f"{number:06}/{year}{check_letter(int(f'{year}{number:06}'))}",
            "arrest_summons_number": f"{year}01ZZ01{number:011}{check_letter(int(f'0101{year}{number:011}'))}",
            "ptiurn": f"01ZZ{number % 100_000:05}{year}",
            "ou_code": self.chance.choice(("B01EF00", "C01CP00", "B62AZ")),
            "offence_code": self.chance.choice(("TH68001", "CA03012", "RT88026A")),
            "court_case_reference": f"{year}/0001/{number:06}A",
            "crn": f"X{number:06}",
            "noms_number": f"A{number % 10_000:04}ZZ",
            "postcode": self.chance.choice(("ZX99 9ZZ", "AB1 2CD")),
            "ethnicity": self.chance.choice(("W1", "B9")),
            "result_code": self.chance.choice(("1002", "1015", "3049")),
        }
        return made[name]

    def _document(self) -> dict[str, Any]:
        number = len(self.attachments) + 1
        content = f"%PDF-1.4 made up {number} {self.chance.random()} %%EOF".encode()
        digest, name = sha256(content).hexdigest(), f"document {number}.pdf"
        self.attachments.append(Attachment(name, "application/pdf", digest, content))
        return {"name": name, "media_type": "application/pdf", "sha256": digest, "size_bytes": len(content)}


# What a field of free text often holds, where a format asks for a code.
_CODES: dict[str, tuple[str, ...]] = {
    "unit": ("D", "W", "M", "Y", "H", "L"),
    "qualifiers": ("S", "EF"),
    "plea": ("guilty", "not guilty", "GUILTY_TO_AN_ALTERNATIVE"),
    "finding": ("guilty", "not guilty"),
    "bail_status": ("A", "C", "custody"),
    "initiation": ("C", "S"),
    "date_code": ("1", "4"),
    "telephones": ("01632 960001", "07700 900001"),
    "emails": ("nobody@example.invalid",),
    "nationality": ("GBR",),
    "list_type": ("Adult_Court_List", "YOUTH_COURT_LIST_DAILY"),
    "defendant_type": ("P", "O"),
    "mode_of_trial": ("1", "07"),
    "convicting_court": ("2570",),
    "psa_code": ("2570",),
}


def _limits(marks: tuple[Any, ...]) -> tuple[Any, ...]:
    found: list[Any] = []
    for mark in marks:
        found += mark.metadata if isinstance(mark, FieldInfo) else [mark]
    return tuple(found)


def _pattern(mark: Any) -> str | None:
    metadata = mark.metadata if isinstance(mark, FieldInfo) else [mark]
    return next((found for one in metadata if (found := getattr(one, "pattern", None)) is not None), None)
