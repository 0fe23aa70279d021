"""Settings: a wrong value and an unknown name are errors in plain words, and name no value."""

import json
from pathlib import Path

import pytest

from hub.approval.rules import Rules
from hub.errors import SettingsWrong
from hub.settings import NOW_RULES, Settings
from hub.settings_page import described
from tests.conftest import run_hub


def test_a_value_that_cannot_be_used_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_API_PORT", "abc")
    with pytest.raises(SettingsWrong) as wrong:
        Settings()
    assert wrong.value.problem.startswith("HUB_API_PORT cannot be used: ")
    assert "abc" not in wrong.value.problem + wrong.value.cure
    assert "\n" not in wrong.value.problem + wrong.value.cure


@pytest.mark.parametrize(("name", "near"), [("HUB_API_PROT", "HUB_API_PORT"), ("HUB_WITNES", "HUB_WITNESS")])
def test_an_unknown_name_is_an_error_with_the_nearest_right_one(
    monkeypatch: pytest.MonkeyPatch, name: str, near: str
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsWrong) as wrong:
        Settings()
    assert (wrong.value.problem, wrong.value.cure) == (f"there is no setting {name}", f"did you mean {near}?")


def test_a_name_unlike_any_other_is_an_error_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_ZZZ", "1")
    with pytest.raises(SettingsWrong):
        Settings()


def test_every_setting_that_is_passed_on_to_a_process_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in Settings(state_dir="nowhere", api_port=8123).as_environment().items():
        if name.startswith("HUB_"):
            monkeypatch.setenv(name, value)
    assert Settings().api_port == 8123


@pytest.mark.parametrize(("name", "rule"), sorted(NOW_RULES.items()))
def test_what_two_people_agree_is_read_from_no_environment(
    monkeypatch: pytest.MonkeyPatch, name: str, rule: str
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsWrong) as wrong:
        Settings()
    assert f"{name} is not a setting any more: it is the rule {rule}" in wrong.value.problem
    assert f"hub rules propose {rule}=1" in wrong.value.cure
    assert rule in Rules.model_fields


def test_no_rule_is_a_setting_too() -> None:
    assert not Rules.model_fields.keys() & Settings.model_fields.keys()


def test_every_setting_says_in_its_definition_what_it_is() -> None:
    assert [each.name for each in described() if not each.says.endswith(".")] == []
    assert {each.field for each in described()} == Settings.model_fields.keys()


def test_what_is_in_force_is_printed_with_its_place_and_no_secret(tmp_path: Path) -> None:
    database = "postgresql+psycopg://hub:hunter2@db.example/hub"
    ran = run_hub(
        *("settings", "--json"),
        state=tmp_path,
        HUB_API_PORT="8123",
        HUB_BROKER_URL="redis://:hunter2@broker.example/0",
        HUB_KEY_SERVICE_URL=database,
        HUB_ALERTS="https://pager.example/hunter2,/etc/hub/duty.toml",
    )
    assert ran.returncode == 0 and "hunter2" not in ran.stdout + ran.stderr
    told = {each["setting"]: (each["value"], each["from"]) for each in json.loads(ran.stdout)}
    assert told["HUB_API_PORT"] == ("8123", "environment")
    assert told["HUB_BROKER_URL"] == ("redis://:***@broker.example/0", "environment")
    assert told["HUB_ALERTS"] == ("https://pager.example/***,/etc/hub/duty.toml", "environment")
    assert told["HUB_ENDPOINTS"] == (str(tmp_path / "endpoints.toml"), "state folder")
    assert told["HUB_ATTEMPTS_MAX"] == ("25", "usual")
    assert told["HUB_METRICS_TOKEN_FILE"] == (None, "usual")
