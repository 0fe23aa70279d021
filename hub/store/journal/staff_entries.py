"""What the journal says of the accounts of people: who had which in hand."""

from datetime import datetime

from sqlalchemy import Connection, text

# An account that is only disabled, or ends earlier, gives nobody anything.
_IN_HAND = text("""
    SELECT DISTINCT detail ->> 'account' AS account, detail ->> 'by' AS by FROM journal
    WHERE event IN ('account.added', 'account.changed', 'account.password_changed') AND at > :since
      AND detail ->> 'account' <> detail ->> 'by'
      AND (event <> 'account.changed' OR detail ? 'roles' OR detail ? 'rights' OR detail -> 'disabled_at' = 'null')
""")


def in_hand_since(connection: Connection, since: datetime) -> dict[str, frozenset[str]]:
    """Return, for each account that was made, reset, enabled or given other rights since then, by whom."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(_IN_HAND, {"since": since}):
        found.setdefault(row.account, set()).add(row.by)
    return {account: frozenset(by) for account, by in found.items()}
