"""Submits each message to the recipient's own address, in SOAP 1.1, and takes its ResponseCode as the receipt."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import StringConstraints

from adapters.carriage.https.calling import HttpsCalls, use_files
from adapters.carriage.https.settings import HttpsSettings
from adapters.carriage.parcel import refuse_unfit
from adapters.carriage.settings import checked_settings, read_settings
from adapters.contract import Capabilities, Endpoint, Parcel, Receipt, Transport
from adapters.transports.spi_soap.envelope import SUBMIT, Route, submit, understand
from schemas.problem import Problem

SystemName = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,50}$")]


class SpiSettings(HttpsSettings):
    """`source_id` is the name of the exchange's system, and `destination_id` that of the recipient's."""

    source_id: SystemName
    destination_id: SystemName


class SpiSoap:
    name = "spi_soap"
    capabilities = Capabilities(ordered=True, receipts=True, size_bytes_max=5_000_000)

    def __init__(self) -> None:
        self._calls = HttpsCalls()

    def check(self, endpoint: Endpoint) -> tuple[Problem, ...]:
        return checked_settings(SpiSettings, endpoint, use_files)

    def send(self, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        refuse_unfit(parcel, self.capabilities)
        settings = read_settings(SpiSettings, endpoint)
        body = submit(parcel, Route(settings.source_id, settings.destination_id), datetime.now(UTC))
        headers = {
            "Content-Type": "text/xml; charset=utf-8",
            "Accept": "text/xml",
            "SOAPAction": f'"{SUBMIT}"',
            "User-Agent": "justice-exchange",
        }
        return understand(self._calls.post(settings, settings.url, headers, body), parcel.message_id)

    def close(self) -> None:
        self._calls.close()


def transport() -> Transport:
    return SpiSoap()
