"""What keys and certificates of agencies have in common: an owner, a time of validity, and revocation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Table, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from hub.store.database.rows import Rows


@dataclass(frozen=True, slots=True)
class Credential:
    agency: str
    not_before: datetime
    expires_at: datetime
    revoked_at: datetime | None

    def is_valid(self, at: datetime) -> bool:
        """Return whether it is not revoked and `at` is within its time of validity."""
        return self.revoked_at is None and self.not_before <= at < self.expires_at


_C = TypeVar("_C", bound=Credential)


class Credentials(Generic[_C]):
    """The credentials of one type. `id` names the column, and the field of the row type, that identify one."""

    def __init__(self, table: Table, of_type: type[_C], id: str, order: tuple[str, ...]) -> None:
        self._table = table
        self._rows = Rows(of_type, table)
        self._id = table.c[id]
        self._of_ids = select(*self._rows.columns).where(self._id == any_(bindparam("ids", type_=ARRAY(self._id.type))))
        self._order = [table.c[name] for name in order]

    def add(self, connection: Connection, new: _C) -> bool:
        """Add it. Returns False if it exists already, for any agency."""
        values = {column.name: getattr(new, column.name) for column in self._table.c}
        added = insert(self._table).values(values).on_conflict_do_nothing().returning(self._id)
        return connection.execute(added).first() is not None

    def find(self, connection: Connection, id: UUID | str) -> _C | None:
        return self._rows.first(connection.execute(select(*self._rows.columns).where(self._id == id)))

    def find_all(self, connection: Connection, ids: Collection[UUID]) -> tuple[_C, ...]:
        """Return those of these that exist."""
        return self._rows.all(connection.execute(self._of_ids, {"ids": list(ids)}))

    def listed(self, connection: Connection, agency: str | None) -> tuple[_C, ...]:
        """Return the credentials of one agency, or of all agencies."""
        query = select(*self._rows.columns).order_by(*self._order)
        if agency is not None:
            query = query.where(self._table.c.agency == agency)
        return self._rows.all(connection.execute(query))

    def revoke(self, connection: Connection, id: UUID | str, now: datetime) -> str | None:
        """Revoke it. Returns its agency, or None if it does not exist or was revoked before."""
        revoked = (
            update(self._table)
            .where(self._id == id, self._table.c.revoked_at.is_(None))
            .values(revoked_at=now)
            .returning(self._table.c.agency)
        )
        agency: str | None = connection.execute(revoked).scalar()
        return agency
