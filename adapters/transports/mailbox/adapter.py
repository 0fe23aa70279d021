"""For an agency that cannot receive calls: the hub keeps each message until the agency has fetched and acknowledged it.

Nothing is sent here, because adapters do not see what the hub keeps. This module only decides what may be placed.
"""

from adapters.carriage.parcel import refuse_unfit
from adapters.carriage.settings import TransportSettings, read_settings, settings_problems
from adapters.contract import Capabilities, Endpoint, Parcel, Receipt, Transport
from schemas.problem import Problem


class MailboxSettings(TransportSettings):
    """There are no settings, because the agency fetches with its own key."""


class Mailbox:
    name = "mailbox"
    capabilities = Capabilities(ordered=True, receipts=True, size_bytes_max=50_000_000, pull=True, sheets="inside")

    def check(self, endpoint: Endpoint) -> tuple[Problem, ...]:
        return settings_problems(MailboxSettings, endpoint)

    def send(self, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        refuse_unfit(parcel, self.capabilities)
        read_settings(MailboxSettings, endpoint)
        return Receipt(proved=False, received_at=None)

    def close(self) -> None:
        """Nothing is kept between calls, so there is nothing to close."""


def transport() -> Transport:
    return Mailbox()
