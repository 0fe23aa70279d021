"""The end of life: retention, legal holds, and what a person may know of what is held about them."""

from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import cells, out, print_json, table
from hub.cli.speaking.typed import day, whole_id
from hub.counting import counted

Reason = Annotated[str, typer.Option(help="The reason. The journal keeps it, so name nobody in it.")]
Pnc = Annotated[str | None, typer.Option(help="The person's PNC id.")]
Cro = Annotated[str | None, typer.Option(help="The person's CRO number.")]
Crn = Annotated[str | None, typer.Option(help="The person's case reference number of probation.")]
Noms = Annotated[str | None, typer.Option(help="The person's prison number.")]
Name = Annotated[str | None, typer.Option(help="The person's surname; with --born.")]
Born = Annotated[
    date | None, typer.Option(parser=day, metavar="DAY", help="The date of birth, YYYY-MM-DD; with --name.")
]


def add_commands(cli: typer.Typer) -> None:
    retention = typer.Typer(help="Destroy content whose retention time is over.", no_args_is_help=True)
    retention.command("run")(run)
    cli.add_typer(retention, name="retention")
    hold = typer.Typer(help="Legal holds: what must not be destroyed.", no_args_is_help=True)
    hold.command("place")(place)
    hold.command("list")(list_holds)
    hold.command("end")(end)
    cli.add_typer(hold, name="hold")
    subject = typer.Typer(help="What a person may know about the data held on them.", no_args_is_help=True)
    subject.command("report")(report)
    cli.add_typer(subject, name="subject")


def run(
    by: By = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what is due and destroy nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Destroy the content of every message whose retention time is over. What it was and who got it stays recorded."""
    with open_hub() as hub:
        done = hub.end_of_life.run_retention(acting(hub, Right.RUN_RETENTION, by=by), dry_run=dry_run).as_plain()
    if as_json:
        print_json(done)
        return
    screen = out()
    rows = [(each["kind"], each["protocol"], each["days"], each["count"]) for each in done["messages"]]
    screen.print(table("Due" if dry_run else "Destroyed", ("kind", "protocol", "days", "messages"), rows))
    screen.print(
        ", ".join(f"{counted(count, 'document')} {why}" for why, count in done["documents"].items()), markup=False
    )
    if done["kept"]:
        kept = [(each["why"], each["kind"], each["count"]) for each in done["kept"]]
        screen.print(table("Due, and kept", ("why", "kind", "messages"), kept))
    screen.print(f"the oldest content that remains was accepted at {done['oldest_remaining'] or '(there is none)'}")


def place(
    reason: Reason,
    by: By = None,
    pnc: Pnc = None,
    cro: Cro = None,
    crn: Crn = None,
    noms: Noms = None,
    name: Name = None,
    born: Born = None,
    case: Annotated[str | None, typer.Option(help="The case's URN or court case reference.")] = None,
) -> None:
    """Keep everything about a person or a case, until the hold is ended. Give one number, or --name with --born."""
    from hub.disposal.person_named import Given

    wanted = Given(
        pnc=pnc, cro=cro, crn=crn, noms=noms, name=name, born=born.isoformat() if born else None, case=case
    ).one()
    with open_hub() as hub:
        placed = hub.end_of_life.place_hold(wanted, acting(hub, Right.CHANGE_HOLDS, by=by), reason)
    out().print(f"hold {placed['id']} is placed; it covers {counted(placed['covers'], 'message')} now")


def list_holds(
    every: Annotated[bool, typer.Option("--all", help="Ended holds too.")] = False,
    as_json: AsJson = False,
) -> None:
    """The holds in force. They do not show whom they are about."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        found = hub.end_of_life.holds(ended_too=every)
    if as_json:
        print_json(found)
        return
    columns = ("id", "kind", "by", "covers", "placed_by", "placed_at", "reason", "ended_at")
    out().print(table(counted(len(found), "hold"), columns, cells(found, columns)))


_Hold = Annotated[UUID, typer.Argument(parser=whole_id("hold", "hub hold list"), help="The id of a hold.")]


def end(hold: _Hold, reason: Reason, by: By = None) -> None:
    """End a hold. What it kept can be destroyed when it is due."""
    with open_hub() as hub:
        hub.end_of_life.end_hold(hold, acting(hub, Right.CHANGE_HOLDS, by=by), reason)
    out().print("the hold is ended")


def report(
    reason: Reason,
    folder: Annotated[Path, typer.Option("--out", help="Where the files go.", file_okay=False)],
    by: By = None,
    pnc: Pnc = None,
    cro: Cro = None,
    crn: Crn = None,
    noms: Noms = None,
    name: Name = None,
    born: Born = None,
    formats: Annotated[str, typer.Option("--format", help="html, json, or both: html,json")] = "html,json",
) -> None:
    """Write what is held and was shared about a person. Other people's data is withheld and counted."""
    from hub.disposal.person_named import Given
    from hub.disposal.report_files import ReportFormat, write_report

    try:
        wanted_formats = [ReportFormat(each.strip()) for each in formats.split(",")]
    except ValueError:
        raise typer.BadParameter("formats are html and json") from None
    wanted = Given(pnc=pnc, cro=cro, crn=crn, noms=noms, name=name, born=born.isoformat() if born else None).wanted()
    with open_hub() as hub:
        found = hub.end_of_life.subject_report(
            wanted, acting(hub, Right.REPORT_SUBJECT, Right.READ_BODY, by=by), reason
        )
    for file in write_report(found, folder, wanted_formats):
        out().print(str(file), markup=False, soft_wrap=True)
    counts = found["counts"]
    out().print(
        f"{counted(counts['messages'], 'message')}, shared {counted(counts['sharings'], 'time')};"
        f" {counted(counts['held_back'], 'value')} held back"
    )
