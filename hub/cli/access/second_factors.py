"""Commands of `hub people` about second factors: set one up, and reset one that is lost."""

from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting, refuse_other_time
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.screen import out
from hub.cli.speaking.typed_secrets import own_person, typed_password


def second_factor(
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password, then the first code, from standard input.")
    ] = False,
) -> None:
    """Set up your second factor. Its secret is shown once; give it to the device that makes the codes.

    It counts after the first code. Then each login needs a code, and your sessions end.
    """
    with open_hub() as hub:
        person = own_person(hub)
        refuse_other_time(hub)
        hub.staff.sessions.check(person.name, typed_password("Password", password_stdin), None)
        new = hub.staff.second_factors.begin(person.name)
        out().print(f"secret   {new.secret}", markup=False, soft_wrap=True)
        out().print(f"address  {new.address}", markup=False, soft_wrap=True)
        out().print("Nobody can show them again. Clear the screen when your device has them.")
        hub.staff.second_factors.confirm(person.name, typed_password("First code", password_stdin))
    out().print("It counts now. Log in again, with the next code that your device shows.")


def reset_second_factor(name: Annotated[str, typer.Argument(help="Whose device is lost.")]) -> None:
    """Propose to take away somebody's second factor. Another person who manages people must approve it."""
    from hub.access.names import account_name

    with open_hub() as hub:
        waits = hub.staff.second_factors.propose_reset(account_name(name), acting(hub, Right.MANAGE_PEOPLE))
    out().print(f"Another person decides: hub approvals show {waits.id}", soft_wrap=True)
