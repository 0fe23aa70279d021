"""Mails each message as an attachment. The mail server's acceptance proves nothing, because the recipient has not
answered."""

import smtplib
import ssl
from email.utils import formatdate

from adapters.carriage.parcel import refuse_unfit
from adapters.carriage.reach import AddressRefused
from adapters.carriage.settings import checked_settings, read_settings
from adapters.contract import CannotDeliver, Capabilities, Endpoint, Parcel, Receipt, Transport
from adapters.transports.email.connection import TimeIsUp, conversation, password_of, trust_of
from adapters.transports.email.letter import message_id_of, write_letter
from adapters.transports.email.settings import EmailSettings
from schemas.problem import Problem

_CREDENTIALS = frozenset({530, 534, 535, 538})
_GOING_DOWN = 421


class Email:
    name = "email"
    capabilities = Capabilities(ordered=False, receipts=False, size_bytes_max=10_000_000, sheets="beside")

    def check(self, endpoint: Endpoint) -> tuple[Problem, ...]:
        """Check the settings and the files that they name. The server is not asked."""
        return checked_settings(EmailSettings, endpoint, _use_files)

    def send(self, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        """Send one mail on one connection. Connections are not kept, because a mail server is near and closes idle
        ones."""
        refuse_unfit(parcel, self.capabilities)
        settings = read_settings(EmailSettings, endpoint)
        letter = write_letter(settings, parcel, formatdate(usegmt=True)).as_bytes()
        try:
            with conversation(settings) as smtp:
                smtp.sendmail(settings.from_address, [settings.to_address], letter)
        except AddressRefused:
            problem = "the name resolves to an internal address that the settings do not allow"
            raise _down("partner.address", f"{problem}, so nothing was sent") from None
        except OSError as error:
            raise _undelivered(error) from None
        return Receipt(proved=False, received_at=None, words={"mail": message_id_of(settings, parcel)})

    def close(self) -> None:
        """Nothing is kept between calls, so there is nothing to close."""


def _undelivered(error: OSError) -> CannotDeliver:
    """Return the error in our own words, because the server's words may repeat the address or more."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refused(next(code for code, _ in error.recipients.values()))
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return _refused(error.smtp_code)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _down("partner.credentials", f"the mail server rejects our login: {error.smtp_code}")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _down("partner.tls", "the mail server offers no STARTTLS, or no login method that the exchange has")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return _down("partner.lost", "the mail server closed the connection; it may have accepted the mail")
    if isinstance(error, smtplib.SMTPResponseException):
        return _down("partner.busy", f"the mail server accepts nothing from us at present: {error.smtp_code}")
    if isinstance(error, TimeIsUp | TimeoutError):
        return _down("partner.timeout", "the mail server did not finish in time")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _down("partner.tls", error.verify_message)
    if isinstance(error, ssl.SSLError):
        return _down("partner.tls", "TLS could not be agreed with the mail server")
    return _down("partner.unreachable", "no connection")


def _refused(code: int) -> CannotDeliver:
    """Return what the server says about this mail: 4xx may succeed later, 5xx will not."""
    if code in _CREDENTIALS:
        return _down("partner.credentials", f"the mail server requires a login: {code}")
    if code == _GOING_DOWN:
        return _down("partner.busy", f"the mail server is closing: {code}")
    if 400 <= code < 500:
        return CannotDeliver(
            "partner.busy", f"the mail server does not accept the mail at present: {code}", retryable=True
        )
    return CannotDeliver("partner.refused", f"the mail server refuses the mail: {code}", retryable=False)


def _down(code: str, problem: str) -> CannotDeliver:
    return CannotDeliver(code, problem, retryable=True, partner_down=True)


def _use_files(settings: EmailSettings) -> None:
    password_of(settings)
    trust_of(settings)


def transport() -> Transport:
    return Email()
