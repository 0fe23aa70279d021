"""Finds who signed a message by WS-Security, and lets each signed message in once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.interfacing.ws_security.opening import Opened, SecuredMessage
from hub.access import certificates, keys
from hub.access.keys import CallsMax
from hub.errors import AssertionRefused
from hub.store.access.certificates import RegisteredCertificate
from hub.store.database.engine import Store
from schemas.problem import Refused


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A message whose signature was verified, and the certificate that made it."""

    certificate: RegisteredCertificate
    opened: Opened


def opened_message(
    store: Store,
    body: bytes,
    own_keys: Sequence[bytes],
    allows_triple_des: Callable[[str], bool],
    skew: timedelta,
    now: datetime,
) -> SignedMessage | None:
    """None if the message has no Security header. Raises AssertionRefused."""
    try:
        secured = SecuredMessage.found_in(body)
        if secured is None:
            return None
        certificate = next(iter(certificates.named_by(store, secured.signer, now)), None)
        if certificate is None:
            raise AssertionRefused(
                "ws_security.signature", "no registered certificate signed this message", "register it first"
            )
        allowed = allows_triple_des(certificate.agency)
        opened = secured.opened(certificate.certificate, own_keys, allow_triple_des=allowed)
    except Refused as refused:
        first = refused.problems[0]
        if not first.code.startswith("ws_security."):
            return None  # It is not readable XML; the code that reads it later reports that.
        raise AssertionRefused(first.code, first.problem, first.cure, first.where) from refused
    if not opened.created_at - skew <= now < opened.expires_at + skew:
        raise AssertionRefused(
            "ws_security.expired",
            "the time stamp has expired, or lies in the future",
            "sign each message when it is sent; check your clock",
        )
    return SignedMessage(certificate, opened)


def use_once(store: Store, message: SignedMessage, calls_max: CallsMax, skew: timedelta, now: datetime) -> None:
    """Raises AssertionRefused if this signed message was used before, or TooManyCalls."""
    ends_at = message.opened.expires_at + skew
    with store.transaction() as connection:
        try:
            keys.use_once(
                connection, message.certificate.agency, f"wsse/{message.opened.mark}", calls_max, ends_at, now
            )
        except AssertionRefused:
            raise AssertionRefused(
                "ws_security.replayed", "the same signed message came before", "sign it anew each time it is sent"
            ) from None
