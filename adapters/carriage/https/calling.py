"""Calls an address over HTTPS, with a token if its owner asks for one, and tells every failure in our own words."""

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

from adapters.carriage.https.answer import BODY_BYTES_MAX, Answer, asked_wait, read_date
from adapters.carriage.https.connections import Connections, tls_context
from adapters.carriage.https.settings import HttpsSettings, is_token, target_of
from adapters.carriage.https.tokens import ClientTokens, read_client
from adapters.carriage.reach import AddressRefused
from adapters.contract import CannotDeliver

UNAUTHORIZED = 401


class HttpsCalls:
    """Keeps connections and tokens between calls. Several threads may use it; a forked process gets its own."""

    def __init__(self) -> None:
        self._connections = Connections()
        self._tokens = ClientTokens(self._ask)

    def post(self, settings: HttpsSettings, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Raises CannotDeliver. If the token of a client is not accepted, another one is fetched, once."""
        connections = self._own()
        if settings.token_url is None:
            token = _token(settings)
            return _call(connections, settings, url, _with(headers, token), body)
        token = self._tokens.of(settings)
        answer = _call(connections, settings, url, _with(headers, token), body)
        if answer.status != UNAUTHORIZED:
            return answer
        return _call(connections, settings, url, _with(headers, self._tokens.of(settings, instead_of=token)), body)

    def close(self) -> None:
        self._own().close()

    def _ask(self, settings: HttpsSettings, url: str, headers: dict[str, str], body: bytes) -> Answer:
        return _call(self._own(), settings, url, headers, body)

    def _own(self) -> Connections:
        """Return this process's connections. Two processes that write to one socket would mix their messages."""
        if self._connections.pid != os.getpid():
            self._connections = Connections()
            self._tokens = ClientTokens(self._ask)
        return self._connections


def use_files(settings: HttpsSettings) -> None:
    """Raises CannotDeliver for a file that the settings name and that cannot be used."""
    if settings.token_url is None:
        _token(settings)
    else:
        read_client(settings)
    if settings.ca_file is not None:
        try:
            tls_context(settings.ca_file)
        except OSError:
            raise _unreadable_ca() from None


def _with(headers: dict[str, str], token: str | None) -> dict[str, str]:
    return headers if token is None else headers | {"Authorization": f"Bearer {token}"}


def _token(settings: HttpsSettings) -> str | None:
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


def _call(connections: Connections, settings: HttpsSettings, url: str, headers: dict[str, str], body: bytes) -> Answer:
    try:
        pool = connections.to(settings, url)
    except OSError:
        raise _unreadable_ca() from None
    try:
        return _post(pool, settings, target_of(url), headers, body)
    except AddressRefused:
        raise _elsewhere() from None
    except HTTPError as error:
        raise _undelivered(error) from None


def _post(
    pool: HTTPConnectionPool, settings: HttpsSettings, target: str, headers: dict[str, str], body: bytes
) -> Answer:
    response = pool.urlopen(
        "POST",
        target,
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
        at=read_date(response.headers.get("Date")),
    )


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
