"""Indexes the people and the case of each message, blinded. Holds and subject access requests are matched against it.

Messages are indexed when somebody is about to ask, never while a message is on its way.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from uuid import UUID

from hub.identity.case_keys import person_keys
from hub.store.database.engine import Store
from hub.store.messages import contents
from hub.store.persons import subjects
from hub.store.persons.subjects import CASE, NOBODY, SubjectKey
from schemas.catalogue import Catalogue
from schemas.kind import Payload
from schemas.spelling import one_spelling

Blind = Callable[[str], str]
_BATCH = 200
_NOBODYS = -1


def blinded_with(key: bytes) -> Blind:
    """HMAC-SHA256, in hexadecimal. Without the key, nobody can find out by trying whose number it is."""
    return lambda text: hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class SubjectIndex:
    def __init__(self, store: Store, catalogue: Catalogue, blind: Blind) -> None:
        self._store = store
        self._catalogue = catalogue
        self._blind = blind

    def catch_up(self) -> int:
        """Index every message that is not indexed yet, or only under an earlier spelling. Returns how many were.
        Messages of an unknown kind are left out."""
        entered = 0
        while True:
            with self._store.transaction() as connection:
                found = subjects.not_indexed(connection, self._catalogue.kinds, _BATCH)
                for row in found:
                    model = self._catalogue.kinds[(row.kind, row.version)].payload
                    payload = model.model_validate(contents.payload_of(connection, row.id))
                    subjects.enter(connection, self._keys(row.id, payload))
            entered += len(found)
            if len(found) < _BATCH:
                return entered

    def key(self, scheme: str, value: str) -> tuple[str, str]:
        """The form in the store: the scheme, and the blinded value."""
        return scheme, self._blind(f"subject|{scheme}|{value}")

    def case(self, reference: str) -> tuple[str, str]:
        return self.key(CASE, one_spelling(reference))

    def _keys(self, message_id: UUID, payload: Payload) -> Iterable[SubjectKey]:
        keys = [
            SubjectKey(message_id, position, *self.key(*named.split(":", 1)))
            for position, defendant in enumerate(payload.about())
            for named in person_keys(defendant)
        ]
        keys += [SubjectKey(message_id, _NOBODYS, *self.case(reference)) for reference in payload.case_references()]
        return keys or [SubjectKey(message_id, _NOBODYS, NOBODY, "")]
