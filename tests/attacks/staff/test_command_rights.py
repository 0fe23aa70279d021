"""Every command and the right that it needs: refused without the right, and without a login."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from hub.access.assertions import AgencyKey
from hub.access.passwords import Passwords
from hub.access.rights import GRANTED_INDIVIDUALLY, Right, StaffRole, rights_of
from hub.access.staff import Staff
from hub.bootstrap import Knowledge
from hub.cli.listed import LISTED
from hub.cli.main import create_cli
from hub.cli.speaking.session_file import keep_session, machine_account
from hub.errors import Failure, NotLoggedIn, RightMissing
from hub.journal.actors import INSTALLATION
from hub.settings import Settings
from tests.conftest import Bench, master_keys, own_keys

PASSWORD, OTHER = "seven quiet otters", "nine quiet otters"
SOMEONE, KEY = "prison-durham", str(uuid4())
FILES = ("document", "key.jwk", "new", "backup", "report")
NEEDS: dict[str, tuple[str, frozenset[Right]]] = {
    command: (words, frozenset(rights))
    for command, words, *rights in (
        ("backup", "{backup}", Right.BACK_UP),
        ("backup --with-keys", "{backup} --with-keys", Right.BACK_UP, Right.READ_BODY),
        ("send", "{document} --from court-b10jq", Right.HAND_IN),
        ("collect", f"{SOMEONE}", Right.HAND_IN),
        ("messages", "", Right.READ_STORIES),
        ("status", "", Right.READ_STORIES),
        ("show", KEY, Right.READ_STORIES),
        ("show --body", f"{KEY} --body --reason inquiry", Right.READ_BODY),
        ("deadlines", "", Right.READ_STORIES),
        ("report", "", Right.READ_STORIES),
        ("board", "--to {report}.html", Right.READ_STORIES),
        ("report --messages", "--messages feedback_returned", Right.READ_STORIES),
        ("deadlines decide", f"{KEY} --void --reason enough", Right.DECIDE_CLOCKS),
        ("journal prove", "1", Right.READ_JOURNAL),
        ("journal list", "", Right.READ_JOURNAL),
        ("retention run", "--dry-run", Right.RUN_RETENTION),
        ("hold place", "--crn X100001 --reason inquiry", Right.CHANGE_HOLDS),
        ("hold list", "", Right.READ_STORIES),
        ("index", "--crn X100001 --reason inquiry", Right.SEARCH_INDEX),
        ("register", "--reason inquiry", Right.READ_BODY),
        ("hold end", f"{KEY} --reason inquiry", Right.CHANGE_HOLDS),
        (
            "subject report",
            "--crn X100001 --reason inquiry --out {report}",
            Right.REPORT_SUBJECT,
            Right.READ_BODY,
        ),
        ("partners test", SOMEONE, Right.READ_STORIES, Right.PAUSE_PARTNERS),
        ("partners list", "", Right.READ_STORIES),
        ("partners pause", f"{SOMEONE} --reason inquiry", Right.PAUSE_PARTNERS),
        ("partners resume", f"{SOMEONE}", Right.PAUSE_PARTNERS),
        ("people add", "another-one --password-stdin", Right.MANAGE_PEOPLE),
        ("people list", "", Right.MANAGE_PEOPLE),
        ("people disable", "nobody-at-all", Right.MANAGE_PEOPLE),
        ("people enable", "nobody-at-all", Right.MANAGE_PEOPLE),
        ("people roles", "nobody-at-all", Right.MANAGE_PEOPLE),
        ("people expire", "nobody-at-all --on 2030-01-01", Right.MANAGE_PEOPLE),
        ("people password", "nobody-at-all --password-stdin", Right.MANAGE_PEOPLE),
        ("people second-factor", "--password-stdin"),
        ("people reset-second-factor", "nobody-at-all", Right.MANAGE_PEOPLE),
        ("keys new", f"{SOMEONE} --out {{new}}", Right.CHANGE_KEYS),
        ("keys add", f"{SOMEONE} {{key.jwk}}", Right.CHANGE_KEYS),
        ("keys revoke", KEY, Right.CHANGE_KEYS),
        ("keys list", "", Right.READ_STORIES),
        ("secrets new", f"{SOMEONE} --out {{new}}", Right.CHANGE_KEYS),
        ("secrets revoke", KEY, Right.CHANGE_KEYS),
        ("secrets list", "", Right.READ_STORIES),
        ("links list", "", Right.READ_STORIES),
        ("links confirm", KEY, Right.DECIDE_LINKS),
        ("links reject", KEY, Right.DECIDE_LINKS),
        ("protocols explain", f"{KEY} {SOMEONE}", Right.READ_STORIES),
        ("protocols review", "{proposal}", Right.READ_STORIES),
        ("protocols propose", "{document}", Right.PROPOSE_PROTOCOLS),
        ("protocols approve", "{proposal}", Right.APPROVE_PROTOCOLS),
        ("protocols reject", "{proposal} --reason inquiry", Right.APPROVE_PROTOCOLS),
        ("rules show", "", Right.READ_STORIES),
        ("rules propose", "alone_up_to=7", Right.PROPOSE_PROTOCOLS),
        ("rules approve", "{proposal}", Right.APPROVE_PROTOCOLS),
        ("approvals list", "", Right.READ_STORIES),
        ("approvals show", "{proposal}", Right.READ_STORIES),
        ("approvals approve", "{proposal}", Right.READ_STORIES),
        ("approvals reject", "{proposal} --reason inquiry", Right.READ_STORIES),
        ("certificates add", f"{SOMEONE} {{document}}", Right.CHANGE_KEYS),
        ("certificates revoke", "nothing", Right.CHANGE_KEYS),
        ("certificates list", "", Right.READ_STORIES),
        ("certificates own", "", Right.READ_STORIES),
        ("quarantine list", "", Right.READ_STORIES),
        ("quarantine show", "0000", Right.READ_STORIES),
        ("quarantine show --body", "0000 --body --reason inquiry", Right.READ_STORIES, Right.READ_BODY),
        ("quarantine fix", "0000 --file {document} --reason inquiry", Right.RELEASE_QUARANTINE),
        ("quarantine release", "0000 --reason inquiry", Right.RELEASE_QUARANTINE),
        ("quarantine discard", "0000 --reason inquiry", Right.RELEASE_QUARANTINE),
        ("quarantine bulk", "release --reason inquiry", Right.RELEASE_QUARANTINE),
        ("quarantine plans", "", Right.READ_STORIES),
        ("quarantine plan", KEY, Right.READ_STORIES),
        ("quarantine approve", KEY, Right.RELEASE_QUARANTINE),
        ("quarantine stop", KEY, Right.RELEASE_QUARANTINE),
        ("quarantine resume", KEY, Right.RELEASE_QUARANTINE),
        ("replay", "--kind court_list --reason inquiry", Right.RELEASE_QUARANTINE),
        ("restored show", "", Right.BACK_UP),
        ("restored compare", "court-b10jq {document}", Right.BACK_UP),
        ("restored end", "--seen 0 --reason inquiry", Right.BACK_UP),
        ("restored compare", "court-b10jq {document}", Right.BACK_UP),
        ("take-over", "--reason inquiry", Right.BACK_UP),
        ("upgrade", "{backup}", Right.BACK_UP),
        ("conformance", SOMEONE, Right.READ_STORIES),
        ("alerts list", "", Right.READ_STORIES),
        ("alerts try", "", Right.READ_STORIES),
        ("alerts acknowledge", "0000 --reason inquiry", Right.PAUSE_PARTNERS),
        ("vault show", "", Right.READ_STORIES),
        ("vault rotate", "", Right.CHANGE_KEYS),
        ("vault retire", "nothing", Right.CHANGE_KEYS),
    )
}
OPEN = frozenset(
    {
        # commands of the machine itself, or without a database
        *("up", "demo", "migrate", "settings", "restore", "try", "lint", "error", "doctor"),
        *("login", "logout", "whoami"),
        *("journal seal", "journal verify", "journal head", "journal check", "journal public-key", "receipt verify"),
        *("keys assertion", "keys sign", "linkage evaluate"),
        *("bench throughput", "bench latency", "bench fairness", "bench console", "bench list"),
        *("codes import", "codes list", "codes show"),
        *("profile new", "profile lint", "profile test", "profile schema"),
        *("protocols list", "protocols show", "protocols matrix", "protocols versions", "protocols diff"),
    }
)


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    if getattr(command, "invoke_without_command", False):
        yield " ".join(path)
    if hasattr(command, "commands"):
        for name, inner in command.commands.items():
            yield from _commands(inner, (*path, name))
    else:
        yield " ".join(path)


def test_every_command_is_in_the_matrix() -> None:
    known = {command for each in LISTED for command in _commands(each.load(), (each.name,))}
    with_options = {"show --body", "quarantine show --body", "backup --with-keys", "report --messages"}
    assert known | with_options == set(NEEDS) | OPEN


@pytest.fixture
def staff(
    bench: Bench, knowledge: Knowledge, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Staff:
    """The commands run in this process, on the bench's database, with their own master keys to rotate."""

    def known(settings: Settings, _: bytes | None = None) -> Knowledge:
        return replace(knowledge, settings=settings)  # read once, not for each command

    monkeypatch.setattr("hub.bootstrap.hub.build_knowledge", known)
    own = shutil.copy(master_keys(), tmp_path / "master.keys")
    for name, value in {
        "DATABASE_URL": database_url,
        "STATE_DIR": str(tmp_path / "state"),
        "MASTER_KEY_FILE": str(own),
        "SESSION_FILE": str(tmp_path / "session"),
        **{name.upper(): str(file) for name, file in own_keys().items()},
        "INSTANCE_FILE": str(shutil.copy(own_keys()["instance_file"], tmp_path / "instance")),
    }.items():
        monkeypatch.setenv(f"HUB_{name}", value)
    cheap = Passwords(passes=1, kibibytes=64, lanes=1)
    made = Staff(bench.hub.store, bench.clock, bench.hub.settings, cheap)
    made.accounts.add("first-person", [], [], PASSWORD, INSTALLATION)
    return made


