"""The registry of the running exchange. It loads agreed versions within seconds of their approval."""

import time
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from uuid import uuid4

from hub.clock import Clock
from hub.errors import ProtocolRefused
from hub.journal.record.protocols import record_protocol_adopted
from hub.lifecycle import VersionState
from hub.sharing.checking.overlap import overlaps
from hub.sharing.checking.protocol_rules import WrittenProtocol, read_protocols
from hub.sharing.checking.registry import LoadedRegistry, RegistryInvalid
from hub.sharing.terms.agencies import Agencies
from hub.sharing.terms.protocols import SharingProtocol, SharingRegistry
from hub.sharing.terms.source import Source
from hub.store.database.engine import Store, Transaction
from hub.store.sharing import protocols
from hub.store.sharing.protocols import KeptVersion
from schemas.catalogue import Catalogue

_LOOK_EVERY_SECONDS = 1.0


class LiveRegistry:
    """The folder of protocols gives the first version of each. They are adopted once, when nothing is agreed yet. From
    then on the database holds what is agreed. Each process has one; threads may share it."""

    def __init__(self, store: Store, clock: Clock, folder: LoadedRegistry, catalogue: Catalogue) -> None:
        self._store = store
        self._clock = clock
        self._folder = folder
        self._first = folder.sound()
        self._catalogue = catalogue
        self._known: tuple[int, tuple[WrittenProtocol, ...], SharingRegistry] | None = None
        self._looked_at = 0.0
        self._looking = Lock()

    def current(self) -> SharingRegistry:
        """The first call raises the same as `refresh`."""
        return self._loaded()[2]

    def written(self) -> tuple[WrittenProtocol, ...]:
        """The agreed versions with their text."""
        return self._loaded()[1]

    def refresh(self, *, at_once: bool = False) -> None:
        """Load what was agreed since. It asks the database at most once a second, unless `at_once` is set.

        Raises StoreUnavailable. The first time it also raises ProtocolRefused `protocol.changed_without_approval` if a
        file differs from the version that was agreed, and RegistryInvalid if an agreed version no longer fits the
        agencies and kinds of this exchange.
        """
        with self._looking:
            if self._known and not at_once and time.monotonic() - self._looked_at < _LOOK_EVERY_SECONDS:
                return
            with self._store.transaction() as connection:
                count = protocols.count_agreed(connection) or self._adopt(connection)
                kept = None if self._known and self._known[0] == count else protocols.agreed(connection)
            if kept is not None:
                self._take_up(self._proved(kept), count)
            self._looked_at = time.monotonic()

    def not_agreed(self) -> tuple[WrittenProtocol, ...]:
        """The versions in the folder that are not agreed. They permit nothing until they are proposed and approved."""
        agreed = {_key(each.protocol) for each in self.written()}
        return tuple(each for each in self._folder.written if _key(each.protocol) not in agreed)

    def _loaded(self) -> tuple[int, tuple[WrittenProtocol, ...], SharingRegistry]:
        if self._known is None:
            self.refresh()
        assert self._known is not None  # noqa: S101 - refresh has set it, or raised
        return self._known

    def _proved(self, kept: Sequence[KeptVersion]) -> Sequence[KeptVersion]:
        """The versions that stand as the journal says. A row that somebody else put in or changed decides nothing."""
        with self._store.transaction() as connection:
            proved = self._store.proved(connection, "protocol_version", *(str(each.id) for each in kept))
        return [each for each in kept if str(each.id) in proved]

    def _adopt(self, connection: Transaction) -> int:
        protocols.one_change_at_a_time(connection)
        if count := protocols.count_agreed(connection):
            return count  # another process was first
        now = self._clock.now()
        adopted = [
            KeptVersion(
                uuid4(),
                *_key(each.protocol),
                text=each.source.text,
                state=VersionState.ADOPTED,
                proposed_by=None,
                proposed_at=now,
                decided_by=None,
                decided_at=None,
                reason=None,
            )
            for each in self._folder.written
        ]
        protocols.add(connection, adopted)
        for version in adopted:
            record_protocol_adopted(connection, now, protocol=version.protocol, protocol_version=version.version)
        return len(adopted)

    def _take_up(self, kept: Sequence[KeptVersion], count: int) -> None:
        by_text = {each.source.text: each for each in self._folder.written}
        written = tuple(by_text.get(each.text) or self._read(each, self._first.agencies) for each in kept)
        if self._known is None:
            self._refuse_changed_files(written)
        if problems := tuple(overlaps(written, self._first.agencies)):
            raise RegistryInvalid(problems)
        self._known = count, written, replace(self._first, protocols=tuple(each.protocol for each in written))

    def _read(self, kept: KeptVersion, agencies: Agencies) -> WrittenProtocol:
        source = Source(f"protocol {kept.protocol} version {kept.version}", kept.text)
        written, problems = read_protocols((source,), agencies, self._catalogue)
        if problems:
            raise RegistryInvalid(problems)
        return written[0]

    def _refuse_changed_files(self, written: Sequence[WrittenProtocol]) -> None:
        agreed = {_key(each.protocol): each.protocol for each in written}
        for each in self._folder.written:
            protocol = each.protocol
            if agreed.get(_key(protocol), protocol) != protocol and _terms(agreed[_key(protocol)]) != _terms(protocol):
                raise ProtocolRefused(
                    "protocol.changed_without_approval",
                    f"the file differs from version {protocol.version} of {protocol.id} that was agreed",
                    "put the agreed file back; with a higher version, propose this one: hub protocols propose FILE",
                    each.source.name,
                )


def _key(protocol: SharingProtocol) -> tuple[str, int]:
    return protocol.id, protocol.version


def _terms(protocol: SharingProtocol) -> SharingProtocol:
    """What was agreed. The examples are left out: they only test it."""
    return replace(protocol, examples=(), messages=())
