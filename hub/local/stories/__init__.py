"""The documents of the demonstration, in the agencies' own formats. Made-up people; new references at every run."""

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

from hub.deadlines.due import LONDON
from hub.local.pdf import one_page_pdf
from schemas.fields import check_letter

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One document of a story: what it is called, who sends it, and its bytes.

    `real` documents come from outside the project: whatever they hold is shown, and nothing is expected of them.
    """

    story: str
    title: str
    caller: str
    body: bytes
    media_type: str
    real: bool = False


def stories(now: datetime, run: str) -> Iterator[Step]:
    """The three stories and their sequel, in order."""
    values = _values(now, run)
    yield Step("1 court list", "court list, Libra XML", "gateway-libra", _fill("court_list.xml", values), "text/xml")
    yield Step(
        "2 report",
        "request for a report, JSON",
        "court-b10jq",
        _fill("report_request.json", values),
        "application/json",
    )
    yield Step(
        "2 report",
        "pre-sentence report with its PDF, JSON",
        "probation-northumbria",
        _fill("pre_sentence_report.json", values),
        "application/json",
    )
    yield Step("3 sentence", "custodial result, SPI XML", "gateway-cjse", _result(values, run, "reported"), "text/xml")
    yield Step(
        "4 no report held", "custodial result, SPI XML", "gateway-cjse", _result(values, run, "unreported"), "text/xml"
    )


_REAL = (
    ("court list", "gateway-libra", "libra/sample-request.xml"),
    ("court list", "gateway-libra", "libra/multi-day-and-court-room-request.xml"),
    ("result", "gateway-cjse", "spi/input-message-001.xml"),
    ("result", "gateway-cjse", "spi/input-message-routedata-001.xml"),
)


def real_samples(folder: Path) -> Iterator[Step]:
    """Real messages of the agencies' systems, where they lie beside the project."""
    for what, caller, name in _REAL:
        file = folder / name
        if file.exists():
            yield Step("real samples", f"{what}, {file.name}", caller, file.read_bytes(), "text/xml", real=True)


def _values(now: datetime, run: str) -> Values:
    chance = random.Random(run)
    local = now.astimezone(LONDON)
    sitting = local.date() + timedelta(days=1)
    serial = f"{chance.randrange(10_000_000):07d}"
    return {
        "run": run,
        "now": now.isoformat(timespec="seconds"),
        "sitting": sitting.strftime("%d/%m/%Y"),
        "sitting_compact": sitting.strftime("%d%m%Y"),
        "case_number": f"{chance.randrange(10**9):09d}",
        "hearing_at": (now + timedelta(days=21)).isoformat(timespec="seconds"),
        "sentence_date": local.date().isoformat(),
        "sentence_time": local.strftime("%H:%M:%S"),
        "offence_date": (local.date() - timedelta(days=90)).isoformat(),
        "pnc_id": f"2009/{serial}{check_letter(int('09' + serial))}",
        "urn": f"10NS{chance.randrange(100_000):05d}{local.year % 100:02d}",
        "pdf": base64.b64encode(one_page_pdf(_REPORT_LINES)).decode(),
    }


_REPORT_LINES = (
    "PRE-SENTENCE REPORT",
    "A demonstration document about a made-up person.",
    "Proposal: a community order with unpaid work and a thinking skills programme.",
)


def _result(values: Values, run: str, which: str) -> bytes:
    chance = random.Random(run + which)
    year, sequence = values["sentence_date"][2:4], f"{chance.randrange(10**11):011d}"
    person = {
        "reported": {"title": "Mr", "forename": "Sample", "surname": "ASHBROOK", "born": "1988-02-14", "gender": "1"},
        "unreported": {
            "title": "Miss",
            "forename": "Example",
            "surname": "BIRCHWOOD",
            "born": "1995-09-30",
            "gender": "2",
        },
    }[which]
    filled = (
        values
        | person
        | {
            "reference": f"{run}-{which}",
            "asn": f"{year}10NS01{sequence}{check_letter(int('1001' + year + sequence))}",
            "urn": values["urn"] if which == "reported" else f"10NT{chance.randrange(100_000):05d}{year}",
        }
    )
    resulted = _fill("resulted_case.xml", filled).decode()
    return _fill("hearing_result.xml", filled | {"result": escape(resulted)})


def _fill(name: str, values: Values) -> bytes:
    text = files("hub.local.stories").joinpath(name).read_text(encoding="utf-8")
    return Template(text).substitute(values).encode()
