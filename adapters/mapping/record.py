"""What every format reads a file into and writes a file from: records of named texts, with entries of groups below."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from adapters.mapping.profiles.profile import Block, Exchange
from schemas.problem import Problem

# XML 1.0 or the database cannot hold these. A message with one of them could not be delivered to every agency.
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
    """One record of a file. `doubts` are remarks on what it has beside what the profile describes."""

    exchange: Exchange
    entry: Entry
    doubts: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """The records that could be read, and the problems of the parts that were refused."""

    records: tuple[Record, ...]
    refused: tuple[Problem, ...] = ()

    def doubted(self, doubts: tuple[Problem, ...]) -> "Contents":
        """Return these contents with doubts about the file itself, which every record gets."""
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
        """Return whether the file may be of this format. It looks only at the beginning."""
        ...

    def read(self, body: bytes) -> Contents:
        """Read a file. Raises Refused if the file cannot be read at all."""
        ...

    def write(self, exchange: Exchange, entry: Entry) -> bytes:
        """Write a file with one record. What the format cannot hold is left out or cut; the caller finds it by reading
        the file back."""
        ...


def unmapped(where: str, what: str) -> Problem:
    """Report a value that the profile does not describe. Its name is not repeated, because it may be somebody's
    name."""
    return Problem(
        "profile.unmapped", where, f"{what} has a value, but the profile does not describe it", "add it to the profile"
    )
