"""A second factor: set up by its person, verified once before it counts, used once a code, and reset by two people."""

import base64
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from hub.access.rights import WITH_SECOND_FACTOR, Right
from hub.access.staff import SecondFactorMissing, Staff
from hub.approval.rule_changes import RulesRefused
from hub.errors import AccountRefused, LoginRefused, NotLoggedIn, TooManyTries
from tests.attacks.evidence.test_state_changed_past_the_exchange import _past_the_exchange as past_the_exchange
from tests.attacks.two_people.acts import APPROVER, OWNER, PASSWORD, PROPOSER, code_for, staffed
from tests.conftest import Bench
from tests.served import Api

OWN = "somebody has chosen this"


@pytest.fixture
def staff(bench: Bench) -> Iterator[Staff]:
    staffed(bench)
    for name in (PROPOSER, APPROVER, OWNER):
        bench.hub.staff.accounts.change_own_password(name, PASSWORD, OWN)
    yield bench.hub.staff


def _enrol(bench: Bench, name: str = OWNER) -> None:
    bench.hub.staff.second_factors.begin(name)
    bench.hub.staff.second_factors.confirm(name, code_for(bench, name, -1))


def _want_second_factors(bench: Bench) -> None:
    for name in (PROPOSER, APPROVER):
        _enrol(bench, name)
    proposal = bench.hub.rules.propose({"second_factor": "true"}, PROPOSER)
    bench.hub.rules.approve(proposal.id, APPROVER, bench.seen(proposal.id))


def test_it_counts_after_its_first_code_and_then_no_login_goes_without(bench: Bench, staff: Staff) -> None:
    session = staff.sessions.open(OWNER, OWN)
    new = staff.second_factors.begin(OWNER)
    assert new.address.startswith("otpauth://totp/") and new.secret in new.address and OWNER in new.address
    assert staff.sessions.person(session.token).second_factor is False
    staff.sessions.open(OWNER, OWN)  # it does not count yet
    with pytest.raises(AccountRefused):
        staff.second_factors.confirm(OWNER, "000000" if code_for(bench, OWNER) != "000000" else "000001")
    staff.second_factors.confirm(OWNER, code_for(bench, OWNER, -1))
    with pytest.raises(NotLoggedIn):
        staff.sessions.person(session.token)
    with pytest.raises(LoginRefused):
        staff.sessions.open(OWNER, OWN)
    opened = staff.sessions.open(OWNER, OWN, code=code_for(bench, OWNER))
    assert opened.person.second_factor and staff.sessions.person(opened.token).second_factor


def test_a_code_is_used_once_also_by_two_at_the_same_moment(bench: Bench, staff: Staff) -> None:
    _enrol(bench)
    code = code_for(bench, OWNER)
    staff.sessions.open(OWNER, OWN, code=code)
    for again in (code, code_for(bench, OWNER, -1)):
        with pytest.raises(LoginRefused):
            staff.sessions.open(OWNER, OWN, code=again)
    staff.sessions.open(OWNER, OWN, code=code_for(bench, OWNER, 1))


def test_wrong_codes_are_counted_and_slow_down_like_wrong_passwords(bench: Bench, staff: Staff) -> None:
    _enrol(bench)
    right = code_for(bench, OWNER)
    wrong = [f"{(int(right) + step) % 1_000_000:06}" for step in range(11, 16)]
    for code in wrong:
        with pytest.raises(LoginRefused) as refused:
            staff.sessions.open(OWNER, OWN, code=code)
        assert "the password or the code" in refused.value.problem, "it is not said which was wrong"
    with pytest.raises(TooManyTries):
        staff.sessions.open(OWNER, OWN, code=right)


def test_a_wrong_password_uses_no_code_up(bench: Bench, staff: Staff) -> None:
    _enrol(bench)
    code = code_for(bench, OWNER)
    with pytest.raises(LoginRefused):
        staff.sessions.open(OWNER, "seven quiet badgers", code=code)
    staff.sessions.open(OWNER, OWN, code=code)


