"""Attacks on accounts: guessing, also in parallel, finding out who has an account, and what a token gives access to."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from hub.access.passwords import Passwords
from hub.access.rights import Right, StaffRole
from hub.access.staff import Staff
from hub.errors import (
    AccountRefused,
    AssertionRefused,
    Failure,
    LoginRefused,
    NotLoggedIn,
    PasswordRefused,
    PasswordToChange,
    RightMissing,
    TooManyTries,
)
from hub.journal.actors import INSTALLATION
from tests.conftest import Bench
from tests.effort import tries

PASSWORD, WRONG = "seven quiet otters", "seven quiet badgers"


@pytest.fixture
def staffed(bench: Bench) -> Iterator[Bench]:
    """A hub with one account, `first-person`, made by the installation. Checking its password is cheap."""
    cheap = Passwords(passes=1, kibibytes=64, lanes=1)
    bench.hub.staff = Staff(bench.hub.store, bench.clock, bench.hub.settings, cheap)
    bench.hub.staff.accounts.add("first-person", [StaffRole.OPERATOR], [], PASSWORD, INSTALLATION)
    yield bench


def _tried(bench: Bench, name: str, password: str = WRONG, address: str | None = None) -> type[Failure] | None:
    try:
        bench.hub.staff.sessions.open(name, password, address)
    except Failure as failure:
        return type(failure)
    return None


def _events(bench: Bench, event: str) -> list[dict[str, object]]:
    with bench.hub.store.transaction() as connection:
        rows = connection.execute(text("SELECT detail FROM journal WHERE event = :event"), {"event": event})
        return [row.detail for row in rows]


def test_after_some_wrong_passwords_even_the_right_one_waits_and_each_pause_is_longer(staffed: Bench) -> None:
    assert [_tried(staffed, "first-person") for _ in range(5)] == [LoginRefused] * 5
    assert _tried(staffed, "first-person", PASSWORD) is TooManyTries
    staffed.clock.advance(timedelta(seconds=31))
    assert _tried(staffed, "first-person") is LoginRefused
    staffed.clock.advance(timedelta(seconds=31))
    assert _tried(staffed, "first-person", PASSWORD) is TooManyTries, "the second pause is twice as long"
    staffed.clock.advance(timedelta(seconds=31))
    assert _tried(staffed, "first-person", PASSWORD) is None
    assert _tried(staffed, "first-person") is LoginRefused, "after the right password counting begins anew"
    assert _events(staffed, "login.blocked")[0] == {"account": "first-person", "by": ["name"]}


def test_being_blocked_does_not_tell_whether_there_is_an_account(staffed: Bench) -> None:
    known = [_tried(staffed, "first-person") for _ in range(8)]
    assert [_tried(staffed, "nobody-at-all") for _ in range(8)] == known
    assert [_tried(staffed, "not a name' OR 1=1 --") for _ in range(8)] == known


def test_guesses_at_the_same_moment_are_counted_one_by_one(staffed: Bench) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: _tried(staffed, "first-person"), range(24)))
    assert answers.count(LoginRefused) == 5
    assert answers.count(TooManyTries) == 19


def test_an_address_that_tries_many_names_is_blocked_and_others_are_not(staffed: Bench) -> None:
    for number in range(50):
        assert _tried(staffed, f"name-{number}", address="192.0.2.1") is LoginRefused
    assert _tried(staffed, "first-person", PASSWORD, "192.0.2.1") is TooManyTries
    assert _tried(staffed, "first-person", PASSWORD, "192.0.2.2") is None


def test_an_account_of_ones_own_does_not_open_an_address_for_guessing(staffed: Bench) -> None:
    for number in range(60):
        answer = _tried(staffed, "first-person", PASSWORD, "192.0.2.3") or _tried(
            staffed, f"name-{number}", address="192.0.2.3"
        )
        if answer is TooManyTries:
            return
    pytest.fail("the address was never held up")


def test_neither_names_nor_addresses_of_tries_are_kept_readable(staffed: Bench) -> None:
    _tried(staffed, "typed my password here", address="192.0.2.9")
    with staffed.hub.store.transaction() as connection:
        kept = str(connection.execute(text("SELECT * FROM login_attempt")).all())
    assert "typed" not in kept and "192.0.2.9" not in kept


def test_an_unknown_name_takes_the_same_work_as_a_known_one(staffed: Bench) -> None:
    """CPU time of the process is measured, so that other programs on the machine do not count."""
    staffed.agree(login_failures_max=1000, login_failures_per_address_max=1000)
    staff = Staff(staffed.hub.store, staffed.clock, staffed.hub.settings)  # with the real parameters
    kept = Passwords().hashed(PASSWORD, "first-person")
    with staffed.hub.store.transaction() as connection:
        connection.execute(text("UPDATE account SET password_hash = :kept"), {"kept": kept})
    taken: dict[str, list[float]] = {"first-person": [], "nobody-at-all": [], "not a name": []}
    for _ in range(tries(9, 25)):
        for name, times in taken.items():
            began = time.process_time()
            with pytest.raises(LoginRefused):
                staff.sessions.open(name, WRONG)
            times.append(time.process_time() - began)
    known, *unknown = (statistics.median(times) for times in taken.values())
    for other in unknown:
        assert 0.7 < other / known < 1.4, taken


def test_no_password_fits_where_there_is_no_account() -> None:
    cheap = Passwords(passes=1, kibibytes=64, lanes=1)
    assert not cheap.matches("", None)
    assert not cheap.matches(PASSWORD, None)
    assert not cheap.matches(PASSWORD, "")
    assert not cheap.matches(PASSWORD, "$argon2id$broken")


def test_a_password_kept_under_older_parameters_is_hashed_again_at_the_next_login(staffed: Bench) -> None:
    staffed.hub.staff = Staff(staffed.hub.store, staffed.clock, staffed.hub.settings)
    [row] = staffed.hub.staff.accounts.listed()
    assert row.password_hash.startswith("$argon2id$v=19$m=64,")
    assert _tried(staffed, "first-person", PASSWORD) is None
    [row] = staffed.hub.staff.accounts.listed()
    assert row.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert _tried(staffed, "first-person", PASSWORD) is None


@pytest.mark.parametrize("password", ["short", "x" * 257, "aaaaaaaaaaaaaa", "my Second-Person password"])
def test_weak_passwords_are_refused_and_not_repeated(staffed: Bench, password: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        staffed.hub.staff.accounts.add("second-person", [], [], password, "first-person")
    assert password not in str(refused.value) + refused.value.cure


def test_the_same_password_from_another_keyboard_is_the_same() -> None:
    passwords = Passwords(passes=1, kibibytes=64, lanes=1)
    assert passwords.matches("Cafe\u0301 au lait ﬁne", passwords.hashed("Café au lait fine", "somebody"))


def test_a_session_ends_by_its_age_by_idleness_by_logout_and_with_its_account(staffed: Bench) -> None:
    staff = staffed.hub.staff
    staff.accounts.add("manager-two", [], [Right.MANAGE_PEOPLE], PASSWORD, "first-person")

    def ended(token: str) -> bool:
        try:
            staff.sessions.person(token)
        except NotLoggedIn:
            return True
        return False

    def opened() -> str:
        return staff.sessions.open("first-person", PASSWORD).token

    idle = opened()
    staffed.clock.advance(timedelta(minutes=31))
    assert ended(idle)
    old = opened()
    for _ in range(16):
        assert not ended(old)
        staffed.clock.advance(timedelta(minutes=29.9))
    staffed.clock.advance(timedelta(minutes=2))
    assert ended(old), "eight hours are over, however busy"
    left, other = opened(), opened()
    staff.sessions.end(left)
    assert ended(left) and not ended(other)
    with pytest.raises(NotLoggedIn):
        staff.sessions.end(left)
    staff.accounts.disable("first-person", "manager-two")
    assert ended(other)
    staff.accounts.enable("first-person", "manager-two")
    assert ended(other), "enabled again, the sessions of before stay ended"
    another = opened()
    staff.accounts.change_own_password("first-person", PASSWORD, "eight quiet otters")
    assert ended(another)
    last = staff.sessions.open("first-person", "eight quiet otters").token
    staff.accounts.expire("first-person", staffed.clock.now(), "manager-two")
    assert ended(last)
    assert _tried(staffed, "first-person", "eight quiet otters") is LoginRefused


@pytest.mark.parametrize("token", ["", " ", "x", "e30.e30.e30", "\x00", "é" * 99, "x" * 100_000])
def test_rubbish_is_no_session_and_no_assertion(staffed: Bench, token: str) -> None:
    with pytest.raises(NotLoggedIn):
        staffed.hub.staff.sessions.person(token)


def test_a_token_of_a_person_is_no_assertion_and_an_assertion_is_no_session(staffed: Bench) -> None:
    token = staffed.hub.staff.sessions.open("first-person", PASSWORD).token
    with pytest.raises(AssertionRefused):
        staffed.hub.access.caller(token)
    assertion = staffed.hub.access.issue_key("prison-durham").authorization(staffed.clock.now())
    with pytest.raises(NotLoggedIn):
        staffed.hub.staff.sessions.person(assertion.removeprefix("Bearer "))


def test_every_login_has_a_token_of_its_own_and_none_is_kept(staffed: Bench) -> None:
    first, second = (staffed.hub.staff.sessions.open("First-Person ", PASSWORD) for _ in range(2))
    assert first.token != second.token and len(first.token) >= 43
    assert first.token not in repr(first)
    with staffed.hub.store.transaction() as connection:
        kept = str(connection.execute(text("SELECT token_hash FROM staff_session")).all())
        written = str(connection.execute(text("SELECT detail FROM journal")).all())
    assert first.token not in kept + written
    assert PASSWORD not in written


def test_with_a_password_from_somebody_else_only_its_change_is_allowed(staffed: Bench) -> None:
    staff = staffed.hub.staff
    staff.accounts.add("second-person", [StaffRole.OPERATOR], [], PASSWORD, "first-person")
    token = staff.sessions.open("second-person", PASSWORD).token
    with pytest.raises(PasswordToChange):
        staff.acting(token, Right.READ_STORIES)
    with pytest.raises(AccountRefused):
        staff.accounts.change_own_password("second-person", PASSWORD, PASSWORD)
    staff.accounts.change_own_password("second-person", PASSWORD, "nine quiet otters")
    assert staff.acting(staff.sessions.open("second-person", "nine quiet otters").token, Right.READ_STORIES)


def test_removed_roles_stop_working_at_once_and_the_attempt_is_in_the_journal(staffed: Bench) -> None:
    staff = staffed.hub.staff
    staff.accounts.add("manager-two", [], [Right.MANAGE_PEOPLE], PASSWORD, "first-person")
    token = staff.sessions.open("first-person", PASSWORD).token
    assert staff.acting(token, Right.HAND_IN) == "first-person"
    staff.accounts.set_roles("first-person", [StaffRole.VIEWER], [], "manager-two")
    with pytest.raises(RightMissing):
        staff.acting(token, Right.HAND_IN)
    assert _events(staffed, "access.denied") == [{"person": "first-person", "right": "hand_in"}]


def test_nobody_gives_themselves_more_and_no_right_of_a_role_is_granted_individually(staffed: Bench) -> None:
    accounts = staffed.hub.staff.accounts
    with pytest.raises(AccountRefused):
        accounts.set_roles("first-person", list(StaffRole), [Right.READ_BODY], "first-person")
    with pytest.raises(AccountRefused):
        accounts.add("second-person", [], [Right.APPROVE_PROTOCOLS], PASSWORD, "first-person")


def test_of_two_who_make_the_first_account_at_once_one_does(bench: Bench) -> None:
    def make(name: str) -> bool:
        try:
            bench.hub.staff.accounts.add(name, [], [], PASSWORD, INSTALLATION)
        except AccountRefused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(make, ["person-one", "person-two", "person-three", "person-four"])) == 1


def test_the_installation_makes_an_account_again_only_where_nobody_can(staffed: Bench) -> None:
    staff = staffed.hub.staff
    with pytest.raises(NotLoggedIn):
        staff.acting(None, Right.MANAGE_PEOPLE)
    for name in ("installation", "hub", "unverified:me", "ab", "Ünï", "a b c"):
        with pytest.raises(AccountRefused):
            staff.accounts.add(name, [], [], PASSWORD, "first-person")
    staffed.clock.advance(timedelta(days=366))
    assert staff.acting(None, Right.MANAGE_PEOPLE) == INSTALLATION, "the only one who could has expired"
    with pytest.raises(NotLoggedIn):
        staff.acting(None, Right.HAND_IN, by="first-person")
