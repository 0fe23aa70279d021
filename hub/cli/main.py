"""The command line, and the one place where the failures of all commands become words and exit codes: two lines for a
person, problem+json (RFC 9457) with `--json`."""

import json
import sys
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

import typer
from typer._click.exceptions import ClickException, NoArgsIsHelpError  # Typer has no other name for them

from hub.cli.listed import ListedCommands
from hub.cli.misuse import misused
from hub.cli.speaking.screen import print_problems
from hub.cli.speaking.visible import visible
from hub.errors import Failure, ValueUnusable
from schemas.problem import Explained, Problem, problem_details

_MISUSED = 2  # the same as for an unknown option


def create_cli() -> typer.Typer:
    cli = typer.Typer(
        name="hub",
        cls=ListedCommands,
        help="The interagency exchange for criminal justice.",
        no_args_is_help=True,
        rich_markup_mode=None,  # help in plain words: without boxes, for any terminal and for a screen reader
        pretty_exceptions_enable=False,
    )
    cli.callback()(_hub)
    return cli


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"hub {version('justice-exchange')}\n")
        raise typer.Exit


def _hub(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Typer wants a function for the options that come before a command."""


def main() -> None:
    as_json = "--json" in sys.argv[1:]
    try:
        ended = create_cli()(prog_name="hub", standalone_mode=False)
    except Explained as failure:
        _say_failure(failure, as_json=as_json)
        sys.exit(_MISUSED if _is_misuse(failure) else 1)
    except NoArgsIsHelpError as help:
        sys.stderr.write(help.format_message() + "\n")
        sys.exit(_MISUSED)
    except ClickException as misuse:
        _say_problems((misused(misuse),), HTTPStatus.UNPROCESSABLE_ENTITY, as_json=as_json)
        sys.exit(_MISUSED)
    except typer.Abort:
        sys.stderr.write("stopped\n")
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        _say_problems((_unreadable(error),), HTTPStatus.UNPROCESSABLE_ENTITY, as_json=as_json)
        sys.exit(1)
    sys.exit(ended if isinstance(ended, int) else 0)


def _say_failure(failure: Explained, *, as_json: bool) -> None:
    status = failure.status if isinstance(failure, Failure) else HTTPStatus.UNPROCESSABLE_ENTITY
    _say_problems(failure.problems, status, as_json=as_json)


def _say_problems(problems: Sequence[Problem], status: int, *, as_json: bool) -> None:
    """On standard error: with `--json`, standard output holds the result and nothing else."""
    if not as_json:
        print_problems(problems)
        return
    from schemas.codes.registry import problem_type  # most commands do not fail

    code, detail = problems[0].code, problems[0].problem
    said = problem_details(problem_type(code), int(status), HTTPStatus(status).phrase, code, detail, problems)
    sys.stderr.write(visible(json.dumps(said, indent=2, ensure_ascii=False)) + "\n")


def _is_misuse(failure: Explained) -> bool:
    """Whether something that was typed cannot be used. The place of a problem with an option is the option."""
    return isinstance(failure, ValueUnusable) or all(problem.where.startswith("--") for problem in failure.problems)


def _unreadable(error: OSError) -> Problem:
    """Of the operating system, so there is no more to say than its words and the name of the file."""
    words = (error.strerror or "the operating system refused something").lower()
    return Problem("file.unusable", str(error.filename or ""), words, "check its name and who may use it")
