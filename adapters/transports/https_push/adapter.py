"""Posts each message to the recipient's address and returns the recipient's own receipt."""

import os
import ssl

from urllib3 import Timeout
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from adapters.carriage.parcel import refuse_unfit
from adapters.carriage.reach import AddressRefused
from adapters.carriage.settings import checked_settings, read_settings
from adapters.contract import CannotDeliver, Capabilities, Endpoint, Parcel, Receipt, Transport
from adapters.transports.https_push.answer import BODY_BYTES_MAX, Answer, asked_wait, understand
from adapters.transports.https_push.connection import Connections, tls_context
from adapters.transports.https_push.settings import PushSettings, is_token
from schemas.problem import Problem


class HttpsPush:
    name = "https_push"
    capabilities = Capabilities(ordered=True, receipts=True, size_bytes_max=50_000_000)

    def __init__(self) -> None:
        self._connections = Connections()

    def check(self, endpoint: Endpoint) -> tuple[Problem, ...]:
        return checked_settings(PushSettings, endpoint, _use_files)

    def send(self, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        refuse_unfit(parcel, self.capabilities)
        settings = read_settings(PushSettings, endpoint)
        headers = _headers(parcel, _token(settings))
        try:
            pool = self._own().to(settings)
        except OSError:
            raise _unreadable_ca() from None
        try:
            answer = _post(pool, settings, headers, parcel.encoded.body)
        except AddressRefused:
            raise _elsewhere() from None
        except HTTPError as error:
            raise _undelivered(error) from None
        return understand(answer, parcel.message_id)

    def close(self) -> None:
        self._own().close()

    def _own(self) -> Connections:
        """Return this process's connections. Two processes that write to one socket would mix their messages."""
        if self._connections.pid != os.getpid():
            self._connections = Connections()
        return self._connections


def _post(pool: HTTPConnectionPool, settings: PushSettings, headers: dict[str, str], body: bytes) -> Answer:
    response = pool.urlopen(
        "POST",
        settings.target,
        body=body,
        headers=headers,
        timeout=Timeout(connect=settings.connect_timeout_seconds, read=settings.read_timeout_seconds),
        retries=False,
        redirect=False,
        preload_content=False,
        decode_content=False,
    )
    read = bytearray()
    try:
        while len(read) <= BODY_BYTES_MAX and (some := response.read(BODY_BYTES_MAX + 1 - len(read))):
            read += some
        whole = len(read) <= BODY_BYTES_MAX
    except BaseException:
        response.close()
        raise
    if not whole:
        response.close()  # the rest of the answer is not read, so the connection cannot be used again
    response.release_conn()
    return Answer(
        status=response.status,
        media_type=response.headers.get("Content-Type", ""),
        wait_seconds=asked_wait(response.headers.get("Retry-After"), response.headers.get("Date")),
        body=bytes(read[:BODY_BYTES_MAX]),
    )


def _headers(parcel: Parcel, token: str | None) -> dict[str, str]:
    headers = {
        "Content-Type": parcel.encoded.media_type,
        "Accept": "application/json, application/problem+json",
        "User-Agent": "justice-exchange",
        "Hub-Message-Id": parcel.message_id,
        "Hub-Delivery-Id": parcel.delivery_id,
        "Hub-Kind": parcel.kind,
        "Hub-Sender": parcel.sender,
        "Idempotency-Key": parcel.message_id,
    }
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _use_files(settings: PushSettings) -> None:
    _token(settings)
    _trusted(settings)


def _token(settings: PushSettings) -> str | None:
    """Return the token. It is read for every message, so that a changed file is used from the next message on."""
    if settings.token is not None:
        return settings.token.get_secret_value()
    if settings.token_file is None:
        return None
    try:
        token = settings.token_file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        token = ""
    if not is_token(token):
        problem = "the file cannot be read, or contains no token that a header can hold"
        raise CannotDeliver("settings.token_file", problem, retryable=True, partner_down=True)
    return token


def _trusted(settings: PushSettings) -> None:
    if settings.ca_file is not None:
        try:
            tls_context(settings.ca_file)
        except OSError:
            raise _unreadable_ca() from None


def _elsewhere() -> CannotDeliver:
    problem = "the name resolves to an internal address that the settings do not allow, so nothing was sent"
    return CannotDeliver("partner.address", problem, retryable=True, partner_down=True)


def _unreadable_ca() -> CannotDeliver:
    problem = "the file cannot be read, or contains no certificate"
    return CannotDeliver("settings.ca_file", problem, retryable=True, partner_down=True)


def _undelivered(error: HTTPError) -> CannotDeliver:
    """Return the error in our own words, because its words contain the address."""
    cause = error.args[-1] if isinstance(error, ProtocolError | SSLError) and error.args else None
    if isinstance(error, NewConnectionError):
        return CannotDeliver("partner.unreachable", "no connection", retryable=True, partner_down=True)
    if isinstance(error, ConnectTimeoutError):
        return CannotDeliver(
            "partner.timeout", "the connection was not made in time", retryable=True, partner_down=True
        )
    if isinstance(error, ReadTimeoutError) or isinstance(cause, TimeoutError):
        return CannotDeliver(
            "partner.timeout", "the answer was not complete in time", retryable=True, partner_down=True
        )
    if isinstance(error, SSLError) and not isinstance(cause, ssl.SSLEOFError):
        words = (
            cause.verify_message
            if isinstance(cause, ssl.SSLCertVerificationError)
            else "TLS could not be agreed with the partner"
        )
        return CannotDeliver("partner.tls", words, retryable=True, partner_down=True)
    problem = "the connection ended before the answer was complete; the partner may have received the message"
    return CannotDeliver("partner.unknown_outcome", problem, retryable=True)


def transport() -> Transport:
    return HttpsPush()
