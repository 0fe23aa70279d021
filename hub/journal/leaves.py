"""The leaf hashes of entries, without an object for each column: so a journal of years is sealed and verified."""

from hashlib import sha256
from json.encoder import encode_basestring_ascii as quoted

from hub.journal.merkle import leaf_hash
from hub.store.database.engine import Transaction
from hub.store.journal import seals
from hub.store.journal.seals import PlainEntry

_CANONICAL = (
    '\0{"agency":%s,"at":"%s","clock_id":%s,"delivery_id":%s,"detail":%s,"event":%s,"message_id":%s,"position":%d,'
    '"raw_document_id":%s}'
)


def leaves_of(connection: Transaction, first: int, last: int, limit: int | None = None) -> dict[int, bytes]:
    """The leaf hash of each entry at these positions, in order, by its position."""
    wider: list[int] = []
    leaves: dict[int, bytes] = {}
    for entry in seals.plain_entries(connection, first, last, limit):
        leaves[entry[7]] = leaf_of(entry)
        if entry[9]:
            wider.append(entry[7])
    for position in wider:
        leaves[position] = leaf_hash(seals.entries(connection, position, position)[0])
    return leaves


def leaf_of(entry: PlainEntry) -> bytes:
    """The same as leaf_hash, for an entry that fills none of the columns that were added later."""
    agency, at, clock, delivery, detail, event, message, position, document, _ = entry
    agency = "null" if agency is None else quoted(agency)
    values = agency, at, clock, delivery, quoted(detail), quoted(event), message, position, document
    return sha256((_CANONICAL % values).encode("ascii")).digest()
