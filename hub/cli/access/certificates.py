"""Commands for the agencies' certificates: add, list, revoke."""

from pathlib import Path
from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import out, print_json, table

_Agency = Annotated[str, typer.Argument(help="Agency id or OU code.")]


def add_commands(cli: typer.Typer) -> None:
    certificates = typer.Typer(help="The agencies' certificates, for XML signatures and mutual TLS.")
    certificates.command()(add)
    certificates.command()(revoke)
    certificates.command("list")(list_certificates)
    certificates.command()(own)
    cli.add_typer(certificates, name="certificates")


def add(
    agency: _Agency,
    file: Annotated[Path, typer.Argument(help="A certificate in PEM or DER.", exists=True, dir_okay=False)],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Register a certificate of an agency. Any issuer will do."""
    with open_hub() as hub:
        added = hub.certificates.register(agency, file, acting(hub, Right.CHANGE_KEYS, by=by))
    if as_json:
        print_json({"agency": added.agency, "thumbprint": added.thumbprint, "expires_at": added.expires_at.isoformat()})
    else:
        out().print(f"Certificate {added.thumbprint} of {added.agency}, until {added.expires_at:%d %B %Y}.")


def revoke(thumbprint: Annotated[str, typer.Argument(help="Its SHA-256.")], by: By = None) -> None:
    """Revoke it. It stops working immediately."""
    with open_hub() as hub:
        agency = hub.certificates.revoke(thumbprint, acting(hub, Right.CHANGE_KEYS, by=by))
    out().print(f"A certificate of {agency} is revoked.")


def list_certificates(agency: Annotated[str | None, typer.Argument(help="Only of this agency.")] = None) -> None:
    """The certificates, and how long they are valid."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        found, now = hub.certificates.listed(agency), hub.clock.now()
    rows = [
        (
            one.agency,
            one.thumbprint,
            f"{one.expires_at:%d %b %Y}",
            "revoked" if one.revoked_at else "expired" if one.expires_at <= now else "in use",
        )
        for one in found
    ]
    out().print(table("", ("agency", "sha256", "until", "state"), rows))


def own() -> None:
    """Print the exchange's own certificate: it signs its SOAP answers, and callers encrypt for it."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        pair = hub.signed_calls.own()
    typer.echo(pair.certificate.decode(), nl=False)
