"""Passwords and codes that a person types, or gives on standard input; and the person who is logged in here."""

import sys
from typing import TYPE_CHECKING

import typer

from hub.cli.speaking.session_file import machine_account, read_session
from hub.errors import PasswordRefused

if TYPE_CHECKING:
    from hub.access.sessions import Person
    from hub.bootstrap import Hub


def own_person(hub: "Hub") -> "Person":
    """The person who is logged in here, even with a password that must be changed first. Raises NotLoggedIn."""
    token = read_session(hub.settings.staff_session())
    return hub.staff.sessions.person(token, changing_password=True, machine=machine_account())


def second_factor_code(from_stdin: bool) -> str:
    """Empty for somebody who has none."""
    if from_stdin:
        return sys.stdin.readline().strip()
    return str(typer.prompt("Code of your second factor (empty if you have none)", default="", show_default=False))


def typed_password(words: str, from_stdin: bool) -> str:
    if from_stdin:
        line = sys.stdin.readline()
        if not line:
            raise PasswordRefused("no password came on standard input", "give the password as one line")
        return line.rstrip("\r\n")
    return str(typer.prompt(words, hide_input=True))


def new_password(words: str, from_stdin: bool) -> str:
    if from_stdin:
        return typed_password(words, from_stdin)
    return str(typer.prompt(words, hide_input=True, confirmation_prompt=True))
