"""The partner of https_push: a simulated agency behind a real HTTP server on the loopback address."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from adapters.contract import Endpoint
from hub.local.demonstration.agencies import SimulatedAgencies


class PushPartner:
    def __init__(self, agencies: SimulatedAgencies) -> None:
        self._agencies = agencies

    @property
    def endpoint(self) -> Endpoint:
        settings = {"url": self._agencies.endpoint_url("area-north"), "connect_timeout_seconds": "2"}
        return Endpoint("area-north", "hub_json", "https_push", settings)

    @property
    def bad_settings(self) -> Mapping[str, Mapping[str, str]]:
        good = dict(self.endpoint.settings)
        return {
            "settings.missing": {},
            "settings.unknown": good | {"urll": "x"},
            "settings.value": good | {"read_timeout_seconds": "soon"},
            "settings.url": good | {"url": "ftp://agency.example/in"},
            "settings.url_insecure": good | {"url": "http://agency.example/in"},
            "settings.url_userinfo": good | {"url": "https://hub:secret@agency.example/in"},
            "settings.token": good | {"token": "two words"},
            "settings.token_file": good | {"token_file": "/nowhere/token"},
            "settings.ca_file": good | {"url": "https://agency.example/in", "ca_file": "/nowhere/ca.pem"},
            "settings.path": good | {"ca_file": "ca.pem"},
        }

    def taken(self) -> list[tuple[str, bytes]]:
        return [(item.message_id, item.body()) for item in self._agencies.received("area-north")]

    def go_away(self) -> None:
        self._agencies.stop()

    def come_back(self) -> None:
        self._agencies.start()


@contextmanager
def partner(folder: Path) -> Iterator[PushPartner]:
    with SimulatedAgencies(folder) as agencies:
        yield PushPartner(agencies)
