"""The commands of `hub` by name, each with the module that has it. A module is imported when its command runs.

Importing all of them takes a second, and `hub --help` needs none of them.
"""

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from hub.starting import quick_start

_TAKES = {
    "<str>": "TEXT",
    "<int>": "NUMBER",
    "<float>": "NUMBER",
    "<int range>": "NUMBER",
    "<float range>": "NUMBER",
    "<dir>": "FOLDER",
    "<file>": "FILE",
    "<path>": "PATH",
    "<list[str]>": "TEXT",
    "<list[int]>": "NUMBER",
    "<list[int range]>": "NUMBER",
}
"""The words by which `--help` says what an option takes."""


_NO_END = 10**15
"""A limit as high as this is none that a person would meet."""


class Group(StrEnum):
    """What a command is for. `hub --help` prints the groups in this order."""

    RUN = "Run"
    LOOK = "Look"
    SETTLE = "Settle"
    AGREE = "Agree"
    EVIDENCE = "Evidence"
    PEOPLE = "People"
    SET_UP = "Set up"


@dataclass(frozen=True, slots=True)
class Listed:
    """`module` of the room has the command; `summary` is the line that `hub --help` prints."""

    name: str
    group: Group
    room: str
    module: str
    summary: str

    def load(self) -> Any:
        """The command itself. The type of commands is private to Typer."""
        found = typer.Typer(rich_markup_mode=None)
        with quick_start():
            import_module(f"hub.cli.{self.room}.{self.module}").add_commands(found)
        command = get_group(found).commands[self.name]
        say_types_in_words(command)
        return command


LISTED = (
    Listed("up", Group.RUN, "running", "up", "Start every process and stay up until Ctrl-C."),
    Listed("demo", Group.RUN, "running", "demo", "Play stories with simulated agencies and print the results."),
    Listed("send", Group.RUN, "messages", "send", "Send a document for an agency and print the receipt."),
    Listed("collect", Group.RUN, "messages", "collect", "Collect the files of an agency's inbox now."),
    Listed("status", Group.LOOK, "running", "status", "What works, what waits, what needs a person."),
    Listed("alerts", Group.LOOK, "upkeep", "alerts", "What somebody must see to, and who looks after it."),
    Listed("doctor", Group.LOOK, "running", "doctor", "Check what the exchange needs, and say what to do."),
    Listed("messages", Group.LOOK, "messages", "messages", "List the newest messages, or find some."),
    Listed("show", Group.LOOK, "messages", "show", "Print the history of a message, or its body."),
    Listed("deadlines", Group.LOOK, "messages", "deadlines", "List the running clocks, the most urgent first."),
    Listed("report", Group.LOOK, "evidence", "report", "How often things were done in time, and the messages."),
    Listed("board", Group.LOOK, "evidence", "board", "Write the quarterly report for a probation board, to print."),
    Listed("partners", Group.LOOK, "messages", "partners", "Partners that are paused or do not answer."),
    Listed("try", Group.LOOK, "messages", "try_file", "Show what would happen to a document. Needs no server."),
    Listed("error", Group.LOOK, "evidence", "errors", "Explain a code: its cause, its cure and its HTTP status."),
    Listed("quarantine", Group.SETTLE, "messages", "quarantine", "Items that a person must look at and settle."),
    Listed("links", Group.SETTLE, "messages", "links", "Links between police records and supervised people."),
    Listed("replay", Group.SETTLE, "messages", "replay", "Decide again about accepted messages and send them again."),
    Listed("approvals", Group.SETTLE, "sharing", "approvals", "Everything that waits for a second person."),
    Listed("protocols", Group.AGREE, "sharing", "protocols", "Who may have what, and on what legal basis."),
    Listed("rules", Group.AGREE, "sharing", "rules", "What one person may do alone, and how long content is kept."),
    Listed("lint", Group.AGREE, "sharing", "lint", "Check the agencies and the sharing protocols."),
    Listed("journal", Group.EVIDENCE, "evidence", "evidence", "Seal, verify and prove the journal."),
    Listed("conformance", Group.EVIDENCE, "upkeep", "conformance", "What an agency sends, gets and was refused."),
    Listed("receipt", Group.EVIDENCE, "evidence", "evidence", "Check a receipt of the exchange."),
    Listed("retention", Group.EVIDENCE, "evidence", "disposal", "Destroy content at the end of its retention period."),
    Listed("hold", Group.EVIDENCE, "evidence", "disposal", "Legal holds: content that must not be destroyed."),
    Listed("index", Group.LOOK, "evidence", "index", "Which areas know a person."),
    Listed("register", Group.LOOK, "evidence", "register", "The registers of risk, the late reviews first."),
    Listed("subject", Group.EVIDENCE, "evidence", "disposal", "Report what is stored about a person."),
    Listed("linkage", Group.EVIDENCE, "evidence", "linkage", "Measure how well records of one person are found."),
    Listed("login", Group.PEOPLE, "access", "accounts", "Log in at this command line."),
    Listed("logout", Group.PEOPLE, "access", "accounts", "End the session."),
    Listed("whoami", Group.PEOPLE, "access", "accounts", "Print who is logged in and what they may do."),
    Listed("people", Group.PEOPLE, "access", "accounts", "Accounts of the people who run the exchange."),
    Listed("migrate", Group.SET_UP, "running", "migrate", "Bring the database to the schema of this version."),
    Listed("upgrade", Group.SET_UP, "upkeep", "upgrade", "Back up, migrate, check, and say what has changed."),
    Listed("settings", Group.SET_UP, "upkeep", "settings", "What is in force, and from where."),
    Listed("bench", Group.SET_UP, "running", "bench", "Measure the exchange on this machine."),
    Listed("vault", Group.SET_UP, "running", "vault", "The master keys that encrypt what is stored."),
    Listed("keys", Group.SET_UP, "access", "keys", "The keys of the agencies."),
    Listed("secrets", Group.SET_UP, "access", "secrets", "The secrets of agencies' systems that call with OAuth 2."),
    Listed("certificates", Group.SET_UP, "access", "certificates", "The certificates of the agencies."),
    Listed("codes", Group.SET_UP, "sharing", "codes", "The code lists that messages are checked against."),
    Listed("profile", Group.SET_UP, "sharing", "profile", "Profiles of area systems: one file each."),
    Listed("backup", Group.SET_UP, "running", "backup", "Write everything that the exchange holds into a folder."),
    Listed("restore", Group.SET_UP, "running", "backup", "Load a backup into an empty database."),
    Listed("take-over", Group.SET_UP, "running", "take_over", "Use this state folder in place of one that is lost."),
    Listed("restored", Group.SET_UP, "running", "restored", "After a restore: what a person must go through."),
)


