"""The interface to the master keys: it wraps and unwraps data keys. The code that uses it never sees a master key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key as it is kept. `by` is the id of the master key that wrapped it."""

    by: str
    key: bytes


class Wrapping(Protocol):
    """Raises KeysUnusable if a key is missing or wrong, and KeyServiceUnavailable if trying again can help."""

    def prepare(self) -> None:
        """Make a first master key if there is none. Called only for a database that holds nothing wrapped."""

    def current(self) -> str:
        """The id of the master key that wraps from now on."""

    def known(self) -> frozenset[str]:
        """The ids of the master keys that can still unwrap."""

    def wrap(self, keys: Sequence[bytes]) -> list[Wrapped]: ...

    def unwrap(self, wrapped: Sequence[Wrapped]) -> list[bytes]: ...

    def renew(self) -> str:
        """Make a new master key that wraps from now on. The old ones still unwrap. Returns its id."""

    def retired_with(self, id: str) -> frozenset[str]:
        """The master keys that are destroyed when this one is retired, including itself."""

    def retire(self, id: str) -> None:
        """Destroy an old master key for good. What it wrapped can never be opened again."""
