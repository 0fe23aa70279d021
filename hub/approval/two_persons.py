"""Two persons means two: whoever has lately made or reset an account, or given it a role, may also be the person behind
it, and is not the second person beside it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from hub.store.database.engine import Transaction
from hub.store.journal import staff_entries


def may_be_one_person(connection: Transaction, one: str, other: str, now: datetime, apart: timedelta) -> bool:
    """Whether one of the two, or somebody else, has had both accounts in hand within that time."""
    made_by = staff_entries.in_hand(connection, now, apart)
    return bool(_behind(one, made_by) & _behind(other, made_by))


def _behind(name: str, made_by: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The account itself, whoever had it in hand, whoever had theirs in hand, and so on."""
    found, new = {name}, {name}
    while new:
        new = {by for account in new for by in made_by.get(account, frozenset())} - found
        found |= new
    return frozenset(found)
