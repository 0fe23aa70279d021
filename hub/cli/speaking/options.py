"""Options that many commands take."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

By = Annotated[
    str | None,
    typer.Option("--by", help="Who does it, as long as there are no accounts; then it is who is logged in."),
]
