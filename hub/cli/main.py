"""The command line, and the one place where the failures of all commands become words and exit codes."""

import sys

import typer

from hub.cli.listed import ListedCommands
from hub.cli.speaking.screen import err, print_problems
from schemas.problem import Explained


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
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        err().print(f"{error.strerror}: {error.filename or ''}", markup=False)
        sys.exit(1)
