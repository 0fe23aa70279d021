"""A database from before encryption is encrypted after the migration, and still works."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, MetaData, text

from hub.bootstrap import Hub, Knowledge
from hub.errors import KeysUnusable
from hub.exchange.accepting.intake import digest_of
from hub.settings import Settings
from hub.store.content import blinding, documents
from hub.store.database.engine import Store
from hub.store.messages import answers, contents, mailbox, messages, standings
from hub.store.persons.candidates import candidates
from hub.store.persons.finding import Sought
from hub.store.schema import check_keys, migrate
from hub.telemetry.logs import configure_logs
from hub.vault.master_keys import MasterKeyFile
from hub.vault.vault import Vault
from tests.conftest import Bench, open_store
from tests.exchanges import AdjustableClock

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MARKS = ("Quillfeather", "1979-05-17", "2001/0034567X", "URN77ZQ", "their-ref-Quillfeather", "said-by-them", "ZQ1 7ZQ")
DOCUMENT, MESSAGE, DELIVERY, PERSON, GONE = (uuid4() for _ in range(5))
PAYLOAD = {"defendant": {"surname": MARKS[0], "born": MARKS[1]}, "urn": MARKS[3]}
CASE_KEY = f"{MARKS[3].casefold()}|pnc_id:{MARKS[2]}"
BODY = b'{"kind": "Quillfeather"}'
RECEIPT = {
    "document": str(DOCUMENT),
    "messages": [{"id": str(MESSAGE), "reference": MARKS[4]}],
    "received_at": NOW.isoformat(),
}


def _insert(connection: Connection, table: str, **values: Any) -> None:
    plain = {name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in values.items()}
    columns = ", ".join(plain)
    connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({', '.join(f':{n}' for n in plain)})"), plain)  # noqa: S608


def _message(connection: Connection, id: UUID, reference: str, payload: bytes) -> None:
    _insert(
        connection,
        "message",
        id=id,
        raw_document_id=DOCUMENT,
        kind="pre_sentence_report",
        version=1,
        sender="probation-northumbria",
        sender_reference=reference,
        subject=MARKS[2] if payload else "",
        correlation=uuid4(),
        sent_at=NOW,
        accepted_at=NOW,
        digest="d",
        payload=payload,
        doubts=[],
        counts={},
        state="delivered",
        replaces_key=MARKS[3] if payload else None,
    )


def _fill(connection: Connection) -> None:
    """Write the rows as the hub of revision 0011 wrote them."""
    _insert(
        connection,
        "raw_document",
        id=DOCUMENT,
        caller="court-b10jq",
        media_type="",
        digest=digest_of(BODY, {}),
        body=BODY,
        received_at=NOW,
        state="accepted",
        receipt=RECEIPT,
    )
    _message(connection, MESSAGE, MARKS[4], json.dumps(PAYLOAD).encode())
    _message(connection, GONE, "blinded:0011", b"")
    _insert(connection, "disposal", id=GONE, destroyed_at=NOW)
    name = f"{MARKS[0]}.pdf"
    content = b"%PDF Quillfeather"
    _insert(connection, "attachment", message_id=MESSAGE, sha256="s", name=name, media_type="a/b", content=content)
    _insert(connection, "case_key", message_id=MESSAGE, key=CASE_KEY)
    _insert(
        connection,
        "delivery",
        id=DELIVERY,
        message_id=MESSAGE,
        recipient="prison-durham",
        target="prison",
        subject=MARKS[2],
        state="delivered",
        attempts=1,
        due_at=NOW,
        protocol="p",
        protocol_version=1,
        withheld=[],
        unexpressed=[],
        created_at=NOW,
        delivered_at=NOW,
        receipt={"proved": True, "received_at": None, "words": {"reference": MARKS[5]}},
    )
    _insert(
        connection,
        "supervised_person",
        id=PERSON,
        area="probation-northumbria",
        message_id=MESSAGE,
        person={"surname": MARKS[0]},
        surname_key="qui",
        date_of_birth=MARKS[1],
        postcode=MARKS[6],
        crn="X998877",
        since=NOW,
    )
    _insert(connection, "supervised_identifier", person_id=PERSON, scheme="pnc_id", value=MARKS[2])
    _insert(
        connection,
        "mailbox_item",
        delivery_id=DELIVERY,
        recipient="prison-durham",
        message_id=MESSAGE,
        media_type="a/b",
        body=BODY,
        placed_at=NOW,
        visible_at=NOW,
    )


@pytest.fixture
def migrated(empty_database_url: str) -> Iterator[Store]:
    store = open_store(empty_database_url)
    migrate(store, "0011")
    with store.transaction() as connection:
        _fill(connection)
    migrate(store)
    yield store
    store.close()


def test_nothing_of_it_is_unencrypted_any_more(migrated: Store) -> None:
    with migrated.transaction() as connection:
        known = MetaData()
        known.reflect(connection)
        rows = [row for table in known.sorted_tables for row in connection.execute(table.select())]
    left = "\n".join(str(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)) for row in rows)
    assert str(MESSAGE) in left
    assert [mark for mark in (*MARKS, "X998877") if mark.casefold() in left.casefold()] == []


def test_all_of_it_opens_as_it_was(migrated: Store) -> None:
    with migrated.transaction() as connection:
        held = contents.content_of(connection, MESSAGE)
        assert (held.payload, held.reference) == (PAYLOAD, MARKS[4])
        assert [(each.name, each.content) for each in held.attachments] == [(f"{MARKS[0]}.pdf", b"%PDF Quillfeather")]
        assert documents.body_of(connection, DOCUMENT) == BODY
        assert documents.receipt_of_same(connection, "court-b10jq", digest_of(BODY, {})) == RECEIPT
        assert answers.receipts_of(connection, MESSAGE)[DELIVERY]["words"] == {"reference": MARKS[5]}
        assert mailbox.digest_of(connection, DELIVERY) == digest_of(BODY, {})


def test_all_of_it_is_found_again_by_what_is_blinded(migrated: Store) -> None:
    with migrated.transaction() as connection:
        assert messages.under_reference(connection, "probation-northumbria", MARKS[4]) is not None
        keys = blinding.case_keys(connection, [CASE_KEY])
        assert standings.sharing(connection, keys)[0].without_standing == [MESSAGE]
        [edition] = messages.standing_editions(connection, "pre_sentence_report", "probation-northumbria", MARKS[3])
        assert edition.id == MESSAGE
        for by in (
            Sought(identifiers=frozenset({("pnc_id", MARKS[2])})),
            Sought(born=MARKS[1]),
            Sought(surname="Quillfeather"),
        ):
            [found] = candidates(connection, {"": by}).people
            assert (found.person, found.postcode, found.crn) == ({"surname": MARKS[0]}, MARKS[6], "X998877")
            assert found.identifiers == {("pnc_id", MARKS[2])}


def test_the_same_document_sent_again_gets_its_receipt(
    migrated: Store, knowledge: Knowledge, settings: Settings
) -> None:
    hub = Hub(replace(knowledge, settings=settings), migrated, AdjustableClock(), configure_logs("test"))
    answer = hub.intake.receive(hub.knowledge.registry.agencies.by_id["court-b10jq"], BODY)
    assert answer.repeated and answer.receipt == RECEIPT


@pytest.mark.parametrize("there", [True, False])
def test_a_hub_whose_master_key_is_another_does_not_start(bench: Bench, tmp_path: Path, there: bool) -> None:
    other = MasterKeyFile(tmp_path / "other.keys")
    if there:
        other.prepare()
    store = Store(bench.hub.store.url, Vault(other))
    with pytest.raises(KeysUnusable) as refused:
        check_keys(store)
    assert refused.value.code == "vault.key_missing"
    migrate(store)
    assert (tmp_path / "other.keys").exists() == there, "no key is made for a database that others have filled"
    store.close()
