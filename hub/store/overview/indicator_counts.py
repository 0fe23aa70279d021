"""How deadlines ended, counted for the indicators. A message with several editions counts once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from schemas.indicators.terms import UNITS, Outcome, Party

OF_UNIT = " / "
"""Stands between an agency and its unit."""

# `counted` has one deadline for each clock and chain of editions: that of the latest edition whose deadline was not
# voided. What an earlier edition achieved by the same deadline counts: an amendment after the report arrived in time
# does not make it late. A chain is followed over all periods, so that a deadline that moved is not counted where it was
# before. Most messages have no other edition, and only the others are followed,
# each by an index (OFFSET 0): the server would otherwise read all messages, because it expects too many editions.
_DEADLINES = """
    WITH RECURSIVE due AS MATERIALIZED (
        SELECT c.*, m.sender, m.kind, m.supersedes,
            m.supersedes IS NOT NULL OR later.former IS NOT NULL AS has_editions
        FROM clock c JOIN message m ON m.id = c.message_id
        LEFT JOIN (SELECT DISTINCT supersedes AS former FROM message WHERE supersedes IS NOT NULL) later
            ON later.former = m.id
        WHERE c.name = ANY (:clocks) AND c.due_at >= :since AND c.due_at < :until
    ), earlier (id, former) AS (
        SELECT message_id, supersedes FROM due WHERE has_editions
        UNION
        SELECT f.id, f.supersedes FROM earlier e
        CROSS JOIN LATERAL (SELECT id, supersedes FROM message WHERE id = e.former OFFSET 0) f
    ), editions (id, chain, edition) AS (
        SELECT id, id, 0 FROM earlier WHERE former IS NULL
        UNION ALL
        SELECT m.id, e.chain, e.edition + 1 FROM editions e
        CROSS JOIN LATERAL (SELECT id FROM message WHERE supersedes = e.id OFFSET 0) m
    ), chained AS (
        SELECT c.id, c.name, c.owner, c.toward, c.starts_at, c.due_at, c.state, c.stopped_at, c.stopped_by,
            c.message_id, m.sender, m.kind, e.chain, e.edition
        FROM editions e
        CROSS JOIN LATERAL (SELECT * FROM clock WHERE message_id = e.id AND name = ANY (:clocks) OFFSET 0) c
        CROSS JOIN LATERAL (SELECT sender, kind FROM message WHERE id = e.id OFFSET 0) m
    ), latest AS (
        SELECT *, first_value(toward) OVER editions AS latest_toward, first_value(due_at) OVER editions AS latest_due
        FROM chained WINDOW editions AS (
            PARTITION BY name, chain ORDER BY state = 'void', edition DESC, due_at DESC, id
        )
    ), best AS (
        SELECT DISTINCT ON (name, chain) * FROM latest
        WHERE due_at = latest_due AND toward IS NOT DISTINCT FROM latest_toward
        ORDER BY name, chain,
            array_position(ARRAY['met', 'missed', 'running', 'doubtful', 'void'], CAST(state AS text)), edition DESC, id
    ), counted AS (
        SELECT name, message_id, owner, toward, sender, kind, starts_at, due_at, state, stopped_at, stopped_by
        FROM due WHERE NOT has_editions
        UNION ALL
        SELECT name, message_id, owner, toward, sender, kind, starts_at, due_at, state, stopped_at, stopped_by
        FROM best WHERE due_at >= :since AND due_at < :until
    ), deadline AS (
        SELECT d.name AS clock, d.message_id, d.owner, d.due_at,
            to_char(d.due_at AT TIME ZONE :zone, 'YYYY-MM') AS month,
            CASE parties.party WHEN 'owner' THEN d.owner WHEN 'toward' THEN d.toward WHEN 'sender' THEN d.sender
                ELSE {unit} END AS place,
            CASE
                WHEN d.state = 'void' AND d.stopped_by IS NULL THEN 'voided'
                WHEN d.state = 'void' AND ender.kind = d.kind THEN 'replaced'
                WHEN d.due_at >= :now THEN 'not_due_yet'
                WHEN d.state = 'void' AND ender.kind = parties.needed_by AND d.stopped_at > d.due_at
                    THEN 'needed_overdue'
                WHEN d.state = 'void' AND ender.kind = parties.needed_by THEN 'needed_early'
                WHEN d.state = 'void' THEN 'withdrawn'
                WHEN d.state = 'doubtful' THEN 'doubtful'
                WHEN d.due_at <= d.starts_at THEN 'never_possible'
                WHEN d.state = 'met' THEN 'met'
                WHEN d.state = 'missed' THEN 'late'
                ELSE 'not_done'
            END AS outcome
        FROM counted d
        JOIN unnest(CAST(:clocks AS text[]), CAST(:parties AS text[]), CAST(:needed_by AS text[]))
            AS parties (clock, party, needed_by) ON parties.clock = d.name
        LEFT JOIN message ender ON ender.id = d.stopped_by
        {joined}
        WHERE CAST(:owners AS text[]) IS NULL OR d.owner = ANY (:owners)
    )
