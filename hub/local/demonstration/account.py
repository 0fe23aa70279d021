"""An account for who looks at the demonstration in the console. It may do everything, in this exchange only."""

import secrets
from dataclasses import dataclass, field

from hub.access.rights import Right, StaffRole
from hub.bootstrap import Hub
from hub.journal.actors import INSTALLATION

_MANAGER, _NAME = "demonstration-manager", "demonstration"
_PASSWORD_BYTES = 12


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    name: str
    password: str = field(repr=False)


def make_account(hub: Hub) -> DemonstrationAccount:
    """Makes it, or gives it a new password if an earlier run made it."""
    accounts = hub.staff.accounts
    known = {each.name for each in accounts.listed()}
    if _MANAGER not in known:
        accounts.add(_MANAGER, [], [], secrets.token_urlsafe(_PASSWORD_BYTES), INSTALLATION)
    first, own = (secrets.token_urlsafe(_PASSWORD_BYTES) for _ in range(2))
    if _NAME in known:
        accounts.set_password(_NAME, first, _MANAGER)
    else:
        accounts.add(_NAME, list(StaffRole), [Right.READ_BODY], first, _MANAGER)
    accounts.change_own_password(_NAME, first, own)
    return DemonstrationAccount(_NAME, own)
