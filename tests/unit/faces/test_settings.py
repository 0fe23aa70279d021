"""Settings: a wrong value and an unknown name are errors in plain words, and name no value."""

import pytest

from hub.errors import SettingsWrong
from hub.settings import Settings


def test_a_value_that_cannot_be_used_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_API_PORT", "abc")
    with pytest.raises(SettingsWrong) as wrong:
        Settings()
    assert wrong.value.problem.startswith("HUB_API_PORT cannot be used: ")
    assert "abc" not in wrong.value.problem + wrong.value.cure
    assert "\n" not in wrong.value.problem + wrong.value.cure


@pytest.mark.parametrize(
    ("name", "near"), [("HUB_API_PROT", "HUB_API_PORT"), ("HUB_RETENTION_DAYS", "HUB_RETENTION_DAYS_DEFAULT")]
)
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