class ListedCommands(TyperGroup):
    """Knows its commands by name and summary, and loads the one that is called."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._listed = {listed.name: listed for listed in LISTED}
        for listed in LISTED:
            self.add_command(TyperCommand(listed.name, help=listed.summary, rich_markup_mode=None))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else self._listed[name].load(), rest

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        for group in Group:
            with formatter.section(group):
                formatter.write_dl([(each.name, each.summary) for each in LISTED if each.group is group])


def say_types_in_words(command: Any) -> None:
    """Of this command and of all below it. The types of commands are private to Typer."""
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            parameter.display_type_rich = _nothing
        elif parameter.metavar is None:
            parameter.metavar = _TAKES.get(parameter.display_type(None))
        _say_range_in_words(parameter)
    for inner in getattr(command, "commands", {}).values():
        inner.short_help = _first_sentence(inner.help or "")
        say_types_in_words(inner)


def _say_range_in_words(parameter: Any) -> None:
    """`1 to 1000` in place of `1<=x<=1000`."""
    least, most = getattr(parameter, "min", None), getattr(parameter, "max", None)
    if least is None and most is None:
        return
    if most is None or most >= _NO_END:
        words = f"{least} or more"
    else:
        words = f"{least} to {most}" if least is not None else f"{most} or less"
    parameter._get_number_range_help_str = lambda: words


def _first_sentence(help: str) -> str:
    """All of it: Typer would cut it in the middle, after 45 characters."""
    text = " ".join(help.split("\n\n")[0].split())
    return text.partition(". ")[0].rstrip(".") + "."


def _nothing(ctx: object) -> None:
    """An argument is called by its name, and its help says what it is."""
