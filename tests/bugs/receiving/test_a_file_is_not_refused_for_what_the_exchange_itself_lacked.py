"""An attempt that failed because the key service or the database was away counted against the file. After some minutes
of an outage the file was moved away as unreadable."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.contract import Inbox
from hub.errors import KeyServiceUnavailable, StoreUnavailable
from hub.exchange.accepting.intake import Intake
from hub.settings import Settings
from tests.conftest import Bench
from tests.integration.receiving.test_collection import GATEWAY, Gateway, court_list, with_inbox


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path.resolve() / "inbox"
    path.mkdir()
    yield path


@pytest.fixture
def settings(settings: Settings, folder: Path) -> Settings:
    return with_inbox(settings, Inbox(GATEWAY, "folder", {"path": str(folder)}))


def test_it_waits_until_the_exchange_can_read_it(bench: Bench, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise KeyServiceUnavailable("the key service does not answer", "see that it does")

    gateway = Gateway(bench, folder)
    file = gateway.leave(court_list(bench).body)
    bench.hub.collection.collect(GATEWAY)
    with monkeypatch.context() as outage:
        outage.setattr(Intake, "receive", away)
        for _ in range(bench.hub.settings.attempts_max + 2):
            with pytest.raises(StoreUnavailable):
                gateway.settled()
    assert file.exists()
    assert bench.hub.collection.collect(GATEWAY).accepted == 1
