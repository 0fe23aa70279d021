"""Heads of the journal, kept elsewhere by themselves. Whoever puts an older database in place, or another one, is found
out by what the witnesses hold."""

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from hub.errors import SettingsWrong, SignatureWrong, WrongInstallation
from hub.journal.merkle import canonical
from hub.journal.signing_keys import PublicKeys, SigningKeys
from hub.store.database.engine import Store, Transaction
from hub.store.journal import witnessing
from hub.unproved import WitnessesSilent
from schemas.json import JsonObject

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_AT_ONCE_MAX = 100
_TAIL_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Note:
    """What a witness holds of one seal. `decides` are the digests of the rows that decide something, by blinded names;
    `given_up` are deliveries. `again`: a restored journal goes on from here."""

    number: int
    position: int
    head: str
    decides: Mapping[str, str]
    given_up: Sequence[str]
    again: bool = False

    @classmethod
    def of(cls, token: str, keys: PublicKeys) -> "Note | None":
        """None if the hub did not sign it."""
        try:
            return cls(**json.loads(keys.verified(token)))
        except (SignatureWrong, ValueError, TypeError):
            return None


class Witness(Protocol):
    """Raises OSError while it cannot be reached."""

    name: str
    every_seconds: float
    """It is given heads no more often. 0: at once, and it can be read again by anybody."""

    def read(self) -> list[str]:
        """The notes that it has, the newest last; it may have forgotten older ones."""

    def put(self, notes: Sequence[str]) -> None: ...


class FileWitness:
    """A file, best on another disk or another machine's."""

    every_seconds = 0.0

    def __init__(self, file: Path) -> None:
        self.name = str(file)
        self._file = file

    def read(self) -> list[str]:
        if not self._file.exists():
            return []
        with self._file.open("rb") as stream:
            stream.seek(max(0, self._file.stat().st_size - _TAIL_BYTES))
            return stream.read().decode("ascii", "replace").split()

    def put(self, notes: Sequence[str]) -> None:
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, "".join(f"{note}\n" for note in notes).encode())
            os.fsync(handle)
        finally:
            os.close(handle)


class HttpsWitness:
    """An address that takes each note by POST, and gives the newest ones by GET, one in a line."""

    every_seconds = 0.0

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise SettingsWrong("a witness must be a file or an https address", "correct HUB_WITNESS", url)
        import urllib3  # most exchanges have no such witness

        self.name = url
        self._failed = urllib3.exceptions.HTTPError
        self._http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=3, read=10))

    def read(self) -> list[str]:
        return self._asked("GET", None).decode("ascii", "replace").split()

    def put(self, notes: Sequence[str]) -> None:
        self._asked("POST", "".join(f"{note}\n" for note in notes).encode())

    def _asked(self, method: str, body: bytes | None) -> bytes:
        try:
            answer = self._http.request(method, self.name, body=body, headers={"Content-Type": "text/plain"})
        except self._failed as error:
            raise OSError(f"it does not answer ({type(error).__name__})") from error
        if answer.status >= 300:
            raise OSError(f"it answers {answer.status}")
        return answer.data


