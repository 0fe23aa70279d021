"""Survivors that may live, each with its reason: tests/mutants/may_live.toml."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Change:
    """By its words, so that lines may move."""

    module: str
    was: str
    becomes: str


class Accepted:
    def __init__(self, reasons: dict[Change, str]) -> None:
        self._reasons = reasons

    @classmethod
    def read(cls, file: Path) -> "Accepted":
        """Raises ValueError if an entry has no reason."""
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("may_live", [])
        for entry in entries:
            if not entry.get("reason", "").strip():
                raise ValueError(f"{entry['module']}: {entry['was']!r} may live without a reason: give it one")
        return cls({Change(e["module"], e["was"], e["becomes"]): e["reason"] for e in entries})

    def reason(self, change: Change) -> str | None:
        return self._reasons.get(change)

    def gone(self, module: str, possible: Iterable[Change]) -> tuple[Change, ...]:
        """Return entries for a change that can no longer be made, because the module has changed."""
        known = set(possible)
        return tuple(change for change in self._reasons if change.module == module and change not in known)

    def elsewhere(self, modules: Iterable[str]) -> tuple[Change, ...]:
        """Return entries for a module that is not changed here."""
        known = set(modules)
        return tuple(change for change in self._reasons if change.module not in known)
