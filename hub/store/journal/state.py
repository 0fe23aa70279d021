"""The entries about rows of state: what a transaction left, and what an entry said last."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import Connection, text

from hub.store.database.driver import driver, streamed
from hub.store.journal.covered import COVERED

_POSITION_MAX = 2**62
GONE = "-"
"""The digest of a row that does not exist any more."""


@dataclass(frozen=True, slots=True)
class Left:
    """An entry about state: its lines `table key digest`, and its proof, which names the key that made it."""

    position: int
    lines: str
    proof: str
    by: str


def left_by(connection: Connection) -> tuple[str, int] | None:
    """The lines that this transaction has left until now, and a position for an entry; None if it changed no state."""
    found = driver(connection).execute(_LEFT_BY).fetchone()  # asked at the end of each transaction that writes
    return None if found is None or found[0] is None else (str(found[0]), int(found[1]))


_LEFT_BY = """
    SELECT lines, CASE WHEN lines IS NOT NULL THEN nextval('journal_position_seq') END
    FROM (SELECT state_left() AS lines OFFSET 0) so_far
"""
_NEXT = text("SELECT nextval('journal_position_seq')")
_LEFTS = "position, detail->>'left' AS lines, detail->>'proof' AS proof, detail->>'by' AS by FROM journal"
_LAST = text(f"""
    SELECT DISTINCT ON (detail->>'row') {_LEFTS} WHERE event = 'state.decides' AND detail->>'row' = ANY (:rows)
    ORDER BY detail->>'row', position DESC
""")
_ABOUT = text(f"""
    SELECT DISTINCT ON (detail->>'row') {_LEFTS}
    WHERE event = 'state.decides' AND detail->>'row' >= :first AND detail->>'row' < :last
    ORDER BY detail->>'row', position DESC
""")
_ALL = f"""
    SELECT {_LEFTS} WHERE event IN ('state.left', 'state.decides') AND position > %(after)s AND position <= %(last)s
    ORDER BY position
"""

_ACCEPTED = text("""
    SELECT position, message_id FROM journal WHERE position = ANY (:positions) AND event LIKE 'message.%'
""")


def next_position(connection: Connection) -> int:
    """A position for an entry of this transaction. The triggers have locked the journal for it."""
    return int(connection.execute(_NEXT).scalar_one())


def last_about(connection: Connection, rows: Collection[str]) -> tuple[Left, ...]:
    """The last entry about each of these rows that decide."""
    return tuple(Left(*row) for row in connection.execute(_LAST, {"rows": list(rows)}))


def last_about_table(connection: Connection, name: str) -> tuple[Left, ...]:
    """The last entry about each row of this table that there ever was."""
    return tuple(Left(*row) for row in connection.execute(_ABOUT, {"first": f"{name} ", "last": f"{name}!"}))


def accepted_at(connection: Connection, positions: Collection[int]) -> dict[int, UUID]:
    """Which message was accepted at each of these positions."""
    return {row.position: row.message_id for row in connection.execute(_ACCEPTED, {"positions": list(positions)})}


def all_left(connection: Connection, after: int, last: int | None = None) -> Iterator[tuple[int, str, str, str]]:
    """The entries about state after a position, and up to another one if it is given: as `Left`, plain because there
    are millions."""
    values = {"after": after, "last": _POSITION_MAX if last is None else last}
    found = streamed(connection, _ALL, values)
    yield from cast("Iterator[tuple[int, str, str, str]]", found)


def was_covered_before(connection: Connection) -> bool:
    """Whether the journal says anything about state."""
    return bool(connection.execute(_ANY).scalar_one())


_ANY = text("SELECT EXISTS (SELECT FROM journal WHERE event IN ('state.left', 'state.decides'))")


def stop_writing(connection: Connection, name: str) -> None:
    """Until this transaction ends, nobody writes to that covered table."""
    connection.execute(text("LOCK TABLE journal IN ROW EXCLUSIVE MODE"))
    assert name in COVERED  # noqa: S101 - so that it is the name of a table of ours
    connection.execute(text(f"LOCK TABLE {name} IN SHARE MODE"))


def at_one_moment(connection: Connection) -> None:
    """Everything that this transaction reads is of one moment. Called before anything is read."""
    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
