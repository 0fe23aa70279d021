"""The rules of the installation: each set of rules that was in force, with its number."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from hub.store.approval.tables import installation_rules
from hub.store.database.advisory_locks import AdvisoryLock, wait_for_lock
from hub.store.database.rows import Rows
from schemas.json import JsonObject


@dataclass(frozen=True, slots=True)
class KeptRules:
    """`proposal` is None for the first rules, which nobody proposed."""

    number: int
    rules: JsonObject
    since: datetime
    proposal: UUID | None


_RULES = Rows(KeptRules, installation_rules)


def one_change_at_a_time(connection: Connection) -> None:
    """Let nobody else change the rules until the transaction ends."""
    wait_for_lock(connection, AdvisoryLock.RULES)


def listed(connection: Connection) -> tuple[KeptRules, ...]:
    """Return every set of rules, the oldest first."""
    return _RULES.all(connection.execute(select(*_RULES.columns).order_by(installation_rules.c.number)))


def numbered(connection: Connection, number: int) -> KeptRules | None:
    query = select(*_RULES.columns).where(installation_rules.c.number == number)
    return _RULES.first(connection.execute(query))


def add(connection: Connection, new: KeptRules) -> None:
    """Add the rules. A row with that number that somebody put in is replaced: it decided nothing."""
    values = {name: getattr(new, name) for name in KeptRules.__slots__}
    adding = insert(installation_rules).values(values)
    replaced = {name: value for name, value in values.items() if name != "number"}
    connection.execute(adding.on_conflict_do_update(index_elements=["number"], set_=replaced))
