"""Who acts at the command line: the person who is logged in or, while no accounts exist, the name that is given."""

import os
import pwd
from typing import TYPE_CHECKING

from hub.access.rights import Right
from hub.cli.speaking.session_file import machine_account, read_session
from hub.errors import Failure

if TYPE_CHECKING:
    from hub.bootstrap import Hub


_SECONDS_APART_MAX = 60


class TimeDiffers(Failure):
    """The clock of a command is not that of the database."""

    code = "access.time_differs"
    status = 409


def acting(hub: "Hub", *rights: Right, by: str | None = None) -> str:
    """The name for the journal of somebody who has each of these rights. Raises what `Staff.acting` raises."""
    token = read_session(hub.settings.staff_session())
    name = hub.staff.acting(
        token, *rights, by=by, otherwise=_account_of_the_machine(), machine=machine_account() if token else None
    )
    if token:
        refuse_other_time(hub)
    return name


def refuse_other_time(hub: "Hub") -> None:
    """What people do is counted by days and hours. Somebody who sets the time of a command must gain nothing by it.
    Raises TimeDiffers."""
    apart = abs(hub.staff.seconds_from_server())
    if apart > _SECONDS_APART_MAX:
        raise TimeDiffers(
            f"the clock of this command and that of the database are {apart:.0f} seconds apart",
            "set both clocks by the same time server, and try again",
        )


def _account_of_the_machine() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
