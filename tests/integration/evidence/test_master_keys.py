"""Rotation re-wraps keys and does not touch bodies. Without its master key or its key service, the hub waits or
stops."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.bootstrap import Hub, Knowledge
from hub.errors import KeyServiceUnavailable, KeysUnusable, ValueUnusable
from hub.journal.events import Event
from hub.store.content import content_keys
from hub.store.database.engine import Store
from hub.store.messages import contents
from hub.store.schema import check_keys, migrate
from hub.telemetry.logs import configure_logs
from hub.vault.key_service import KeyService
from hub.vault.master_keys import MasterKeyFile
from hub.vault.vault import Vault
from tests.conftest import Bench
from tests.contract.transports.partners.key_service import KEY, TransitService, token_file, transit_service

BY = "officer-one"


@pytest.fixture
def own(bench: Bench, empty_database_url: str, tmp_path: Path) -> Iterator[Bench]:
    """A hub with a database and master keys of its own, because the tests change the keys."""
    yield from _on(bench, empty_database_url, Vault(MasterKeyFile(tmp_path / "master.keys")))


@pytest.fixture
def service() -> Iterator[TransitService]:
    with transit_service() as service:
        yield service


@pytest.fixture
def served(bench: Bench, empty_database_url: str, service: TransitService, tmp_path: Path) -> Iterator[Bench]:
    """The same with a key service."""
    yield from _on(bench, empty_database_url, Vault(KeyService(service.url, KEY, token_file(tmp_path))))


def _on(bench: Bench, database_url: str, vault: Vault) -> Iterator[Bench]:
    store = Store(database_url, vault)
    migrate(store)
    knowledge: Knowledge = bench.hub.knowledge
    hub = Hub(knowledge, store, bench.clock, configure_logs("test"))
    yield replace(bench, hub=hub)
    store.close()


def _fill(bench: Bench) -> UUID:
    steps = bench.story()
    receipts = [bench.send(steps[name]) for name in ("report", "sentence", "list", "supervised")]
    bench.drain()
    first: Any = receipts[0]["messages"]
    return UUID(first[0]["id"])


def _bodies(bench: Bench) -> list[Any]:
    """Return every encrypted column, byte for byte."""
    queries = (
        "SELECT id, payload, reference FROM message ORDER BY id",
        "SELECT id, body, receipt FROM raw_document ORDER BY id",
        "SELECT message_id, name, content FROM attachment ORDER BY message_id, sha256",
        "SELECT id, person FROM supervised_person ORDER BY id",
        "SELECT id, receipt_words FROM delivery ORDER BY id",
    )
    with bench.hub.store.transaction() as connection:
        return [tuple(row) for query in queries for row in connection.execute(text(query))]


def _wraps(bench: Bench) -> dict[str, int]:
    with bench.hub.store.transaction() as connection:
        return dict(content_keys.counts(connection))


def _opens(bench: Bench, id: UUID) -> bool:
    with bench.hub.store.transaction() as connection:
        return bool(contents.payload_of(connection, id))


@pytest.mark.parametrize("kind", ["own", "served"])
def test_rotation_wraps_everything_anew_and_touches_no_body(kind: str, request: pytest.FixtureRequest) -> None:
    bench: Bench = request.getfixturevalue(kind)
    id = _fill(bench)
    bodies, [(former, count)] = _bodies(bench), _wraps(bench).items()
    rotated = bench.hub.master_keys.rotate(BY)
    assert (rotated.rewrapped, rotated.continued) == (count, False)
    assert _wraps(bench) == {rotated.to: count} and rotated.to != former
    assert _bodies(bench) == bodies
    bench.hub.master_keys.retire(former, BY)
    assert set(bench.hub.master_keys.show().wraps) == {rotated.to}
    assert _opens(bench, id)
    check_keys(bench.hub.store)


def test_a_rotation_that_stopped_half_way_goes_on_and_makes_no_third_key(own: Bench) -> None:
    id = _fill(own)
    [(former, count)] = _wraps(own).items()
    new = own.hub.store.vault.wrapping.renew()
    with own.hub.store.transaction() as connection:
        assert content_keys.rewrap(connection, 2) == 2
    assert _wraps(own) == {former: count - 2, new: 2}
    assert _opens(own, id), "what is wrapped by either opens meanwhile"
    with pytest.raises(KeysUnusable) as refused:
        own.hub.master_keys.retire(former, BY)
    assert refused.value.code == "vault.key_in_use"
    rotated = own.hub.master_keys.rotate(BY)
    assert (rotated.to, rotated.rewrapped, rotated.continued) == (new, count - 2, True)


def test_what_is_kept_during_a_rotation_opens_after_it(own: Bench, tmp_path: Path) -> None:
    """Another process, which reads the file for itself."""
    other = Store(own.hub.store.url, Vault(MasterKeyFile(tmp_path / "master.keys")))
    hub = Hub(own.hub.knowledge, other, own.clock, configure_logs("test"))
    hub.intake.receive(hub.knowledge.registry.agencies.named("probation-northumbria"), own.story()["report"].body)
    own.hub.master_keys.rotate(BY)
    step = own.story()["sentence"]
    hub.intake.receive(hub.knowledge.registry.agencies.named(step.caller), step.body)
    assert list(_wraps(own)) == [own.hub.master_keys.show().current]
    other.close()


def test_only_one_rotates_at_a_time(own: Bench) -> None:
    with own.hub.store.transaction() as connection:
        assert content_keys.lock_master_keys(connection)
        with pytest.raises(KeysUnusable) as refused:
            own.hub.master_keys.rotate(BY)
    assert refused.value.code == "vault.busy"


@pytest.mark.parametrize("id", ["file-ffffffffffff", None])
def test_the_newest_or_an_unknown_one_is_not_retired(own: Bench, id: str | None) -> None:
    with pytest.raises(KeysUnusable if id is None else ValueUnusable):
        own.hub.master_keys.retire(id or own.hub.master_keys.show().current, BY)
    assert _opens(own, _fill(own))


def test_the_journal_says_who_rotated_and_shows_no_key(own: Bench, tmp_path: Path) -> None:
    former = own.hub.master_keys.show().current
    own.hub.master_keys.rotate(BY)
    own.hub.master_keys.retire(former, BY)
    with own.hub.store.transaction() as connection:
        query = "SELECT event, detail::text FROM journal WHERE event LIKE 'vault.%' ORDER BY position"
        rows = connection.execute(text(query)).all()
    assert [row.event for row in rows] == [Event.VAULT_ROTATED, Event.VAULT_RETIRED]
    assert all(BY in row.detail for row in rows)
    assert len("".join(row.detail for row in rows)) < 400


def test_another_master_key_under_the_same_name_does_not_open_it(own: Bench, tmp_path: Path) -> None:
    file = tmp_path / "master.keys"
    kept = json.loads(file.read_text())
    kept["keys"][0]["key"] = base64.b64encode(bytes(32)).decode()
    file.write_text(json.dumps(kept))
    with pytest.raises(KeysUnusable) as refused:
        check_keys(Store(own.hub.store.url, Vault(MasterKeyFile(file))))
    assert refused.value.code == "vault.key_wrong"


def test_while_the_key_service_is_away_nothing_is_accepted_and_no_attempt_is_counted(
    served: Bench, service: TransitService
) -> None:
    receipt: Any = served.send(served.story()["list"])
    id = receipt["messages"][0]["id"]
    service.broken = 503
    step = served.story()["second_list"]
    with pytest.raises(KeyServiceUnavailable):
        served.hub.intake.receive(served.hub.knowledge.registry.agencies.named(step.caller), step.body)
    for claimed in served.hub.outbox.claim():
        assert served.hub.delivery.deliver(claimed.ids, claimed.token) == 0
    service.broken = None
    [delivery] = served.hub.stories.show(id)["deliveries"]
    assert (delivery["state"], delivery["attempts"]) == ("waiting", 0)
    assert delivery["why_code"] == "vault.key_service_unavailable"
    served.clock.advance(timedelta(hours=1))
    served.drain()
    assert served.hub.stories.show(id)["deliveries"][0]["state"] == "delivered"
