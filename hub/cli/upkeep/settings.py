"""`hub settings`: what is in force, and from where."""

import os
import re
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.speaking.connect import own_settings
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import cells, out, print_json, table
from hub.counting import counted

if TYPE_CHECKING:
    from hub.settings import Settings

_LOGIN = re.compile(r"(?<=://)([^/@\s,]*?)(:[^/@\s,]*)?@")
_PATH_OF_HTTP = re.compile(r"(https?://[^/,\s]+)/[^,\s]+")
_WITH_SECRET_PATHS = frozenset({"alerts"})
"""Whoever has the address of a webhook can write to it."""


def add_commands(cli: typer.Typer) -> None:
    cli.command()(settings)


def settings(
    changed: Annotated[bool, typer.Option("--changed", help="Only what the environment sets.")] = False,
    as_json: AsJson = False,
) -> None:
    """What is in force in this shell, and from where. Passwords in addresses are hidden. Needs no server."""
    from hub.settings_page import described

    here = own_settings()
    placed = _placed(here)
    rows = [
        {
            "setting": each.name,
            "value": placed.get(each.field) or _shown(each.field, getattr(here, each.field)),
            "from": "environment" if each.name in os.environ else "state folder" if each.field in placed else "usual",
            "says": each.says or None,
        }
        for each in described()
        if not changed or each.name in os.environ
    ]
    if as_json:
        print_json(rows)
        return
    columns = ("setting", "value", "from")
    out().print(table(counted(len(rows), "setting"), columns, cells(rows, columns)))
    out().print("docs/running/settings.md says what each is; hub settings --json too.")


def _placed(here: "Settings") -> dict[str, str]:
    """Files and folders that are in the state folder unless something else is said."""
    files = {
        "endpoints": here.endpoints_file(),
        "limits": here.limits_file(),
        "interfaces": here.interfaces_file(),
        "codes_dir": here.codes_folder(),
        "profiles_dir": here.profiles_folder(),
        "pseudonym_key_file": here.pseudonym_key(),
        "signing_key_file": here.signing_keys(),
        "own_certificate_file": here.own_certificate(),
        "instance_file": here.instance(),
        "master_key_file": here.master_keys(),
        "session_file": here.staff_session(),
    }
    return {field: str(file) for field, file in files.items() if file is not None and getattr(here, field) is None}


def _shown(field: str, value: object) -> str | None:
    if value is None or value == "":
        return None
    hidden = _LOGIN.sub(lambda login: f"{login[1]}:***@" if login[2] else login[0], str(value))
    return _PATH_OF_HTTP.sub(r"\1/***", hidden) if field in _WITH_SECRET_PATHS else hidden
