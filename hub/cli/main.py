"""Every command of `hub`, and the one place where their failures become words and exit codes."""

import sys

import typer

from hub.cli.access import accounts as people
from hub.cli.access import certificates, keys
from hub.cli.evidence import disposal, errors, evidence, linkage
from hub.cli.messages import collect, deadlines, links, partners, quarantine, replay, send, show, try_file
from hub.cli.running import backup, demo, migrate, up, vault
from hub.cli.sharing import codes, lint, profile, protocols
from hub.cli.speaking.screen import err, print_problems
from schemas.problem import Explained


def create_cli() -> typer.Typer:
    cli = typer.Typer(
        name="hub",
        help="The interagency exchange for criminal justice.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for module in (
        up,
        demo,
        migrate,
        errors,
        evidence,
        disposal,
        backup,
        certificates,
        send,
        collect,
        partners,
        people,
        quarantine,
        replay,
        keys,
        try_file,
        show,
        deadlines,
        lint,
        links,
        linkage,
        codes,
        profile,
        protocols,
        vault,
    ):
        module.add_commands(cli)
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
