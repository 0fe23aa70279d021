"""The keys under which a supervised person is found. Each joins parts of the person that few others share.

A surname alone finds a twentieth of a city, and nobody could compare them all. So a surname is joined with the given
name, with the year or the day of birth, or with the postcode. If one part was written wrong, other keys still find the
person. The keys are blinded. They find candidates, and they never decide.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from hub.store.content.blinding import blinder
from schemas.spelling import one_spelling

_BEGINNING = 3
_DIGITS = 15  # of a blinded value, as many as a signed bigint has room for


@dataclass(frozen=True, slots=True)
class Sought:
    """What is known of a person who is looked for. `identifiers` holds valid pairs (scheme, value)."""

    given: str | None = None
    surname: str | None = None
    born: str | None = None
    postcode: str | None = None
    identifiers: frozenset[tuple[str, str]] = frozenset()


def kept_keys(connection: Connection, person: Sought, area: str) -> list[int]:
    """Return the keys under which an entry of this area is kept."""
    spelt = _spelt(person)
    named = (
        _named(area, field, value) for field, value in (("given", spelt.given), ("surname", spelt.surname)) if value
    )
    return _blinded(connection, {*_joined(spelt), *named})


def sought_keys(connection: Connection, person: Sought) -> list[int]:
    """Return the keys under which the person may be kept, also if given name and surname changed places."""
    spelt = _spelt(person)
    crossed = Sought(spelt.surname, spelt.given, None, spelt.postcode)
    return _blinded(connection, {*_joined(spelt), *_joined(crossed)})


def named_key(connection: Connection, area: str, field: str, value: str) -> int:
    """Return the key of all entries of the area whose `given` or `surname` has this spelling."""
    [key] = _blinded(connection, [_named(area, field, value)])
    return key


def _named(area: str, field: str, value: str) -> str:
    return f"{area}|{field}|{value}"


def _spelt(person: Sought) -> Sought:
    given, surname, postcode = (
        one_spelling(value) or None if value else None for value in (person.given, person.surname, person.postcode)
    )
    return Sought(given, surname, re.sub(r"\D", "", person.born or "") or None, postcode)


def _joined(person: Sought) -> Iterable[str]:
    given, surname, postcode, born = person.given, person.surname, person.postcode, person.born or ""
    year, day = born[:4] if len(born) >= 4 else None, born[4:] if len(born) == 8 else None
    first, last = (name[:_BEGINNING] if name else None for name in (given, surname))
    parts: tuple[tuple[str, str | None, str | None], ...] = (
        ("born", year, day),
        ("names", given, surname),
        ("surname and year", surname, year),
        ("surname and day", surname, day),
        ("given name and day", given, day),
        ("given name and beginning", given, last),
        ("surname and beginning", surname, first),
        ("postcode and surname", postcode, last),
        ("postcode and given name", postcode, first),
    )
    return [f"{name}|{one}|{other}" for name, one, other in parts if one and other]


def _blinded(connection: Connection, texts: Iterable[str]) -> list[int]:
    blinded = blinder(connection, "person's key")
    return sorted(int(blinded(text)[:_DIGITS], 16) for text in texts)
