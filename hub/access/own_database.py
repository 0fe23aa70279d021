"""The state folder and the database belong to each other: both hold the id of the installation, and the database knows
the keys that it needs. A key is made only for a database that has nothing of it yet."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from hub.access.pseudonym_key import pseudonym_key
from hub.access.standstill import stands_still
from hub.clock import Clock
from hub.counting import counted
from hub.durable_files import make_file_once
from hub.errors import SettingsWrong, SignatureWrong, WrongInstallation
from hub.journal.attesting import Attesting
from hub.journal.sealing import Head
from hub.journal.signing_keys import SigningKeys
from hub.journal.witnesses import Witnesses
from hub.settings import Settings
from hub.store.database.advisory_locks import AdvisoryLock, wait_for_lock
from hub.store.database.engine import Store, Transaction
from hub.store.journal import installation
from hub.store.journal.state import was_covered_before

_INSTANCE, _PSEUDONYMS, _SIGNING = "instance", "pseudonym.key", "signing.keys"
_MARKS = "installation"
_COVERED, _COVERED_LATER = "state", "state since 0046"
"""Mark since when the state, and what a later version covers, follows from the journal: the rows that were there before
were entered then."""


def refuse_lost_keys(settings: Settings, store: Store) -> None:
    """Called before any key is made. Raises WrongInstallation if the file of a key is missing and the database needs
    that key. Raises StoreUnavailable if a file is missing and the database cannot be asked."""
    history, content = installation.has_history, installation.has_content
    needed: list[tuple[Path, Callable[[Transaction], bool]]] = [
        (settings.pseudonym_key(), history),
        (settings.signing_keys(), history),
    ]
    if settings.key_service_url is None:
        needed.append((settings.master_keys(), content))
    missing = [(file, needs) for file, needs in needed if not file.exists()]
    if not missing:
        return
    with store.unguarded() as connection:
        lost = [file for file, needs in missing if needs(connection)]
        if lost:
            raise WrongInstallation(
                "installation.key_missing",
                f"there is no {', '.join(map(str, lost))}, and the database holds data that needs it",
                _restore(connection),
            )


class OwnDatabase:
    """Asked once by each process, before its first transaction (`Store.guarded_by`)."""

    def __init__(
        self, settings: Settings, signing: SigningKeys, clock: Clock, attesting: Attesting, witnesses: Witnesses
    ) -> None:
        self._attesting = attesting
        self._witnesses = witnesses
        self._settings = settings
        self._signing = signing
        self._clock = clock

    def check(self, connection: Transaction) -> bool:
        """False if the database is not migrated yet, so that it must be asked again. Raises WrongInstallation."""
        if not installation.is_migrated(connection):
            return False
        known = installation.marks(connection)
        if not known.keys() >= {_INSTANCE, _COVERED, _COVERED_LATER, *self._ours()}:
            wait_for_lock(connection, AdvisoryLock.INSTALLATION)
            known = installation.marks(connection)
        self._refuse_other_keys(connection, known)
        self._refuse_other_folder(known)
        self._refuse_changed(connection)
        if not stands_still(known):  # what was restored is older than the witnesses, and a person goes through it
            self._witnesses.check(connection)
        if _COVERED not in known:
            rows = self._attesting.begin(connection) if installation.has_history(connection) else 0
            installation.mark(connection, _COVERED, counted(rows, "row"), self._clock.now())
            installation.mark(connection, _COVERED_LATER, counted(0, "row"), self._clock.now())
        elif _COVERED_LATER not in known:
            rows = self._attesting.begin_later(connection)
            installation.mark(connection, _COVERED_LATER, counted(rows, "row"), self._clock.now())
        for name, value in self._ours().items():
            if name not in known:
                installation.mark(connection, name, value, self._clock.now())
        return True

    def _refuse_changed(self, connection: Transaction) -> None:
        """Raises WrongInstallation if somebody put in, changed or took out a mark: it would end a standstill, or let
        what was changed by SQL be entered as if it had always been so."""
        if not self._attesting.knows(connection, _MARKS):
            if was_covered_before(connection):  # by a version that did not cover the marks
                self._attesting.enter_as_it_stands(connection, _MARKS)
        elif changed := self._attesting.unproved(connection, _MARKS):
            raise WrongInstallation(
                "installation.changed",
                f"the database says something about this installation that no process of the hub wrote: {changed[0]}",
                "find out who may write to the database; if it is right as it stands: hub take-over",
            )

    def take_over(self, connection: Transaction) -> None:
        """For a state folder that is lost, with its keys. Raises WrongInstallation if a key is another one."""
        self._refuse_other_keys(connection, installation.marks(connection))
        self._attesting.forget(connection, _MARKS)
        self._attesting.enter_as_it_stands(connection, _MARKS)
        self.move_here(connection)

    def move_here(self, connection: Transaction) -> None:
        """From now on the database belongs to this state folder, and to no other."""
        file = self._settings.instance()
        file.unlink(missing_ok=True)
        _make(file)
        installation.mark(connection, _INSTANCE, _read(file), self._clock.now())

    def _ours(self) -> dict[str, str]:
        """What the database is to know. Without its file a preview makes pseudonyms of its own, which marks nothing."""
        file = self._settings.pseudonym_key()
        pseudonyms = {_PSEUDONYMS: _mark_of(pseudonym_key(file))} if file.exists() else {}
        instance = {_INSTANCE: _read(self._settings.instance())} if self._settings.instance().exists() else {}
        return {_SIGNING: str(self._signing.current.kid)} | pseudonyms | instance

    def _refuse_other_keys(self, connection: Transaction, known: Mapping[str, str]) -> None:
        ours = self._ours()
        if _PSEUDONYMS in ours and known.get(_PSEUDONYMS, ours[_PSEUDONYMS]) != ours[_PSEUDONYMS]:
            raise self._other(connection, self._settings.pseudonym_key())
        if known.get(_SIGNING, ours[_SIGNING]) not in self._signing.public.by_id:
            raise self._other(connection, self._settings.signing_keys())
        head = installation.newest_head(connection)
        try:
            if head is not None:
                Head.of(head, self._signing.public)
        except SignatureWrong as error:
            raise self._other(connection, self._settings.signing_keys()) from error

    def _other(self, connection: Transaction, file: Path) -> WrongInstallation:
        return WrongInstallation(
            "installation.key_other",
            f"{file} holds another key than the one that this database was written with",
            _restore(connection),
        )

    def _refuse_other_folder(self, known: Mapping[str, str]) -> None:
        file = self._settings.instance()
        if _INSTANCE not in known:
            _make(file)
        elif not file.exists() or _read(file) != known[_INSTANCE]:
            raise WrongInstallation(
                "installation.folder_other",
                f"the database belongs to another state folder: {file} does not hold its id",
                "start the exchange with its own state folder (HUB_STATE_DIR); a further machine of this exchange needs"
                f" a copy of {file.name}; if the other folder is lost: hub take-over",
            )


def _mark_of(key: bytes) -> str:
    """Shows whether it is the same key, and nothing of it."""
    return hmac.new(key, b"the mark of this key", hashlib.sha256).hexdigest()[:32]


def _make(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        make_file_once(file, secrets.token_hex(16) + "\n")
    except OSError as error:
        raise _unusable(file, error) from None


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise _unusable(file, error) from None


def _unusable(file: Path, error: OSError) -> SettingsWrong:
    return SettingsWrong(
        f"the id of the installation cannot be read or made ({error.strerror})",
        "name a file that this account may read: HUB_INSTANCE_FILE",
        str(file),
    )


def _restore(connection: Transaction) -> str:
    made = installation.last_backup(connection)
    if made is None:
        return "put the file back from where you keep it; the journal knows of no backup"
    where = "is in" if made.with_keys else "was kept apart from"
    named = f"{made.made_at:%Y-%m-%d %H:%M} UTC (sha256 {made.sha256[:12]}…)"
    return f"put back the file that {where} the backup of {named}"
