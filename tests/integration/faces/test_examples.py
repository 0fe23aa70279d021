"""What README and `examples/` say to type works as it is printed."""

import re

import pytest

from hub.settings import Settings
from tests.conftest import ROOT, Bench, run_hub

README = (ROOT / "README.md").read_text()
EXAMPLES = ROOT / "examples"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"endpoints": EXAMPLES / "endpoints.toml"})


def test_hub_send_as_the_readme_prints_it_reaches_a_partner_that_is_there(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    [printed] = re.findall(r"\$ \.venv/bin/hub (send \S+ --from \S+)", README)
    monkeypatch.chdir(ROOT)
    ran = run_hub(*printed.split(), state=bench.hub.settings.state_dir, HUB_DATABASE_URL=bench.hub.store.url)
    assert ran.returncode == 0 and "Accepted" in ran.stdout, ran.stdout + ran.stderr
    bench.drain()
    [partner] = bench.hub.partners.listed()
    assert (partner["recipient"], partner["in_mailbox"]) == ("probation-northumbria", 1)


def test_the_readme_names_files_that_are_there() -> None:
    named = re.findall(r"\bexamples/[\w./-]+\w", README)
    assert named and all((ROOT / file).is_file() for file in named)
