"""Options that many commands take."""

from typing import Annotated

import typer

from hub.cli.speaking.typed import shown_value

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

By = Annotated[
    str | None,
    typer.Option("--by", help="Name to record while no accounts exist; afterwards it must match the login."),
]

Seen = Annotated[
    str | None,
    typer.Option(
        "--seen",
        parser=shown_value,
        metavar="VALUE",
        help="The value that was shown with what it would do. Not needed while no accounts exist.",
    ),
]
SuppressBelow = Annotated[
    int | None, typer.Option(min=2, max=1_000, help="Hide numbers from 1 up to below this, and what tells them.")
]
WithPredecessors = Annotated[
    bool, typer.Option("--with-predecessors", help="Count for a merged area what its predecessors did.")
]
