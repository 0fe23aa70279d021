"""What names somebody and must be found again by being equal stands in the database blinded."""

from collections.abc import Callable, Iterable
from typing import NewType
from uuid import UUID

from sqlalchemy import Connection

from hub.store.content.content_keys import BLINDING, open_key
from hub.store.database.engine import vault_of
from hub.vault.vault import blind

Blinded = NewType("Blinded", str)


def blinder(connection: Connection, purpose: str) -> Callable[[str], Blinded]:
    """Blinds texts of one purpose."""
    key = vault_of(connection).blinding_key(lambda: open_key(connection, BLINDING))
    return lambda text: Blinded(blind(key, purpose, text))


def message_id(connection: Connection, sender: str, reference: str, digest: str) -> UUID:
    """The same for the same content under the same reference: whoever has it already knows it by its id, even if the
    exchange does not any more, since a backup was put back. Nobody outside can work it out."""
    return UUID(hex=blinder(connection, "message id")(f"{sender}|{reference}|{digest}"), version=5)


def reference_key(connection: Connection, sender: str, reference: str) -> Blinded:
    """What a sender's reference is looked up by."""
    return blinder(connection, "reference")(f"{sender}|{reference}")


def subject_key(connection: Connection, subject: str) -> Blinded:
    """What keeps the deliveries about one subject in their order."""
    return blinder(connection, "subject")(subject)


def edition_key(connection: Connection, key: str) -> Blinded:
    """What a later edition of a message is known by."""
    return blinder(connection, "edition")(key)


def case_keys(connection: Connection, keys: Iterable[str]) -> frozenset[Blinded]:
    """Of `case|scheme:value`: the case and the value blinded each for itself, so that it can still be told whether two
    messages of one case give different numbers."""
    case, value = blinder(connection, "case"), blinder(connection, "person")
    return frozenset(_case_key(key, case, value) for key in keys)


def _case_key(key: str, case: Callable[[str], Blinded], value: Callable[[str], Blinded]) -> Blinded:
    reference, _, person = key.partition("|")
    scheme = person.partition(":")[0]
    return Blinded(f"{case(reference)}|{scheme}:{value(person)}")
