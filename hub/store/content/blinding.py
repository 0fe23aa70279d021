"""Blinds values that identify somebody, so that the database can compare them but nobody can read them there."""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from typing import NewType
from uuid import UUID

from sqlalchemy import Connection

from hub.store.content.content_keys import BLINDING, open_key
from hub.store.database.engine import vault_of
from hub.store.database.gathered import gathers, noted
from hub.vault.data_key import DataKey

Blinded = NewType("Blinded", str)


def blinder(connection: Connection, purpose: str) -> Callable[[str], Blinded]:
    """Return a function that blinds texts for one purpose. The same text gives different values for different
    purposes."""
    vault = vault_of(connection)

    def blinded(text: str) -> Blinded:
        return Blinded(vault.blind(lambda: open_key(connection, BLINDING), purpose, text))

    if not gathers(connection):
        return blinded
    known: dict[tuple[str, str], Blinded] = noted(connection, "blinded", dict)  # until this transaction ends

    def blinded_once(text: str) -> Blinded:
        found = known.get((purpose, text))
        if found is None:
            found = known[purpose, text] = blinded(text)
        return found

    return blinded_once


def key_for(connection: Connection, purpose: str) -> DataKey:
    """Return a key for what belongs to no message, made from the blinding key. It opens nothing of another purpose, and
    stays the same when the master keys change."""
    key = vault_of(connection).blinding_key(lambda: open_key(connection, BLINDING))
    return DataKey(hmac.digest(key.material, f"key for {purpose}".encode(), hashlib.sha256))


def message_id(connection: Connection, sender: str, reference: str, digest: str) -> UUID:
    """Return the id of a message. The same sender, reference and content give the same id.

    After a backup is restored, the exchange may have lost a message that a recipient already has. The recipient then
    recognises the message by its id. Nobody outside the exchange can compute the id.
    """
    return UUID(hex=blinder(connection, "message id")(f"{sender}|{reference}|{digest}"), version=5)


def id_for(connection: Connection, recipient: str, what: str, id: UUID) -> UUID:
    """The id by which one recipient knows a message or an exchange of messages. Recipients who lay their ids side by
    side find nothing that is the same."""
    return UUID(hex=blinder(connection, "id of a recipient")(f"{what}|{id}|{recipient}"), version=5)


def reference_key(connection: Connection, sender: str, reference: str) -> Blinded:
    """Return the blinded key under which a sender's reference is found."""
    return blinder(connection, "reference")(f"{sender}|{reference}")


def subject_key(connection: Connection, subject: str) -> Blinded:
    """Return the blinded key by which deliveries about one subject stay in order."""
    return blinder(connection, "subject")(subject)


def edition_key(connection: Connection, key: str) -> Blinded:
    """Return the blinded key by which a later edition finds the earlier one."""
    return blinder(connection, "edition")(key)


def case_keys(connection: Connection, keys: Iterable[str]) -> frozenset[Blinded]:
    """Blind keys of the form `case|scheme:value`.

    The case and the value are blinded separately, so that the exchange can still see whether two messages of one case
    give different numbers.
    """
    return frozenset(blinded for _, blinded in case_key_pairs(connection, keys))


def case_key_pairs(connection: Connection, keys: Iterable[str]) -> tuple[tuple[str, Blinded], ...]:
    """Return each key with its blinded form."""
    case, value = blinder(connection, "case"), blinder(connection, "person")
    return tuple((key, _case_key(key, case, value)) for key in keys)


def _case_key(key: str, case: Callable[[str], Blinded], value: Callable[[str], Blinded]) -> Blinded:
    reference, _, person = key.partition("|")
    scheme = person.partition(":")[0]
    return Blinded(f"{case(reference)}|{scheme}:{value(person)}")
