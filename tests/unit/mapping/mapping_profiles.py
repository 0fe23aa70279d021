"""Small profiles for the tests of the mapping language. They differ only in their layouts."""

import json
from datetime import UTC, datetime
from typing import Any

from adapters.contract import Draft, Encoded, Outbound
from adapters.mapping.profiles.checking import load_profile
from adapters.mapping.profiles.source import Source
from adapters.mapping.system import ProfiledSystem
from schemas.catalogue import Catalogue
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused

CATALOGUE = Catalogue.discover()

CSV = """
name = "csv"
title = "comma-separated"

[layout]
format = "csv"
trailer = "END"

[tables.decision]
Y = "accepted"
N = "refused"

[[exchange]]
kind = "transfer_reply"
version = 1
fields = [
  { wire = "REF", to = "transfer_reference" },
  { wire = "NO", to = "@reference" },
  { wire = "FROM", to = "@sender" },
  { wire = "TO", to = "to_area" },
  { wire = "TAKEN", to = "decision", by = ["table: decision"] },
  { wire = "ON", to = "decided_at", by = ["moment: DD/MM/YYYY HH:MI"] },
  { wire = "WHY", to = "reason" },
  { wire = "SURNAME", to = "offender.name.surname" },
  { wire = "BORN", to = "offender.date_of_birth", by = ["date: DD/MM/YYYY | YYYY"] },
]
"""

TYPED = (
    CSV.replace('name = "csv"', 'name = "typed"')
    .replace('trailer = "END"', 'header = false\nfirst_line = "TYPED"\ntrailer = "END"')
    .replace("version = 1\n", 'version = 1\nwire = "R"\n')
)
UNQUOTED = (
    CSV.replace('name = "csv"', 'name = "unquoted"')
    .replace('format = "csv"', 'format = "csv"\nquote = ""\ndelimiter = "|"')
    .replace('wire = "REF"', 'wire = "OTHER_REF"')
)
_WIDTHS = {"REF": 12, "NO": 10, "FROM": 20, "TO": 20, "TAKEN": 1, "ON": 16, "WHY": 30, "SURNAME": 20, "BORN": 10}


def _fixed_width() -> str:
    text = TYPED.replace('name = "typed"', 'name = "fixed"').replace(
        'format = "csv"\nheader = false\nfirst_line = "TYPED"',
        'format = "fixed_width"\ntype_width = 1\nfirst_line = "FIXED"\nencoding = "iso-8859-1"',
    )
    at = 2
    for name, width in _WIDTHS.items():
        cut = ", cut = true" if name == "WHY" else ""
        text = text.replace(f'wire = "{name}",', f'wire = "{name}", at = {at}, width = {width}{cut},')
        at += width
    return text


FIXED = _fixed_width()
XML = (
    CSV.replace('name = "csv"', 'name = "xml"')
    .replace('format = "csv"\ntrailer = "END"', 'format = "xml"\nroot = "Replies"')
    .replace("version = 1\n", 'version = 1\nwire = "Reply"\n')
)
JSON = (
    CSV.replace('name = "csv"', 'name = "json"')
    .replace('format = "csv"\ntrailer = "END"', 'format = "json"\nmarks = { system = "TEST" }')
    .replace("version = 1\n", 'version = 1\nwire = "replies"\n')
)
LABELLED = (
    CSV.replace('name = "csv"', 'name = "labelled"')
    .replace('format = "csv"', 'format = "labelled"')
    .replace("version = 1\n", 'version = 1\nwire = "REPLY"\n')
)
ALL = {"csv": CSV, "typed": TYPED, "unquoted": UNQUOTED, "fixed": FIXED, "xml": XML, "json": JSON, "labelled": LABELLED}

PAYLOAD: dict[str, Any] = {
    "transfer_reference": "T-1",
    "to_area": "probation-cumbria",
    "decision": "refused",
    "decided_at": "2026-03-09T10:30:00Z",
    "reason": "no such address",
    "offender": {"name": {"surname": "Mockford"}, "date_of_birth": "1971-04-09"},
}


def system_of(text: str) -> ProfiledSystem:
    return ProfiledSystem("test", load_profile(Source("test.toml", text), CATALOGUE))


def problems_of(text: str) -> list[Problem]:
    try:
        load_profile(Source("test.toml", text), CATALOGUE)
    except Refused as refused:
        return list(refused.problems)
    return []


def outbound(kind: str, payload: dict[str, Any], *attachments: Attachment, **other: Any) -> Outbound:
    plain: dict[str, Any] = {
        "id": "00000000-0000-4000-8000-000000000001",
        "kind": kind,
        "version": 1,
        "sender": "probation-cheshire",
        "recipient": "probation-cumbria",
        "reference": "M-7",
        "sent_at": datetime(2026, 3, 9, 12, tzinfo=UTC),
        "correlation": "00000000-0000-4000-8000-000000000002",
        "payload": payload,
        "attachments": attachments,
    }
    return Outbound(**(plain | other))


def encoded(text: str, **changes: Any) -> Encoded:
    return system_of(text).encode(outbound("transfer_reply", PAYLOAD | changes))


def decoded(text: str, body: bytes) -> Draft:
    (draft,) = system_of(text).decode(body, {}).drafts
    return draft


def plain(draft: Draft) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(draft.payload.model_dump_json(exclude_none=True))
    return {key: value for key, value in read.items() if value != []}
