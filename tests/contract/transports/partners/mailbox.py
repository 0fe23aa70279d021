"""The partner of the mailbox: nobody, since nothing is sent. What is fetched, and how, is in tests/integration."""

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
        """It was never there."""

    def come_back(self) -> None:
        """It never will be."""


@contextmanager
def partner(folder: Path) -> Iterator[MailboxPartner]:
    yield MailboxPartner()
