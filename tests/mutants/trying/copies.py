"""Copies of the tree in memory: the checkout itself is never changed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LEFT_OUT = shutil.ignore_patterns(".*", "*.egg-info", "node_modules")
_BYTES_FREE = 1_000_000_000


@contextmanager
def copies(root: Path, count: int) -> Iterator[tuple[Path, ...]]:
    """If `shared` with its samples is beside the root, it is beside each copy too."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _BYTES_FREE
    folder = Path(tempfile.mkdtemp(prefix="mutants-", dir=memory if roomy else None))
    folder.chmod(0o755)
    try:
        made = []
        for number in range(count):
            beside = folder / str(number)
            shutil.copytree(root, beside / "exchange", ignore=_LEFT_OUT, symlinks=True)
            if (root.parent / "shared").is_dir():
                (beside / "shared").symlink_to(root.parent / "shared")
            made.append(beside / "exchange")
        yield tuple(made)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
