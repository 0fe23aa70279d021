"""A lock was taken for every case of a document. A document of over a thousand results found no room for its locks in
the server's memory, was answered 503 each time, and took the room from everybody else at that moment."""

import pytest
from sqlalchemy import text

from hub.errors import StoreUnavailable
from hub.store.messages import case_locks
from tests.conftest import Bench

MANY = frozenset(f"case|{number}" for number in range(20_000))
TOO_MANY = frozenset(f"case|{number}" for number in range(40_000))
FEW, OTHER = frozenset({"case|7"}), frozenset({"case|another"})


def test_any_number_of_cases_can_be_held(bench: Bench) -> None:
    for keys in (MANY, TOO_MANY):
        with bench.hub.store.transaction() as connection:
            case_locks.lock_cases(connection, keys)
            held = connection.execute(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")).scalar_one()
            room = connection.execute(case_locks._ROOM).scalar_one()
        assert held < room + 10


def test_who_holds_thousands_holds_up_nobody_else(bench: Bench) -> None:
    with bench.hub.store.transaction() as connection, bench.hub.store.transaction() as other:
        if connection.execute(case_locks._ROOM).scalar_one() < len(MANY):
            pytest.skip("the server that HUB_DATABASE_URL names has no room for so many locks")
        case_locks.lock_cases(connection, MANY)
        other.execute(text("SET LOCAL lock_timeout = '200ms'"))
        case_locks.lock_cases(other, OTHER)


@pytest.mark.parametrize(
    ("first", "second"),
    [(MANY, FEW), (FEW, MANY), (MANY, MANY), (FEW, FEW), (TOO_MANY, OTHER), (FEW, TOO_MANY)],
)
def test_who_holds_many_and_who_holds_one_of_them_wait_for_each_other(
    bench: Bench, first: frozenset[str], second: frozenset[str]
) -> None:
    with bench.hub.store.transaction() as connection:
        case_locks.lock_cases(connection, first)
        with pytest.raises(StoreUnavailable), bench.hub.store.transaction() as other:
            other.execute(text("SET LOCAL lock_timeout = '200ms'"))
            case_locks.lock_cases(other, second)
    with bench.hub.store.transaction() as other:
        case_locks.lock_cases(other, second)


def test_few_do_not_wait_for_others(bench: Bench) -> None:
    with bench.hub.store.transaction() as connection, bench.hub.store.transaction() as other:
        case_locks.lock_cases(connection, FEW)
        other.execute(text("SET LOCAL lock_timeout = '200ms'"))
        case_locks.lock_cases(other, frozenset({"case|8"}))
