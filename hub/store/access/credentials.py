"""What the keys and the certificates of agencies have in common: whose each is, from when until when, and its end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.dialects.postgresql import insert

from hub.store.database.rows import Rows


@dataclass(frozen=True, slots=True)
class Credential:
    agency: str
    not_before: datetime
    expires_at: datetime
    revoked_at: datetime | None

    def is_valid(self, at: datetime) -> bool:
        """Not revoked, and `at` is within its time."""
        return self.revoked_at is None and self.not_before <= at < self.expires_at


_C = TypeVar("_C", bound=Credential)


class Credentials(Generic[_C]):
    """The credentials of one kind, each known by `id`: a column of the table and a field of the type."""

    def __init__(self, table: Table, of_type: type[_C], id: str, order: tuple[str, ...]) -> None:
        self._table = table
        self._rows = Rows(of_type, table)
        self._id = table.c[id]
        self._order = [table.c[name] for name in order]

    def add(self, connection: Connection, new: _C) -> bool:
        """False if it is there already, whoever's it is."""
        values = {column.name: getattr(new, column.name) for column in self._table.c}
        added = insert(self._table).values(values).on_conflict_do_nothing().returning(self._id)
        return connection.execute(added).first() is not None

    def find(self, connection: Connection, id: UUID | str) -> _C | None:
        return self._rows.first(connection.execute(select(*self._rows.columns).where(self._id == id)))

    def listed(self, connection: Connection, agency: str | None) -> tuple[_C, ...]:
        """Those of one agency, or of every agency."""
        query = select(*self._rows.columns).order_by(*self._order)
        if agency is not None:
            query = query.where(self._table.c.agency == agency)
        return self._rows.all(connection.execute(query))

    def revoke(self, connection: Connection, id: UUID | str, now: datetime) -> str | None:
        """The agency it was of; None if there is no such credential, or it was revoked before."""
        revoked = (
            update(self._table)
            .where(self._id == id, self._table.c.revoked_at.is_(None))
            .values(revoked_at=now)
            .returning(self._table.c.agency)
        )
        agency: str | None = connection.execute(revoked).scalar()
        return agency
