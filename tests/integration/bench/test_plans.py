"""The statements that each message needs, and those that grew with history, find their rows through an index.

The plan is looked at, not the time. Reading a table from end to end is made dear, as it is when a table is large.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, event

from hub.store.content import content_keys
from hub.store.database.driver import driver
from hub.store.journal import entries
from hub.store.messages import claims, clocks, messages
from hub.store.persons import disposal
from tests.conftest import Bench

SMALL = {"partner_state", "server_time", "installation"}
"""Tables of a few rows, whatever the exchange has done."""
OPEN_ONLY = {"delivery_due", "delivery_sending"}
"""Indexes of what is not over: they have as many entries as there is work now."""
HOT: dict[str, Callable[[Connection, Bench], object]] = {
    "claim": lambda c, b: claims.claim(
        c, now=b.clock.now(), lease=timedelta(seconds=1), batch_size=50, batches_per_recipient=2
    ),
    "clocks that a receipt may stop": lambda c, _: clocks.may_be_stopped(c, [uuid4()], ["report_to_prison"]),
    "which master keys are used": lambda c, _: content_keys.check_openable(c),
    "an id by its first characters": lambda c, _: messages.beginning_with(c, "0a1b"),
    "the clocks of a message": lambda c, _: clocks.of_message(c, uuid4()),
    "a page of the deadlines": lambda c, b: clocks.listed(
        c, stopped_too=False, limit=3, after=(b.clock.now(), uuid4())
    ),
    "one deadline": lambda c, _: clocks.find(c, uuid4()),
    "a page of retention": lambda c, b: disposal.candidates(c, b.clock.now(), (b.clock.now(), uuid4()), 10),
    "overdue clocks": lambda c, b: clocks.take_overdue(c, b.clock.now()),
    "a rare entry of the journal": lambda c, _: entries.page(c, 0, 100, "hold.placed", None),
    "settling": lambda c, _: messages.settle(c, frozenset({uuid4()})),
}


def _read_whole(plan: dict[str, Any], *, stops: bool = False) -> set[str]:
    """The tables of which every row is read, or every entry of an index. `stops`: a limit is right above."""
    what = plan["Node Type"]
    every_entry = what.startswith("Index") and "Index Cond" not in plan and plan["Index Name"] not in OPEN_ONLY
    whole = what == "Seq Scan" or (every_entry and not stops)
    found = {plan["Relation Name"]} if whole else set()
    return found.union(*(_read_whole(each, stops=what == "Limit") for each in plan.get("Plans", ())))


def _dear(connection: Connection) -> None:
    """Reading a whole table, by itself or after an index, is the last choice."""
    for way in ("seqscan", "bitmapscan"):
        driver(connection).execute(f"SET LOCAL enable_{way} = off")


@pytest.mark.parametrize("name", HOT)
def test_no_table_that_grows_is_read_from_end_to_end(bench: Bench, name: str) -> None:
    found: set[str] = set()

    def explain(connection: Connection, _: object, statement: str, given: Any, *__: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT SET_CONFIG", "SET")):
            return
        with driver(connection).cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", given)
            row = cursor.fetchone()
        assert row is not None
        found.update(_read_whole(row[0][0]["Plan"]))

    with bench.hub.store.transaction() as connection:
        _dear(connection)
        event.listen(connection, "before_cursor_execute", explain)
        HOT[name](connection, bench)
    assert found <= SMALL, name


@pytest.mark.parametrize(
    "query",
    [
        "SELECT DISTINCT wrapped_by FROM content_key",
        "SELECT id FROM message WHERE id::text LIKE '0a1b%'",
        "SELECT * FROM clock WHERE owner = 'somebody'",
    ],
)
def test_a_statement_that_reads_a_whole_table_is_seen(bench: Bench, query: str) -> None:
    with bench.hub.store.transaction() as connection:
        _dear(connection)
        row = driver(connection).execute(f"EXPLAIN (FORMAT JSON) {query}").fetchone()
    assert row is not None
    assert len(_read_whole(row[0][0]["Plan"])) == 1
