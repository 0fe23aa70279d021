"""To whom alerts go: addresses that take JSON by POST, and whatever one of our transports reaches, such as e-mail."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from adapters.catalogue import Adapters
from adapters.contract import CannotDeliver, Encoded, Endpoint, Parcel
from hub.errors import SettingsWrong
from hub.exchange.partners.described_endpoint import described_endpoint
from schemas.json import JsonObject

KIND = "alert"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_SECONDS_MAX = 10.0


class NotTold(Exception):
    """This receiver did not take it. The words name no address."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told at one time. `id` is the same if it is told again. `words` is the same for people."""

    id: str
    plain: JsonObject
    words: str


class Receiver(Protocol):
    name: str

    def tell(self, told: Told) -> None:
        """Raises NotTold."""


class Webhook:
    """`name` is the host alone: the path may be a secret."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if not parts.hostname or (parts.scheme != "https" and parts.hostname not in _LOOPBACK):
            raise SettingsWrong("HUB_ALERTS has an address that is not https", "give an https address", "HUB_ALERTS")
        self.name = parts.hostname
        self._url = url

    def tell(self, told: Told) -> None:
        import urllib3  # most processes never tell anybody

        body = json.dumps(told.plain, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": told.id}
        try:
            with urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(total=_SECONDS_MAX)) as http:
                status = http.request("POST", self._url, body=body, headers=headers, redirect=False).status
        except urllib3.exceptions.HTTPError as error:
            raise NotTold(type(error).__name__) from None
        if not 200 <= status < 300:
            raise NotTold(f"HTTP {status}")


class Carried:
    def __init__(self, name: str, sender: str, endpoint: Endpoint, adapters: Adapters) -> None:
        self.name = name
        self._sender = sender
        self._endpoint = endpoint
        self._adapters = adapters

    def tell(self, told: Told) -> None:
        encoded = Encoded(told.words.encode(), "text/plain; charset=utf-8", ".txt")
        parcel = Parcel(told.id, told.id, KIND, self._sender, self._endpoint.agency, encoded)
        try:
            self._adapters.transports[self._endpoint.transport].send(self._endpoint, parcel)
        except CannotDeliver as error:
            raise NotTold(f"{error.code}: {error.problem}") from None


def receivers(text: str, sender: str, adapters: Adapters) -> tuple[Receiver, ...]:
    """From HUB_ALERTS: https addresses, and TOML files that say by which transport; separated by commas. Raises
    SettingsWrong."""
    return tuple(_receiver(each.strip(), sender, adapters) for each in text.split(",") if each.strip())


def _receiver(name: str, sender: str, adapters: Adapters) -> Receiver:
    if name.endswith(".toml"):
        return Carried(name, sender, described_endpoint(Path(name), "HUB_ALERTS", KIND, adapters), adapters)
    return Webhook(name)
