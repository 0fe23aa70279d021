"""Every sample that a system takes: its own, and the real ones that lie beside this checkout."""

from pathlib import Path

import pytest

from adapters.contract import Decoded
from tests.conftest import SAMPLES
from tests.contract.system_samples import NAMES, outcome, samples_of, system_named


def _shared() -> list[tuple[str, Path]]:
    """The real samples, with the system that recognises them; none where they are not beside this checkout."""
    files = sorted(path for path in SAMPLES.rglob("*") if path.suffix in (".json", ".xml")) if SAMPLES.is_dir() else []
    found = []
    for path in files:
        body = path.read_bytes()
        if "standing-data" in path.parts or path.parent.name == "xsd":
            continue
        found += [(name, path) for name in NAMES if system_named(name).recognises(body)]
    return [(name, path) for name, path in found if isinstance(outcome(system_named(name), path.read_bytes()), Decoded)]


CASES = [
    *((name, path) for name in NAMES for path in samples_of(name, refused=False)),
    *_shared(),
]
PARAMS = [pytest.param(name, path, id=f"{name}-{path.parent.name}-{path.name}") for name, path in CASES]
