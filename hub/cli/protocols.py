"""Commands about the sharing protocols: list, show, matrix, diff, explain."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from hub.bootstrap import build_knowledge
from hub.cli.connect import open_hub
from hub.cli.inspect import Json
from hub.cli.screen import out, print_json, table
from hub.clock import SystemClock
from hub.deadlines.due import LONDON
from hub.errors import NotFound
from hub.exchange.explanation import Explanation
from hub.settings import Settings
from hub.sharing.decide import Permit
from hub.sharing.grants import Action
from hub.sharing.matrix import changes
from hub.sharing.matrix import matrix as sharing_matrix
from hub.sharing.protocol_rules import read_protocols
from hub.sharing.source import Source
from schemas.problem import Refused


def add_commands(cli: typer.Typer) -> None:
    protocols = typer.Typer(help="Who may have what, on what basis.", no_args_is_help=True)
    protocols.command("list")(list_protocols)
    for command in (show, matrix, diff, explain):
        protocols.command()(command)
    cli.add_typer(protocols, name="protocols")


def list_protocols(as_json: Json = False) -> None:
    """Every protocol, from when until when. Needs no server."""
    today = SystemClock().now().astimezone(LONDON).date()
    rows = [
        {
            "id": protocol.id,
            "version": protocol.version,
            "kinds": sorted({kind for clause in protocol.clauses for kind in clause.kinds}),
            "in_force": protocol.in_force(today),
            "starts": protocol.starts.isoformat(),
            "expires": protocol.expires.isoformat(),
            "review": protocol.review.isoformat(),
            "days_left": (protocol.expires - today).days,
        }
        for protocol in sorted(build_knowledge(Settings()).registry.protocols, key=lambda p: (p.id, p.version))
    ]
    if as_json:
        print_json(rows)
        return
    columns = ("protocol", "version", "kinds", "in force", "starts", "expires", "review", "days left")
    cells = [tuple(", ".join(v) if isinstance(v, list) else v for v in row.values()) for row in rows]
    out().print(table("", columns, cells))


def show(protocol: Annotated[str, typer.Argument(help="Its id, as `hub protocols list` shows it.")]) -> None:
    """One protocol in full: parties, fields, basis, dates. Needs no server."""
    found = [one for one in build_knowledge(Settings()).registry.protocols if one.id == protocol]
    if not found:
        raise NotFound("there is no such protocol", "see their ids: hub protocols list")
    screen = out()
    for one in sorted(found, key=lambda each: each.version):
        screen.print(f"[bold]{one.id}[/bold] version {one.version}, {one.starts} to {one.expires}, review {one.review}")
        screen.print(f"Purpose: {one.purpose}", markup=False, soft_wrap=True)
        screen.print(f"Legal basis: {'; '.join(one.legal_basis)}", markup=False, soft_wrap=True)
        screen.print(f"Kept for {one.retention_days} days.")
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


def matrix(as_json: Json = False) -> None:
    """Who gets how many fields of which kind, and under which protocol. Needs no server."""
    knowledge = build_knowledge(Settings())
    cells = sharing_matrix(knowledge.registry.protocols, knowledge.catalogue)
    if as_json:
        print_json([asdict(cell) for cell in cells])
        return
    rows = [(c.sender, c.recipient, c.kind, *c.fields.values(), f"{c.protocol} v{c.version}") for c in cells]
    out().print(table("", ("from", "to", "kind", *Action, "protocol"), rows))


def diff(
    file: Annotated[Path, typer.Argument(help="A protocol file: the new wording.", exists=True, dir_okay=False)],
    as_json: Json = False,
) -> None:
    """What a new wording changes against the protocol of the same id: which field, for whom. Needs no server."""
    knowledge = build_knowledge(Settings())
    agencies, catalogue = knowledge.registry.agencies, knowledge.catalogue
    written, problems = read_protocols((Source(file.name, file.read_text(encoding="utf-8")),), agencies, catalogue)
    if problems:
        raise Refused(*problems)
    new = written[0].protocol
    known = [one for one in knowledge.registry.protocols if one.id == new.id]
    if not known:
        raise NotFound(f"there is no protocol {new.id} to compare it with", "see their ids: hub protocols list")
    old = max(known, key=lambda one: one.version)
    found = changes(old, new, catalogue)
    if as_json:
        print_json([asdict(change) for change in found])
        return
    rows = [(c.sender, c.recipient, c.kind, c.path, c.before, c.after) for c in found]
    title = f"{new.id}: version {old.version} to {new.version}, {len(found)} fields change"
    out().print(table(title, ("from", "to", "kind", "field", "before", "after"), rows))


def explain(
    message: Annotated[str, typer.Argument(help="The id of a message, or its first characters.")],
    recipient: Annotated[str, typer.Argument(help="An agency: its id, or its OU code.")],
    as_json: Json = False,
) -> None:
    """Each field of a message with the clause that lets it through or holds it back. Never a value."""
    with open_hub() as hub:
        explained = hub.evidence.explain(message, recipient)
    if as_json:
        print_json(
            {
                "message": str(explained.message_id),
                "kind": explained.kind,
                "recipient": explained.recipient,
                "decided_today": _decided(explained),
                "sent_under": explained.sent_under,
                "fields": [asdict(field) for field in explained.fields],
            }
        )
        return
    out().print(explanation_table(explained))


def explanation_table(explained: Explanation) -> Table:
    under = f"; delivered under {explained.sent_under}" if explained.sent_under else ""
    title = f"{explained.kind} from {explained.sender} to {explained.recipient}: {_decided(explained)}{under}"
    rows = [(field.path, field.category, field.count, field.action, field.clause) for field in explained.fields]
    return table(title, ("field", "category", "values", "what becomes of it", "because"), rows)


def _decided(explained: Explanation) -> str:
    decision = explained.decision
    if isinstance(decision, Permit):
        return f"permitted by {decision.protocol_id} v{decision.protocol_version}"
    return f"denied, {decision.reason}"
