"""`hub deadlines`: the clocks that run, the most urgent first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import err, out, print_json, table
from hub.cli.speaking.selecting import selection
from hub.cli.speaking.tables import SpokenTable
from hub.cli.speaking.typed import whole_id
from hub.counting import counted
from hub.deadlines.words import state_words

if TYPE_CHECKING:
    from hub.exchange.telling.story_views import DeadlineView

_WHAT_TO_DO = (
    "What can be done: `hub quarantine list` for what was not delivered, `hub partners list` for who does not answer, "
    "`hub replay --id MESSAGE` to send it again."
)


def add_commands(cli: typer.Typer) -> None:
    group = typer.Typer(help="The clocks that run, and deciding about doubtful ones.", invoke_without_command=True)
    group.callback()(deadlines)
    group.command()(decide)
    cli.add_typer(group, name="deadlines")


def decide(
    clock: Annotated[
        UUID,
        typer.Argument(parser=whole_id("clock", "hub deadlines --json"), help="The id of a doubtful clock."),
    ],
    runs: Annotated[bool, typer.Option("--runs/--void", help="Whether the clock runs, or there is none.")],
    reason: Annotated[str, typer.Option(help="The reason. The journal keeps it, so name nobody in it.")],
    by: By = None,
) -> None:
    """Decide about a doubtful clock. If it runs, the message and the report go to the agency that waits."""
    with open_hub() as hub:
        person = acting(hub, Right.DECIDE_CLOCKS, by=by)
        decided = hub.doubtful_clocks.decide(clock, runs=runs, by=person, because=reason)
    out().print(f"{decided.name} {'runs' if runs else 'is void'}")


def deadlines(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Include clocks that were met or missed.")] = False,
    clock: Annotated[str | None, typer.Option(help="Only this clock, such as warrant_open.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only what this agency must do, or waits for.")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only what is late, and how many by agency and step.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 500,
    after: Annotated[
        UUID | None,
        typer.Option(
            parser=whole_id("clock", "hub deadlines --json"),
            metavar="CLOCK",
            help="Only clocks behind this one in the list.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The running clocks, the most urgent first."""
    if context.invoked_subcommand is not None:
        return
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        whose = selection(hub, agency, None, None).recipient
        narrowed = whose is not None or late  # these are chosen here, from all of them
        page = [
            each
            for each in hub.deadlines.listed(
                stopped_too=everything, name=clock, after=after, limit=None if narrowed else limit + 1
            )
            if (whose is None or whose in (each["owner"], each["toward"])) and (each["overdue"] or not late)
        ]
    found = page[:limit]
    if len(page) > limit:
        err().print(f"There are more. The next page: hub deadlines --after {found[-1]['id']}, with the same options.")
    if as_json:
        print_json(found)
        return
    if late and found:
        out().print(_late(page))
    rows = [(state_words(c), c["due_at"], c["owner"], c["started_by"]) for c in found]
    columns = ("clock", "due", "must act", "message")
    out().print(table(counted(len(found), "clock"), columns, rows))
    if found:
        out().print("`hub show MESSAGE` tells for whom it runs, and what happened to the message.")
    if late and found:
        out().print(_WHAT_TO_DO)


def _late(found: "Sequence[DeadlineView]") -> SpokenTable:
    from hub.deadlines.ladder import ChaseStep
    from hub.exchange.telling.deadline_board import late_by_agency

    rows = [
        (owner or "nobody", clock, *(str(steps[step] or "") for step in ChaseStep), str(steps.total()))
        for (owner, clock), steps in late_by_agency(found).items()
    ]
    columns = ("must act", "clock", *ChaseStep, "all")
    return table("late, by who must act, and to whom it has gone", columns, rows)
