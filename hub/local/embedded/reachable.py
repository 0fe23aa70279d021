"""If we are root, PostgreSQL runs as another account. This module gives that account what it cannot reach, in a folder
that root owns.

No home folder is opened for it. The binaries are copied once below a shared folder that root owns.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from hub.local.account import SystemAccount
from hub.local.embedded.binaries import Installation
from hub.local.failures import ServerFailed

SHARED = Path("/var/lib/justice-exchange")
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_CURE = (
    "Keep the hub and its state folder in folders that other accounts can enter (such as below /opt or /srv), "
    "start it as an ordinary user, or set HUB_DATABASE_URL to a PostgreSQL server of your own."
)


def shared_folder(shared: Path, account: SystemAccount) -> Path:
    """Make and check the folder that root owns and `account` can reach. Raises ServerFailed if there is none."""
    try:
        if not shared.exists():
            shared.mkdir(parents=True)
            shared.chmod(0o755)
        shared = shared.resolve()
        _trust(shared)
    except OSError as error:
        raise _unreachable(f"the folder {shared} cannot be used ({error.strerror})") from error
    if not account.reaches(("-x", shared)):
        raise _unreachable(f"that account cannot reach {shared} either")
    return shared


def reachable_installation(installation: Installation, account: SystemAccount, shared: Path) -> Installation:
    """Return the installation itself if `account` can run it; otherwise a copy below `shared`, made once and checked
    each time."""
    root = installation.root
    moved = [("-x", installation.libraries)] if installation.libraries.is_dir() else []
    if account.reaches(
        *moved,
        ("-x", root / "bin" / "initdb"),
        ("-x", root / "bin" / "postgres"),
        ("-r", root / "lib" / "postgresql" / "plpgsql.so"),
        ("-r", root / "share" / "postgresql" / "postgres.bki"),
    ):
        return installation
    files = {path.relative_to(installation.site): path.stat() for path in _parts(installation)}
    listed = "\n".join(sorted(f"{path} {found.st_size}" for path, found in files.items()))
    digest = hashlib.sha256(listed.encode()).hexdigest()[:12]
    site = shared_folder(shared, account) / f"postgresql-{installation.version}-{digest}"
    sizes = {path: found.st_size for path, found in files.items()}
    if not _is_whole(site, sizes):
        _copy(installation, sizes, site)
    copy = replace(installation, root=site / root.relative_to(installation.site), site=site)
    if not _is_whole(site, sizes) or not account.reaches(("-x", copy.program("postgres"))):
        raise _unreachable(f"the copy of the binaries in {site} cannot be used")
    return copy


def _parts(installation: Installation) -> Iterator[Path]:
    root = installation.root
    yield root / "bin" / "initdb"
    yield root / "bin" / "postgres"
    for folder in (root / "lib" / "postgresql", root / "share" / "postgresql", installation.libraries):
        yield from (path for path in folder.rglob("*") if path.is_file() and "pgxs" not in path.parts)


def _copy(installation: Installation, files: dict[Path, int], site: Path) -> None:
    fresh = Path(tempfile.mkdtemp(prefix=f".{site.name}.", dir=site.parent))
    try:
        for path in files:
            target = fresh / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(installation.site / path, target)
            target.chmod(0o755 if os.access(installation.site / path, os.X_OK) else 0o644)
        for folder in (fresh, *(path for path in fresh.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        shutil.rmtree(site, ignore_errors=True)  # remains of an earlier copy, after a clean-up program or a power cut
        fresh.rename(site)
    except OSError as error:
        if not _is_whole(site, files):  # otherwise another hub was quicker, and its copy is used
            raise _unreachable(f"the binaries cannot be copied to {site} ({error.strerror})") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _is_whole(site: Path, files: dict[Path, int]) -> bool:
    """Return whether every file is there, is an ordinary file of the right size, and only root can have written to it
    or its folders."""
    try:
        folders = {site, *(parent for path in files for parent in (site / path).parents if site in parent.parents)}
        found = {path: (site / path).lstat() for path in files}
        owned = [*found.values(), *(folder.lstat() for folder in folders)]
    except OSError:
        return False
    return (
        all(stat.S_ISREG(found[path].st_mode) and found[path].st_size == size for path, size in files.items())
        and all(stat.S_ISDIR(folder.lstat().st_mode) for folder in folders)
        and all(one.st_uid == os.geteuid() and not one.st_mode & _OTHERS_WRITE for one in owned)
    )


def _trust(folder: Path) -> None:
    """Refuse a folder that somebody else could change, or replace through a folder above it."""
    for step in (folder, *folder.parents):
        found = step.lstat()
        swappable = found.st_mode & _OTHERS_WRITE and not (step != folder and found.st_mode & stat.S_ISVTX)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or swappable:
            raise _unreachable(f"the folder {step} is not safe: it must be a real folder that only root may change")


def _unreachable(problem: str) -> ServerFailed:
    return ServerFailed(
        "postgres.unreachable",
        f"PostgreSQL refuses to run as root, the other account that runs it cannot reach its files, and {problem}.",
        _CURE,
    )
