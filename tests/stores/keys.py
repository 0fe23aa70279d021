"""The keys and the mark that belong to the databases of the tests."""

import atexit
import os
import shutil
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

from hub.access.pseudonym_key import pseudonym_key
from hub.journal.signing_keys import signing_keys


def master_keys() -> Path:
    """The master keys of all databases of these tests. TEST_MASTER_KEYS names those of a database that was given."""
    if given := os.environ.get("TEST_MASTER_KEYS"):
        return Path(given)
    folder = Path(tempfile.gettempdir()) / f"hub-test-keys-{os.getpid()}"
    if not folder.exists():
        folder.mkdir(mode=0o700)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder / "master.keys"


def own_keys() -> dict[str, Path]:
    """The other files that belong to a database, as settings; the same for all databases of these tests."""
    folder = master_keys().parent
    files = {"pseudonym_key_file": folder / "pseudonym.key", "signing_key_file": folder / "signing.keys"}
    pseudonym_key(files["pseudonym_key_file"])
    signing_keys(files["signing_key_file"], datetime.now(UTC))
    if not (instance := folder / "instance").exists():
        instance.write_text(_instance(instance))
    return files | {"instance_file": instance}


@cache
def _instance(file: Path) -> str:
    return file.read_text() if file.exists() else uuid4().hex


def restore_mark() -> None:
    """A test that moves the exchange to another state folder has written a new mark."""
    if (file := own_keys()["instance_file"]).read_text() != _instance(file):
        file.write_text(_instance(file))
