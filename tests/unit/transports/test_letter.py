"""The mail that carries a message: what its headers say, and that its attachment arrives as it was sent."""

from email.message import EmailMessage

import pytest

from adapters.contract import Encoded, Parcel
from adapters.transports.email.letter import message_id_of, write_letter
from adapters.transports.email.settings import EmailSettings

MESSAGE_ID = "0198a1b2-0000-7000-8000-00000000000a"
SETTINGS = EmailSettings(host="mail.example", from_address="hub@exchange.example", to_address="in@court.example")
SENT_AT = "Thu, 01 Jan 1970 00:00:00 +0000"


def _letter(body: bytes = b"a\r\nb\n", media_type: str = "text/plain", prefix: str | None = None) -> EmailMessage:
    parcel = Parcel(
        MESSAGE_ID, "d-1", "hearing_result", "court-b10jq", "prison-durham", Encoded(body, media_type, ".txt", ())
    )
    return write_letter(SETTINGS.model_copy(update={"subject_prefix": prefix}), parcel, SENT_AT)


def _attached(letter: EmailMessage) -> EmailMessage:
    [attachment] = letter.iter_attachments()
    assert isinstance(attachment, EmailMessage)
    return attachment


def test_the_headers_name_the_message_and_nobody() -> None:
    assert dict(_letter().items()) | {"MIME-Version": "", "Content-Type": ""} == {
        "Subject": f"hearing_result {MESSAGE_ID}",
        "From": "hub@exchange.example",
        "To": "in@court.example",
        "Date": SENT_AT,
        "Message-ID": f"<{MESSAGE_ID}@exchange.example>",
        "Auto-Submitted": "auto-generated",
        "Hub-Message-Id": MESSAGE_ID,
        "Hub-Kind": "hearing_result",
        "Hub-Sender": "court-b10jq",
        "MIME-Version": "",
        "Content-Type": "",
    }
    parcel = Parcel(MESSAGE_ID, "d-2", "other", "else", "where", Encoded(b"", "text/plain", ".txt", ()))
    assert message_id_of(SETTINGS, parcel) == _letter()["Message-ID"], "every attempt has the same"


def test_a_prefix_stands_before_the_subject() -> None:
    assert _letter(prefix="[exchange]")["Subject"] == f"[exchange] hearing_result {MESSAGE_ID}"


def test_the_words_name_the_kind_and_the_message() -> None:
    body = _letter().get_body()
    assert body is not None
    words = body.get_content()
    assert "Kind: hearing_result" in words and f"Message: {MESSAGE_ID}" in words


@pytest.mark.parametrize("body", [b"a\r\nb\nc\r", b"\x00\xff", b"", b"x" * 1000])
def test_the_attachment_has_the_bytes_as_they_were_sent(body: bytes) -> None:
    attached = _attached(_letter(body, "application/octet-stream"))
    assert attached.get_payload(decode=True) == body
    assert attached["Content-Transfer-Encoding"] == "base64"
    assert attached.get_filename() == f"hearing_result-{MESSAGE_ID}.txt"
    assert attached.get_content_disposition() == "attachment"


def test_the_media_type_is_kept_with_its_parameters() -> None:
    attached = _attached(_letter(b"x", 'text/csv; charset="cp1252"; header=present'))
    assert attached.get_content_type() == "text/csv"
    assert attached.get_param("charset") == "cp1252"
    assert attached.get_param("header") == "present"
    plain = _attached(_letter(b"<a/>", "application/xml; odd"))
    assert plain.get_content_type() == "application/xml"
    assert {name for name, _ in plain.get_params(header="Content-Type")} == {"application/xml"}
