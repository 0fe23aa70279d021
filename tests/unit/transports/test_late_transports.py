"""A system or a transport is imported only when somebody uses it, because it takes long to import."""

import os
import subprocess
import sys

import pytest

from adapters.catalogue import Adapters, Carriers
from adapters.contract import Transport
from tests.conftest import ROOT


def test_nothing_of_a_transport_or_a_system_is_imported_before_somebody_uses_it() -> None:
    program = """
import sys
from pathlib import Path
from hub.bootstrap import build_knowledge
from hub.settings import Settings
found = build_knowledge(Settings(state_dir=Path("nowhere"))).adapters
read = lambda: {name.split(".")[2] for name in sys.modules if name.startswith("adapters.systems.")}
assert read() == set()
assert found.systems["spi"].name == "spi"
assert "probation.no_such_profile" not in found.systems
assert read() == {"spi", "probation"}
assert {"sftp", "https_push", "email", "folder", "mailbox"} <= set(found.transports)
assert {"sftp", "folder"} == set(found.collectors)
assert not {"asyncssh", "smtplib", "urllib3"} & sys.modules.keys(), "imported though nobody uses it"
found.transports["sftp"]
assert "asyncssh" in sys.modules
"""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


class _Named:
    def __init__(self, name: str) -> None:
        self.name = name
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def test_what_is_asked_for_twice_is_made_once_and_closed_and_what_nobody_asked_for_is_never_made() -> None:
    made: list[_Named] = []

    def make(name: str) -> _Named:
        made.append(_Named(name))
        return made[-1]

    carriers: Carriers[Transport] = Carriers(("one", "two"), make)  # type: ignore[arg-type]
    assert carriers["one"] is carriers["one"]
    assert ("two" in carriers, "three" in carriers, list(carriers), len(carriers)) == (True, False, ["one", "two"], 2)
    with pytest.raises(KeyError):
        carriers["three"]
    carriers.close()
    assert [(each.name, each.closed) for each in made] == [("one", 1)]


def test_an_adapter_that_calls_itself_something_else_than_its_folder_is_refused() -> None:
    carriers: Carriers[Transport] = Carriers(("one",), lambda _: _Named("other"))  # type: ignore[arg-type,return-value]
    with pytest.raises(ValueError, match="calls itself 'other'"):
        carriers["one"]


def test_every_shipped_transport_and_collector_can_be_made() -> None:
    found = Adapters.discover()
    assert {name: carrier.name for name, carrier in found.transports.items()} == {n: n for n in found.transports}
    assert {name: carrier.name for name, carrier in found.collectors.items()} == {n: n for n in found.collectors}
    found.close()
