"""Grounds: why an area counts as the supervisor of a person, and who said so."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Ground:
    """One entry of a supervised person. `named_by` are the agencies that sent the matter of its message to the area;
    without any, the area has only its own word. `keeper` is whose matter that is."""

    area: str
    since: datetime
    keeper: str | None
    named_by: frozenset[str]


# Who only answers somebody, or speaks before anybody else has, names nobody: it acts in no matter.
_GROUNDS = text("""
    SELECT p.area, p.since, own.keeper, coalesce(array_agg(DISTINCT said.sender)
        FILTER (WHERE said.sender IS NOT NULL), '{}') AS named_by
    FROM supervised_person p
    LEFT JOIN message_standing own ON own.message_id = p.message_id AND own.stands
    LEFT JOIN case_key mine ON mine.message_id = p.message_id
    LEFT JOIN case_key shared ON shared.key = mine.key
    LEFT JOIN message_standing said ON said.message_id = shared.message_id AND said.matter = own.matter
        AND said.stands AND said.sender <> p.area AND said.parties ? p.area AND said.acts_for ? own.keeper
        AND said.sender = said.keeper
    WHERE p.id = ANY (:ids)
    GROUP BY p.id, p.area, p.since, own.keeper
    ORDER BY p.since
""")


def grounds(connection: Connection, person_ids: Collection[UUID]) -> tuple[Ground, ...]:
    """Return the grounds of these entries, the oldest first."""
    rows = connection.execute(_GROUNDS, {"ids": list(person_ids)})
    return tuple(Ground(row.area, row.since, row.keeper, frozenset(row.named_by)) for row in rows)


_ACCEPTED_FROM = text("""
    SELECT DISTINCT own.keeper
    FROM supervised_person p JOIN message_standing own ON own.message_id = p.message_id
    WHERE p.id = ANY (:ids) AND p.area = :area AND own.stands AND own.sender = p.area AND own.keeper <> p.area
      AND own.acts_for ? own.keeper
""")


def accepted_from(connection: Connection, area: str, person_ids: Collection[UUID]) -> frozenset[str]:
    """Return whose matter it was when the area said that it supervises these people."""
    rows = connection.execute(_ACCEPTED_FROM, {"ids": list(person_ids), "area": area})
    return frozenset(rows.scalars())
