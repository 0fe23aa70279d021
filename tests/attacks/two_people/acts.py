"""Everything that takes two people, as a test plays it: how it is proposed, changed meanwhile, and what shows that it
was done."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from hub.access.passwords import Passwords
from hub.access.rights import Right, StaffRole
from hub.access.second_factors.codes import STEP_SECONDS, codes_of
from hub.access.staff import Staff
from hub.approval.rules import Rules
from hub.approval.waiting import WaitsForSecondPerson
from hub.deadlines.london import LONDON
from hub.journal.actors import INSTALLATION
from hub.lifecycle import BulkAction, ClockState, LinkState, TwoPersonAct
from hub.sharing.terms.agencies import Agencies
from hub.store.access import second_factors
from hub.store.repairing.quarantine import Selection
from tests.attacks.two_people.doubted import doubtful_clock, doubtful_link
from tests.conftest import ROOT, Bench
from tests.quarantined import quarantined

PROPOSER, APPROVER, MANAGER, OWNER = "ada.first", "bob.second", "mia.manager", "olga.owner"
PASSWORD, WHY = "seven quiet otters", "their system is repaired"


@dataclass(frozen=True, slots=True)
class Played:
    """`propose` returns the id of what waits. `change` lets what it would do become something else. `done` says whether
    it was done."""

    prepare: Callable[[Bench], None]
    propose: Callable[[Bench], UUID]
    change: Callable[[Bench, UUID], None]
    done: Callable[[Bench], bool]


def staffed(bench: Bench) -> None:
    """Four people whose accounts nobody has touched for long."""
    cheap = Passwords(passes=1, kibibytes=64, lanes=1)
    staff = Staff(bench.hub.store, bench.clock, bench.hub.settings, cheap)
    everything = [StaffRole.OPERATOR, StaffRole.PROTOCOL_OFFICER, StaffRole.APPROVER]
    staff.accounts.add(MANAGER, everything, [], PASSWORD, INSTALLATION)
    for name in (PROPOSER, APPROVER, OWNER):
        staff.accounts.add(name, everything, [Right.MANAGE_PEOPLE], PASSWORD, MANAGER)
    bench.hub.staff = staff
    bench.clock.advance(Rules().apart + timedelta(minutes=1))


def code_for(bench: Bench, name: str, steps: int = 0) -> str:
    """The code that the person's device shows, so many steps from now."""
    with bench.hub.store.transaction() as connection:
        kept = second_factors.find(connection, name)
        assert kept is not None
        secret, seconds = second_factors.secret_of(connection, kept), second_factors.server_seconds(connection)
    code = codes_of(secret).generate((seconds // STEP_SECONDS + steps) * STEP_SECONDS)
    return code.decode()


def _rows(bench: Bench, query: str) -> list[object]:
    with bench.hub.store.transaction() as connection:
        return list(connection.execute(text(query)).scalars())


def _nothing(bench: Bench) -> None:
    """Nothing is to be prepared."""


def _protocol(bench: Bench) -> UUID:
    shipped = (ROOT / "schemas" / "protocols" / "court-lists.toml").read_text(encoding="utf-8")
    version = int(re.findall(r"version = (\d+)", shipped)[0])
    starts = bench.clock.now().astimezone(LONDON).date() + timedelta(days=5)
    new = shipped[: shipped.index("[[message]]")].replace(f"version = {version}", f"version = {version + 1}")
    new = re.sub(r"starts = .*", f"starts = {starts}", new)
    new = re.sub(r"review = .*", f"review = {starts + timedelta(days=30)}", new)
    return bench.hub.protocols.propose("new.toml", new, PROPOSER).id


def _bulk(bench: Bench) -> UUID:
    return UUID(bench.hub.bulk.plan(BulkAction.RELEASE, Selection(), PROPOSER, WHY)["id"])


def _discard(bench: Bench) -> UUID:
    first, *_ = bench.hub.quarantine.listed()
    waits = bench.hub.quarantine.discard(first["id"], PROPOSER, WHY)
    assert waits is not None
    return waits.id


def _in_quarantine_with_no_limit_alone(bench: Bench) -> None:
    quarantined(bench, 2)
    bench.agree(alone_up_to=0)


def _settle_one(bench: Bench, _: UUID) -> None:
    """The partner's answer was another one, so the cause is another one. As if it came back for another cause."""
    with bench.hub.store.transaction() as connection:
        connection.execute(text("UPDATE delivery SET why_code = 'partner.refused' WHERE state = 'quarantined'"))


def _with_second_factor(bench: Bench) -> None:
    bench.hub.staff.second_factors.begin(OWNER)
    bench.hub.staff.second_factors.confirm(OWNER, code_for(bench, OWNER))


def _enrol_again(bench: Bench, _: UUID) -> None:
    with bench.hub.store.transaction() as connection:
        second_factors.forget(connection, OWNER)
    bench.clock.advance(timedelta(seconds=1))
    _with_second_factor(bench)


def _other_rules(bench: Bench, proposal: UUID) -> None:
    """The rules of the installation became others: what was proposed beside them would change something else."""
    with bench.hub.store.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO installation_rules (number, rules, since)"
                " SELECT number + 1, rules || '{\"refused_retention_days\": 30}', now()"
                " FROM installation_rules ORDER BY number DESC LIMIT 1"
            )
        )


