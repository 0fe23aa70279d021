"""Posts each message to the recipient's address and returns the recipient's own receipt."""

from adapters.carriage.https.calling import HttpsCalls, use_files
from adapters.carriage.https.settings import HttpsSettings
from adapters.carriage.parcel import refuse_unfit
from adapters.carriage.settings import checked_settings, read_settings
from adapters.contract import Capabilities, Endpoint, Parcel, Receipt, Transport
from adapters.transports.https_push.answer import understand
from schemas.problem import Problem


class HttpsPush:
    name = "https_push"
    capabilities = Capabilities(ordered=True, receipts=True, size_bytes_max=50_000_000, sheets="inside")

    def __init__(self) -> None:
        self._calls = HttpsCalls()

    def check(self, endpoint: Endpoint) -> tuple[Problem, ...]:
        return checked_settings(HttpsSettings, endpoint, use_files)

    def send(self, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        refuse_unfit(parcel, self.capabilities)
        settings = read_settings(HttpsSettings, endpoint)
        answer = self._calls.post(settings, settings.url, _headers(parcel), parcel.encoded.body)
        return understand(answer, parcel.message_id)

    def close(self) -> None:
        self._calls.close()


def _headers(parcel: Parcel) -> dict[str, str]:
    return {
        "Content-Type": parcel.encoded.media_type,
        "Accept": "application/json, application/problem+json",
        "User-Agent": "justice-exchange",
        "Hub-Message-Id": parcel.message_id,
        "Hub-Delivery-Id": parcel.delivery_id,
        "Hub-Kind": parcel.kind,
        "Hub-Sender": parcel.sender,
        "Idempotency-Key": parcel.message_id,
    }


def transport() -> Transport:
    return HttpsPush()
