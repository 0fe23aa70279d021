"""Commands about the hub's own people: login, logout, whoami, and their accounts."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer

from hub.access.rights import GRANTED_INDIVIDUALLY, Right, StaffRole
from hub.cli.access import second_factors
from hub.cli.speaking.acting import acting, refuse_other_time
from hub.cli.speaking.connect import open_hub, own_settings
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json, table
from hub.cli.speaking.session_file import drop_session, keep_session, machine_account, read_session
from hub.cli.speaking.typed import day, one_of
from hub.cli.speaking.typed_secrets import new_password, own_person, second_factor_code, typed_password
from hub.counting import counted
from hub.deadlines.london import LONDON
from hub.journal.actors import INSTALLATION

_Name = Annotated[str, typer.Argument(help="The name of an account.")]
_Roles = Annotated[
    list[StaffRole] | None,
    typer.Option(
        "--role", parser=one_of(StaffRole), metavar="ROLE", help=f"One of {', '.join(StaffRole)}; repeat it for more."
    ),
]
_Rights = Annotated[
    list[Right] | None,
    typer.Option(
        "--right",
        parser=one_of(Right),
        metavar="RIGHT",
        help=f"Given by itself, once for each: {' or '.join(sorted(GRANTED_INDIVIDUALLY))}.",
    ),
]
_FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read passwords from standard input, one a line.")]


def add_commands(cli: typer.Typer) -> None:
    cli.command()(login)
    cli.command()(logout)
    cli.command()(whoami)
    people = typer.Typer(help="Accounts of the hub's own people.", no_args_is_help=True)
    for name, command in _PEOPLE.items():
        people.command(name)(command)
    people.command("second-factor")(second_factors.second_factor)
    people.command("reset-second-factor")(second_factors.reset_second_factor)
    cli.add_typer(people, name="people")


def login(name: _Name, password_stdin: _FromStdin = False) -> None:
    """Log in at this command line, until `hub logout` or the session's end.

    On standard input: the password, then the code of your second factor if you have one.
    """
    with open_hub() as hub:
        given, code = typed_password("Password", password_stdin), second_factor_code(password_stdin)
        refuse_other_time(hub)
        opened = hub.staff.sessions.open(name, given, code=code, machine=machine_account())
        keep_session(hub.settings.staff_session(), opened.token)
    person = opened.person
    out().print(f"{person.name} is logged in until {_local(person.session_ends_at)}, or until nothing is done.")
    if person.must_change_password:
        out().print("Next: take a password of your own: hub people password")


def logout() -> None:
    """End the session."""
    file = own_settings().staff_session()
    token = read_session(file)
    drop_session(file)
    with open_hub() as hub:
        name = hub.staff.sessions.end(token or "", machine_account())
    out().print(f"{name} is logged out.")


def whoami(as_json: AsJson = False) -> None:
    """Who is logged in here, and what they may do."""
    with open_hub() as hub:
        person = own_person(hub)
    ends = person.session_ends_at
    if as_json:
        shown = {"name": person.name, "roles": person.roles, "rights": sorted(person.rights), "until": ends.isoformat()}
        print_json({**shown, "second_factor": person.second_factor})
        return
    out().print(f"{person.name} ({', '.join(person.roles) or 'no role'}), until {_local(ends)}")
    out().print(f"may: {', '.join(sorted(person.rights)) or 'nothing'}")


def add(
    name: _Name,
    role: _Roles = None,
    right: _Rights = None,
    expires: Annotated[
        date | None, typer.Option(parser=day, metavar="DAY", help="The last day, YYYY-MM-DD. Default: a year from now.")
    ] = None,
    password_stdin: _FromStdin = False,
) -> None:
    """Make an account, with a first password that its owner must change. The very first one manages people."""
    with open_hub() as hub:
        by = acting(hub, Right.MANAGE_PEOPLE)
        ends = None if expires is None else _end_of(expires)
        first = new_password("First password", password_stdin)
        kept = hub.staff.accounts.add(name, role or [], right or [], first, by, ends)
    out().print(f"{kept} is made" + (", and manages people." if by == INSTALLATION else "."))


def list_accounts(as_json: AsJson = False) -> None:
    """Every account, what it may do, and until when."""
    with open_hub() as hub:
        acting(hub, Right.MANAGE_PEOPLE)
        found, now = hub.staff.accounts.listed(), hub.clock.now()
        with_factor = hub.staff.second_factors.listed()
    plain = [
        {
            "name": row.name,
            "roles": row.roles,
            "rights": row.rights,
            "state": "disabled" if row.disabled_at else "expired" if row.expires_at <= now else "active",
            "expires_at": row.expires_at.isoformat(),
            "created_by": row.created_by,
            "created_at": row.created_at.isoformat(),
            "second_factor": row.name in with_factor,
        }
        for row in found
    ]
    if as_json:
        print_json(plain)
        return
    rows = [
        (row.name, ", ".join(row.roles), ", ".join(row.rights), one["state"], _yes(one), row.expires_at.date())
        for one, row in zip(plain, found, strict=True)
    ]
    out().print(
        table(
            counted(len(rows), "account"),
            ("name", "roles", "rights given apart", "state", "second factor", "until"),
            rows,
        )
    )


def _yes(one: Mapping[str, object]) -> str:
    return "yes" if one["second_factor"] else "no"


def disable(name: _Name) -> None:
    """Block an account: nobody can log in with it, and its sessions end at once."""
    with open_hub() as hub:
        hub.staff.accounts.disable(name, acting(hub, Right.MANAGE_PEOPLE))
    out().print("disabled; its sessions have ended")


def enable(name: _Name) -> None:
    """Unblock an account. It works again until its last day."""
    with open_hub() as hub:
        hub.staff.accounts.enable(name, acting(hub, Right.MANAGE_PEOPLE))
    out().print("enabled")


def roles(name: _Name, role: _Roles = None, right: _Rights = None) -> None:
    """Replace all roles and rights of the account with these. The change takes effect at once."""
    with open_hub() as hub:
        hub.staff.accounts.set_roles(name, role or [], right or [], acting(hub, Right.MANAGE_PEOPLE))
    out().print("changed")


def expire(
    name: _Name,
    on: Annotated[
        date, typer.Option(parser=day, metavar="DAY", help="The last day, YYYY-MM-DD; a past day ends it now.")
    ],
) -> None:
    """Set the day on which an account ends."""
    with open_hub() as hub:
        hub.staff.accounts.expire(name, _end_of(on), acting(hub, Right.MANAGE_PEOPLE))
    out().print("changed")


def password(
    name: Annotated[str | None, typer.Argument(help="Another person's account. Default: your own.")] = None,
    password_stdin: _FromStdin = False,
) -> None:
    """Change your password (on standard input: the old, then the new), or give somebody a new first one.

    Every session of the account ends.
    """
    with open_hub() as hub:
        if name is not None:
            by = acting(hub, Right.MANAGE_PEOPLE)
            hub.staff.accounts.set_password(name, new_password("New first password", password_stdin), by)
        else:
            person = own_person(hub)
            old = typed_password("Password until now", password_stdin)
            new = new_password("New password", password_stdin)
            hub.staff.accounts.change_own_password(person.name, old, new)
    out().print("changed; log in again with the new one")


def _end_of(last: date) -> datetime:
    """When that day is over, in London."""
    return datetime.combine(last + timedelta(days=1), time(), LONDON)


def _local(moment: datetime) -> str:
    return moment.astimezone(LONDON).strftime("%d %b %Y %H:%M")


_PEOPLE: Mapping[str, Callable[..., None]] = {
    "add": add,
    "list": list_accounts,
    "disable": disable,
    "enable": enable,
    "roles": roles,
    "expire": expire,
    "password": password,
}
