"""`hub lint`: check the agencies and the sharing protocols."""

import typer

from hub.cli.speaking.connect import own_settings
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json, print_problems
from hub.clock import SystemClock


def add_commands(cli: typer.Typer) -> None:
    cli.command("lint")(lint_registry)


def lint_registry(as_json: AsJson = False) -> None:
    """Check the agencies, the sharing protocols and your own profiles; exit code 1 if something is wrong."""
    from adapters.catalogue import broken_profiles
    from hub.bootstrap import registry_folders
    from hub.sharing.checking.lint import lint
    from schemas.catalogue import Catalogue

    settings = own_settings()
    problems = list(lint(*registry_folders(settings), Catalogue.discover(), SystemClock().now().date()))
    problems += [problem for found in broken_profiles(settings.profiles_folder()).values() for problem in found]
    if as_json:
        print_json({"problems": [problem.as_dict() for problem in problems]})
    elif problems:
        print_problems(problems, out())
    else:
        out().print("The agencies and the protocols hold together.")
    raise typer.Exit(1 if problems else 0)
