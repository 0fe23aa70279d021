"""Email with a real SMTP server: what is in a mail, who gets it, and what each refusal means."""

import shutil
import socket
import ssl
import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from adapters.contract import CannotDeliver, Encoded, Endpoint, Parcel
from adapters.transports.email.adapter import Email
from tests.contract.transports.partners.email import FROM, TO, EmailPartner, partner


def parcel(body: bytes = b"<result>Rowan Ashbrook</result>", media_type: str = "application/xml") -> Parcel:
    encoded = Encoded(body, media_type, ".xml")
    return Parcel(str(uuid.uuid4()), "d-1", "hearing_result", "court-1", "area-1", encoded)


def to(agency: EmailPartner, **settings: str) -> Endpoint:
    return Endpoint("area-north", "hub_json", "email", agency.settings | settings)


def failure(endpoint: Endpoint) -> CannotDeliver:
    with pytest.raises(CannotDeliver) as failed:
        Email().send(endpoint, parcel())
    return failed.value


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[EmailPartner]:
    with partner(tmp_path) as agency:
        yield agency


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl on this machine to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    made = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    made += ["-days", "2", "-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [*made, "-keyout", str(folder / "key.pem"), "-out", str(folder / "mail.pem")], check=True, capture_output=True
    )
    return folder / "mail.pem", folder / "key.pem"


def server_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def test_the_mail_says_kind_and_number_and_names_nobody_outside_its_attachment(agency: EmailPartner) -> None:
    message = parcel(media_type='application/xml; charset="utf-8"')
    Email().send(to(agency, subject_prefix="[exchange]"), message)
    [letter] = agency.mailbox.letters
    assert letter["Subject"] == f"[exchange] hearing_result {message.message_id}"
    assert (letter["From"], letter["To"]) == (FROM, TO)
    assert letter["Message-ID"] == f"<{message.message_id}@hub.example>"
    assert (letter["Hub-Message-Id"], letter["Hub-Kind"]) == (message.message_id, "hearing_result")
    [attachment] = letter.iter_attachments()
    assert attachment.get_content_type() == "application/xml"
    assert attachment.get_content_charset() == "utf-8"
    assert attachment.get_filename() == f"hearing_result-{message.message_id}.xml"
    text = letter.get_body(("plain",))
    assert text is not None
    assert message.message_id in text.get_content()
    assert "Ashbrook" not in str(letter["Subject"]) + text.get_content()
    [envelope] = agency.mailbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (FROM, [TO])


def test_each_attempt_has_the_same_message_id(agency: EmailPartner) -> None:
    message = parcel()
    agency.mailbox.before_answer = lambda server: server.transport.abort()
    with pytest.raises(CannotDeliver, match=r"partner\.lost") as failed:
        Email().send(agency.endpoint, message)
    assert (failed.value.retryable, failed.value.partner_down) == (True, True)
    agency.mailbox.before_answer = None
    Email().send(agency.endpoint, message)
    first, second = agency.mailbox.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert len(agency.taken()) == 1


@pytest.mark.parametrize(
    ("verb", "reply", "code", "retryable", "down"),
    [
        ("MAIL", "451 try later", "partner.busy", True, False),
        ("RCPT", "450 greylisted", "partner.busy", True, False),
        ("DATA", "452 no room", "partner.busy", True, False),
        ("RCPT", "421 closing", "partner.busy", True, True),
        ("MAIL", "530 log in first", "partner.credentials", True, True),
        ("MAIL", "550 not from you", "partner.refused", False, False),
        ("RCPT", "550 nobody Rowan Ashbrook here", "partner.refused", False, False),
        ("DATA", "554 no thank you", "partner.refused", False, False),
    ],
)
def test_what_the_servers_answer_means(
    agency: EmailPartner, verb: str, reply: str, code: str, retryable: bool, down: bool
) -> None:
    agency.mailbox.answers[verb] = reply
    failed = failure(agency.endpoint)
    assert (failed.code, failed.retryable, failed.partner_down) == (code, retryable, down)
    assert reply[:3] in failed.problem
    assert "Ashbrook" not in str(failed), "the server's own words stay with the server"
    assert agency.mailbox.letters == []