def test_where_the_rules_say_so_what_approves_or_reads_needs_it(bench: Bench, staff: Staff) -> None:
    without = staff.sessions.open(OWNER, OWN)
    staff.require(without.person, Right.MANAGE_PEOPLE)
    _want_second_factors(bench)
    for right in WITH_SECOND_FACTOR & without.person.rights:
        with pytest.raises(SecondFactorMissing):
            staff.require(without.person, right)
    staff.require(without.person, Right.READ_STORIES)
    _enrol(bench)
    with_code = staff.sessions.open(OWNER, OWN, code=code_for(bench, OWNER))
    staff.require(with_code.person, *(WITH_SECOND_FACTOR & with_code.person.rights))


def test_the_rule_is_not_agreed_by_people_who_could_then_approve_nothing(bench: Bench, staff: Staff) -> None:
    proposal = bench.hub.rules.propose({"second_factor": "true"}, PROPOSER)
    with pytest.raises(RulesRefused, match=r"rules\.second_factor_missing"):
        bench.hub.rules.approve(proposal.id, APPROVER, bench.seen(proposal.id))


def test_the_api_wants_the_code_too(bench: Bench, staff: Staff, api: Api) -> None:
    _enrol(bench)
    login = {"name": OWNER, "password": OWN}
    address = f"{api.url}/staff/session"
    assert api.http.request("POST", address, json=login).status == 401
    opened = api.http.request("POST", address, json=login | {"code": code_for(bench, OWNER)})
    assert (opened.status, opened.json()["second_factor"]) == (201, True)


def test_nobody_takes_the_place_of_a_factor_that_counts_and_two_people_reset_it(bench: Bench, staff: Staff) -> None:
    _enrol(bench)
    opened = staff.sessions.open(OWNER, OWN, code=code_for(bench, OWNER))
    with pytest.raises(AccountRefused):
        staff.second_factors.begin(OWNER)
    with pytest.raises(AccountRefused, match="their own"):
        staff.second_factors.propose_reset(OWNER, OWNER)
    proposal = staff.second_factors.propose_reset(OWNER, PROPOSER)
    with pytest.raises(AccountRefused, match="their own"):
        staff.second_factors.approve_reset(proposal.id, OWNER, bench.seen(proposal.id))
    staff.second_factors.approve_reset(proposal.id, APPROVER, bench.seen(proposal.id))
    with pytest.raises(NotLoggedIn):
        staff.sessions.person(opened.token)
    assert not staff.sessions.open(OWNER, OWN).person.second_factor
    _enrol(bench)
    assert bench.hub.evidence.verify().whole


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM second_factor",
        "UPDATE second_factor SET last_step = NULL",
        "UPDATE second_factor SET confirmed_at = NULL",
        "UPDATE second_factor SET secret = secret || '\\x00'",
    ],
)
def test_changed_past_the_exchange_it_lets_nobody_in(bench: Bench, staff: Staff, change: str) -> None:
    _enrol(bench)
    with past_the_exchange(bench, "hub") as connection:
        connection.execute(change)
    for code in ("", code_for(bench, OWNER) if "DELETE" not in change and "secret =" not in change else "000000"):
        with pytest.raises(LoginRefused):
            staff.sessions.open(OWNER, OWN, code=code)
    assert any("second_factor" in str(each.row) for each in bench.hub.evidence.verify().findings)


def test_one_that_is_put_in_makes_no_session_a_stronger_one(bench: Bench, staff: Staff) -> None:
    session = staff.sessions.open(OWNER, OWN)
    with past_the_exchange(bench, "hub") as connection:
        connection.execute(
            "INSERT INTO second_factor (account, secret, asked_at, confirmed_at)"
            " VALUES (%s, '\\x00', now(), now() - interval '30 days')",
            (OWNER,),
        )
    assert not staff.sessions.person(session.token).second_factor


def test_the_secret_is_kept_encrypted_and_is_in_no_entry(bench: Bench, staff: Staff) -> None:
    new = staff.second_factors.begin(OWNER)
    staff.second_factors.confirm(OWNER, code_for(bench, OWNER))
    plain = base64.b32decode(new.secret)
    with bench.hub.store.transaction() as connection:
        kept: bytes = connection.execute(text("SELECT secret FROM second_factor")).scalar_one()
        entries = str(connection.execute(text("SELECT detail FROM journal")).all())
    assert plain not in bytes(kept)
    assert new.secret not in entries and plain.hex() not in entries
    assert new.secret not in repr(new)
