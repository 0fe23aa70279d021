"""One list of codes as the hub keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from hub.codes.lists import ListRule


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One row of a list; `details` are the cells of its other columns."""

    code: str
    description: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that a list was imported from: its name, the SHA-256 of its bytes, and when."""

    source: str
    sha256: str
    imported_at: datetime


@dataclass(frozen=True)
class CodeTable:
    """`entries` in the order of the file. A code may have several entries, for example if one plea has two codes
    elsewhere."""

    rule: ListRule
    columns: tuple[str, ...]
    entries: tuple[CodeEntry, ...]
    origin: Origin

    @cached_property
    def by_key(self) -> Mapping[str, tuple[CodeEntry, ...]]:
        """The entries by the form in which codes are compared."""
        found: dict[str, tuple[CodeEntry, ...]] = {}
        for entry in self.entries:
            key = self.rule.key(entry.code)
            found[key] = (*found.get(key, ()), entry)
        return found

    @cached_property
    def _stems(self) -> frozenset[str]:
        stem = self.rule.stem
        return frozenset(key[:stem] for key in self.by_key if len(key) in (stem, self.rule.longest))

    def holds(self, code: str) -> bool:
        """Whether the list has the whole code. If not, whether it has its stem, if the list has stems and `code` is a
        stem or a code of full length."""
        key, stem = self.rule.key(code), self.rule.stem
        if key in self.by_key:
            return True
        return stem is not None and len(key) in (stem, self.rule.longest) and key[:stem] in self._stems

    def find(self, code: str) -> tuple[CodeEntry, ...]:
        """The entries of the code. If there are none, the entries that share its stem."""
        key, stem = self.rule.key(code), self.rule.stem
        if key in self.by_key or not self.holds(code):
            return self.by_key.get(key, ())
        return tuple(entry for entry in self.entries if self.rule.key(entry.code)[:stem] == key[:stem])

    def details_of(self, entry: CodeEntry) -> dict[str, str]:
        """The cells that are not empty, by column."""
        return {column: cell for column, cell in zip(self.columns, entry.details, strict=True) if cell}
