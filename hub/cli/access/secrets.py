"""Commands for the secrets of agencies' systems that call with OAuth 2: new, list, revoke."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import out, print_json, table
from hub.cli.speaking.typed import whole_id
from hub.deadlines.ending import state_in_words
from hub.durable_files import make_file
from hub.errors import KeyUnusable

_Agency = Annotated[str, typer.Argument(help="Agency id or OU code.")]


def add_commands(cli: typer.Typer) -> None:
    secrets = typer.Typer(help="The secrets of agencies' systems that call with OAuth 2.", no_args_is_help=True)
    secrets.command()(new)
    secrets.command()(revoke)
    secrets.command("list")(list_secrets)
    cli.add_typer(secrets, name="secrets")


def new(
    agency: _Agency,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="File for the secret. Default: it is printed, once.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=731, help="How long it is valid.")] = 365,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Make a secret. The ones before stay valid, so that the agency can change without a gap."""
    if out_file is not None and out_file.exists():
        raise KeyUnusable(f"{out_file} exists already", "name a new file")
    with open_hub() as hub:
        made = hub.access.issue_secret(agency, timedelta(days=days), acting(hub, Right.CHANGE_KEYS, by=by))
    if out_file is not None:
        make_file(out_file, made.text + "\n")
    if as_json:
        kept = {"client_id": made.agency, "secret": str(made.id), "expires_at": made.expires_at.isoformat()}
        print_json(kept | ({"file": str(out_file)} if out_file else {"client_secret": made.text}))
        return
    out().print(f"Secret {made.id} of {made.agency}, until {made.expires_at:%d %B %Y}.")
    typer.echo(f"client_id: {made.agency}")
    typer.echo(f"client_secret: in {out_file}" if out_file else f"client_secret: {made.text}")
    out().print("Send it over a secure channel. The exchange keeps only its digest, and cannot show it again.")


def list_secrets(agency: Annotated[str | None, typer.Argument(help="Only of this agency.")] = None) -> None:
    """The secrets by id, and which of them end soon. The secrets themselves are not kept."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        found, now = hub.access.secrets(agency), hub.clock.now()
    rows = [
        (
            one.agency,
            one.id,
            f"{one.expires_at:%d %b %Y}",
            state_in_words(now, one.expires_at, one.revoked_at, do_next="make the next one"),
        )
        for one in found
    ]
    out().print(table("", ("agency", "secret", "until", "state"), rows))


def revoke(
    secret: Annotated[UUID, typer.Argument(parser=whole_id("secret", "hub secrets list"), help="The id of a secret.")],
    by: By = None,
) -> None:
    """Revoke it. It stops working immediately, and so do the tokens that were made from it."""
    with open_hub() as hub:
        agency = hub.access.revoke_secret(secret, acting(hub, Right.CHANGE_KEYS, by=by))
    out().print(f"Secret {secret} of {agency} is revoked.")
