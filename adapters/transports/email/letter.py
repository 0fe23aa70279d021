"""Writes the mail. Pure: the same message always has the same Message-ID, so that a repeat can be recognised."""

from email.message import EmailMessage
from email.policy import SMTP

from adapters.carriage.parcel import file_name, sheet_name
from adapters.contract import Parcel
from adapters.transports.email.settings import EmailSettings

_WORDS = """\
A message of the interagency exchange is attached.

Kind: {kind}
Message: {message_id}

Please do not answer this mail. A repeat has the same message number and can be deleted.
"""


def message_id_of(settings: EmailSettings, parcel: Parcel) -> str:
    return f"<{parcel.message_id}@{settings.from_address.rpartition('@')[2]}>"


def write_letter(settings: EmailSettings, parcel: Parcel, sent_at: str) -> EmailMessage:
    """Write the mail. `sent_at` is in the form of a mail header. The parcel has passed refuse_unfit. Subject and text
    name nobody."""
    letter = EmailMessage(SMTP)
    prefix = f"{settings.subject_prefix} " if settings.subject_prefix else ""
    letter["Subject"] = f"{prefix}{parcel.kind} {parcel.message_id}"
    letter["From"] = settings.from_address
    letter["To"] = settings.to_address
    letter["Date"] = sent_at
    letter["Message-ID"] = message_id_of(settings, parcel)
    letter["Auto-Submitted"] = "auto-generated"  # machines with this header get no holiday notices
    letter["Hub-Message-Id"] = parcel.message_id
    letter["Hub-Kind"] = parcel.kind
    letter["Hub-Sender"] = parcel.sender
    letter.set_content(_WORDS.format(kind=parcel.kind, message_id=parcel.message_id))
    media_type, _, parameters = parcel.encoded.media_type.partition(";")
    maintype, _, subtype = media_type.partition("/")
    letter.add_attachment(
        parcel.encoded.body,
        maintype=maintype,
        subtype=subtype,
        cte="base64",  # so that bytes arrive as they were sent, with their line ends
        filename=file_name(parcel),
        params=_split(parameters),
    )
    if parcel.sheet is not None:
        charset = {"charset": "utf-8"}
        name = sheet_name(parcel)
        letter.add_attachment(parcel.sheet, "text", "html", cte="base64", filename=name, params=charset)
    return letter


def _split(parameters: str) -> dict[str, str]:
    pairs = [pair.strip().partition("=") for pair in parameters.split(";") if "=" in pair]
    return {name: value.strip('"') for name, _, value in pairs}
