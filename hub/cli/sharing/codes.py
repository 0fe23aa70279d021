"""Commands for the code lists of the operator: import, list, show. They need no server."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.speaking.connect import own_settings
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json, print_problems, table
from hub.clock import SystemClock
from hub.deadlines.london import LONDON
from hub.errors import ValueUnusable
from schemas.json import JsonObject

if TYPE_CHECKING:
    from hub.codes.importing import ImportReport
    from hub.codes.known import CodeLists


def add_commands(cli: typer.Typer) -> None:
    codes = typer.Typer(
        name="codes", help="The lists of codes that messages are checked against.", no_args_is_help=True
    )
    codes.command("import")(import_lists)
    codes.command("list")(list_lists)
    codes.command("show")(show_code)
    cli.add_typer(codes)


def import_lists(
    files: Annotated[list[Path], typer.Argument(help="JSON or CSV files, or folders of them.", exists=True)],
    named: Annotated[
        str | None, typer.Option("--as", help="Name of the list, if the file's content does not show it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import lists of codes. A code that a message uses and its list lacks is flagged from then on, never refused.

    A broken file is refused, and the former list stays. Exit code 0 if nothing was refused, else 1.
    """
    from hub.codes.importing import import_codes
    from hub.codes.lists import list_named

    settings = own_settings()
    wanted = None if named is None else list_named(named)
    report = import_codes(files, settings.codes_folder(), wanted, SystemClock().now())
    if as_json:
        print_json(
            {
                "imported": [asdict(one) for one in report.imported],
                "left": [problem.as_dict() for problem in report.left],
                "refused": [problem.as_dict() for problem in report.refused],
            }
        )
    else:
        _print_report(report, settings.codes_folder())
    raise typer.Exit(1 if report.refused else 0)


def _print_report(report: "ImportReport", folder: Path) -> None:
    screen = out()
    if report.imported:
        rows = [
            (one.list, one.source, one.codes, one.added, one.removed, one.changed, one.without_code or "")
            for one in report.imported
        ]
        columns = ("list", "file", "codes", "added", "removed", "changed", "rows without a code")
        screen.print(table(f"Imported into {folder}", columns, rows))
    for problem in report.left:
        screen.print(f"Left alone: {problem.where} {problem.problem}", markup=False, soft_wrap=True)
    if report.refused:
        screen.print("[bold]Refused[/bold], what was imported before still holds")
        print_problems(report.refused, screen)
    if any(one.written for one in report.imported):
        screen.print("A running exchange reads the lists when it is started again.")


def list_lists(as_json: AsJson = False) -> None:
    """Every list, how many codes it holds, and where they came from."""
    from hub.codes.keeping import kept_table
    from hub.codes.lists import LISTS

    folder = own_settings().codes_folder()
    kept = [(rule, kept_table(folder, rule)) for rule in LISTS]
    if as_json:
        print_json(
            [
                {"list": rule.name, "codes": None}
                if held is None
                else {
                    "list": rule.name,
                    "codes": len(held.by_key),
                    "source": held.origin.source,
                    "sha256": held.origin.sha256,
                    "imported_at": held.origin.imported_at.isoformat(),
                }
                for rule, held in kept
            ]
        )
        return
    rows: list[tuple[object, ...]] = [
        (rule.name, "", "not imported, so not checked", "", "")
        if held is None
        else (
            rule.name,
            len(held.by_key),
            held.origin.source,
            held.origin.imported_at.astimezone(LONDON).strftime("%d %b %Y %H:%M"),
            held.origin.sha256[:12],
        )
        for rule, held in kept
    ]
    out().print(table(f"Code lists in {folder}", ("list", "codes", "file", "imported", "sha256"), rows))


def show_code(code: Annotated[str, typer.Argument(help="A code of any list.")], as_json: AsJson = False) -> None:
    """What a code means in each list, and for a result code whether it is a custodial sentence."""
    from hub.codes.keeping import load_code_lists
    from schemas.custody.table import canonical_code, custody_table
    from schemas.fields import RESULT_CODES

    folder = own_settings().codes_folder()
    lists = load_code_lists(folder)
    found: list[JsonObject] = [
        {
            "list": name,
            "code": entry.code,
            "description": entry.description,
            "details": held.details_of(entry),
        }
        for name, held in lists.tables.items()
        for entry in held.find(code)
    ]
    row = custody_table().results.get(canonical_code(code))
    custody = row and {"code": row.code, "name": row.name, "custody": row.custody.value, "reason": row.reason}
    if not found and not custody:
        raise _unknown(code, lists)
    if as_json:
        print_json({"found": found, "custody": custody})
        return
    screen = out()
    for one in found:
        screen.print(f"[bold]{one['list']}[/bold] {one['code']}: ", end="")
        screen.print(one["description"], markup=False, soft_wrap=True)
        for column, cell in one["details"].items():
            screen.print(f"  {column}: {cell}", markup=False, soft_wrap=True)
    if custody:
        screen.print("[bold]custody[/bold] ", end="")
        text = f"{RESULT_CODES.name} {custody['code']}, {custody['name']}: {custody['custody']} ({custody['reason']})"
        screen.print(text, markup=False, soft_wrap=True)


def _unknown(code: str, lists: "CodeLists") -> ValueUnusable:
    if not lists.tables:
        return ValueUnusable(
            "code.unknown", "no list of codes was imported", "import them: hub codes import FILE...", code
        )
    names = ", ".join(lists.tables)
    return ValueUnusable(
        "code.unknown", f"is in none of the imported lists: {names}", "see the lists: hub codes list", code
    )
