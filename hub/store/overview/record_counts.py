"""What messages say, counted for the indicators. A message with several editions counts once, as the latest."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from sqlalchemy import Connection, text

from hub.store.overview.indicator_counts import CountedMessage, IndicatorCount
from schemas.indicators.terms import Caused, Counted, Outcome, Party, Reconvictions, Said, Stopped

# The latest message of each matter; a message outside its matter changes nothing.
_LATEST = """
    SELECT x.message_id, x.kind, x.sender, x.day, x.counts_as, x.measures FROM message_measure x
    WHERE x.kind = :kind AND x.day >= :since AND x.day < :until
        AND (CAST(:owners AS text[]) IS NULL OR x.sender = ANY (:owners))
        AND NOT EXISTS (
            SELECT FROM message_measure later
            WHERE later.kind = x.kind AND later.sender = x.sender AND later.counts_as = x.counts_as
                AND (later.accepted_at, later.message_id) > (x.accepted_at, x.message_id)
        )
        AND NOT EXISTS (SELECT FROM message later WHERE later.supersedes = x.message_id)
        AND NOT EXISTS (SELECT FROM message_standing s WHERE s.message_id = x.message_id AND NOT s.stands)
"""
_DIVIDED = """
    CASE CAST(:party AS text) WHEN 'owner' THEN x.sender WHEN 'order' THEN x.measures ->> 'order'
    ELSE x.sender || ' / ' || (x.measures ->> CAST(:party AS text)) END AS place
"""
_COUNTS = """
    SELECT to_char(day, 'YYYY-MM') AS month, place, outcome, count(*) AS number, sum(predicted) AS predicted
    FROM counted GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_MESSAGES = """
    SELECT message_id, sender, place, outcome, CAST(day AS timestamp) AT TIME ZONE :zone AS due_at FROM counted
    WHERE outcome = ANY (:outcomes) ORDER BY day, message_id LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class RecordsWanted:
    """Messages that count on days from `since` to before `until`. `owners` limit them, if there are any. What is due
    is due on the day `today`."""

    series: Counted
    since: date
    until: date
    today: date
    party: Party | None = None
    owners: Collection[str] = ()


def record_counts(connection: Connection, wanted: RecordsWanted) -> tuple[IndicatorCount, ...]:
    sql, given = _counted(wanted)
    rows = connection.execute(text(sql + _COUNTS), given)
    return tuple(
        IndicatorCount(
            wanted.series.name, row.month, row.place, Outcome(row.outcome), int(row.number), float(row.predicted or 0)
        )
        for row in rows
    )


def record_messages(
    connection: Connection, wanted: RecordsWanted, outcomes: Collection[Outcome], zone: str, limit: int
) -> tuple[CountedMessage, ...]:
    """At most `limit` messages, by the day on which they count, the earliest first."""
    sql, given = _counted(wanted)
    rows = connection.execute(
        text(sql + _MESSAGES), {**given, "outcomes": list(outcomes), "zone": zone, "limit": limit}
    )
    return tuple(
        CountedMessage(row.message_id, row.sender, row.place, Outcome(row.outcome), row.due_at) for row in rows
    )


def _counted(wanted: RecordsWanted) -> tuple[str, Mapping[str, object]]:
    """The start of a query that names `counted`, and its parameters. All of its text is ours."""
    series = wanted.series
    given: dict[str, object] = {
        "kind": series.kind,
        "since": wanted.since,
        "until": wanted.until,
        "party": wanted.party or "",
        "owners": sorted(wanted.owners) or None,
    }
    day, months, predicted = " x.day", 0, "CAST(NULL AS double precision)"
    match series:
        case Said():
            given |= {"measure": series.measure, "absent": series.absent, "otherwise": series.otherwise}
            given |= {"words": list(series.words), "outcomes_of": [str(each) for each in series.words.values()]}
            outcome = _SAID
        case Caused():
            given |= {"answer": series.answer}
            outcome = _CAUSED
        case Stopped():
            given |= {"clocks": list(series.clocks)}
            outcome = _STOPPED
        case Reconvictions():
            given |= {"months": series.months, "convicted": series.convicted, "today": wanted.today}
            day, months = "CAST(x.day + make_interval(months => :months) AS date)", series.months
            outcome, predicted = _RECONVICTED, "CAST(x.measures ->> 'predicted' AS double precision) / 100"
        case _:
            assert_never(series)
    moved = _LATEST.replace("x.day >= :since", _MOVED_SINCE).replace("x.day < :until", _MOVED_UNTIL)
    sql = f"""
        WITH latest AS MATERIALIZED ({moved if months else _LATEST}),
        counted AS (
            SELECT x.message_id, x.sender, {day} AS day, {_DIVIDED}, {outcome} AS outcome, {predicted} AS predicted
            FROM latest x
        )
    """  # noqa: S608 - constants alone
    return sql, given


_MOVED_SINCE = "x.day >= CAST(CAST(:since AS date) - make_interval(months => :months) AS date) - 3"
_MOVED_UNTIL = (
    "x.day < CAST(:until AS date) AND x.day + make_interval(months => :months) >= CAST(:since AS date)"
    " AND x.day + make_interval(months => :months) < CAST(:until AS date)"
)
_SAID = """
    CASE WHEN x.measures ->> CAST(:measure AS text) IS NULL THEN CAST(:absent AS text) ELSE coalesce(
        (SELECT o FROM unnest(CAST(:words AS text[]), CAST(:outcomes_of AS text[])) AS known (w, o)
            WHERE w = x.measures ->> CAST(:measure AS text)),
        CAST(:otherwise AS text)
    ) END
"""
_CAUSED = """
    CASE WHEN EXISTS (
        SELECT FROM message q JOIN message c ON c.correlation = q.correlation
        WHERE q.id = x.message_id AND c.causation = q.id AND c.kind = CAST(:answer AS text)
    ) THEN 'answered' ELSE 'not_answered' END
"""
# Any edition of the message may have ended the clock.
_STOPPED = """
    CASE WHEN EXISTS (
        SELECT FROM message_measure e JOIN clock c ON c.stopped_by = e.message_id
        WHERE e.kind = x.kind AND e.sender = x.sender AND e.counts_as = x.counts_as AND c.name = ANY (:clocks)
    ) THEN 'asked' ELSE 'not_asked' END
"""
# A person has an entry for each message by which an area named them, and a link is to one of them. Entries with a
# number in common are one person; an area's own number says so only within the area.
_RECONVICTED = """
    CASE
        WHEN x.measures ->> 'predicted' IS NULL THEN 'not_predicted'
        WHEN x.day + make_interval(months => :months) >= CAST(:today AS date) THEN 'not_due_yet'
        WHEN EXISTS (
            SELECT FROM message_measure e
            JOIN supervision s ON s.message_id = e.message_id
            JOIN supervised_identifier i ON i.person_id = s.person_id
            JOIN supervised_identifier j ON j.scheme = i.scheme AND j.value = i.value
            JOIN supervised_person p ON p.id = j.person_id AND (j.scheme <> 'crn' OR p.area = s.area)
            JOIN person_link l ON l.person_id = p.id AND l.state IN ('certain', 'confirmed')
            JOIN message_measure r ON r.message_id = l.message_id AND r.kind = CAST(:convicted AS text)
            WHERE e.kind = x.kind AND e.sender = x.sender AND e.counts_as = x.counts_as
                AND CAST(r.measures ->> 'convicted_on' AS date) > x.day
                AND CAST(r.measures ->> 'convicted_on' AS date) <= x.day + make_interval(months => :months)
        ) THEN 'reconvicted' ELSE 'not_reconvicted'
    END
"""
