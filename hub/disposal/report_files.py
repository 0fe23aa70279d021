"""Writes a subject's report as files that only their owner may read."""

import json
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from hub.durable_files import make_file
from schemas.json import JsonMapping


class ReportFormat(StrEnum):
    HTML = "html"
    JSON = "json"


def as_html(report: JsonMapping) -> str:
    """A page without scripts or links, suitable for a screen, a screen reader or paper. Every value is escaped."""
    from jinja2 import Environment, StrictUndefined  # Only this function needs it, and it takes long to import.

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = files("hub.disposal").joinpath("subject_report.html").read_text(encoding="utf-8")
    return environment.from_string(template).render(report=report)


def as_json(report: JsonMapping) -> str:
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


_WRITERS: Mapping[ReportFormat, Callable[[JsonMapping], str]] = {
    ReportFormat.HTML: as_html,
    ReportFormat.JSON: as_json,
}


def write_report(report: JsonMapping, folder: Path, formats: Iterable[ReportFormat]) -> tuple[Path, ...]:
    """Returns the files. Their names do not identify the subject. OSError if a file already exists."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = str(report["made_at"])[:19].replace(":", "").replace("-", "")
    written = []
    for each in sorted(set(formats)):
        file = folder / f"subject-report-{stamp}.{each}"
        make_file(file, _WRITERS[each](report))
        written.append(file)
    return tuple(written)
