"""Whatever an operator leaves in a file of endpoints, inboxes, limits or addresses, it is told in words: a process that
follows the file goes on with what it has, and no typing error makes everybody unreachable."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from adapters.catalogue import interfaces_by_address
from hub.bootstrap import Knowledge, build_knowledge
from hub.errors import SettingsWrong
from hub.exchange.partners.endpoints import load_endpoints
from hub.exchange.partners.inboxes import load_inboxes
from hub.exchange.partners.interface_settings import load_interface_settings
from hub.exchange.partners.limits import load_limits, usual_limits
from hub.settings import Settings


@cache
def _knowledge() -> Knowledge:
    return build_knowledge(Settings())


def _endpoints(file: Path) -> object:
    return load_endpoints(file, _knowledge().adapters, _knowledge().registry.agencies)


def _inboxes(file: Path) -> object:
    return load_inboxes(file, _knowledge().adapters, _knowledge().registry.agencies)


def _limits(file: Path) -> object:
    return load_limits(file, usual_limits(Settings()), _knowledge().registry.agencies)


def _addresses(file: Path) -> object:
    return load_interface_settings(
        file, interfaces_by_address(), _knowledge().registry.agencies, _knowledge().adapters.transports
    )


LOADS: dict[str, Callable[[Path], object]] = {
    "endpoint": _endpoints,
    "collect": _inboxes,
    "limit": _limits,
    "address": _addresses,
}
BROKEN: dict[str, Any] = {
    "no text": b"\xff\xfe\x00a",
    "another encoding": '# für\n[[{0}]]\nagency = "ü"'.encode("latin-1"),
    "cut off": '[[{0}]]\nagency = "a',
    "a number": "{0} = 5",
    "a list of texts": '{0} = ["x"]',
    "a table": '[{0}]\nagency = "court-b10jq"',
    "a list for an agency": '[[{0}]]\nagency = ["court-b10jq"]\nsystem = [1]\ntransport = {{a = 1}}\nsettings = 3',
    "a key twice": '[[{0}]]\nagency = "a"\nagency = "b"',
    "a table twice": "[{0}]\na = 1\n[{0}]\nb = 1",
    "a misspelt table": '[[{0}s]]\nagency = "court-b10jq"',
    "another table": "[made]\nup = 1",
    "a folder": None,
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("table", LOADS)
def test_what_is_wrong_with_a_file_is_told_in_words(tmp_path: Path, table: str, broken: str) -> None:
    file, content = tmp_path / "operator.toml", BROKEN[broken]
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content if isinstance(content, bytes) else content.format(table).encode())
    with pytest.raises(SettingsWrong) as wrong:
        LOADS[table](file)
    assert "operator.toml" in wrong.value.problem
    assert wrong.value.cure


@pytest.mark.parametrize(
    "wrong", ['kinds = "hearing_result"', "settings = 3", "settings = { path = [1] }", "system = 1"]
)
def test_a_value_of_another_form_is_never_read_as_none(tmp_path: Path, wrong: str) -> None:
    lines = {"agency": '"prison-durham"', "system": '"hub_json"', "transport": '"mailbox"'}
    lines.pop(wrong.partition(" ")[0], None)
    text = "\n".join(["[[endpoint]]", *(f"{key} = {value}" for key, value in lines.items()), wrong])
    file = tmp_path / "endpoints.toml"
    file.write_text(text)
    with pytest.raises(SettingsWrong, match="is not a"):
        _endpoints(file)


@pytest.mark.parametrize("table", LOADS)
def test_no_file_is_no_fault(tmp_path: Path, table: str) -> None:
    LOADS[table](tmp_path / "none.toml")
