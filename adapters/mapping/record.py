"""What every format reads a file into and writes one from: records of named texts, with entries of groups below."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from adapters.mapping.profiles.profile import Block, Exchange
from schemas.problem import Problem

# Not in XML 1.0 or not storable as text: a message that holds one could never be delivered to every agency.
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """The fields that have a text, by wire name, and the entries of each group, by the group's pattern."""

    where: str
    fields: Mapping[str, str]
    groups: Mapping[str, tuple["Entry", ...]] = field(default_factory=dict)

    def entries(self, group: Block) -> tuple["Entry", ...]:
        return self.groups.get(group.pattern, ())


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file. `doubts` are what it held beside what the profile knows."""

    exchange: Exchange
    entry: Entry
    doubts: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """The records that could be read, and what of the file was refused by itself."""

    records: tuple[Record, ...]
    refused: tuple[Problem, ...] = ()

    def doubted(self, doubts: tuple[Problem, ...]) -> "Contents":
        """With doubts about the file itself, which go with each of its records."""
        if not doubts:
            return self
        records = tuple(replace(record, doubts=(*record.doubts, *doubts)) for record in self.records)
        return replace(self, records=records)


class Format(Protocol):
    """A way to lay out records in bytes. Pure."""

    media_type: str
    file_suffix: str
    noun: str  # what a field is called: column, element, key, label

    def recognises(self, body: bytes) -> bool:
        """A cheap look at the beginning."""
        ...

    def read(self, body: bytes) -> Contents:
        """Raises Refused if the file cannot be read at all."""
        ...

    def write(self, exchange: Exchange, entry: Entry) -> bytes:
        """A file with the one record. What the format cannot hold is left out or cut; reading it back shows it."""
        ...


def unmapped(where: str, what: str) -> Problem:
    """Nothing is dropped unseen; what it is called is not said, for it may be anybody's name."""
    return Problem(
        "profile.unmapped", where, f"{what} has a value and no place in the profile", "add it to the profile"
    )
