"""Who acts at the command line: the person who is logged in or, while no accounts exist, the name that is given."""

import os
import pwd
from typing import TYPE_CHECKING

from hub.access.rights import Right
from hub.cli.speaking.session_file import read_session

if TYPE_CHECKING:
    from hub.bootstrap import Hub


def acting(hub: "Hub", *rights: Right, by: str | None = None) -> str:
    """The name for the journal of somebody who has each of these rights. Raises what `Staff.acting` raises."""
    token = read_session(hub.settings.staff_session())
    return hub.staff.acting(token, *rights, by=by, otherwise=_account_of_the_machine())


def _account_of_the_machine() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
