"""What is kept already that documents about to be recorded touch: the same document, reference, edition or case. One
statement looks for all of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from hub.store.content.blinding import case_keys, edition_key, reference_key
from hub.store.database.driver import driver

_TOUCHED = """
    SELECT 'document', r.caller || ' ' || r.digest FROM raw_document r
    JOIN unnest(%(callers)s::text[], %(digests)s::text[]) AS given (caller, digest)
        ON r.caller = given.caller AND r.digest = given.digest AND r.state = 'accepted'
    UNION ALL
    SELECT 'reference', m.sender || ' ' || m.sender_reference FROM message m
    JOIN unnest(%(senders)s::text[], %(references)s::text[]) AS given (sender, reference)
        ON m.sender = given.sender AND m.sender_reference = given.reference
    UNION ALL
    SELECT 'edition', m.kind || ' ' || m.sender || ' ' || m.replaces_key FROM message m
    JOIN unnest(%(kinds)s::text[], %(owners)s::text[], %(editions)s::text[]) AS given (kind, sender, edition)
        ON m.kind = given.kind AND m.sender = given.sender AND m.replaces_key = given.edition
        AND m.replaces_key IS NOT NULL
    UNION ALL
    SELECT DISTINCT 'case', key FROM case_key WHERE key = ANY (%(cases)s::text[])
"""


Mark = tuple[str, str]
"""What is touched, and its blinded key with what makes it found."""
_KINDS = ("reference", "edition", "case")


@dataclass(frozen=True, slots=True)
class Touching:
    """What one message touches. `edition` is the key by which editions replace each other. Nothing is blinded."""

    kind: str
    sender: str
    reference: str
    edition: str | None
    cases: frozenset[str]


class Precedents:
    """What was found, in a transaction that has locked all of it, and what this transaction has recorded since."""

    def __init__(
        self, documents: Collection[tuple[str, str]], found: Collection[Mark], marks: Mapping[Touching, frozenset[Mark]]
    ) -> None:
        self._documents = set(documents)
        self._found = set(found)
        self._marks = marks

    def is_new(self, caller: str, digest: str) -> bool:
        """Whether the same bytes from the same caller were not accepted whole, and come for the first time here."""
        is_new = (caller, digest) not in self._documents
        self._documents.add((caller, digest))
        return is_new

    def is_first(self, touching: Touching) -> bool:
        """Whether no message is kept that this one may repeat, replace, belong to or follow. From now on there is one:
        this one."""
        marks = self._marks[touching]
        is_first = self._found.isdisjoint(marks)
        self._found |= marks
        return is_first


def precedents(
    connection: Connection, documents: Collection[tuple[str, str]], messages: Collection[Touching]
) -> Precedents:
    """`documents` are callers and digests."""
    marks = {each: _marks(connection, each) for each in messages}
    every = frozenset[Mark]().union(*marks.values())
    references, editions, cases = (sorted(key for what, key in every if what == kind) for kind in _KINDS)
    found = driver(connection).execute(
        _TOUCHED,
        {
            "callers": [caller for caller, _ in documents],
            "digests": [digest for _, digest in documents],
            "senders": [key.partition(" ")[0] for key in references],
            "references": [key.partition(" ")[2] for key in references],
            "kinds": [key.split(" ")[0] for key in editions],
            "owners": [key.split(" ")[1] for key in editions],
            "editions": [key.split(" ")[2] for key in editions],
            "cases": cases,
        },
    )
    rows = [(str(what), str(key)) for what, key in found.fetchall()]
    same = (key.partition(" ") for what, key in rows if what == "document")
    return Precedents([(caller, digest) for caller, _, digest in same], rows, marks)


def _marks(connection: Connection, touching: Touching) -> frozenset[Mark]:
    reference = reference_key(connection, touching.sender, touching.reference)
    marks = {("reference", f"{touching.sender} {reference}")}
    if touching.edition is not None:
        key = edition_key(connection, touching.edition)
        marks.add(("edition", f"{touching.kind} {touching.sender} {key}"))
    return frozenset(marks | {("case", key) for key in case_keys(connection, touching.cases)})
