"""The hub: the parts of the exchange, put together on one database. Its faces use the parts, and nothing else."""

from contextlib import suppress
from functools import cached_property

from hub.access.own_database import refuse_lost_keys
from hub.access.pseudonym_key import pseudonym_key
from hub.bootstrap.knowledge import Knowledge, build_knowledge
from hub.bootstrap.parts.telling import TellingParts
from hub.clock import Clock, SystemClock
from hub.errors import SchemaOutdated, StoreUnavailable
from hub.settings import Settings
from hub.store.database.engine import Store
from hub.telemetry.logs import Log
from hub.vault.vault import vault_for


class Hub(TellingParts):
    """The exchange as its faces see it. Build one in each process: connections do not survive a fork."""

    def load(self) -> None:
        """Reads the operator's files, which are else read when they are first needed: no process serves with a faulty
        one. Builds every part, and what checks messages, before there are threads. Raises SettingsWrong."""
        for part in _parts(type(self)):
            getattr(self, part)
        self.knowledge.catalogue.load()
        self.wiring.endpoints.current()
        self.collection.load()
        self.limits.load()
        self.interfaces.current()
        self.watching.check()

    def check_ready(self) -> None:
        """Raises StoreUnavailable, SchemaOutdated, KeysUnusable, or what LiveRegistry.refresh raises when a process
        starts."""
        from hub.store.schema import check_keys, is_usable  # takes long to import, and only this looks at the schema

        if not is_usable(self.store):
            raise SchemaOutdated("the database has not been migrated to this version", "run: hub migrate")
        check_keys(self.store)
        self.protocols.live.refresh()

    def refuse_wrong_database(self) -> None:
        """When a process starts. A database that does not answer yet is asked before its first transaction. Raises
        WrongInstallation."""
        with suppress(StoreUnavailable):
            self.store.check_guard()

    def close(self) -> None:
        self.knowledge.adapters.close()
        self.store.close()


def _parts(kind: type) -> list[str]:
    return [name for room in kind.__mro__ for name, value in vars(room).items() if isinstance(value, cached_property)]


def build_hub(settings: Settings, database_url: str, log: Log, clock: Clock | None = None) -> Hub:
    """Makes the keys of a new database. Raises WrongInstallation, SettingsWrong, RegistryInvalid or Refused."""
    return open_hub(keyed_knowledge(settings, database_url), database_url, log, clock)


def keyed_knowledge(settings: Settings, database_url: str) -> Knowledge:
    """With the key that makes the pseudonyms of this database; a new key only for a new database."""
    store = Store(database_url, vault_for(settings))
    try:
        refuse_lost_keys(settings, store)
    finally:
        store.close()
    return build_knowledge(settings, pseudonym_key(settings.pseudonym_key()))


def open_hub(knowledge: Knowledge, database_url: str, log: Log, clock: Clock | None = None) -> Hub:
    """In the process that uses it; `knowledge` may have been built before a fork."""
    return Hub(knowledge, Store(database_url, vault_for(knowledge.settings)), clock or SystemClock(), log)
