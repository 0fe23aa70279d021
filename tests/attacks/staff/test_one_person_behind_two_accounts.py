"""One person who has two accounts in hand is one person: what needs two people is refused to them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from hub.access.passwords import Passwords
from hub.access.rights import Right, StaffRole
from hub.access.staff import Staff
from hub.approval.rules import Rules
from hub.approval.two_persons import may_be_one_person
from hub.journal.actors import INSTALLATION
from tests.attacks.two_people.acts import code_for
from tests.conftest import Bench

FIRST, OTHER = "seven quiet otters", "seven quiet badgers"
APART_FOR = Rules().apart
MANAGER, OFFICER, APPROVER = "ada.first", "carol.third", "bob.second"


@pytest.fixture
def staffed(bench: Bench) -> Iterator[Staff]:
    """Somebody who manages people, and two others whose accounts nobody has touched for long."""
    staff = Staff(bench.hub.store, bench.clock, bench.hub.settings, Passwords(passes=1, kibibytes=64, lanes=1))
    staff.accounts.add(MANAGER, [StaffRole.PROTOCOL_OFFICER], [], FIRST, INSTALLATION)
    for name, role in ((OFFICER, StaffRole.PROTOCOL_OFFICER), (APPROVER, StaffRole.APPROVER)):
        staff.accounts.add(name, [role], [], FIRST, MANAGER)
    bench.clock.advance(APART_FOR + timedelta(minutes=1))
    yield staff


def _one(bench: Bench, one: str, other: str) -> bool:
    with bench.hub.store.transaction() as connection:
        assert may_be_one_person(connection, one, other, bench.clock.now(), APART_FOR) is may_be_one_person(
            connection, other, one, bench.clock.now(), APART_FOR
        ), "whoever proposes and whoever approves"
        return may_be_one_person(connection, one, other, bench.clock.now(), APART_FOR)


def test_accounts_that_nobody_has_touched_lately_are_two_people(bench: Bench, staffed: Staff) -> None:
    assert not _one(bench, MANAGER, APPROVER)
    assert not _one(bench, OFFICER, APPROVER)


@pytest.mark.parametrize("how", ["made", "reset", "given a role", "enabled"])
def test_whoever_had_an_account_in_hand_is_no_second_person_beside_it(bench: Bench, staffed: Staff, how: str) -> None:
    name = APPROVER
    if how == "made":
        name = staffed.accounts.add("dave.fourth", [StaffRole.APPROVER], [], FIRST, MANAGER)
    elif how == "reset":
        staffed.accounts.set_password(APPROVER, OTHER, MANAGER)
        staffed.accounts.change_own_password(APPROVER, OTHER, "mine is new now 33")
    elif how == "given a role":
        staffed.accounts.set_roles(APPROVER, [StaffRole.APPROVER], [], MANAGER)
    else:
        staffed.accounts.enable(APPROVER, MANAGER)
    assert _one(bench, MANAGER, name)
    assert not _one(bench, OFFICER, name), "others are not concerned"
    bench.clock.advance(APART_FOR + timedelta(minutes=1))
    assert not _one(bench, MANAGER, name)


def test_neither_through_an_account_between_nor_through_two_that_one_person_made(bench: Bench, staffed: Staff) -> None:
    between = staffed.accounts.add("eve.fifth", [], [Right.MANAGE_PEOPLE], FIRST, MANAGER)
    last = staffed.accounts.add("finn.sixth", [StaffRole.APPROVER], [], FIRST, between)
    assert _one(bench, MANAGER, last)
    both = [staffed.accounts.add(f"{name}.seventh", [], [], FIRST, MANAGER) for name in ("gil", "hal")]
    assert _one(bench, *both)


def test_disabling_an_account_puts_it_in_nobodys_hands(bench: Bench, staffed: Staff) -> None:
    staffed.accounts.disable(APPROVER, MANAGER)
    assert not _one(bench, MANAGER, APPROVER)


def _sets_up_a_second_factor(bench: Bench, staff: Staff, name: str) -> None:
    staff.second_factors.begin(name)
    staff.second_factors.confirm(name, code_for(bench, name))


def test_a_second_factor_that_one_person_set_up_behind_a_reset_keeps_the_account_in_their_hands(
    bench: Bench, staffed: Staff
) -> None:
    staffed.accounts.set_password(APPROVER, OTHER, MANAGER)
    staffed.accounts.change_own_password(APPROVER, OTHER, "mine is new now 33")
    _sets_up_a_second_factor(bench, staffed, APPROVER)
    bench.clock.advance(APART_FOR + timedelta(minutes=1))
    assert _one(bench, MANAGER, APPROVER), "the device is still theirs"
    assert not _one(bench, OFFICER, APPROVER)
    others = [staffed.accounts.add(f"{name}.eighth", [], [Right.MANAGE_PEOPLE], FIRST, MANAGER) for name in "ij"]
    bench.clock.advance(APART_FOR + timedelta(minutes=1))
    proposal = staffed.second_factors.propose_reset(APPROVER, others[0])
    staffed.second_factors.approve_reset(proposal.id, others[1], bench.seen(proposal.id))
    bench.clock.advance(APART_FOR + timedelta(minutes=1))
    _sets_up_a_second_factor(bench, staffed, APPROVER)
    assert not _one(bench, MANAGER, APPROVER)


def test_a_second_factor_that_is_set_up_long_after_a_reset_is_its_persons_own(bench: Bench, staffed: Staff) -> None:
    staffed.accounts.set_password(APPROVER, OTHER, MANAGER)
    bench.clock.advance(APART_FOR + timedelta(minutes=1))
    _sets_up_a_second_factor(bench, staffed, APPROVER)
    assert not _one(bench, MANAGER, APPROVER)
