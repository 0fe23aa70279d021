"""What the journal says of people: who had which account in hand, and how much a person has given up."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

# An account that is only disabled, or ends earlier, gives nobody anything.
_IN_HAND = text("""
    SELECT DISTINCT detail ->> 'account' AS account, hand AS by FROM journal
    CROSS JOIN LATERAL unnest(ARRAY[detail ->> 'by', detail ->> 'approved_by']) AS hand
    WHERE event IN ('account.added', 'account.changed', 'account.password_changed', 'account.second_factor_reset')
      AND at > :since AND hand IS NOT NULL AND detail ->> 'account' <> hand
      AND (event <> 'account.changed' OR detail ? 'roles' OR detail ? 'rights' OR detail -> 'disabled_at' = 'null')
""")
# Whoever set a password alone may have set up the second factor, and then has it for as long as it counts.
_FACTOR_IN_HAND = text("""
    SELECT DISTINCT added.detail ->> 'account' AS account, reset.detail ->> 'by' AS by FROM journal added
    JOIN journal reset ON reset.event = 'account.password_changed' AND reset.position < added.position
        AND reset.detail ->> 'account' = added.detail ->> 'account' AND reset.at > added.at - CAST(:apart AS interval)
        AND reset.detail ->> 'by' <> reset.detail ->> 'account' AND NOT reset.detail ? 'approved_by'
    WHERE added.event = 'account.second_factor_added' AND NOT EXISTS (
        SELECT FROM journal later WHERE later.event = 'account.second_factor_reset'
            AND later.position > added.position AND later.detail ->> 'account' = added.detail ->> 'account')
""")
# What a second person approved was not given up alone. Of a plan that was approved alone, all counts from then on.
_GIVEN_UP = text("""
    SELECT coalesce(sum(CASE event WHEN 'bulk.approved' THEN (detail ->> 'count')::int ELSE 1 END), 0) FROM journal
    WHERE event IN ('quarantine.discarded', 'bulk.approved', 'person.link_rejected', 'clock.decided')
      AND coalesce(detail ->> 'by', detail ->> 'decided_by') = :by AND at > :since
      AND CASE event WHEN 'bulk.approved' THEN detail ->> 'alone' = 'discard'
          WHEN 'clock.decided' THEN detail ->> 'alone' = 'true'
          ELSE NOT detail ? 'bulk' AND NOT detail ? 'approved_by' END
""")
_PASSWORD_SET = text("""
    SELECT EXISTS (SELECT FROM journal
        WHERE event = 'account.password_changed' AND detail ->> 'account' = :account AND at >= :since)
""")


def in_hand(connection: Connection, now: datetime, apart: timedelta) -> dict[str, frozenset[str]]:
    """Return, for each account that was made, reset, enabled or given other rights within that time, by whom. And for
    each whose second factor was set up within that time after somebody else alone had set the password: it stays in
    the hands of that person until two people reset the second factor."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(_IN_HAND, {"since": now - apart}):
        found.setdefault(row.account, set()).add(row.by)
    for row in connection.execute(_FACTOR_IN_HAND, {"apart": apart}):
        found.setdefault(row.account, set()).add(row.by)
    return {account: frozenset(by) for account, by in found.items()}


def given_up_alone(connection: Connection, by: str, since: datetime) -> int:
    """Return how many items this person has given up since then without a second person."""
    return int(connection.execute(_GIVEN_UP, {"by": by, "since": since}).scalar_one())


def password_was_set(connection: Connection, account: str, since: datetime) -> bool:
    """Return whether anybody has set the password of this account since then."""
    return bool(connection.execute(_PASSWORD_SET, {"account": account, "since": since}).scalar_one())
