"""The partner of the mailbox: there is none, because nothing is sent. tests/integration tests fetching."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from adapters.contract import Endpoint


class MailboxPartner:
    endpoint = Endpoint("area-north", "hub_json", "mailbox", {})
    bad_settings: Mapping[str, Mapping[str, str]] = {"settings.unknown": {"url": "https://agency.example/in"}}

    def taken(self) -> list[tuple[str, bytes]]:
        return []

    def go_away(self) -> None:
        """Nothing was ever there."""

    def come_back(self) -> None:
        """Nothing ever will be."""


@contextmanager
def partner(folder: Path) -> Iterator[MailboxPartner]:
    yield MailboxPartner()