def _ran(command: str, tmp_path: Path) -> Failure | None:
    """Return the failure of a command, if it has one with a code."""
    words = NEEDS[command][0]
    for name in FILES:
        words = words.replace(f"{{{name}}}", str(tmp_path / f"{name}-{uuid4().hex[:6]}"))
    arguments = [
        *command.removesuffix(" --body").removesuffix(" --with-keys").removesuffix(" --messages").split(),
        *words.replace("{proposal}", "0000").split(),
    ]
    for argument in arguments:
        if "document-" in argument:
            Path(argument).write_text("no document")
        if "key.jwk-" in argument:
            Path(argument).write_text(AgencyKey.make(SOMEONE, "EdDSA").as_text())
    result = CliRunner().invoke(create_cli(), arguments, input=f"{OTHER}\n")
    assert result.exit_code != 2 or not result.output.startswith("Usage"), result.output
    return result.exception if isinstance(result.exception, Failure) else None


@pytest.mark.parametrize("command", NEEDS)
def test_a_command_is_refused_without_a_session_and_without_its_right(
    staff: Staff, tmp_path: Path, command: str
) -> None:
    file, (_, needed) = Path(os.environ["HUB_SESSION_FILE"]), NEEDS[command]
    assert isinstance(_ran(command, tmp_path), NotLoggedIn)
    with_everything = (list(StaffRole), sorted(GRANTED_INDIVIDUALLY))
    with_all_else = (
        [role for role in StaffRole if not needed & rights_of([role], [])],
        sorted(GRANTED_INDIVIDUALLY - needed),
    )
    for number, (roles, apart) in enumerate((with_all_else, with_everything)):
        staff.accounts.add(f"person-{number}", roles, apart, OTHER, "first-person")
        staff.accounts.change_own_password(f"person-{number}", OTHER, PASSWORD)
        keep_session(file, staff.sessions.open(f"person-{number}", PASSWORD, machine=machine_account()).token)
        failure = _ran(command, tmp_path)
        if needed <= rights_of(roles, apart):
            assert not isinstance(failure, NotLoggedIn | RightMissing), failure
        else:
            assert isinstance(failure, RightMissing), failure
