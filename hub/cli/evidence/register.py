"""Lists the registers of risk of harm, the late reviews first."""

from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import out, print_json, table
from hub.cli.speaking.selecting import selection
from hub.counting import counted


def add_commands(cli: typer.Typer) -> None:
    cli.command("register")(register)


def register(
    reason: Annotated[str, typer.Option(help="The reason. The journal keeps it, so name nobody in it.")],
    by: By = None,
    area: Annotated[str | None, typer.Option(help="Only what this area reviews, such as probation-kent.")] = None,
    division: Annotated[str | None, typer.Option(help="Only this division.")] = None,
    team: Annotated[str | None, typer.Option(help="Only this team.")] = None,
    officer: Annotated[str | None, typer.Option(help="Only this officer.")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only entries whose review is late.")] = False,
    pnc: Annotated[str | None, typer.Option(help="Only the person with this PNC id.")] = None,
    crn: Annotated[str | None, typer.Option(help="Only the person with this case reference number.")] = None,
    as_json: AsJson = False,
) -> None:
    """The current entries in the registers of risk, the late reviews first. Needs the right read_body."""
    from hub.exchange.telling.index_search import person_sought
    from hub.exchange.telling.risk_register import WantedEntries

    person = person_sought(numbers={"pnc_id": pnc, "crn": crn}) if pnc is not None or crn is not None else None
    with open_hub() as hub:
        whose = selection(hub, area, None, None).recipient
        wanted = WantedEntries(whose, division, team, officer, late, person)
        found = hub.register.listed(acting(hub, Right.READ_BODY, by=by), reason, wanted)
    if as_json:
        print_json(found)
        return
    columns = ("review", "area", "division", "team", "officer", "level", "categories", "message")
    plain = [
        (
            f"{each['review_on']}, late by {counted(each['late_days'], 'day')}"
            if each["late_days"]
            else each["review_on"],
            each["area"],
            each["division"],
            each["team"],
            each["officer"],
            each["level"],
            ", ".join(each["categories"] + ([f"MAPPA {each['mappa']}"] if each["mappa"] else [])),
            each["message"],
        )
        for each in found
    ]
    out().print(table(counted(len(found), "entry"), columns, plain))
