"""`hub backup` and `hub restore`: after a restore nothing is delivered twice in effect, and the journal verifies."""

from pathlib import Path

import pytest

from tests.conftest import run_hub, state_folder


@pytest.fixture
def demonstrated(tmp_path: Path) -> Path:
    """A state folder in which one story of the demonstration has run."""
    with state_folder() as state:
        ran = run_hub("demo", "--story", "report_to_prison", "--json", state=state, HUB_API_PORT="0")
        assert ran.returncode == 0, ran.stderr
        yield state / "demo"