"""
# The unit is that of the owner's message that ended the deadline, or else of the owner's message that began it.
_OF_UNITS = {
    "unit": "d.owner || ' / ' || coalesce(acted.measures ->> parties.party, began.measures ->> parties.party)",
    "joined": """
        LEFT JOIN message_measure acted ON acted.message_id = d.stopped_by AND acted.sender = d.owner
        LEFT JOIN message_measure began ON began.message_id = d.message_id AND began.sender = d.owner
    """,
}
_WHOLE = _DEADLINES.format(unit="NULL", joined="")
_IN_UNITS = _DEADLINES.format(**_OF_UNITS)
_COUNT = """
    SELECT clock, month, place, outcome, count(*) AS deadlines FROM deadline
    GROUP BY clock, month, place, outcome ORDER BY clock, month, place, outcome
"""
_COUNTS, _COUNTS_IN_UNITS = text(_WHOLE + _COUNT), text(_IN_UNITS + _COUNT)
_MESSAGES = text(f"""{_WHOLE}
    SELECT message_id, owner, place, outcome, due_at FROM deadline
    WHERE outcome = ANY (:outcomes) ORDER BY due_at, message_id LIMIT :limit
""")  # noqa: S608 - constants alone


@dataclass(frozen=True, slots=True)
class DeadlinesWanted:
    """Deadlines due from `since` to before `until`. `parties` says for each clock which of its parties is the place,
    or None, and `needed_by` the kind that ends what was needed for it. Months are those of the time zone `zone`. At
    `now` it is decided what is due. `owners` limit them, if there are any."""

    parties: Mapping[str, Party | None]
    since: datetime
    until: datetime
    zone: str
    now: datetime
    owners: Collection[str] = ()
    needed_by: Mapping[str, str] = field(default_factory=dict)

    def given(self) -> dict[str, object]:
        return {
            "clocks": list(self.parties),
            "parties": list(self.parties.values()),
            "since": self.since,
            "until": self.until,
            "zone": self.zone,
            "now": self.now,
            "owners": sorted(self.owners) or None,
            "needed_by": [self.needed_by.get(clock) for clock in self.parties],
        }


@dataclass(frozen=True, slots=True)
class IndicatorCount:
    """How many items of a series that count in a month (`2026-03`) had one outcome. A clock is a series. `place` is an
    agency, or what else they are divided by. `predicted` is the sum of what was predicted for them, each from 0 to
    1."""

    series: str
    month: str
    place: str | None
    outcome: Outcome
    number: int
    predicted: float = 0.0


@dataclass(frozen=True, slots=True)
class CountedMessage:
    """The message that was counted, or whose deadline was; of several editions, the one that has the deadline."""

    message_id: UUID
    owner: str | None
    place: str | None
    outcome: Outcome
    due_at: datetime


def indicator_counts(connection: Connection, wanted: DeadlinesWanted) -> tuple[IndicatorCount, ...]:
    in_units = not UNITS.isdisjoint(wanted.parties.values())
    rows = connection.execute(_COUNTS_IN_UNITS if in_units else _COUNTS, wanted.given())
    return tuple(
        IndicatorCount(row.clock, row.month, row.place, Outcome(row.outcome), int(row.deadlines)) for row in rows
    )


def counted_messages(
    connection: Connection, wanted: DeadlinesWanted, outcomes: Collection[Outcome], limit: int
) -> tuple[CountedMessage, ...]:
    """At most `limit` messages, the earliest deadline first."""
    rows = connection.execute(_MESSAGES, {**wanted.given(), "outcomes": list(outcomes), "limit": limit})
    return tuple(CountedMessage(row.message_id, row.owner, row.place, Outcome(row.outcome), row.due_at) for row in rows)
