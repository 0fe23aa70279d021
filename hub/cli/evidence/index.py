"""Looks a person up in the index: which areas know them."""

from datetime import date
from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import out, print_json, table
from hub.cli.speaking.typed import day
from hub.counting import counted


def add_commands(cli: typer.Typer) -> None:
    cli.command("index")(index)


def index(
    reason: Annotated[str, typer.Option(help="The reason. The journal keeps it, so name nobody in it.")],
    by: By = None,
    pnc: Annotated[str | None, typer.Option(help="The person's PNC id.")] = None,
    cro: Annotated[str | None, typer.Option(help="The person's CRO number.")] = None,
    crn: Annotated[str | None, typer.Option(help="The person's case reference number of probation.")] = None,
    noms: Annotated[str | None, typer.Option(help="The person's prison number.")] = None,
    name: Annotated[str | None, typer.Option(help="The surname; with --born and --postcode.")] = None,
    forename: Annotated[str | None, typer.Option(help="The first forename.")] = None,
    born: Annotated[date | None, typer.Option(parser=day, metavar="DAY", help="The date of birth, YYYY-MM-DD.")] = None,
    postcode: Annotated[str | None, typer.Option(help="The postcode.")] = None,
    as_json: AsJson = False,
) -> None:
    """Which probation areas know a person, since when, and whom to ask. Needs the right search_index."""
    from hub.exchange.telling.index_search import person_sought

    person = person_sought(
        numbers={"pnc_id": pnc, "cro_number": cro, "crn": crn, "noms_number": noms},
        surname=name,
        forename=forename,
        born=born.isoformat() if born else None,
        postcode=postcode,
    )
    with open_hub() as hub:
        found = hub.index.search(person, acting(hub, Right.SEARCH_INDEX, by=by), reason)
    if as_json:
        print_json(found)
        return
    columns = ("area", "name", "crn", "contact", "since")
    plain = [
        (each["area"], each["name"], each["crn"], each["contact"], each["since"] or "restricted: ask the area")
        for each in found["found"]
    ]
    out().print(table(f"Known to {counted(len(plain), 'area')}", columns, plain))
    if found["similar"]:
        out().print("Somebody similar is known. Give a number of the person to be certain.")
