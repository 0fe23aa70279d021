"""The operating system account that runs PostgreSQL: our own, or an unprivileged one if we are root."""

import grp
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hub.local.failures import ServerFailed

UNPRIVILEGED = "nobody"
_REACH = 'while [ $# -gt 0 ]; do test "$1" "$2" || exit 1; shift 2; done'


@dataclass(frozen=True, slots=True)
class SystemAccount:
    """An account. `uid` and `gid` are those to change to before a server starts; None for both means our own."""

    uid: int | None = None
    gid: int | None = None

    def reaches(self, *tests: tuple[str, Path]) -> bool:
        """Return whether this account passes every test(1), such as ("-r", path). The kernel answers, so ACLs count."""
        if self.uid is None:
            return True
        words = [word for flag, path in tests for word in (flag, str(path))]
        command = ["/bin/sh", "-c", _REACH, "sh", *words]
        done = subprocess.run(
            command, user=self.uid, group=self.gid, extra_groups=[], cwd="/", stderr=subprocess.DEVNULL, check=False
        )
        return done.returncode == 0

    def own(self, folder: Path) -> None:
        """Give `folder` to this account and close it to all others."""
        folder.chmod(0o700)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)

    def admit(self, folder: Path) -> None:
        """Keep `folder` ours. Let only this account enter and read it."""
        if self.gid is None:
            folder.chmod(0o700)
        else:
            os.chown(folder, -1, self.gid)
            folder.chmod(0o750)

    def admit_file(self, file: Path) -> None:
        """Keep `file` ours. Let only this account read it."""
        if self.gid is not None:
            os.chown(file, -1, self.gid)
        file.chmod(0o640 if self.gid is not None else 0o600)


def server_account() -> SystemAccount:
    """Return the account for PostgreSQL, which refuses to run as root. Raises ServerFailed if there is none."""
    cure = "Start the hub as an ordinary user, or set HUB_DATABASE_URL to a PostgreSQL server of your own."
    if os.geteuid() != 0:
        _name_of(os.geteuid(), cure)
        return SystemAccount()
    try:
        uid = pwd.getpwnam(UNPRIVILEGED).pw_uid
        # a group that nobody else has, because other services may run as the same unprivileged account
        account = SystemAccount(uid, next(gid for gid in range(64_000, 65_000) if _is_free(gid)))
        if account.reaches(("-d", Path("/"))):
            return account
        problem = f"PostgreSQL refuses to run as root, and the account {UNPRIVILEGED} cannot be used."
    except KeyError:
        problem = f"PostgreSQL refuses to run as root, and there is no account {UNPRIVILEGED} to run it."
    except (OSError, subprocess.SubprocessError) as error:
        problem = f"PostgreSQL refuses to run as root, and the hub may not switch to {UNPRIVILEGED} ({error})."
    raise ServerFailed("postgres.no_account", problem, cure)


def our_name() -> str:
    """Return the name of our account, by which PostgreSQL knows us on its socket."""
    return _name_of(os.geteuid(), "Add an account for it.")


def _name_of(uid: int, cure: str) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        problem = f"User id {uid} has no name on this machine, and PostgreSQL needs one."
        raise ServerFailed("postgres.no_account", problem, cure) from None


def _is_free(gid: int) -> bool:
    try:
        grp.getgrgid(gid)
    except KeyError:
        return True
    return False
