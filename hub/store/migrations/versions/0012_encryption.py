"""Columns that may identify a person become encrypted or blinded. This migration encrypts the existing rows."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from alembic import op
from sqlalchemy import Connection, Row, text

from hub.store.content.content_keys import BLINDING, make_blinding_key, open_key
from hub.store.database.engine import vault_of
from hub.vault.data_key import DataKey
from hub.vault.vault import blind

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_PAGE = 200

BEFORE: tuple[str, ...] = (
    """
    CREATE TABLE content_key (
        id UUID NOT NULL,
        wrapped BYTEA NOT NULL,
        wrapped_by TEXT NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX content_key_wrapped_by ON content_key (wrapped_by, id)",
    "ALTER TABLE message ADD COLUMN reference BYTEA",
    "ALTER TABLE attachment ALTER COLUMN name TYPE BYTEA USING convert_to(name, 'UTF8')",
    "ALTER TABLE raw_document RENAME COLUMN receipt TO receipt_in_clear",
    "ALTER TABLE raw_document ADD COLUMN receipt BYTEA",
    "ALTER TABLE raw_document ADD COLUMN receipt_after JSONB",
    "ALTER TABLE raw_document ADD COLUMN message_ids UUID[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE delivery ADD COLUMN receipt_words BYTEA",
    "ALTER TABLE supervised_person RENAME COLUMN person TO person_in_clear",
    "ALTER TABLE supervised_person ADD COLUMN person BYTEA",
    "ALTER TABLE mailbox_item ADD COLUMN size_bytes INTEGER",
    "UPDATE mailbox_item SET size_bytes = coalesce(octet_length(body), 0)",
)

AFTER: tuple[str, ...] = (
    "ALTER TABLE raw_document DROP COLUMN receipt_in_clear",
    "UPDATE delivery SET receipt = receipt - 'words' WHERE jsonb_typeof(receipt) = 'object'",
    "ALTER TABLE supervised_person DROP COLUMN person_in_clear, DROP COLUMN postcode, DROP COLUMN crn",
    "ALTER TABLE supervised_person ALTER COLUMN person SET NOT NULL",
    "ALTER TABLE mailbox_item ALTER COLUMN size_bytes SET NOT NULL",
)


def upgrade() -> None:
    connection = op.get_bind()
    for statement in BEFORE:
        connection.exec_driver_sql(statement)
    if connection.execute(text("SELECT EXISTS (SELECT FROM raw_document) OR EXISTS (SELECT FROM message)")).scalar():
        make_blinding_key(connection)
        encrypting = _Encrypting(connection)
        encrypting.documents()
        encrypting.messages()
    for statement in AFTER:
        connection.exec_driver_sql(statement)


