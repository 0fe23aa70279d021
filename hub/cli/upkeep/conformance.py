"""`hub conformance`: what an agency sends, gets and was refused, as files that both parties can sign."""

import json
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json
from hub.durable_files import make_file

if TYPE_CHECKING:
    from schemas.json import JsonObject

_LISTS = (
    ("sends", "What it sends", ("kind", "version", "messages", "last_at", "sample_sha256")),
    ("gets", "What it gets", ("kind", "from", "state", "deliveries", "with_receipt", "last_at")),
    ("refused", "What was refused, and why", ("code", "times", "cause", "cure", "last_at")),
)
_STYLE = (
    "body{font-family:sans-serif;max-width:70em;margin:2em}td,th{border:1px solid #888;padding:.3em;text-align:left}"
)


def add_commands(cli: typer.Typer) -> None:
    cli.command()(conformance)


def conformance(
    agency: Annotated[str, typer.Argument(help="The id of an agency.")],
    days: Annotated[int, typer.Option(min=1, max=3_660, help="Of the last days.")] = 30,
    to: Annotated[
        Path | None, typer.Option("--out", help="A folder for the report as HTML and JSON.", file_okay=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What an agency sends, what it gets, and what was refused and why. It names nobody and grants nothing."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        report = hub.conformance.report(agency, hub.clock.now() - timedelta(days=days))
    if to is not None:
        to.mkdir(parents=True, exist_ok=True)
        name = f"conformance-{report['agency']}-{str(report['made_at'])[:10]}"
        make_file(to / f"{name}.json", json.dumps(report, indent=2, ensure_ascii=False) + "\n")
        make_file(to / f"{name}.html", as_html(report))
        out().print(f"Written to {to}: {name}.html and .json", markup=False, soft_wrap=True)
    elif as_json:
        print_json(report)
    else:
        _print(report)


def _print(report: "JsonObject") -> None:
    for key, title, columns in _LISTS:
        out().print(f"{title}: {len(report[key])}", markup=False)
        for row in report[key]:
            out().print("  " + "  ".join(str(row[column]) for column in columns), markup=False, soft_wrap=True)
    for point in report["open_points"]:
        out().print(f"open: {point}", markup=False, soft_wrap=True)


def as_html(report: "JsonObject") -> str:
    """A page for paper, with room for two signatures. Every value is escaped."""
    parts = [
        f"<!doctype html><html lang='en-GB'><meta charset='utf-8'><title>Conformance</title><style>{_STYLE}</style>",
        f"<h1>Conformance: {_safe(report['name'])}</h1>",
        f"<p>From {_safe(report['since'])} to {_safe(report['made_at'])}.",
        f" Documents refused whole: {_safe(report['documents_refused_whole'])}.</p>",
        f"<p>Protocols in force: {_safe(', '.join(report['protocols']) or 'none')}.</p>",
    ]
    for key, title, columns in _LISTS:
        head = "".join(f"<th scope='col'>{_safe(column.replace('_', ' '))}</th>" for column in columns)
        rows = ("".join(f"<td>{_safe(row[column])}</td>" for column in columns) for row in report[key])
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        parts.append(f"<h2>{title}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    points = "".join(f"<li>{_safe(point)}</li>" for point in report["open_points"])
    parts.append(f"<h2>Still open</h2><ul>{points}</ul>")
    parts.append("<h2>Agreed</h2><p>For the agency: ____________ &nbsp; For the exchange: ____________</p></html>\n")
    return "\n".join(parts)


def _safe(value: object) -> str:
    return escape("" if value is None else str(value))