class Witnesses:
    def __init__(
        self, store: Store, keys: SigningKeys, witnesses: Sequence[Witness], silent_seconds_max: float
    ) -> None:
        self._store = store
        self._keys = keys
        self._witnesses = witnesses
        self._silent_max = silent_seconds_max
        self._heard_at = time.monotonic()
        self._reached: dict[str, tuple[int, str | None]] = {}
        self._next_at: dict[str, float] = {}

    def step(self) -> int:
        """A step of the sweep: give each witness the heads that it does not have. Returns how many were given. Raises
        WitnessesSilent if none could be reached for too long, and WrongInstallation if the journal is older than one of
        them."""
        given, silent = 0, []
        for witness in self._witnesses:
            if time.monotonic() < self._next_at.get(witness.name, 0):
                continue
            try:
                given += self._bring_up(witness)
                self._heard_at = time.monotonic()
            except OSError as error:
                silent.append(f"{witness.name}: {error}")
        if silent and time.monotonic() - self._heard_at > self._silent_max:
            raise WitnessesSilent(
                f"no witness of the journal could be reached for {(time.monotonic() - self._heard_at) / 60:.0f} minutes"
                f" ({'; '.join(silent)})",
                "find out why, or name another witness: HUB_WITNESS",
            )
        return given

    def check(self, connection: Transaction) -> None:
        """When a process starts. Raises WrongInstallation if a witness holds a head that this journal does not have. A
        witness that cannot be reached says nothing."""
        for witness in self._witnesses:
            try:
                notes = self._notes(witness)
            except OSError:
                continue
            if not notes:
                continue
            _refuse_another(connection, witness, notes[-1].number, notes[-1].head)

    def begin_again(self, connection: Transaction) -> None:
        """After a restore that a person has gone through, the witnesses go on from the newest seal."""
        newest = witnessing.newest_number(connection)
        if newest == 0:
            return
        note = self._note(connection, newest, again=True)
        for witness in self._witnesses:
            try:
                witness.put([note])
            except OSError as error:
                raise WitnessesSilent(
                    f"the witness {witness.name} cannot be reached, so it would not know what is in place now: {error}",
                    "try again when it answers, or leave it out of HUB_WITNESS",
                ) from error

    def later_than(self, position: int) -> Iterator[Note]:
        """What the witnesses hold of entries after this position. A witness that cannot be reached says nothing."""
        for witness in self._witnesses:
            try:
                yield from (note for note in self._notes(witness) if note.position > position)
            except OSError:
                continue

    def _bring_up(self, witness: Witness) -> int:
        if witness.name not in self._reached:
            notes = self._notes(witness)
            self._reached[witness.name] = (notes[-1].number, notes[-1].head) if notes else (0, None)
        after, head = self._reached[witness.name]
        with self._store.transaction() as connection:
            _refuse_another(connection, witness, after, head)
            newest_number = witnessing.newest_number(connection)
            if after == 0 and witness.every_seconds:  # a new one is not sent the whole past
                after = max(0, newest_number - 1)
            last = min(newest_number, after + _AT_ONCE_MAX)
            notes_due = [self._note(connection, number) for number in range(after + 1, last + 1)]
            newest = witnessing.head_of(connection, last)
        if notes_due:
            witness.put(notes_due)
            self._reached[witness.name] = last, newest
        if last == newest_number:
            self._next_at[witness.name] = time.monotonic() + witness.every_seconds
        return len(notes_due)

    def _note(self, connection: Transaction, number: int, *, again: bool = False) -> str:
        sealed = witnessing.sealed(connection, number)
        said: JsonObject = {
            "number": number,
            "position": sealed.last_position,
            "head": sealed.head,
            "decides": {blinded(row): digest for row, digest in sealed.decides.items()},
            "given_up": list(sealed.given_up),
            "again": again,
        }
        return self._keys.sign(canonical(said))

    def _notes(self, witness: Witness) -> list[Note]:
        read = (Note.of(token, self._keys.public) for token in witness.read())
        return [note for note in read if note is not None]


def _refuse_another(connection: Transaction, witness: Witness, number: int, head: str | None) -> None:
    """Raises WrongInstallation unless the journal has that head under that number."""
    found = witnessing.head_of(connection, number)
    if found is None and head is not None:
        raise WrongInstallation(
            "witness.rolled_back",
            f"the witness {witness.name} holds seal {number}, and the journal ends before it",
            "an older database is in place: put the right one back, or restore it with: hub restore",
        )
    if found != head:
        raise WrongInstallation(
            "witness.forked",
            f"the witness {witness.name} holds another seal {number} than the journal",
            "another database is in place: put the right one back",
        )


def blinded(row: str) -> str:
    """A name of a row that a witness may hold: an account is called by a person's name."""
    return hashlib.sha256(row.encode()).hexdigest()[:32]
