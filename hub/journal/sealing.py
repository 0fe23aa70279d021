"""Sealing puts journal entries into a Merkle tree whose head is signed. It works in batches, apart from accepting.

Positions are given before transactions commit, and some transactions never commit. A range is sealed only when no entry
can appear in it any more. An entry that appears there later was inserted by somebody else.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.errors import SignatureWrong, StoreUnavailable
from hub.journal.leaves import leaves_of
from hub.journal.merkle import canonical, root_of
from hub.journal.signing_keys import PublicKeys, SigningKeys
from hub.store.database.engine import Store, Transaction
from hub.store.journal import seals
from hub.store.journal.seals import Seal
from hub.unproved import SealingHeldUp

_ENTRIES_MAX = 2_000
_SEALS_AT_ONCE = 10  # in one transaction: after a long time without seals there are millions of entries to seal
_TICK_SECONDS = 0.1
_TAIL_SECONDS_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Head:
    """The signed summary of a batch of entries. `root` and `previous` are hexadecimal. `previous` is the SHA-256 of the
    head before, as it was signed."""

    number: int
    first_position: int
    last_position: int
    entries: int
    positions: str
    root: str
    previous: str
    sealed_at: str

    @classmethod
    def of(cls, token: str, keys: PublicKeys) -> "Head":
        """Raises SignatureWrong."""
        signed = keys.verified(token)
        try:
            return cls(**json.loads(signed))
        except (ValueError, TypeError) as error:
            raise SignatureWrong(
                "head.wrong", "what was signed is not the head of a journal", "use the head itself"
            ) from error


@dataclass(frozen=True, slots=True)
class _Boundary:
    """Entries up to `position` can be sealed once all of `writers` have ended.

    Transaction numbers would not show this: a transaction gets its position before its number, but locks the journal
    before both. So the position is read first, and then which transactions hold that lock.
    """

    position: int
    writers: frozenset[str]
    noted_at: float


class Sealing:
    def __init__(self, store: Store, keys: SigningKeys) -> None:
        self._store = store
        self._keys = keys
        self._boundary: _Boundary | None = None

    def step(self, now: datetime) -> int:
        """A step of the sweep: note a boundary, or seal towards the one that was noted before, so many entries as fit
        into a short transaction. Returns how many were sealed. Raises SealingHeldUp if it has waited for more than a
        minute."""
        with self._store.transaction() as connection:
            boundary = self._boundary
            if boundary is None:
                position = seals.last_given_position(connection)
                self._boundary = _Boundary(position, seals.writers(connection), time.monotonic())
            elif not boundary.writers & seals.writers(connection) and seals.lock_sealing(connection):
                self._boundary = None
                sealed, is_done = self._seal_up_to(connection, boundary.position, now)
                if not is_done:  # all who wrote before the boundary have ended, so nobody is waited for again
                    self._boundary = _Boundary(boundary.position, frozenset(), time.monotonic())
                return sealed
            elif time.monotonic() - boundary.noted_at > _TAIL_SECONDS_MAX:
                raise _held_up(connection, boundary)
        return 0

    def seal_all(self, now: Callable[[], datetime], timeout_seconds: float = 30) -> int:
        """Seal every entry that exists now. Raises StoreUnavailable if a transaction stays open for longer."""
        self._boundary = None
        deadline = time.monotonic() + timeout_seconds
        self.step(now())
        sealed = 0
        while self._boundary is not None:
            if time.monotonic() > deadline:
                raise StoreUnavailable("a transaction that writes stays open", "seal again when it has ended")
            found = self.step(now())
            sealed += found
            if found:
                deadline = time.monotonic() + timeout_seconds
            elif self._boundary is not None:
                time.sleep(_TICK_SECONDS)
        return sealed

    def _seal_up_to(self, connection: Transaction, position: int, now: datetime) -> tuple[int, bool]:
        """How many entries were sealed, and whether all up to that position are."""
        before = seals.newest(connection)
        sealed = 0
        for _ in range(_SEALS_AT_ONCE):
            first = before.last_position + 1 if before else 1
            found = leaves_of(connection, first, position, _ENTRIES_MAX)
            if not found:
                return sealed, True
            last = position if len(found) < _ENTRIES_MAX else max(found)
            before = self._sealed(found, before, first, last, now)
            seals.add(connection, before)
            sealed += len(found)
        return sealed, False

    def _sealed(self, found: Mapping[int, bytes], before: Seal | None, first: int, last: int, now: datetime) -> Seal:
        positions, leaves = tuple(found), tuple(found.values())
        head = Head(
            number=before.number + 1 if before else 1,
            first_position=first,
            last_position=last,
            entries=len(found),
            positions=positions_digest(positions),
            root=root_of(leaves).hex(),
            previous=head_digest(before.head) if before else "",
            sealed_at=now.isoformat(),
        )
        token = self._keys.sign(canonical({name: getattr(head, name) for name in Head.__dataclass_fields__}))
        return Seal(head.number, first, last, positions, leaves, token)


def _held_up(connection: Transaction, boundary: _Boundary) -> SealingHeldUp:
    by = seals.holders(connection, boundary.writers & seals.writers(connection))
    minutes = (time.monotonic() - boundary.noted_at) / 60
    return SealingHeldUp(
        f"entries up to {boundary.position} are not sealed for {minutes:.0f} minutes; they wait for"
        f" {', '.join(by) or 'another process that seals'}",
        "find out what that process does, and end it: nobody can prove an entry before it is sealed",
    )


def positions_digest(positions: Sequence[int]) -> str:
    return hashlib.sha256(",".join(map(str, positions)).encode()).hexdigest()


def head_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
