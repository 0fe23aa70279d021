"""Commands for the agencies' keys: new, add, list, revoke, assertion, sign."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub, own_settings
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import out, print_json, table
from hub.cli.speaking.typed import one_of, whole_id
from hub.clock import SystemClock
from hub.deadlines.ending import state_in_words
from hub.durable_files import make_file
from hub.errors import KeyUnusable

_Agency = Annotated[str, typer.Argument(help="Agency id or OU code.")]


class KeyAlgorithm(StrEnum):
    EDDSA = "EdDSA"
    ES256 = "ES256"


def add_commands(cli: typer.Typer) -> None:
    keys = typer.Typer(help="The agencies' own keys.", no_args_is_help=True)
    for command in (new, add, revoke, assertion, sign):
        keys.command()(command)
    keys.command("list")(list_keys)
    cli.add_typer(keys, name="keys")


def new(
    agency: _Agency,
    out_file: Annotated[Path, typer.Option("--out", help="File for the key pair. Only the agency may have it.")],
    algorithm: Annotated[
        KeyAlgorithm, typer.Option(parser=one_of(KeyAlgorithm), metavar="NAME", help="EdDSA or ES256.")
    ] = KeyAlgorithm.EDDSA,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Make a key pair for an agency. The exchange keeps only the public part."""
    if out_file.exists():
        raise KeyUnusable(f"{out_file} exists already", "name a new file")
    with open_hub() as hub:
        made = hub.access.issue_key(agency, algorithm, acting(hub, Right.CHANGE_KEYS, by=by))
    make_file(out_file, made.as_text() + "\n")
    if as_json:
        print_json({"agency": made.agency, "key": str(made.id), "file": str(out_file)})
    else:
        out().print(f"Key {made.id} of {made.agency}, in {out_file}: send it over a secure channel, and keep no copy.")


def add(
    agency: _Agency,
    file: Annotated[
        Path, typer.Argument(help="A public key as JWK or in PEM, Ed25519 or P-256.", exists=True, dir_okay=False)
    ],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Register a public key that the agency made itself; its assertions name the id that this prints."""
    from hub.access.assertions import public_key_in

    document = public_key_in(file.read_text(encoding="utf-8", errors="replace"))
    id = uuid4()
    with open_hub() as hub:
        expires_at = hub.access.register_key(agency, document, id, acting(hub, Right.CHANGE_KEYS, by=by))
    if as_json:
        print_json({"agency": agency, "key": str(id), "expires_at": expires_at.isoformat()})
    else:
        out().print(f"Key {id} of {agency}, until {expires_at:%d %B %Y}.")


def list_keys(agency: Annotated[str | None, typer.Argument(help="Only of this agency.")] = None) -> None:
    """The keys, and which of them end soon."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        found, now = hub.access.keys(agency), hub.clock.now()
    rows = [
        (
            key.agency,
            key.id,
            key.algorithm,
            f"{key.expires_at:%d %b %Y}",
            state_in_words(now, key.expires_at, key.revoked_at, do_next="register the next one"),
        )
        for key in found
    ]
    out().print(table("", ("agency", "key", "algorithm", "until", "state"), rows))


def revoke(
    key: Annotated[UUID, typer.Argument(parser=whole_id("key", "hub keys list"), help="The id of a key.")],
    by: By = None,
) -> None:
    """Revoke it. It stops working immediately."""
    with open_hub() as hub:
        agency = hub.access.revoke_key(key, acting(hub, Right.CHANGE_KEYS, by=by))
    out().print(f"Key {key} of {agency} is revoked.")


def assertion(
    key: Annotated[Path, typer.Option("--key", help="What `hub keys new` wrote.", exists=True, dir_okay=False)],
) -> None:
    """Print the Authorization header for one call, good for two minutes. Needs no server."""
    from hub.access.assertions import AgencyKey

    held = AgencyKey.read(key.read_text())
    typer.echo(f"Authorization: {held.authorization(SystemClock().now(), own_settings().audience)}")


def sign(
    file: Annotated[Path, typer.Argument(help="The exact bytes that will be posted.", exists=True, dir_okay=False)],
    key: Annotated[Path, typer.Option("--key", help="What `hub keys new` wrote.", exists=True, dir_okay=False)],
) -> None:
    """Print the Hub-Signature header for a document. Needs no server."""
    from hub.access.assertions import AgencyKey

    typer.echo(f"Hub-Signature: {AgencyKey.read(key.read_text()).signature(file.read_bytes())}")
