"""Explains a code: what it means, and what to do about it."""

from dataclasses import asdict
from typing import Annotated

import typer

from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json
from hub.errors import ValueUnusable
from schemas.codes.registry import Code, CodeRegistry, code_registry


def add_commands(cli: typer.Typer) -> None:
    cli.command("error")(explain)


def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A code that the hub gave, such as limit.calls.")],
    as_json: AsJson = False,
) -> None:
    """Explain a code: its cause, its cure and its HTTP status."""
    registry = code_registry()
    found = registry.by_code.get(code.strip().lower())
    if found is None:
        raise _unknown(code, registry)
    if as_json:
        print_json(asdict(found))
    else:
        _print(found)


def _print(code: Code) -> None:
    screen = out()
    screen.print(f"[bold]{code.code}[/bold]")
    screen.print(f"  {code.cause}", markup=False, soft_wrap=True)
    screen.print(f"  What to do: {code.cure}", markup=False, soft_wrap=True)
    if code.status is not None:
        screen.print(f"  HTTP status: {code.status}")
    if code.retryable:
        screen.print("  The same may succeed later.")


def _unknown(code: str, registry: CodeRegistry) -> ValueUnusable:
    near = registry.nearest(code.strip().lower())
    cure = f"did you mean {' or '.join(near)}?" if near else "see docs/errors.md, which lists every code"
    return ValueUnusable("error.unknown", f"the hub has no code {code}", cure)
