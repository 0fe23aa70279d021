"""Grounds: why an area counts as the supervisor of a person, and who said so."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from hub.store.content import blinding


@dataclass(frozen=True, slots=True)
class Naming:
    """A message by which an agency spoke in a matter."""

    agency: str
    message_id: UUID


@dataclass(frozen=True, slots=True)
class Ground:
    """One entry of a supervised person. `namings` are the messages by which the keeper of the matter sent it to the
    area; without any, the area has only its own word. `others` are messages of others who acted in the matter.
    `confirmed_in` are records of which a person has confirmed that they are about the person of this entry."""

    area: str
    since: datetime
    namings: tuple[Naming, ...]
    others: tuple[Naming, ...]
    confirmed_in: tuple[UUID, ...]


# Who only answers somebody, or speaks before anybody else has, names nobody: it acts in no matter.
_GROUNDS = text("""
    SELECT p.area, p.since,
        coalesce(array_agg(DISTINCT said.message_id) FILTER (WHERE said.sender = said.keeper
            AND said.sender <> p.area AND said.parties ? p.area), '{}') AS named_in,
        coalesce(array_agg(DISTINCT said.message_id) FILTER (WHERE said.sender <> said.keeper
            AND said.sender <> p.area), '{}') AS others_said,
        ARRAY(SELECT l.message_id FROM person_link l WHERE l.person_id = p.id AND l.state = 'confirmed') AS confirmed_in
    FROM supervised_person p
    LEFT JOIN message_standing own ON own.message_id = p.message_id AND own.stands
    LEFT JOIN case_key mine ON mine.message_id = p.message_id
    LEFT JOIN case_key shared ON shared.key = mine.key
    LEFT JOIN message_standing said ON said.message_id = shared.message_id AND said.matter = own.matter
        AND said.stands AND said.acts_for ? own.keeper
    WHERE p.id = ANY (:ids)
    GROUP BY p.id, p.area, p.since
    ORDER BY p.since
""")
_SENDERS = text("SELECT message_id, sender FROM message_standing WHERE message_id = ANY (:ids)")


def grounds(connection: Connection, person_ids: Collection[UUID]) -> tuple[Ground, ...]:
    """Return the grounds of these entries, the oldest first."""
    rows = connection.execute(_GROUNDS, {"ids": list(person_ids)}).all()
    ids = [id for row in rows for id in (*row.named_in, *row.others_said)]
    senders = {row.message_id: row.sender for row in connection.execute(_SENDERS, {"ids": ids})}
    return tuple(
        Ground(
            row.area,
            row.since,
            tuple(Naming(senders[id], id) for id in row.named_in),
            tuple(Naming(senders[id], id) for id in row.others_said),
            tuple(row.confirmed_in),
        )
        for row in rows
    )


_ACCEPTED_FROM = text("""
    SELECT DISTINCT said.sender, said.message_id
    FROM supervised_person p
    JOIN message_standing own ON own.message_id = p.message_id
    JOIN case_key mine ON mine.message_id = p.message_id
    JOIN case_key shared ON shared.key = mine.key
    JOIN message_standing said ON said.message_id = shared.message_id AND said.matter = own.matter
        AND said.stands AND said.sender = own.keeper AND said.parties ? p.area
    WHERE p.id = ANY (:ids) AND p.area = :area AND own.stands AND own.sender = p.area AND own.keeper <> p.area
      AND own.acts_for ? own.keeper
""")


def accepted_from(connection: Connection, area: str, person_ids: Collection[UUID]) -> tuple[Naming, ...]:
    """Return the messages of others whose matter the area accepted when it said that it supervises these people."""
    rows = connection.execute(_ACCEPTED_FROM, {"ids": list(person_ids), "area": area}) if person_ids else ()
    return tuple(Naming(row.sender, row.message_id) for row in rows)


_SENT_TO = text("""
    SELECT DISTINCT s.sender
    FROM delivery d
    JOIN message_standing s ON s.message_id = d.message_id AND s.stands AND s.sender = s.keeper
    JOIN case_key k ON k.message_id = d.message_id
    WHERE d.recipient = :recipient AND s.sender <> d.recipient AND split_part(k.key, '|', 2) = ANY (:persons)
""")


def who_sent(connection: Connection, recipient: str, person_keys: Collection[str]) -> frozenset[str]:
    """Return the agencies that have sent a matter of their own about this person to the recipient."""
    pairs = blinding.case_key_pairs(connection, [f"|{key}" for key in person_keys])
    persons = [blinded.partition("|")[2] for _, blinded in pairs]
    return frozenset(connection.execute(_SENT_TO, {"recipient": recipient, "persons": persons}).scalars())
