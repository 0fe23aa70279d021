"""Verifies the whole journal against its seals, or one entry against a head that anybody may hold."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub.errors import NotFound, SignatureWrong
from hub.journal.leaves import leaves_of
from hub.journal.merkle import ProofStep, canonical, index_by, leaf_hash, path_of, root_by, root_of
from hub.journal.sealing import Head, head_digest, positions_digest
from hub.journal.signing_keys import PublicKeys
from hub.store.database.engine import Store, Transaction
from hub.store.journal import seals
from hub.store.journal.seals import Seal, SealableEntry
from schemas.json import Json, JsonObject

_SWAPS_MAX = 100
_SEALS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """`code`: entry.changed, entry.deleted, entry.inserted, entry.reordered, seal.signature, seal.changed, seal.chain,
    seal.missing, head.missing, entry.unproved, row.changed, row.deleted or row.inserted. `position` is that of the
    entry, `seal` the number of the seal, and `row` names the table and the key of the row."""

    code: str
    words: str
    position: int | None = None
    seal: int | None = None
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    findings: tuple[Finding, ...]
    seals: int
    sealed: int
    unsealed: int
    head: str | None
    seconds: float

    @property
    def whole(self) -> bool:
        return not self.findings


def verify(store: Store, keys: PublicKeys, known_head: str | None = None) -> Verification:
    """`known_head` was kept elsewhere. Without it, nobody can see if the newest seals were removed together with their
    entries."""
    began = time.monotonic()
    findings: list[Finding] = []
    before: Seal | None = None
    count = sealed = 0
    known_found = known_head is None
    with store.transaction() as connection:
        for page in seals.pages(connection, _SEALS_AT_ONCE):
            suspect = _suspect(connection, page)
            for seal in page:
                findings.extend(_chain(seal, before, keys))
                if seal.number in suspect:
                    findings.extend(_entries(connection, seal))
                known_found = known_found or seal.head == known_head
                count, sealed, before = count + 1, sealed + len(seal.positions), seal
        unsealed = seals.count_entries_after(connection, before.last_position if before else 0)
    if not known_found:
        findings.append(Finding("head.missing", "the journal no longer holds the head that was kept elsewhere"))
    head = before.head if before else None
    return Verification(tuple(findings), count, sealed, unsealed, head, time.monotonic() - began)


def _chain(seal: Seal, before: Seal | None, keys: PublicKeys) -> Iterator[Finding]:
    number = before.number + 1 if before else 1
    if seal.number != number:
        words = (
            f"seal {number} is missing"
            if seal.number == number + 1
            else f"seals {number} to {seal.number - 1} are missing"
        )
        yield Finding("seal.missing", words, seal=number)
    try:
        head = Head.of(seal.head, keys)
    except SignatureWrong as wrong:
        yield Finding("seal.signature", wrong.problem, seal=seal.number)
        return
    said = (head.number, head.first_position, head.last_position, head.entries, head.positions, head.root)
    found = (
        seal.number,
        seal.first_position,
        seal.last_position,
        len(seal.positions),
        positions_digest(seal.positions),
        root_of(seal.leaves).hex(),
    )
    if said != found:
        yield Finding("seal.changed", "it no longer matches its signed head", seal=seal.number)
    if before is not None and seal.number == number:
        if head.previous != head_digest(before.head):
            yield Finding("seal.chain", "it does not follow the seal before it", seal=seal.number)
        if head.first_position != before.last_position + 1:
            yield Finding("seal.chain", "it does not begin where the one before it ends", seal=seal.number)


def _suspect(connection: Transaction, page: Sequence[Seal]) -> frozenset[int]:
    """The numbers of the seals whose entries are not all as they were sealed. What exactly is wrong is found apart, so
    that a journal that is whole is read fast."""
    leaves = leaves_of(connection, page[0].first_position, page[-1].last_position)
    wrong = {seal.number for seal in page if seal.leaves != tuple(leaves.pop(each, None) for each in seal.positions)}
    if leaves:  # some that no seal knows
        wrong |= {s.number for s in page if any(s.first_position <= each <= s.last_position for each in leaves)}
    return frozenset(wrong)


def _entries(connection: Transaction, seal: Seal) -> Iterator[Finding]:
    found = {e["position"]: e for e in seals.entries(connection, seal.first_position, seal.last_position)}
    expected = dict(zip(seal.positions, seal.leaves, strict=False))
    changed: dict[int, SealableEntry] = {}
    for position, leaf in expected.items():
        entry = found.pop(position, None)
        if entry is None:
            yield Finding("entry.deleted", "it was sealed and is missing now", position, seal.number)
        elif leaf_hash(entry) != leaf:
            changed[position] = entry
    yield from (Finding("entry.inserted", "it was added after the sealing", p, seal.number) for p in found)
    for position, entry in changed.items():
        place = _stood_at(entry, changed, expected)
        if place is None:
            yield Finding("entry.changed", "it was changed after the sealing", position, seal.number)
        else:
            yield Finding("entry.reordered", f"its content was sealed at {place}", position, seal.number)


def _stood_at(entry: SealableEntry, changed: dict[int, SealableEntry], expected: dict[int, bytes]) -> int | None:
    """The position of an entry when it was sealed, if it was only moved."""
    places = list(changed)[:_SWAPS_MAX]
    return next((place for place in places if leaf_hash({**entry, "position": place}) == expected[place]), None)


def prove(store: Store, position: int) -> JsonObject:
    """The proof that the entry was at that position. It needs no access to this database. Raises NotFound before the
    entry is sealed."""
    with store.transaction() as connection:
        seal = seals.covering(connection, position)
        found = seals.entries(connection, position, position)
    if not found:
        raise NotFound("the journal has no entry at that position", "hub show names the positions of a message")
    if seal is None or position not in seal.positions:
        raise NotFound("the entry is not sealed yet", "seal it first: hub journal seal")
    index = seal.positions.index(position)
    return _proof(found[0], index, path_of(seal.leaves, index), seal.head)


def _proof(entry: Mapping[str, object], index: int | None, path: Sequence[ProofStep], head: str) -> JsonObject:
    steps = [{"hash": step.hash.hex(), "left": step.left} for step in path]
    return {"entry": entry, "index": index, "path": steps, "head": head}


def check_proof(proof: Json, keys: PublicKeys) -> Head:
    """The signed head that covers the entry. It needs only the proof and the keys. Raises SignatureWrong."""
    try:
        entry, token = dict(proof["entry"]), str(proof["head"])
        path = [ProofStep(bytes.fromhex(step["hash"]), step["left"] is True) for step in proof["path"]]
        position = int(entry["position"])
    except (KeyError, TypeError, ValueError) as error:
        raise SignatureWrong(
            "proof.unreadable", "the file is not a proof from this exchange", "make the proof again"
        ) from error
    head = Head.of(token, keys)
    inside = head.first_position <= position <= head.last_position
    as_made = _proof(entry, index_by(path, head.entries), path, token)
    if not inside or root_by(leaf_hash(entry), path).hex() != head.root or canonical(proof) != canonical(as_made):
        raise SignatureWrong(
            "proof.wrong",
            "the entry does not belong to that head",
            "check whether the entry was changed or belongs to another proof",
        )
    return head


def as_plain(proof: JsonObject) -> str:
    """As JSON that has the same leaf hash when it is read again."""
    return canonical(proof).decode()
