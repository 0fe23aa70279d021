"""Changes the rules of the installation. One person proposes, and another approves what they were shown."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import ValidationError

from hub.approval.proposals import Proposals
from hub.approval.rules import Rules, RulesInForce
from hub.clock import Clock
from hub.errors import CodedFailure
from hub.journal.record.installation import record_rules_changed
from hub.lifecycle import TwoPersonAct
from hub.store.access import second_factors
from hub.store.approval import proposals, rules
from hub.store.approval.proposals import KeptProposal
from hub.store.approval.rules import KeptRules
from hub.store.database.engine import Store, Transaction
from schemas.json import Json, JsonObject
from schemas.nearest import did_you_mean

_ABOUT = "installation"


class RulesRefused(CodedFailure):
    """The rules cannot be changed so."""

    status = 422


class RuleChanges:
    def __init__(self, store: Store, clock: Clock, in_force: RulesInForce, waiting: Proposals) -> None:
        self._store = store
        self._clock = clock
        self._in_force = in_force
        self._proposals = waiting

    def history(self) -> tuple[KeptRules, ...]:
        """Every set of rules that was in force, the oldest first. Raises StateUnproved."""
        with self._store.transaction() as connection:
            newest = self._in_force.kept(connection)
            return tuple(each for each in rules.listed(connection) if each.number <= newest.number)

    def propose(self, changes: Mapping[str, str], by: str) -> KeptProposal:
        """`changes` are new values by the names of rules. Raises RulesRefused."""
        self._in_force.read()  # before the lock, which adopting the first rules takes too
        with self._store.transaction() as connection:
            rules.one_change_at_a_time(connection)
            if proposals.open_about(connection, TwoPersonAct.RULES):
                raise RulesRefused(
                    "rules.proposal_waits",
                    "other rules were proposed before and wait for a decision",
                    "decide about them first: hub approvals list",
                )
            kept = self._in_force.kept(connection)
            wanted = _changed(kept.rules, changes)
            return self._proposals.propose(connection, TwoPersonAct.RULES, _ABOUT, _content(kept, wanted), by)

    def content(self, connection: Transaction, proposal: KeptProposal) -> JsonObject:
        """What the proposal would do now."""
        return _content(self._in_force.kept(connection), Rules.model_validate(proposal.content["rules"]))

    def approve(self, id: UUID, by: str, seen: str | None) -> KeptRules:
        """The rules are in force at once. Raises ApprovalRefused."""
        with self._store.transaction() as connection:
            rules.one_change_at_a_time(connection)
            proposal = self._proposals.open(connection, TwoPersonAct.RULES, id)
            content = self.content(connection, proposal)
            if content["rules"]["second_factor"] and "second_factor" in content["changes"]:
                self._refuse_without_second_factor(connection, {by, proposal.proposed_by})
            self._proposals.approve(connection, TwoPersonAct.RULES, id, by, seen, content)
            now = self._clock.now()
            new = KeptRules(content["number"], content["rules"], now, id)
            rules.add(connection, new)
            record_rules_changed(connection, now, number=new.number, rules=new.rules, proposal=id)
        return new

    def _refuse_without_second_factor(self, connection: Transaction, people: set[str]) -> None:
        """Otherwise nobody could approve anything any more, not even to change it back. Raises RulesRefused."""
        if missing := people - second_factors.confirmed(connection):
            raise RulesRefused(
                "rules.second_factor_missing",
                f"no second factor is set up for {', '.join(sorted(missing))}",
                "both set one up first: hub people second-factor",
            )


def _changed(before: Mapping[str, Json], changes: Mapping[str, str]) -> Rules:
    """Raises RulesRefused."""
    for name in changes:
        if name not in Rules.model_fields:
            raise RulesRefused(
                "rules.unknown",
                f"there is no rule {name}",
                did_you_mean(name, Rules.model_fields) or "see them: hub rules show",
            )
    try:
        wanted = Rules.model_validate({**before, **changes})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise RulesRefused(
            "rules.wrong_value", f"{first['loc'][0]} cannot be so: {first['msg']}", "give another value"
        ) from None
    if wanted == Rules.model_validate(before):
        raise RulesRefused("rules.unchanged", "these rules are in force already", "see them: hub rules show")
    return wanted


def _content(before: KeptRules, wanted: Rules) -> JsonObject:
    new: JsonObject = wanted.model_dump()
    changed = {name: [before.rules.get(name), value] for name, value in new.items() if before.rules.get(name) != value}
    return {"number": before.number + 1, "rules": new, "changes": changed}
