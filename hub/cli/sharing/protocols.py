"""Commands about the sharing protocols that change nothing: list, show, matrix, explain."""

from dataclasses import asdict
from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.sharing import protocol_versions
from hub.cli.sharing.protocol_versions import known_protocol
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import agreed, open_hub
from hub.cli.speaking.explanation_table import decided, explanation_table
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_csv, print_json, table
from hub.clock import SystemClock
from hub.deadlines.london import LONDON


def add_commands(cli: typer.Typer) -> None:
    protocols = typer.Typer(help="Who may have what, on what basis.", no_args_is_help=True)
    protocols.command("list")(list_protocols)
    for command in (show, matrix, explain):
        protocols.command()(command)
    protocol_versions.add_commands(protocols)
    cli.add_typer(protocols, name="protocols")


def list_protocols(as_json: AsJson = False) -> None:
    """Every protocol with its dates: as agreed, or as in the folder if no exchange runs."""
    registry, _ = agreed()
    today = SystemClock().now().astimezone(LONDON).date()
    rows = [
        {
            "id": protocol.id,
            "version": protocol.version,
            "kinds": sorted({kind for clause in protocol.clauses for kind in clause.kinds}),
            "in_force": registry.in_force(protocol, today),
            "starts": protocol.starts.isoformat(),
            "expires": protocol.expires.isoformat(),
            "review": protocol.review.isoformat(),
            "days_left": (protocol.expires - today).days,
        }
        for protocol in sorted(registry.protocols, key=lambda p: (p.id, p.version))
    ]
    if as_json:
        print_json(rows)
        return
    columns = ("protocol", "version", "kinds", "in force", "starts", "expires", "review", "days left")
    cells = [tuple(", ".join(v) if isinstance(v, list) else v for v in row.values()) for row in rows]
    out().print(table("", columns, cells))


def show(protocol: Annotated[str, typer.Argument(help="Its id, as `hub protocols list` shows it.")]) -> None:
    """Every version of one protocol in full: parties, fields, basis, dates."""
    known = agreed()[0].protocols
    found = [one for one in known if one.id == known_protocol(protocol, (each.id for each in known))]
    screen = out()
    for one in sorted(found, key=lambda each: each.version):
        screen.print(f"[bold]{one.id}[/bold] version {one.version}, {one.starts} to {one.expires}, review {one.review}")
        screen.print(f"Purpose: {one.purpose}", markup=False, soft_wrap=True)
        screen.print(f"Legal basis: {'; '.join(one.legal_basis)}", markup=False, soft_wrap=True)
        screen.print(f"Kept for {one.retention_days} days.")
        for clock, allowance in one.clocks:
            screen.print(f"Clock {clock}: {allowance}.", markup=False, soft_wrap=True)
        for clause in one.clauses:
            parties = " to ".join(", ".join(map(str, side)) for side in (clause.senders, clause.recipients))
            screen.print(f"Clause {clause.id}: {', '.join(clause.kinds)}, {parties}", markup=False, soft_wrap=True)
            for words, selectors in (
                ("passes", clause.fields),
                ("never", clause.excepted),
                ("masks", clause.masked),
                ("pseudonymises", clause.pseudonymised),
            ):
                if selectors:
                    screen.print(f"  {words}: {', '.join(map(str, selectors))}", markup=False, soft_wrap=True)
        for condition in one.conditions:
            screen.print(f"Condition {condition.id}: {condition}", markup=False, soft_wrap=True)


def matrix(
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print lines for a spreadsheet.")] = False,
) -> None:
    """Who gets how many fields of which kind, and under which protocol."""
    from hub.sharing.agreed.matrix import matrix as sharing_matrix
    from hub.sharing.terms.grants import Action

    registry, catalogue = agreed()
    cells = sharing_matrix(registry.protocols, catalogue)
    if as_json:
        print_json([asdict(cell) for cell in cells])
        return
    columns = ("from", "to", "kind", *Action, "conditions", "protocol")
    rows = [
        (c.sender, c.recipient, c.kind, *c.fields.values(), "; ".join(c.conditions), f"{c.protocol} v{c.version}")
        for c in cells
    ]
    if as_csv:
        print_csv(columns, rows)
        return
    out().print(table("", columns, rows))


def explain(
    message: Annotated[str, typer.Argument(help="The id of a message, or its first characters.")],
    recipient: Annotated[str, typer.Argument(help="An agency: its id, or its OU code.")],
    as_json: AsJson = False,
) -> None:
    """Each field of a message, with the clause that grants or withholds it. Never a value."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        explained = hub.evidence.explain(message, recipient)
    if as_json:
        print_json(
            {
                "message": str(explained.message_id),
                "kind": explained.kind,
                "recipient": explained.recipient,
                "decided": decided(explained.decision),
                "decided_today": decided(explained.today),
                "sent_under": explained.sent_under,
                "fields": [asdict(field) for field in explained.fields],
            }
        )
        return
    out().print(explanation_table(explained))
