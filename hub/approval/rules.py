"""The rules of the installation: what one person may do alone, how people log in, and how long content is kept.

Two people change them, like a protocol. They are in the database, so nobody sets them for the command that they type.
"""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from hub.clock import Clock
from hub.journal.record.installation import record_rules_adopted
from hub.store.approval import rules
from hub.store.approval.rules import KeptRules
from hub.store.database.engine import Store, Transaction
from hub.unproved import StateUnproved

_TABLE = "installation_rules"


class Rules(BaseModel):
    """All rules with their first values."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    alone_up_to: int = Field(
        default=20,
        ge=0,
        le=10_000,
        description="So many deliveries one person releases or discards at once, and so many items gives up an hour.",
    )
    apart_days: int = Field(
        default=7,
        ge=1,
        le=90,
        description="For so long, whoever made or reset an account or gave it rights is no second person.",
    )
    approval_hours: int = Field(
        default=72, ge=1, le=720, description="After so many hours nobody can approve a proposal any longer."
    )
    second_factor: bool = Field(
        default=False,
        description="Whether rights that approve, read content or manage people need a login with a second factor.",
    )
    two_for_recovery: bool = Field(
        default=False,
        description="Whether two people reset a password and end the standstill after a restore.",
    )
    retention_days_default: int = Field(
        default=365,
        ge=1,
        le=36_500,
        description="How long the content of messages is kept that no protocol permitted to anybody.",
    )
    refused_retention_days: int = Field(default=90, ge=1, le=36_500, description="How long refused documents are kept.")

    session_seconds: int = Field(default=8 * 3600, ge=60, le=86_400, description="After so long a session ends.")
    session_idle_seconds: int = Field(
        default=1800, ge=60, le=86_400, description="After so long without use a session ends."
    )
    account_days: int = Field(
        default=365, ge=1, le=3_650, description="How long a new account is valid, unless its maker says otherwise."
    )
    login_failures_max: int = Field(
        default=5,
        ge=1,
        le=1_000,
        description="After so many wrong passwords or codes for one name, each further try waits, longer each time.",
    )
    login_failures_per_address_max: int = Field(
        default=50, ge=1, le=100_000, description="The same for one network address."
    )
    login_pause_first_seconds: int = Field(
        default=30,
        ge=1,
        le=3_600,
        description="How long the first further try has to wait. The pause doubles with each failure.",
    )
    login_pause_longest_seconds: int = Field(default=900, ge=1, le=86_400, description="The longest pause.")

    @property
    def apart(self) -> timedelta:
        return timedelta(days=self.apart_days)


class RulesInForce:
    """Asks the database each time, so that a change counts at once in every process."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def current(self, connection: Transaction) -> Rules:
        """Raises StateUnproved if somebody changed the rules, or took them out, past the exchange."""
        return Rules.model_validate(self.kept(connection).rules)

    def or_first(self, connection: Transaction) -> Rules:
        """The rules, or the first values if they were changed past the exchange. So people can still log in, and find
        out who did it."""
        try:
            return self.current(connection)
        except StateUnproved:
            return Rules()

    def read(self) -> Rules:
        """The same, in a transaction of its own."""
        with self._store.transaction() as connection:
            return self.current(connection)

    def kept(self, connection: Transaction) -> KeptRules:
        """The newest rules that the journal knows. A row that somebody put in decides nothing. Raises StateUnproved."""
        number = self._newest(connection)
        if number is None:
            return self._adopt()
        found = rules.numbered(connection, number)
        if found is None or not self._store.proved(connection, _TABLE, str(number)):
            raise StateUnproved(
                f"the rules of the installation were changed past the exchange: {_TABLE} {number}",
                "find out who may write to the database, and put the row back: hub journal verify",
            )
        return found

    def _newest(self, connection: Transaction) -> int | None:
        known = self._store.known(connection, _TABLE)
        numbers = [each.number for each in rules.listed(connection)] if known is None else map(int, known)
        return max(numbers, default=None)

    def _adopt(self) -> KeptRules:
        """In a transaction of its own, which another one of this process sees at once. The caller must not hold the
        lock of the rules."""
        now, first = self._clock.now(), Rules().model_dump()
        with self._store.transaction() as connection:
            rules.one_change_at_a_time(connection)
            if (number := self._newest(connection)) is not None and (found := rules.numbered(connection, number)):
                return found  # another process was first
            adopted = KeptRules(1, first, now, None)
            rules.add(connection, adopted)
            record_rules_adopted(connection, now, rules=first)
        return adopted


def explained() -> dict[str, str]:
    """What each rule says."""
    return {name: field.description or "" for name, field in Rules.model_fields.items()}
