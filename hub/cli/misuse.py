"""Says in plain words how a command was mistyped: what is wrong, the nearest that is known, and where its help is."""

import re
from typing import Any

from typer._click.exceptions import (  # Typer has no other name for them
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoSuchOption,
    UsageError,
)

from hub.value_words import wrong_value
from schemas.nearest import did_you_mean
from schemas.problem import Problem

_NO_COMMAND = re.compile(r"No such command '(.*?)'", re.DOTALL)
_EXTRA = re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", re.DOTALL)


def misused(misuse: ClickException) -> Problem:
    context = misuse.ctx if isinstance(misuse, UsageError) else None
    command = context.command_path if context else "hub"
    problem, nearest = _said(misuse, context)
    help = f"see `{command} --help`"
    return Problem("command.misused", "", problem, f"{nearest}; {help}" if nearest else help)


def _said(misuse: ClickException, context: Any) -> tuple[str, str]:
    """What is wrong, and the nearest that is known; empty if nothing is near."""
    match misuse:
        case NoSuchOption():
            known = [name for each in context.command.params for name in each.opts] if context else []
            return f"there is no option {misuse.option_name}", _near(misuse.option_name, known)
        case MissingParameter():
            return f"{_named(misuse.param)} is missing", ""
        case BadOptionUsage():
            return f"{misuse.option_name} needs a value", ""
        case BadParameter():
            return f"{_named(misuse.param)}: {_wrong(misuse)}", ""
    message = misuse.format_message().rstrip(".")
    if found := _NO_COMMAND.match(message):
        return f"there is no command {found[1]!r}", _near(found[1], list(getattr(context.command, "commands", {})))
    if found := _EXTRA.match(message):
        return f"{found[1]!r} is more than the command takes", ""
    return message, ""


def _near(typed: str, known: list[str]) -> str:
    return did_you_mean(typed, known, all_known_up_to=0) if known else ""


def _named(parameter: Any) -> str:
    """As the help names it: `--limit`, `ITEM`."""
    if parameter is None:
        return "a value"
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name).upper()
    return str(max(parameter.opts, key=len))


def _wrong(misuse: BadParameter) -> str:
    """Typer keeps what pydantic has found as the cause. All other words are our own."""
    findings = getattr(misuse.__cause__, "errors", None)
    if findings is None:
        return misuse.message.rstrip(".")
    return wrong_value(findings(include_url=False)[0])
