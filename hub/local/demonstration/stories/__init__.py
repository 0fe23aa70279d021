"""The stories of the demonstration, in the agencies' own formats: a folder for each, with `story.toml` and its
documents.

The people are made up, and every run uses new references, so that the stories can be played again and again.
"""

import base64
import random
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

from hub.deadlines.london import LONDON
from hub.local.demonstration.pdf import one_page_pdf
from schemas.fields import check_letter
from schemas.json import JsonMapping, JsonObject

Values = dict[str, str]
_SHARED = "shared"
_FORCE = "10NS"
_MEDIA_TYPES = {".xml": "text/xml", ".json": "application/json", ".csv": "text/csv", ".txt": "text/plain"}


@dataclass(frozen=True, slots=True)
class Step:
    """One document of a story: its title, its sender, and its bytes.

    With `after_receipts` it is sent only after everything before it has been delivered. A `real` one is from outside
    the project: its result is shown, and nothing is expected of it.
    """

    story: str
    title: str
    caller: str
    body: bytes
    media_type: str
    after_receipts: bool = False
    real: bool = False
    by: str = ""
    """The interface by which its sender's own system calls. If empty, it is posted with an assertion."""


@dataclass(frozen=True, slots=True)
class Story:
    """`clocks` says how each clock of the story must end. `systems` says, by agency and kind, who receives in a system
    of its own, and `transports` by which transport; without one, in its folder."""

    name: str
    title: str
    steps: tuple[Step, ...]
    clocks: Mapping[str, str] = field(default_factory=dict)
    systems: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    transports: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def story_names() -> tuple[str, ...]:
    """Return the names in the order in which the stories are played."""
    return tuple(name for _, name in sorted((_read(folder)["order"], folder.name) for folder in _folders()))


def stories(now: datetime, run: str, only: str | None = None) -> Iterator[Story]:
    """Return every story, or only that one. Raises KeyError if there is none with that name."""
    names = story_names()
    if only is not None and only not in names:
        raise KeyError(only)
    for name in names:
        if only in (None, name):
            yield _story(files(__name__) / name, now, run)


def real_samples(folder: Path) -> Iterator[Story]:
    """Return real messages of the agencies' systems, if they are beside the project."""
    steps = tuple(
        Step("real samples", f"{what}, {Path(name).name}", caller, (folder / name).read_bytes(), "text/xml", real=True)
        for what, caller, name in _REAL
        if (folder / name).exists()
    )
    if steps:
        yield Story("real_samples", "real samples", steps)


_REAL = (
    ("court list", "gateway-libra", "libra/sample-request.xml"),
    ("court list", "gateway-libra", "libra/multi-day-and-court-room-request.xml"),
    ("result", "gateway-cjse", "spi/input-message-001.xml"),
    ("result", "gateway-cjse", "spi/input-message-routedata-001.xml"),
)


def _folders() -> list[Traversable]:
    return [folder for folder in files(__name__).iterdir() if folder.joinpath("story.toml").is_file()]


def _read(folder: Traversable) -> JsonObject:
    return _written(folder.name)


@lru_cache(maxsize=64)
def _written(folder: str) -> JsonObject:
    return tomllib.loads(_text(folder, "story.toml"))


@lru_cache(maxsize=256)
def _text(folder: str, name: str) -> str:
    return files(__name__).joinpath(folder, name).read_text(encoding="utf-8")


def _story(folder: Traversable, now: datetime, run: str) -> Story:
    written = _read(folder)
    force = written["person"].get("force", _FORCE)
    values = _values(now, run, folder.name, force) | {key: str(value) for key, value in written["person"].items()}
    steps = tuple(
        _step(folder, written["title"], step, values | {"step": f"{folder.name}-{number}"} | step.get("values", {}))
        for number, step in enumerate(written["step"], start=1)
    )
    expected = written.get("expect", {})
    clocks, systems, transports = expected.get("clocks", {}), written.get("systems", {}), written.get("transports", {})
    return Story(folder.name, written["title"], steps, clocks, systems, transports)


def _step(folder: Traversable, story: str, step: JsonMapping, values: Values) -> Step:
    body = _fill(folder, step["file"], values)
    if "within" in step:
        body = _fill(folder, step["within"], values | {"result": escape(body)})
    media_type = _MEDIA_TYPES[Path(step.get("within", step["file"])).suffix]
    after, by = step.get("after_receipts", False), step.get("by", "")
    return Step(story, step["title"], step["from"], body.encode(), media_type, after, by=by)


def _fill(folder: Traversable, name: str, values: Values) -> str:
    place = folder.name if folder.joinpath(name).is_file() else _SHARED
    return Template(_text(place, name)).substitute(values)


def _values(now: datetime, run: str, story: str, force: str) -> Values:
    """Return what the documents of one story share: dates around today, and numbers that pass their checks. `force` is
    the code of the police force, and of a part of it."""
    chance = random.Random(run + story)
    local = now.astimezone(LONDON)
    sitting, year = local.date() + timedelta(days=1), f"{local.year % 100:02d}"
    serial, sequence = f"{chance.randrange(10_000_000):07d}", f"{chance.randrange(10**11):011d}"
    return {
        "run": run,
        "title": "Mr",
        "now": now.isoformat(timespec="seconds"),
        "today": local.date().isoformat(),
        "today_uk": local.strftime("%d/%m/%Y"),
        "sitting": sitting.strftime("%d/%m/%Y"),
        "sitting_compact": sitting.strftime("%d%m%Y"),
        "case_number": f"{chance.randrange(10**9):09d}",
        "hearing_at": (now + timedelta(days=21)).isoformat(timespec="seconds"),
        "review_on": (local.date() + timedelta(days=28)).isoformat(),
        "next_review_on": (local.date() + timedelta(days=84)).isoformat(),
        "week_ago": (local.date() - timedelta(days=7)).isoformat(),
        "month_ago": (now - timedelta(days=30)).isoformat(timespec="seconds"),
        "sentence_date": local.date().isoformat(),
        "sentence_time": local.strftime("%H:%M:%S"),
        "offence_date": (local.date() - timedelta(days=90)).isoformat(),
        "serial": serial,
        "pnc_id": f"2009/{serial}{check_letter(int('09' + serial))}",
        "noms": f"Z{chance.randrange(10_000):04d}ZZ",
        "crn": f"X{chance.randrange(1_000_000):06d}",
        "urn": f"{force}{chance.randrange(100_000):05d}{year}",
        "asn": f"{year}{force}01{sequence}{check_letter(int(force[:2] + '01' + year + sequence))}",
        "gender": "1",
        "pdf": base64.b64encode(one_page_pdf(_REPORT_LINES)).decode(),
    }


_REPORT_LINES = (
    "PRE-SENTENCE REPORT",
    "A demonstration document about a made-up person.",
    "Proposal: a community order with unpaid work and a thinking skills programme.",
)
