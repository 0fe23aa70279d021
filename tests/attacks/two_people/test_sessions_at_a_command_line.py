"""A session of a command line belongs to one account of one machine."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from hub.access.rights import Right
from hub.approval.rules import Rules
from hub.cli.speaking.acting import TimeDiffers, acting
from hub.cli.speaking.session_file import keep_session, machine_account, read_session
from hub.errors import NotLoggedIn, PasswordToChange, SettingsWrong
from hub.settings import Settings
from tests.attacks.two_people.acts import MANAGER, OWNER, PASSWORD, staffed
from tests.conftest import Bench
from tests.served import Api


@pytest.fixture
def token(bench: Bench, settings: Settings) -> str:
    staffed(bench)
    opened = bench.hub.staff.sessions.open(MANAGER, PASSWORD, machine=machine_account())
    keep_session(bench.hub.settings.staff_session(), opened.token)
    return opened.token


def test_a_copied_session_file_opens_nothing_elsewhere(bench: Bench, token: str, api: Api) -> None:
    person = bench.hub.staff.sessions.person
    assert person(token, machine=machine_account()).name == MANAGER
    for elsewhere in ("0@another-machine", f"{os.getuid() + 1}@{machine_account().partition('@')[2]}", "", None):
        with pytest.raises(NotLoggedIn):
            person(token, machine=elsewhere)
    called = api.http.request("GET", f"{api.url}/staff/me", headers={"Authorization": f"Bearer {token}"})
    assert called.status == 401


def test_a_session_of_the_api_is_none_of_a_command_line(bench: Bench, token: str) -> None:
    opened = bench.hub.staff.sessions.open(MANAGER, PASSWORD, "192.0.2.1")
    keep_session(bench.hub.settings.staff_session(), opened.token)
    with pytest.raises(NotLoggedIn):
        acting(bench.hub, Right.READ_STORIES)


def test_a_session_file_that_others_could_have_read_or_own_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "session"
    keep_session(file, "token")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and read_session(file) == "token"
    file.chmod(0o640)
    with pytest.raises(SettingsWrong):
        read_session(file)
    if os.geteuid() == 0:
        file.chmod(0o600)
        os.chown(file, 12345, -1)
        with pytest.raises(SettingsWrong):
            read_session(file)


@pytest.mark.parametrize("ahead", [timedelta(minutes=-2), timedelta(minutes=2), timedelta(minutes=20)])
def test_whoever_sets_the_time_of_a_command_gains_nothing(bench: Bench, settings: Settings, ahead: timedelta) -> None:
    """Seven days between two persons, an hour of giving up, and the end of a session are counted by this clock."""
    bench.clock.advance(-(Rules().apart + timedelta(minutes=1)))
    staffed(bench)
    opened = bench.hub.staff.sessions.open(MANAGER, PASSWORD, machine=machine_account())
    keep_session(bench.hub.settings.staff_session(), opened.token)
    assert acting(bench.hub, Right.READ_STORIES) == MANAGER
    bench.clock.advance(ahead)
    with pytest.raises(TimeDiffers):
        acting(bench.hub, Right.READ_STORIES)


def test_a_password_that_somebody_set_opens_nothing_until_its_person_changed_it(bench: Bench, token: str) -> None:
    staff = bench.hub.staff
    staff.accounts.set_password(OWNER, "mine is new now 33", MANAGER)
    opened = staff.sessions.open(OWNER, "mine is new now 33", machine=machine_account())
    with pytest.raises(PasswordToChange):
        staff.sessions.person(opened.token, machine=machine_account())
    keep_session(bench.hub.settings.staff_session(), opened.token)
    with pytest.raises(PasswordToChange):
        acting(bench.hub, Right.READ_STORIES)


def test_the_same_password_in_other_characters_is_no_other_password(bench: Bench, token: str) -> None:
    """The forced change is a change: `é` may be written as one character or as two."""
    staff = bench.hub.staff
    staff.accounts.set_password(OWNER, "une clé d'été 77", MANAGER)
    with pytest.raises(Exception, match="the same as the old one"):
        staff.accounts.change_own_password(OWNER, "une clé d'été 77", "une cle\u0301 d'e\u0301te\u0301 77")
