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
