"""`hub doctor`: what must hold so that the exchange can work here, and what to do where it does not."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import own_settings
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.exchange.telling.status import Status


def add_commands(cli: typer.Typer) -> None:
    cli.command()(doctor)


def doctor(as_json: AsJson = False) -> None:
    """Check everything that the exchange needs here; say what is wrong and what to do. It changes nothing.

    Exit code 1 if something is wrong; what a person should see to is said, too.
    """
    from hub.local.examination.case import Case, Judgement
    from hub.local.examination.examining import examine
    from hub.telemetry.logs import configure_logs

    case = Case(own_settings(), configure_logs("cli"), _status)
    found = []
    for finding in examine(case):
        found.append(finding)
        if not as_json:
            out().print(f"{finding.judgement:9} {finding.what}: {finding.words}", markup=False, soft_wrap=True)
            if finding.cure:
                out().print(f"{'':9} What to do: {finding.cure}", markup=False, soft_wrap=True)
    if as_json:
        print_json([asdict(finding) for finding in found])
    raise typer.Exit(1 if any(finding.judgement is Judgement.WRONG for finding in found) else 0)


def _status(hub: "Hub") -> "Status":
    acting(hub, Right.READ_STORIES)
    return hub.status.now()
