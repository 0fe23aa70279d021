"""The documents of a run: feedback on sentence plans of made-up people, each of about two kilobytes, in two formats."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.fields import check_letter

AREAS = (
    ("probation-northumbria", "prison-durham"),
    ("probation-cheshire", "prison-altcourse"),
    ("probation-kent", "prison-elmley"),
    ("probation-lancashire", "prison-preston"),
    ("probation-essex", "prison-chelmsford"),
)
"""A sender and its one recipient."""
_SIZE_BYTES = 2_048
_WORDS = "Settled, and in work since the second month. Keeps every appointment and has asked for the course. "


@dataclass(frozen=True, slots=True)
class Document:
    """One document with one message for one recipient."""

    sender: str
    media_type: str
    body: bytes


def feedback(run: str, number: int, to: str | None = None) -> Document:
    """`run` and `number` make its person and its reference different from all others. `to` is the prison that gets
    it."""
    sender, prison = AREAS[number % len(AREAS)]
    prison, moment = to or prison, datetime.now(UTC).isoformat()
    serial = f"{number % 10_000_000:07d}"
    offender = {
        "name": {"title": "Mr", "forenames": ["Sample"], "surname": f"Fieldmark {letters(number)}"},
        "date_of_birth": f"{1970 + number % 30}-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        "sex": "male",
        "pnc_id": f"2009/{serial}{check_letter(int('09' + serial))}",
    }
    payload = {
        "release_reference": f"R-{run}-{serial}",
        "prison": prison,
        "completed_at": moment,
        "offender": offender,
        "summary": "",
    }
    message = {
        "kind": "sentence_plan_feedback",
        "version": 1,
        "sender": sender,
        "reference": f"B{run}-{serial}",
        "sent_at": moment,
        "payload": payload,
    }
    payload["summary"] = (_WORDS * 30)[: _SIZE_BYTES - len(json.dumps(message))]
    return Document(sender, "application/json", json.dumps(message).encode())


def letters(number: int) -> str:
    """The number as capital letters, at least two."""
    letters = ""
    while True:
        letters = chr(ord("A") + number % 26) + letters
        number //= 26
        if not number:
            return letters.rjust(2, "A")
