"""A backup is older than the world. Nothing that people stopped since comes back to life: the exchange stands still
until a person has gone through it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from hub.errors import NotFound
from hub.journal.actors import given_reason
from hub.store.messages.tables import message as message_table
from hub.unproved import ReviewOutdated, StandingStill
from tests.conftest import Bench
from tests.served import Api, problem_of

MADE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC).isoformat()


@pytest.fixture
def restored(bench: Bench) -> Bench:
    """As `hub restore` leaves it: a key in use, and a delivery that waits."""
    bench.hub.access.issue_key("court-b10jq")
    bench.send(bench.story()["request"])
    _put_back(bench)
    return bench


def _put_back(bench: Bench) -> None:
    with bench.hub.store.transaction() as connection:
        bench.hub.standstill.begin(connection, MADE)


def test_nothing_is_accepted_sent_collected_linked_or_destroyed_after_a_restore(restored: Bench) -> None:
    hub = restored.hub
    with pytest.raises(StandingStill):
        restored.send(restored.story()["request"])
    assert hub.outbox.claim() == ()
    assert hub.linking.waiting() == 0
    for act in (lambda: hub.delivery.deliver((uuid4(),), uuid4()), lambda: hub.end_of_life.run_retention("ada")):
        with pytest.raises(StandingStill):
            act()
    assert set(hub.sweep.run()) <= {"sealed", "proved"}
    assert hub.sealing.seal_all(restored.clock.now) > 0, "the evidence goes on"


def test_no_agency_and_nobody_over_the_network_comes_in_after_a_restore(api: Api) -> None:
    key = api.bench.hub.access.issue_key("court-b10jq")
    _put_back(api.bench)
    signed = {"Authorization": key.authorization(api.bench.clock.now())}
    assert problem_of(api.http.request("GET", f"{api.url}/v1/mailbox", headers=signed), 503)["code"] == (
        "restore.not_reviewed"
    )
    login = api.http.request("POST", f"{api.url}/staff/session", json={"name": "ada", "password": "x" * 12})
    assert problem_of(login, 503)["code"] == "restore.not_reviewed"
    assert api.http.request("GET", f"{api.url}/ready").status == 200


def test_a_person_goes_through_the_list_and_the_exchange_works_again(restored: Bench) -> None:
    hub = restored.hub
    [key] = hub.access.keys("court-b10jq")
    shown = hub.after_restore.show()
    assert shown["keys"] == [f"court-b10jq {key.id}"]
    assert shown["backup_of"] == MADE
    assert shown["protocols"]
    assert sum(shown["open_deliveries"].values()) == 1
    assert len(shown["unknown"]) >= 5
    hub.access.revoke_key(key.id)
    with pytest.raises(ReviewOutdated):
        hub.after_restore.end(shown["seen"], "ada", "asked every court")
    seen = hub.after_restore.show()["seen"]
    hub.after_restore.end(seen, "ada", given_reason("asked every court"))
    assert restored.drain() == 1
    with pytest.raises(NotFound):
        hub.after_restore.show()


def test_what_a_recipient_or_a_sender_has_and_the_backup_is_too_old_for_is_named(restored: Bench) -> None:
    hub = restored.hub
    [delivery] = list(hub.after_restore.show()["open_deliveries"])
    with hub.store.transaction() as connection:
        [message] = connection.execute(select(message_table.c.id)).scalars()
        sender = connection.execute(select(message_table.c.sender)).scalar_one()
    lost = uuid4()
    found = hub.after_restore.compare(delivery, f"received {message}\nreceived {str(lost).upper()}\n")
    assert found == {"unknown": [str(lost)], "open": [str(message)], "agreed": 0}
    found = hub.after_restore.compare(
        sender, f'{{"document": "{uuid4()}", "messages": [{{"id": "{message}"}}, {{"id": "{lost}"}}]}}'
    )
    assert found == {"unknown": [str(lost)], "open": [], "agreed": 1}
    found = hub.after_restore.compare("prison-durham", str(message))
    assert found["unknown"] == [str(message)], "what is another agency's looks as if it did not exist"
    with pytest.raises(NotFound):
        hub.after_restore.compare(sender, "nothing")
