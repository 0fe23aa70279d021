"""The partner of the email transport: a real SMTP server on the loopback address, and a mailbox that recognises
repeats."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.contract import Endpoint
from hub.local.ports import HeldPort

FROM, TO = "exchange@hub.example", "cases@area-north.example"


class Mailbox:
    """What the server accepted. Set `answer` to make it refuse: for a verb such as MAIL, RCPT or DATA, a reply line."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.answers: dict[str, str] = {}
        self.before_answer: Callable[[SMTP], None] | None = None

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.SMTP)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.envelopes.append(envelope)
        if self.before_answer is not None:
            self.before_answer(server)
        return "250 OK"


class EmailPartner:
    def __init__(self, folder: Path, **server: Any) -> None:
        self._folder = folder.resolve()
        self._server = server
        self._controller: Controller | None = None
        self.mailbox = Mailbox()
        self._port = HeldPort("127.0.0.1")
        self.port = self._port.number
        self.start()

    def start(self) -> None:
        self._controller = Controller(self.mailbox, hostname="127.0.0.1", port=self.port, **self._server)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def close(self) -> None:
        self.stop()
        self._port.close()

    @property
    def settings(self) -> dict[str, str]:
        return {
            "host": "127.0.0.1",
            "port": str(self.port),
            "tls": "none",
            "from_address": FROM,
            "to_address": TO,
        }

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint("area-north", "hub_json", "email", self.settings)

    @property
    def bad_settings(self) -> Mapping[str, Mapping[str, str]]:
        good = self.settings
        return {
            "settings.missing": {},
            "settings.unknown": good | {"cc": "x"},
            "settings.value": good | {"subject_prefix": "Hello\r\nBcc: other@agency.example"},
            "settings.address": good | {"to_address": "a@b.example\r\nBcc: c@d.example"},
            "settings.tls": good | {"host": "mail.example"},
            "settings.host": good | {"host": "mail.example\r\n"},
            "settings.credentials": good | {"username": "hub"},
            "settings.password_file": good | {"username": "hub", "password_file": str(self._folder / "none")},
            "settings.ca_file": good | {"ca_file": str(self._folder / "none.pem")},
            "settings.path": good | {"ca_file": "ca.pem"},
        }

    def taken(self) -> list[tuple[str, bytes]]:
        """A repeat is recognised by its Message-ID, as in a mail client."""
        seen: dict[str, tuple[str, bytes]] = {}
        for letter in self.mailbox.letters:
            [attachment] = letter.iter_attachments()
            body = attachment.get_payload(decode=True)
            assert isinstance(body, bytes)
            seen.setdefault(str(letter["Message-ID"]), (str(letter["Hub-Message-Id"]), body))
        return list(seen.values())

    def go_away(self) -> None:
        self.stop()

    def come_back(self) -> None:
        self.start()


@contextmanager
def partner(folder: Path, **server: Any) -> Iterator[EmailPartner]:
    agency = EmailPartner(folder, **server)
    try:
        yield agency
    finally:
        agency.close()
