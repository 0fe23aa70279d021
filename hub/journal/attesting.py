"""Ties the state to the journal. Each transaction adds entries with the digests of the rows that it left. Each entry
proves that the hub wrote it, and a row that decides something counts only as its last entry says."""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping

from hub.clock import Clock
from hub.journal.record.installation import record_state_decides, record_state_left
from hub.journal.signing_keys import SigningKeys
from hub.store.database.engine import Transaction
from hub.store.journal import state
from hub.store.journal.covered import COVERED, COVERED_LATER
from hub.store.journal.digests import digests
from hub.store.journal.state import GONE, Left
from schemas.json import JsonObject

_LINES_MAX = 500


class Attesting:
    tables: Collection[str] = tuple(COVERED)

    def __init__(self, keys: SigningKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._proofs: dict[str, Proofs] = {}

    def leave(self, connection: Transaction) -> None:
        if (left := state.left_by(connection)) is not None:
            lines, position = left
            self.enter(connection, last_lines(lines.splitlines()), position)

    def enter(self, connection: Transaction, left: Mapping[str, str], position: int | None = None) -> None:
        """Add the entries about these rows, `table key` with their digests. `position` is for the first of them."""
        now = self._clock.now()
        others = []
        for row, digest in left.items():
            line = f"{row} {digest}"
            if COVERED[table_of(row)].decides:
                at, position = position or state.next_position(connection), None
                record_state_decides(connection, now, at, row, line, self._prove)
            else:
                others.append(line)
        for first in range(0, len(others), _LINES_MAX):
            at, position = position or state.next_position(connection), None
            record_state_left(connection, now, at, "\n".join(others[first : first + _LINES_MAX]), self._prove)

    def holds(self, connection: Transaction, table: str, keys: Collection[str]) -> frozenset[str]:
        now = digests(connection, table, keys)
        said = self._said(state.last_about(connection, [f"{table} {key}" for key in keys]))
        return frozenset(key for key in keys if now.get(key, GONE) == said.get(f"{table} {key}"))

    def unproved(self, connection: Transaction, table: str) -> tuple[str, ...]:
        now = {f"{table} {key}": digest for key, digest in digests(connection, table).items()}
        said = self._said(state.last_about_table(connection, table))
        return tuple(sorted(row for row in now.keys() | said.keys() if now.get(row, GONE) != said.get(row, GONE)))

    def stands(self, connection: Transaction, table: str, key: str) -> bool:
        row = f"{table} {key}"
        said = self._said(state.last_about(connection, [row]))
        return digests(connection, table, [key]).get(key, GONE) == said.get(row, GONE)

    def known(self, connection: Transaction, table: str) -> frozenset[str]:
        said = self._said(state.last_about_table(connection, table))
        return frozenset(row.partition(" ")[2] for row, digest in said.items() if digest != GONE)

    def forget(self, connection: Transaction, table: str) -> None:
        """Enter as gone what the entries about this table know and what is not there, as after a restore without it."""
        there = digests(connection, table)
        known = self._said(state.last_about_table(connection, table))
        self.enter(connection, {row: GONE for row in known if row.partition(" ")[2] not in there})

    def begin(self, connection: Transaction) -> int:
        """Enter every row as it stands, where the state was not covered before. Returns how many there are."""
        return self._begin_with(connection, tuple(COVERED))

    def begin_later(self, connection: Transaction) -> int:
        """The same for the tables that a later version covers. Returns how many rows there are."""
        return self._begin_with(connection, COVERED_LATER)

    def _begin_with(self, connection: Transaction, tables: Collection[str]) -> int:
        count = 0
        for table in tables:
            if table != "installation":  # nobody else writes to it while this process begins
                state.stop_writing(connection, table)
            count += self.enter_as_it_stands(connection, table)
        return count

    def enter_as_it_stands(self, connection: Transaction, table: str) -> int:
        left = {f"{table} {key}": digest for key, digest in digests(connection, table).items()}
        self.enter(connection, left)
        return len(left)

    def knows(self, connection: Transaction, table: str) -> bool:
        """Whether the journal has an entry about a row of this table, which decides."""
        return bool(state.last_about_table(connection, table))

    def is_proved(self, entry: Left) -> bool:
        """Whether a process of the hub wrote these lines at this position."""
        return self.proves(entry.position, entry.lines, entry.proof, entry.by)

    def proves(self, position: int, lines: str, proof: str, by: str) -> bool:
        """The same for an entry that is read as plain values."""
        return by in self._keys.private and hmac.compare_digest(self._by(by).of(position, lines), proof)

    def _said(self, entries: Iterable[Left]) -> dict[str, str]:
        return last_lines(line for entry in entries if self.is_proved(entry) for line in entry.lines.splitlines())

    def _prove(self, position: int, lines: str) -> JsonObject:
        by = str(self._keys.current.kid)
        return {"proof": self._by(by).of(position, lines), "by": by}

    def _by(self, key: str) -> "Proofs":
        """Raises KeyError if we do not have that key."""
        if key not in self._proofs:
            self._proofs[key] = Proofs(self._keys.private[key])
        return self._proofs[key]


def last_lines(lines: Iterable[str]) -> dict[str, str]:
    """The digest of each row, `table key`. The last line about a row counts."""
    found = {}
    for line in lines:
        row, _, digest = line.rpartition(" ")
        found[row] = digest
    return found


def table_of(row: str) -> str:
    return row.partition(" ")[0]


class Proofs:
    """HMAC-SHA-256 with one key, as RFC 2104 defines it. The key is prepared once: `hmac.digest` prepares it each time,
    which is half of the work for an entry."""

    _BLOCK = hashlib.sha256().block_size

    def __init__(self, secret: bytes) -> None:
        key = secret if len(secret) <= self._BLOCK else hashlib.sha256(secret).digest()
        padded = key.ljust(self._BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def of(self, position: int, lines: str) -> str:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(f"state\0{position}\0{lines}".encode())
        outer.update(inner.digest())
        return outer.hexdigest()