def test_a_mail_that_is_too_large_for_the_server_is_not_tried_again(tmp_path: Path) -> None:
    with partner(tmp_path, data_size_limit=1_000) as agency:
        failed = failure(agency.endpoint)
    assert (failed.code, failed.retryable) == ("partner.refused", False)


def test_with_starttls_the_mail_goes_only_over_tls_and_after_the_login(
    tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    (tmp_path / "password").write_text("made up\n")
    asked: list[tuple[bytes, bytes, bool]] = []

    def login(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        asked.append((data.login, data.password, session.ssl is not None))  # type: ignore[attr-defined]
        return AuthResult(success=data.password == b"made up", handled=False)  # type: ignore[attr-defined]

    server = {"tls_context": server_context(certificate), "authenticator": login, "auth_required": True}
    with partner(tmp_path, require_starttls=True, **server) as agency:
        who = {"username": "hub", "password_file": str(tmp_path / "password")}
        safe = to(agency, tls="starttls", ca_file=str(certificate[0]), **who)
        assert Email().check(safe) == ()
        Email().send(safe, parcel())
        assert asked == [(b"hub", b"made up", True)]
        assert len(agency.mailbox.letters) == 1
        (tmp_path / "password").write_text("wrong\n")
        assert failure(safe).code == "partner.credentials"
        asked.clear()
        assert failure(to(agency, tls="starttls", **who)).code == "partner.tls", "a CA that nobody vouches for"
        assert asked == [], "no password leaves before the server has proved itself"
        assert len(agency.mailbox.letters) == 1


def test_tls_from_the_first_byte(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    with partner(tmp_path, ssl_context=server_context(certificate)) as agency:
        Email().send(to(agency, tls="tls", ca_file=str(certificate[0])), parcel())
        assert len(agency.mailbox.letters) == 1
        assert failure(to(agency, tls="tls")).code == "partner.tls"
        assert len(agency.mailbox.letters) == 1


def test_a_server_that_offers_no_starttls_gets_nothing(agency: EmailPartner) -> None:
    failed = failure(to(agency, tls="starttls"))
    assert (failed.code, failed.partner_down) == ("partner.tls", True)
    assert agency.mailbox.letters == []


@contextmanager
def server_that_says(chunks: list[bytes], pause_seconds: float) -> Iterator[int]:
    """Says these chunks, one after another, to each caller, and then is silent."""
    over = threading.Event()

    def talk(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            for chunk in chunks:
                if over.wait(pause_seconds):
                    return
                try:
                    connection.sendall(chunk)
                except OSError:
                    return
            over.wait(10)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=talk, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        over.set()
    thread.join()


@pytest.mark.parametrize(
    "chunks", [[], [b"2"] * 200, [b"220-wait\r\n"] * 200], ids=["silent", "byte by byte", "line by line"]
)
def test_a_server_that_never_finishes_its_answer_is_given_up_in_time(agency: EmailPartner, chunks: list[bytes]) -> None:
    """The server would continue for at least ten seconds and then hang up, which is another failure."""
    with server_that_says(chunks, 0.05) as port:
        failed = failure(to(agency, port=str(port), total_timeout_seconds="0.4"))
    assert (failed.code, failed.partner_down) == ("partner.timeout", True)


def test_a_server_that_closes_at_once_is_down(agency: EmailPartner) -> None:
    with server_that_says([b"554 no mail service here\r\n"], 0) as port:
        failed = failure(to(agency, port=str(port)))
    assert (failed.code, failed.retryable, failed.partner_down) == ("partner.busy", True, True)


@pytest.mark.parametrize("address", ["a b@c.example", "<a@b.example>", "a@b.example, c@d.example", "a@", "@b.example"])
def test_an_address_that_is_not_plain_is_refused(agency: EmailPartner, address: str) -> None:
    for setting in ("from_address", "to_address"):
        problems = Email().check(to(agency, **{setting: address}))
        assert [problem.code for problem in problems] == ["settings.address"]
        assert address not in problems[0].problem
