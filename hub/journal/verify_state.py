"""Verifies that the state follows from the journal: replays what the entries say, and names every row that stands
otherwise."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from hub.journal.acceptance_notes import AcceptanceNotes
from hub.journal.attesting import Attesting
from hub.journal.verified_state import Verified, VerifiedState
from hub.journal.verify import Finding
from hub.store.database.engine import Store, Transaction
from hub.store.journal import state
from hub.store.journal.covered import COVERED
from hub.store.journal.digests import former_digests, is_former, standing
from hub.store.journal.seals import covering, newest
from hub.store.journal.state import GONE

_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class StateVerification:
    """How many entries about state were replayed, how many rows were compared, and how long it took."""

    findings: tuple[Finding, ...]
    entries: int
    rows: int
    seconds: float


def verify_state(store: Store, attesting: Attesting, verified: VerifiedState | None = None) -> StateVerification:
    """From what was `verified` before, if its seal is still in the journal; otherwise from the first entry."""
    began = time.monotonic()
    findings: list[Finding] = []
    rows = 0
    with store.transaction() as connection:
        state.at_one_moment(connection)
        before = _before(connection, verified)
        sealed = newest(connection)
        last = sealed.last_position if sealed else 0
        said = dict(before.said)
        entries = _replay(connection, attesting, said, before.position, last, findings)
        so_far = Verified(last, sealed.head, {**said}) if sealed and verified else None  # a later one may be changed
        entries += _replay(connection, attesting, said, max(last, before.position), None, findings)
        for table in COVERED:
            rows += _compared(connection, table, said, findings)
    findings.extend(
        Finding("row.deleted", "the journal knows it, and it is gone", row=row)
        for row, digest in said.items()
        if digest != GONE
    )
    if verified is not None and so_far is not None and not findings:
        verified.keep(so_far)
    return StateVerification(tuple(findings), entries, rows, time.monotonic() - began)


def _before(connection: Transaction, verified: VerifiedState | None) -> Verified:
    found = verified.read() if verified else Verified()
    seal = covering(connection, found.position)
    return found if seal is not None and seal.head == found.head else Verified()


def _replay(
    connection: Transaction,
    attesting: Attesting,
    said: dict[str, str],
    after: int,
    last: int | None,
    findings: list[Finding],
) -> int:
    """Brings `said` on by the entries after a position, up to `last`. Returns how many there were."""
    count = 0
    for position, lines, proof, by in state.all_left(connection, after, last):
        count += 1
        if attesting.proves(position, lines, proof, by):
            for line in lines.split("\n"):
                row, _, digest = line.rpartition(" ")
                said[row] = digest
        else:
            findings.append(Finding("entry.unproved", "no process of the hub wrote it", position))
    return count


def missing_acceptances(store: Store, notes: AcceptanceNotes) -> Iterator[Finding]:
    """The messages that were accepted, as notes outside of the database say, and are not in the journal."""
    noted = list(notes.read())
    with store.transaction() as connection:
        for first in range(0, len(noted), _PAGE):
            page = dict(noted[first : first + _PAGE])
            there = state.accepted_at(connection, page)
            for position, message_id in page.items():
                if there.get(position) != message_id:
                    words = "it was accepted, and its entry is missing"
                    yield Finding("entry.deleted", words, position, row=f"message {message_id}")


def _compared(connection: Transaction, table: str, said: dict[str, str], findings: list[Finding]) -> int:
    """Names each row of the table that stands otherwise, and takes those that were compared out of `said`. Returns how
    many rows there are."""
    count = 0
    expected_of = said.pop
    former: dict[str, str] = {}
    for key, digest in standing(connection, table):
        count += 1
        expected = expected_of(f"{table} {key}", GONE)
        if expected == digest:
            continue
        if is_former(expected) and not is_former(digest):
            former[key] = expected
        else:
            findings.append(_otherwise(table, key, expected))
    every = tuple(former)
    for first in range(0, len(every), _PAGE):
        keys = every[first : first + _PAGE]
        now = former_digests(connection, table, keys)
        findings.extend(_otherwise(table, key, former[key]) for key in keys if now.get(key) != former[key])
    return count


def _otherwise(table: str, key: str, expected: str) -> Finding:
    row = f"{table} {key}"
    if expected == GONE:
        return Finding("row.inserted", "no entry of the journal knows it", row=row)
    return Finding("row.changed", "it stands otherwise than its last entry says", row=row)