def _wire(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


class _Encrypting:
    """Reads what stood in clear, a page at a time. The formats are those of the day of this migration."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._blinding = open_key(connection, BLINDING)

    def _blind(self, purpose: str, plain: str) -> str:
        return blind(self._blinding, purpose, plain)

    def _pages(self, table: str) -> Iterator[list[UUID]]:
        """Ids of what is not destroyed."""
        query = text(
            f"SELECT id FROM {table} WHERE id > :after AND NOT EXISTS"
            f" (SELECT FROM disposal gone WHERE gone.id = {table}.id) ORDER BY id LIMIT :page"
        )
        after = BLINDING
        while page := list(self._connection.execute(query, {"after": after, "page": _PAGE}).scalars()):
            yield page
            after = page[-1]

    def _new_keys(self, ids: list[UUID]) -> dict[UUID, DataKey]:
        vault, keys = vault_of(self._connection), [DataKey.random() for _ in ids]
        wrapped = vault.wrapping.wrap([key.material for key in keys])
        self._many(
            "INSERT INTO content_key (id, wrapped, wrapped_by) VALUES (:id, :wrapped, :by)",
            [{"id": id, "wrapped": each.key, "by": each.by} for id, each in zip(ids, wrapped, strict=True)],
        )
        return dict(zip(ids, keys, strict=True))

    def _rows(self, query: str, ids: list[UUID]) -> Sequence[Row[Any]]:
        return self._connection.execute(text(query), {"ids": ids}).all()

    def _many(self, statement: str, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(text(statement), rows)

    def documents(self) -> None:
        self._connection.exec_driver_sql(
            "UPDATE raw_document SET message_ids = ARRAY(SELECT (told ->> 'id')::uuid FROM"
            " jsonb_array_elements(receipt_in_clear -> 'messages') told)"
            " WHERE jsonb_typeof(receipt_in_clear) = 'object'"
        )
        self._connection.exec_driver_sql(
            "UPDATE raw_document SET receipt_after = receipt_in_clear WHERE jsonb_typeof(receipt_in_clear) = 'object'"
            " AND EXISTS (SELECT FROM disposal gone WHERE gone.id = raw_document.id)"
        )
        for ids in self._pages("raw_document"):
            keys = self._new_keys(ids)
            rows = []
            for row in self._rows("SELECT id, body, receipt_in_clear FROM raw_document WHERE id = ANY (:ids)", ids):
                key, receipt = keys[row.id], row.receipt_in_clear
                sealed = key.encrypt(_wire(receipt), "raw_document.receipt", row.id) if receipt else None
                body = key.encrypt(bytes(row.body), "raw_document.body", row.id)
                rows.append({"of": row.id, "body": body, "receipt": sealed})
            self._many("UPDATE raw_document SET body = :body, receipt = :receipt WHERE id = :of", rows)

    def messages(self) -> None:
        for ids in self._pages("message"):
            keys = self._new_keys(ids)
            self._payloads(ids, keys)
            self._attachments(ids, keys)
            self._case_keys(ids)
            self._deliveries(ids, keys)
            self._people(ids, keys)
            self._mailboxes(ids, keys)

    def _payloads(self, ids: list[UUID], keys: dict[UUID, DataKey]) -> None:
        query = "SELECT id, sender, sender_reference, subject, payload, replaces_key FROM message WHERE id = ANY (:ids)"
        self._many(
            "UPDATE message SET payload = :payload, reference = :reference, sender_reference = :known_by,"
            " subject = :subject, replaces_key = :edition WHERE id = :of",
            [
                {
                    "of": row.id,
                    "payload": keys[row.id].encrypt(bytes(row.payload), "message.payload", row.id),
                    "reference": keys[row.id].encrypt(row.sender_reference.encode(), "message.reference", row.id),
                    "known_by": self._blind("reference", f"{row.sender}|{row.sender_reference}"),
                    "subject": self._blind("subject", row.subject),
                    "edition": self._blind("edition", row.replaces_key) if row.replaces_key else None,
                }
                for row in self._rows(query, ids)
            ],
        )

    def _attachments(self, ids: list[UUID], keys: dict[UUID, DataKey]) -> None:
        query = "SELECT message_id, sha256, name, content FROM attachment WHERE message_id = ANY (:ids)"
        rows = []
        for row in self._rows(query, ids):
            key, place = keys[row.message_id], f"{row.message_id}/{row.sha256}"
            name = key.encrypt(bytes(row.name), "attachment.name", place)
            content = key.encrypt(bytes(row.content), "attachment.content", place)
            rows.append({"of": row.message_id, "sha256": row.sha256, "name": name, "content": content})
        self._many(
            "UPDATE attachment SET name = :name, content = :content WHERE message_id = :of AND sha256 = :sha256", rows
        )

    def _case_keys(self, ids: list[UUID]) -> None:
        rows = []
        for row in self._rows("SELECT message_id, key FROM case_key WHERE message_id = ANY (:ids)", ids):
            case, _, person = row.key.partition("|")
            blinded = f"{self._blind('case', case)}|{person.partition(':')[0]}:{self._blind('person', person)}"
            rows.append({"of": row.message_id, "key": row.key, "blinded": blinded})
        self._many("UPDATE case_key SET key = :blinded WHERE message_id = :of AND key = :key", rows)

    def _deliveries(self, ids: list[UUID], keys: dict[UUID, DataKey]) -> None:
        query = "SELECT id, message_id, subject, receipt FROM delivery WHERE message_id = ANY (:ids)"
        rows = []
        for row in self._rows(query, ids):
            words = row.receipt.get("words") if row.receipt else None
            sealed = keys[row.message_id].encrypt(_wire(words), "delivery.receipt_words", row.id) if words else None
            rows.append({"of": row.id, "subject": self._blind("subject", row.subject), "words": sealed})
        self._many("UPDATE delivery SET subject = :subject, receipt_words = :words WHERE id = :of", rows)

    def _people(self, ids: list[UUID], keys: dict[UUID, DataKey]) -> None:
        known: dict[UUID, list[tuple[str, str]]] = {}
        numbers = []
        query = (
            "SELECT i.person_id, i.scheme, i.value FROM supervised_identifier i JOIN supervised_person p"
            " ON p.id = i.person_id WHERE p.message_id = ANY (:ids)"
        )
        for row in self._rows(query, ids):
            known.setdefault(row.person_id, []).append((row.scheme, row.value))
            blinded = self._blind("identifier", f"{row.scheme}:{row.value}")
            numbers.append({"of": row.person_id, "scheme": row.scheme, "value": row.value, "blinded": blinded})
        people = []
        for row in self._rows("SELECT * FROM supervised_person WHERE message_id = ANY (:ids)", ids):
            told = {
                "person": row.person_in_clear,
                "date_of_birth": row.date_of_birth,
                "postcode": row.postcode,
                "crn": row.crn,
                "identifiers": sorted(known.get(row.id, [])),
            }
            people.append(
                {
                    "of": row.id,
                    "person": keys[row.message_id].encrypt(_wire(told), "supervised_person.person", row.id),
                    "surname": self._blind("surname", row.surname_key) if row.surname_key else None,
                    "born": self._blind("born", row.date_of_birth) if row.date_of_birth else None,
                }
            )
        self._many(
            "UPDATE supervised_person SET person = :person, surname_key = :surname, date_of_birth = :born"
            " WHERE id = :of",
            people,
        )
        self._many(
            "UPDATE supervised_identifier SET value = :blinded"
            " WHERE person_id = :of AND scheme = :scheme AND value = :value",
            numbers,
        )

    def _mailboxes(self, ids: list[UUID], keys: dict[UUID, DataKey]) -> None:
        query = "SELECT delivery_id, message_id, body FROM mailbox_item WHERE message_id = ANY (:ids)"
        rows = [
            {
                "of": row.delivery_id,
                "body": keys[row.message_id].encrypt(bytes(row.body), "mailbox_item.body", row.delivery_id),
            }
            for row in self._rows(query + " AND body IS NOT NULL", ids)
        ]
        self._many("UPDATE mailbox_item SET body = :body WHERE delivery_id = :of", rows)
