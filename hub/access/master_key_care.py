"""Looks after the master keys: show what each wraps, make a new one, and destroy one that wraps nothing any more."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.clock import Clock
from hub.errors import KeysUnusable, ValueUnusable
from hub.journal.record.keys import record_vault_retired, record_vault_rotated
from hub.store.content import content_keys
from hub.store.database.engine import Store
from schemas.nearest import did_you_mean

BATCH = 500


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """`wraps` counts, by id, the keys that each master key wraps. `current` is the master key that wraps new keys."""

    current: str
    wraps: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rotated:
    """`continued`: a rotation that had stopped half-way was finished, and no new key was made."""

    to: str
    rewrapped: int
    continued: bool


class MasterKeyCare:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._wrapping = store.vault.wrapping

    def show(self) -> MasterKeys:
        """Nothing secret."""
        with self._store.transaction() as connection:
            counts = dict(content_keys.counts(connection))
        return MasterKeys(self._wrapping.current(), dict.fromkeys(sorted(self._wrapping.known()), 0) | counts)

    def rotate(self, by: str) -> Rotated:
        """Each batch is a transaction of its own. If a rotation stops half-way, the next one continues from there.

        The content of messages is not changed. Raises KeysUnusable if somebody else rotates or retires keys at the same
        moment.
        """
        with self._store.transaction() as connection:
            if not content_keys.lock_master_keys(connection):
                raise KeysUnusable(
                    "vault.busy",
                    "somebody is rotating or retiring the master keys already",
                    "wait until that has ended",
                )
            before = self.show()
            continued = any(count for id, count in before.wraps.items() if id != before.current)
            to = before.current if continued else self._wrapping.renew()
            rewrapped = 0
            while batch := self._rewrap():
                rewrapped += batch
            record_vault_rotated(connection, self._clock.now(), to=to, rewrapped=rewrapped, continued=continued, by=by)
        return Rotated(to, rewrapped, continued)

    def retire(self, id: str, by: str) -> None:
        """After this, no backup whose keys it wrapped can be opened. Raises KeysUnusable while it still wraps a key
        here."""
        with self._store.transaction() as connection:
            if not content_keys.lock_master_keys(connection):
                raise KeysUnusable(
                    "vault.busy",
                    "somebody is rotating or retiring the master keys already",
                    "wait until that has ended",
                )
            content_keys.stop_new_content(connection)
            if id not in self._wrapping.known():
                cure = did_you_mean(id, self._wrapping.known()) or "see: hub vault show"
                raise ValueUnusable("vault.key_unknown", f"there is no master key {id}", cure)
            going = self._wrapping.retired_with(id)
            if self._wrapping.current() in going or going & set(content_keys.counts(connection)):
                raise KeysUnusable(
                    "vault.key_in_use",
                    f"{id} still encrypts other keys, or is the newest",
                    "rotate first: hub vault rotate",
                )
            record_vault_retired(connection, self._clock.now(), keys=sorted(going), by=by)
            self._wrapping.retire(id)

    def _rewrap(self) -> int:
        with self._store.transaction() as connection:
            return content_keys.rewrap(connection, BATCH)
