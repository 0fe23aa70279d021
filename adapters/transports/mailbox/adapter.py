"""For an agency that cannot receive calls: the hub keeps each message until the agency has fetched and acknowledged it.

Nothing is carried here, since adapters never see what the hub keeps: this says only what may be placed.
"""

from adapters.carriage.parcel import refuse_unfit
from adapters.carriage.settings import TransportSettings, read_settings, settings_problems
from adapters.contract import Capabilities, Endpoint, Parcel, Receipt, Transport
from schemas.problem import Problem


class MailboxSettings(TransportSettings):
    """None: the agency's own key is its way in."""


class Mailbox:
    name = "mailbox"
    capabilities = Capabilities(ordered=True, receipts=True, size_bytes_max=50_000_000, pull=True)

    def check(self, endpoint: Endpoint) -> tuple[Problem, ...]:
        return settings_problems(MailboxSettings, endpoint)

    def send(self, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        refuse_unfit(parcel, self.capabilities)
        read_settings(MailboxSettings, endpoint)
        return Receipt(proved=False, received_at=None)

    def close(self) -> None:
        """Nothing is kept between calls."""


def transport() -> Transport:
    return Mailbox()
