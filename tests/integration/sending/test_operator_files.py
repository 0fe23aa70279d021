"""A change of the operator's files is used in running processes; a broken file leaves the earlier content in use."""

from datetime import timedelta
from pathlib import Path

import pytest

from hub.bootstrap import Knowledge, build_knowledge
from hub.errors import SettingsWrong
from hub.exchange.partners import operator_file
from hub.settings import Settings
from tests.conftest import Bench, run_hub

PRISON, COURT = "prison-durham", "court-b10jq"
BROKEN = 'name = "broken"\ntitle = "It ends too soon"\n[layout'


@pytest.fixture(autouse=True)
def look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operator_file, "_LOOK_EVERY_SECONDS", 0.0)


def _write(file: Path, text: str) -> None:
    """Write as editors do: a new file under the old name."""
    fresh = file.with_name("fresh.toml")
    fresh.write_text(text)
    fresh.replace(file)


def test_an_endpoint_that_is_added_while_the_hub_runs_gets_what_waits_for_it(bench: Bench) -> None:
    file = bench.hub.settings.endpoints_file()
    whole = file.read_text()
    without = "[[endpoint]]".join(part for part in whole.split("[[endpoint]]") if f'"{PRISON}"' not in part)
    _write(file, without)
    message = bench.send(bench.story()["result"])["messages"][0]["id"]
    bench.drain()
    assert bench.agencies.received(PRISON) == []
    _write(file, whole)
    bench.clock.advance(timedelta(hours=1))
    bench.drain()
    assert [item.message_id for item in bench.agencies.received(PRISON)] == [message]


def test_a_broken_file_leaves_what_was_read_before(bench: Bench) -> None:
    bench.hub.load()
    _write(bench.hub.settings.endpoints_file(), "[[endpoint]]\nagency = ")
    bench.send(bench.story()["result"])
    bench.drain()
    assert len(bench.agencies.received(PRISON)) == 1


def test_no_process_that_serves_starts_with_a_broken_file(bench: Bench) -> None:
    _write(bench.hub.settings.endpoints_file(), "[[endpoint]]\nagency = ")
    with pytest.raises(SettingsWrong):
        bench.hub.load()


def test_limits_that_are_changed_count_at_once(bench: Bench) -> None:
    usual = bench.hub.limits.of(COURT)
    file = bench.hub.settings.limits_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'[[limit]]\nagency = "{COURT}"\ncalls_max = 7\n')
    assert bench.hub.limits.of(COURT).calls_max == 7
    file.unlink()
    assert bench.hub.limits.of(COURT) == usual


class TestBrokenProfile:
    """A broken profile stops only deliveries for its own system."""

    @pytest.fixture
    def profiles(self, tmp_path: Path) -> Path:
        folder = tmp_path / "state" / "profiles"
        folder.mkdir(parents=True)
        (folder / "broken.toml").write_text(BROKEN)
        (folder / "icms.toml").write_bytes(b"\xff\xfe no text")
        return folder

    @pytest.fixture
    def knowledge(self, profiles: Path) -> Knowledge:
        return build_knowledge(Settings(state_dir=profiles.parent))

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        file = settings.endpoints_file()
        plain = f'agency = "{PRISON}"\nsystem = "hub_json"'
        file.write_text(file.read_text().replace(plain, f'agency = "{PRISON}"\nsystem = "probation.broken"'))
        return settings

    def test_deliveries_for_it_wait_with_the_reason_and_the_others_are_sent(self, bench: Bench) -> None:
        message = bench.send(bench.story()["result"])["messages"][0]["id"]
        bench.drain()
        deliveries = {each["recipient"]: each for each in bench.hub.stories.show(message)["deliveries"]}
        assert deliveries["police-northumbria"]["state"] == "delivered"
        assert deliveries[PRISON]["state"] == "waiting"
        assert "broken.toml" in str(deliveries[PRISON]["why"])

    def test_a_broken_profile_does_not_give_way_to_the_shipped_one(self, knowledge: Knowledge) -> None:
        assert "probation.icms" not in knowledge.adapters.systems
        assert set(knowledge.adapters.systems.broken_profiles) == {"broken", "icms"}

    def test_lint_names_it(self, profiles: Path) -> None:
        linted = run_hub("lint", state=profiles.parent)
        assert linted.returncode == 1
        assert "broken.toml" in linted.stdout
        assert "icms.toml" in linted.stdout
