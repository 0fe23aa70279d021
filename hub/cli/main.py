"""The command line, and the one place where the failures of all commands become words and exit codes."""

import sys

import typer

from hub.cli.listed import ListedCommands
from hub.cli.speaking.screen import err, print_problems
from hub.errors import ValueUnusable
from schemas.problem import Explained

_MISUSED = 2  # the same as for an unknown option


def create_cli() -> typer.Typer:
    cli = typer.Typer(
        name="hub",
        cls=ListedCommands,
        help="The interagency exchange for criminal justice.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    cli.callback()(lambda: None)  # Typer asks for a command or a callback; the commands are listed by the class
    return cli


def main() -> None:
    try:
        create_cli()()
    except Explained as failure:
        print_problems(failure.problems)
        sys.exit(_MISUSED if _is_misuse(failure) else 1)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        err().print(f"{error.strerror}: {error.filename or ''}", markup=False)
        sys.exit(1)


def _is_misuse(failure: Explained) -> bool:
    """Whether something that was typed cannot be used. The place of a problem with an option is the option."""
    return isinstance(failure, ValueUnusable) or all(problem.where.startswith("--") for problem in failure.problems)
