"""The sheet that goes along with a message whose recipient's format cannot hold all of it: a web page for a person,
with every value that the file lacks and the documents themselves. Pure."""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, Template

from adapters.contract import Outbound
from schemas.parts.document import Attachment

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}: what the file could not hold</title>
<style>
body { font: 1rem/1.5 sans-serif; color: #0b0c0c; background: #fff; max-width: 50rem; margin: 2rem auto }
table { border-collapse: collapse; width: 100%; margin: 0 0 1.5rem }
caption { font-weight: bold; text-align: left; padding: .5rem 0 }
th, td { text-align: left; vertical-align: top; border: 1px solid #505a5f; padding: .4rem .6rem; white-space: pre-line }
th { width: 35% }
</style>
</head>
<body>
<main>
<h1>{{ title }}: what the file could not hold</h1>
<p>This sheet belongs to message {{ message.id }} from {{ message.sender }} to {{ message.recipient }}.
The recipient's system has no place for what is below. Keep the sheet with the case record, and act on it.</p>
{% for section in sections %}
<table>
<caption>{{ section.title }}</caption>
<tbody>
{% for label, value in section.rows %}
<tr><th scope="row">{{ label }}</th><td>{{ value }}</td></tr>
{% endfor %}
</tbody>
</table>
{% endfor %}
{% if files %}
<h2>Documents</h2>
<ul>
{% for file in files %}
<li><a download="{{ file.name }}" href="{{ file.address }}">{{ file.name }}, {{ file.size }} bytes</a></li>
{% endfor %}
</ul>
{% endif %}
</main>
</body>
</html>
"""
_STEP = re.compile(r"([a-z0-9_]+)((?:\[[0-9]+\])*)")
_INDEX = re.compile(r"\[([0-9]+)\]")
_SHORT = re.compile(r"\b(?:crn|cro|pnc)\b", re.IGNORECASE)
_MEASURED = ("sha256", "size_bytes")


@dataclass(frozen=True, slots=True)
class _Section:
    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    size: int
    address: str


def write_sheet(message: Outbound, title: str, unexpressed: Sequence[str]) -> bytes:
    """Write the sheet. `unexpressed` are the paths of the payload that the file does not hold."""
    sections: dict[str, list[tuple[str, str]]] = {}
    if person := tuple(_person(message.payload)):
        sections["The person"] = list(person)
    for path in unexpressed:
        value = _value_at(message.payload, path)
        steps = _steps(path)
        if value is None or steps[-1] in _MEASURED:
            continue
        is_part = len(steps) > 1
        section = _words(steps[:1]) if is_part else "The case"
        sections.setdefault(section, []).append((_words(steps[is_part:]), _written(value)))
    shown = [_Section(title, tuple(rows)) for title, rows in sections.items()]
    page = _template().render(title=title, message=message, sections=shown, files=_files(message, unexpressed))
    return page.encode()


def field_names(unexpressed: Sequence[str]) -> tuple[str, ...]:
    """Return the fields of these paths in words, each once: `risk summary`, `offender, ethnicity`, `contacts`."""
    steps = (path.split(".") for path in unexpressed)
    fields = (one[:1] if "[" in one[0] else one[:2] for one in steps)
    return tuple(dict.fromkeys(_words([_INDEX.sub("", step) for step in one]).lower() for one in fields))


@cache
def _template() -> Template:
    return Environment(autoescape=True, trim_blocks=True).from_string(_PAGE)


def _person(payload: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield what says whose sheet it is, as far as the recipient may know it."""
    about = payload.get("offender") or payload.get("defendant")
    if not isinstance(about, Mapping):
        return
    name = about.get("name")
    if isinstance(name, Mapping):
        yield "Name", " ".join([*map(str, name.get("forenames", ())), str(name.get("surname", ""))]).strip()
    for field in ("date_of_birth", "crn", "pnc_id"):
        if value := about.get(field):
            yield _words((field,)), str(value)


def _files(message: Outbound, unexpressed: Sequence[str]) -> list[_File]:
    """Return the documents that the file does not hold, each whole."""
    digests = {_value_at(message.payload, path) for path in unexpressed if path.endswith(".sha256")}
    return [_file(one) for one in message.attachments if one.sha256 in digests]


def _file(one: Attachment) -> _File:
    media_type = one.media_type or "application/octet-stream"
    address = f"data:{media_type};base64,{base64.b64encode(one.content).decode()}"
    return _File(one.name, len(one.content), address)


def _value_at(tree: object, path: str) -> object:
    for step in path.split("."):
        match = _STEP.fullmatch(step)
        if match is None:
            return None
        tree = tree.get(match[1]) if isinstance(tree, Mapping) else None
        for index in _INDEX.findall(match[2]):
            tree = tree[int(index)] if isinstance(tree, Sequence) and int(index) < len(tree) else None
    return tree


def _steps(path: str) -> tuple[str, ...]:
    """Return the names of a path, each with its number counted from one: `contacts 3`, `note`."""
    return tuple(_INDEX.sub(lambda found: f" {int(found[1]) + 1}", step) for step in path.split("."))


def _words(steps: Sequence[str]) -> str:
    words = ", ".join(steps).replace("_", " ")
    return _SHORT.sub(lambda found: found[0].upper(), words[:1].upper() + words[1:])


def _written(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
