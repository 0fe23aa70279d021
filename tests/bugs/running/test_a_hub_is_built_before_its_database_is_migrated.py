"""Building the hub read the agreed protocols, but a new database has no table for them yet, so `hub up` could not
begin."""

from dataclasses import replace
from uuid import uuid4

from hub.bootstrap import Hub, Knowledge
from hub.clock import SystemClock
from hub.settings import Servers, Settings
from hub.store.schema import migrate
from hub.telemetry.logs import configure_logs
from tests.stores.databases import administer, named, open_store


def test_a_hub_is_built_before_its_database_is_migrated(
    servers: Servers, knowledge: Knowledge, settings: Settings
) -> None:
    name = f"empty_{uuid4().hex[:12]}"
    administer(servers.database, f"CREATE DATABASE {name}")
    try:
        hub = Hub(
            replace(knowledge, settings=settings),
            open_store(named(servers.database, name)),
            SystemClock(),
            configure_logs("t"),
        )
        before, after = migrate(hub.store)
        hub.check_ready()
        hub.close()
    finally:
        administer(servers.database, f"DROP DATABASE {name} WITH (FORCE)")
    assert before is None
    assert after is not None
