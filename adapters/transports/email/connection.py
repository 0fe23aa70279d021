"""A conversation with a mail server that has a time limit, whatever the server does."""

import math
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from adapters.carriage.reach import AddressRefused, refuse_address
from adapters.carriage.secret import read_secret
from adapters.contract import CannotDeliver
from adapters.transports.email.settings import EmailSettings

_WELCOME = 220


class TimeIsUp(TimeoutError):
    """The exchange ended the conversation because its time was over."""


class _Conversation(smtplib.SMTP):
    """Uses TLS from the first byte if a context is given. A socket's own timeout starts again with every byte, so a
    timer closes the connection when the whole time is over."""

    def __init__(self, settings: EmailSettings, context: ssl.SSLContext | None) -> None:
        self._settings = settings
        self._context = context
        self._done = threading.Event()
        self._watch: threading.Thread | None = None
        self._ends_at = math.inf
        # Give the address as our name, because looking up the machine's own name can take any time.
        domain = settings.from_address.rpartition("@")[2]
        super().__init__(local_hostname=domain, timeout=settings.connect_timeout_seconds)
        self._host = settings.host  # the name that the certificate after STARTTLS must have

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        try:
            refuse_address(plain.getpeername()[0], host, self._settings.networks)
        except (AddressRefused, OSError):
            plain.close()
            raise
        self._ends_at = time.monotonic() + self._settings.total_timeout_seconds
        plain.settimeout(self._settings.total_timeout_seconds)
        watched = plain.dup()  # the same connection, even after TLS has wrapped the socket
        self._watch = threading.Thread(target=self._end_in_time, args=(watched,), daemon=True)
        self._watch.start()
        return self._context.wrap_socket(plain, server_hostname=host) if self._context else plain

    def _end_in_time(self, watched: socket.socket) -> None:
        with watched:
            if not self._done.wait(self._settings.total_timeout_seconds):
                with suppress(OSError):
                    watched.shutdown(socket.SHUT_RDWR)

    @property
    def time_is_up(self) -> bool:
        """Return whether the time is over by the clock, whichever noticed it first: the timer or the socket."""
        return time.monotonic() >= self._ends_at

    def finish(self) -> None:
        self._done.set()
        self.close()


@contextmanager
def conversation(settings: EmailSettings) -> Iterator[smtplib.SMTP]:
    """Open a conversation that is ready for a mail. Raises OSError (which includes smtplib's errors), TimeIsUp, or
    CannotDeliver for a secret or a certificate that cannot be read."""
    password = password_of(settings)
    context = trust_of(settings)
    smtp = _Conversation(settings, context if settings.tls == "tls" else None)
    try:
        code, words = smtp.connect(settings.host, settings.port_or_usual)
        if code != _WELCOME:
            raise smtplib.SMTPConnectError(code, words)
        if settings.tls == "starttls":
            smtp.starttls(context=context)
        if settings.username is not None and password is not None:
            smtp.login(settings.username, password)
        yield smtp
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()  # the server has accepted the mail, so an error now does not matter
    except OSError as error:
        if smtp.time_is_up:
            raise TimeIsUp from error
        raise
    finally:
        smtp.finish()


def password_of(settings: EmailSettings) -> str | None:
    return read_secret(settings.password_file, "settings.password_file") if settings.password_file else None


def trust_of(settings: EmailSettings) -> ssl.SSLContext:
    """Return a context with TLS 1.2 or later. A CA file replaces the machine's own list."""
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError:
        problem = "the file cannot be read, or contains no certificate"
        raise CannotDeliver("settings.ca_file", problem, retryable=True, partner_down=True) from None
