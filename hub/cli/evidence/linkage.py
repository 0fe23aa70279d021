"""Commands about record linkage: how well it does on files whose truth is known."""

import time
from pathlib import Path
from typing import Annotated

import typer

from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json, table


def add_commands(cli: typer.Typer) -> None:
    linkage = typer.Typer(help="Which records are one person.", no_args_is_help=True)
    linkage.callback()(_group)  # without it Typer would make the only command the group itself
    linkage.command()(evaluate)
    cli.add_typer(linkage, name="linkage")


def _group() -> None:
    """Which records are one person."""


def evaluate(
    left: Annotated[
        Path,
        typer.Argument(
            help="CSV: id, given_name, surname, date_of_birth, house, street, …", exists=True, dir_okay=False
        ),
    ],
    right: Annotated[Path, typer.Argument(help="CSV with the same columns.", exists=True, dir_okay=False)],
    truth: Annotated[
        Path,
        typer.Argument(
            help="CSV with left and right: the ids of each pair that is one person.", exists=True, dir_okay=False
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Link two files and say how right the links are. See docs/linkage.md for what is measured."""
    from hub.identity.linkage import link
    from hub.identity.linkage.evaluate import measure
    from hub.identity.linkage.files import read_side, read_truth

    side_left, side_right = read_side(left), read_side(right)
    pairs = read_truth(truth, side_left, side_right)
    began = time.monotonic()
    quality = measure(link(side_left, side_right), pairs, len(side_left), len(side_right))
    seconds = time.monotonic() - began
    if as_json:
        print_json(quality.as_dict())
        return
    rows = [
        ("certain", quality.certain, f"{quality.precision:.2%}", f"{quality.recall:.2%}"),
        ("with doubtful", quality.certain + quality.doubtful, "", f"{quality.recall_with_doubtful:.2%}"),
    ]
    screen = out()
    screen.print(table("", ("links", "count", "precision", "recall"), rows))
    screen.print(f"Of the certain links, {quality.expected_false:.2g} are expected to be wrong.")
    screen.print(f"Put before a person: {quality.doubtful_share:.2%} of {len(side_left):,} records on the left,")
    screen.print(f"{quality.doubtful_share_of_right:.2%} of {len(side_right):,} on the right. It took {seconds:.1f} s.")