def _fewer_agencies(bench: Bench, _: UUID) -> None:
    """The registry of agencies is another one, so the same words may reach others. The database lets nobody change the
    text of a version."""
    live = bench.hub.protocols.live
    assert live._known is not None
    count, written, registry = live._known
    _, *others = registry.agencies.by_id.values()
    live._known = count, written, replace(registry, agencies=Agencies.of(others))


def _waits(act: Callable[[], object]) -> UUID:
    """The proposal that an act makes instead of being done."""
    try:
        act()
    except WaitsForSecondPerson as waits:
        return waits.proposal.id
    raise AssertionError("one person did it alone")


def _one(bench: Bench, query: str) -> UUID:
    [found] = _rows(bench, query)
    assert isinstance(found, UUID)
    return found


def _with_doubtful_link(bench: Bench) -> None:
    doubtful_link(bench)
    bench.agree(alone_up_to=0)


def _reject_link(bench: Bench) -> UUID:
    link = _one(bench, "SELECT id FROM person_link WHERE state = 'doubtful'")
    return _waits(lambda: bench.hub.linking.decide(link, same=False, by=PROPOSER))


def _other_link(bench: Bench, _: UUID) -> None:
    with bench.hub.store.transaction() as connection:
        connection.execute(text("UPDATE person_link SET found_by = 'linkage and something else'"))


def _with_doubtful_clock(bench: Bench) -> None:
    doubtful_clock(bench)
    bench.agree(alone_up_to=0)


def _void_clock(bench: Bench) -> UUID:
    clock = _one(bench, "SELECT id FROM clock WHERE state = 'doubtful'")
    return _waits(lambda: bench.hub.doubtful_clocks.decide(clock, runs=False, by=PROPOSER, because=WHY))


def _other_clock(bench: Bench, _: UUID) -> None:
    with bench.hub.store.transaction() as connection:
        connection.execute(text("UPDATE clock SET due_at = due_at + interval '1 day'"))


def _reset_password(bench: Bench) -> UUID:
    accounts = bench.hub.staff.accounts
    return _waits(lambda: accounts.set_password(OWNER, "four slow badgers", PROPOSER))


def _may_reset_password(bench: Bench) -> bool:
    """Whether the person who proposed it can do it now. It works once."""
    if _rows(bench, "SELECT 1 FROM proposal WHERE act = 'password_reset' AND state = 'open'"):
        return False
    if not _rows(bench, "SELECT 1 FROM proposal WHERE act = 'password_reset' AND state = 'approved'"):
        return False
    bench.hub.staff.accounts.set_password(OWNER, "four slow badgers", PROPOSER)
    return True


def _other_rights(bench: Bench, _: UUID) -> None:
    bench.hub.staff.accounts.set_roles(OWNER, [StaffRole.OPERATOR], [], MANAGER)


def _restored(bench: Bench) -> None:
    bench.agree(two_for_recovery=True)
    with bench.hub.store.transaction() as connection:
        bench.hub.standstill.begin(connection, bench.clock.now().isoformat())


def _end_standstill(bench: Bench) -> UUID:
    seen = bench.hub.after_restore.show()["seen"]
    return _waits(lambda: bench.hub.after_restore.end(seen, PROPOSER, WHY))


def _other_partners(bench: Bench, _: UUID) -> None:
    bench.hub.partners.pause("court-b10jq", OWNER, WHY)


ACTS: Mapping[TwoPersonAct, Played] = {
    TwoPersonAct.PROTOCOL: Played(
        _nothing,
        _protocol,
        _fewer_agencies,
        lambda b: bool(_rows(b, "SELECT 1 FROM protocol_version WHERE state = 'approved'")),
    ),
    TwoPersonAct.BULK: Played(
        _in_quarantine_with_no_limit_alone,
        _bulk,
        _settle_one,
        lambda b: bool(_rows(b, "SELECT 1 FROM quarantine_bulk WHERE state = 'running'")),
    ),
    TwoPersonAct.DISCARD: Played(
        _in_quarantine_with_no_limit_alone,
        _discard,
        _settle_one,
        lambda b: bool(_rows(b, "SELECT 1 FROM delivery WHERE state = 'discarded'")),
    ),
    TwoPersonAct.RULES: Played(
        _nothing,
        lambda b: b.hub.rules.propose({"alone_up_to": "7"}, PROPOSER).id,
        _other_rules,
        lambda b: b.hub.rules.history()[-1].rules["alone_up_to"] == 7,
    ),
    TwoPersonAct.SECOND_FACTOR_RESET: Played(
        _with_second_factor,
        lambda b: b.hub.staff.second_factors.propose_reset(OWNER, PROPOSER).id,
        _enrol_again,
        lambda b: OWNER not in b.hub.staff.second_factors.listed(),
    ),
    TwoPersonAct.LINK_REJECTED: Played(
        _with_doubtful_link,
        _reject_link,
        _other_link,
        lambda b: bool(b.hub.linking.listed(LinkState.REJECTED)),
    ),
    TwoPersonAct.CLOCK_VOIDED: Played(
        _with_doubtful_clock,
        _void_clock,
        _other_clock,
        lambda b: ClockState.VOID in {each["state"] for each in b.hub.deadlines.listed(stopped_too=True)},
    ),
    TwoPersonAct.PASSWORD_RESET: Played(
        lambda b: b.agree(two_for_recovery=True),
        _reset_password,
        _other_rights,
        _may_reset_password,
    ),
    TwoPersonAct.STANDSTILL_ENDED: Played(
        _restored,
        _end_standstill,
        _other_partners,
        lambda b: b.hub.standstill.since() is None,
    ),
}
