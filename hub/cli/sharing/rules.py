"""Commands about the rules of the installation: show, propose, approve."""

from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.moments import local_words
from hub.cli.speaking.options import AsJson, By, Seen
from hub.cli.speaking.screen import out, print_json, table


def add_commands(cli: typer.Typer) -> None:
    rules = typer.Typer(
        help="The rules of the installation. Two people change them, like a protocol.", no_args_is_help=True
    )
    for command in (show, propose, approve):
        rules.command()(command)
    cli.add_typer(rules, name="rules")


def show(as_json: AsJson = False) -> None:
    """The rules that are in force, what each means, and since when they are so."""
    from hub.approval.rules import explained

    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        history = hub.rules.history()
    newest = history[-1]
    if as_json:
        print_json({"number": newest.number, "since": newest.since.isoformat(), "rules": newest.rules})
        return
    rows = [(name, newest.rules.get(name), words) for name, words in explained().items()]
    title = f"Rules number {newest.number}, in force since {local_words(newest.since.isoformat())}"
    out().print(table(title, ("rule", "value", "what it says"), rows))


def propose(
    changes: Annotated[list[str], typer.Argument(help="New values, such as alone_up_to=10.", metavar="RULE=VALUE")],
    by: By = None,
) -> None:
    """Propose other rules. They are in force once another person has approved them."""
    wanted = dict(_pair(each) for each in changes)
    with open_hub() as hub:
        proposed = hub.rules.propose(wanted, acting(hub, Right.PROPOSE_PROTOCOLS, by=by))
    out().print(f"Another person decides: hub approvals show {proposed.id}", soft_wrap=True)


def approve(
    proposal: Annotated[str, typer.Argument(help="The id of a proposal, or its first characters.")],
    seen: Seen = None,
    by: By = None,
) -> None:
    """Approve rules that another person proposed. They are in force at once."""
    with open_hub() as hub:
        who = acting(hub, Right.APPROVE_PROTOCOLS, by=by)
        new = hub.rules.approve(hub.approving.find(proposal).id, who, seen)
    out().print(f"Rules number {new.number} are in force.")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text}: write RULE=VALUE")
    return name.strip(), value.strip()
