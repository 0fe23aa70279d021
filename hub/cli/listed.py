"""The commands of `hub` by name, each with the module that has it. A module is imported when its command runs.

Importing all of them takes a second, and `hub --help` needs none of them.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from hub.starting import quick_start


@dataclass(frozen=True, slots=True)
class Listed:
    """`module` of the room has the command; `summary` is the line that `hub --help` prints."""

    name: str
    room: str
    module: str
    summary: str

    def load(self) -> Any:
        """The command itself. The type of commands is private to Typer."""
        found = typer.Typer()
        with quick_start():
            import_module(f"hub.cli.{self.room}.{self.module}").add_commands(found)
        return get_group(found).commands[self.name]


LISTED = (
    Listed("up", "running", "up", "Start every process and stay up until Ctrl-C."),
    Listed("demo", "running", "demo", "Play stories with simulated agencies and print the results."),
    Listed("status", "running", "status", "What works, what waits, what needs a person."),
    Listed("migrate", "running", "migrate", "Bring the database to the schema of this version."),
    Listed("bench", "running", "bench", "Measure the exchange on this machine."),
    Listed("backup", "running", "backup", "Write everything that the exchange holds into a folder."),
    Listed("restore", "running", "backup", "Load a backup into an empty database."),
    Listed("take-over", "running", "take_over", "Use this state folder in place of one that is lost."),
    Listed("restored", "running", "restored", "After a restore: what a person must go through."),
    Listed("vault", "running", "vault", "The master keys that encrypt what is stored."),
    Listed("send", "messages", "send", "Send a document for an agency and print the receipt."),
    Listed("collect", "messages", "collect", "Collect the files of an agency's inbox now."),
    Listed("try", "messages", "try_file", "Show what would happen to a document. Needs no server."),
    Listed("messages", "messages", "messages", "List the newest messages, or find some."),
    Listed("show", "messages", "show", "Print the history of a message, or its body."),
    Listed("deadlines", "messages", "deadlines", "List the running clocks, the most urgent first."),
    Listed("lint", "sharing", "lint", "Check the agencies and the sharing protocols."),
    Listed("partners", "messages", "partners", "Partners that are paused or do not answer."),
    Listed("quarantine", "messages", "quarantine", "Items that a person must look at and settle."),
    Listed("replay", "messages", "replay", "Decide again about accepted messages and send them again."),
    Listed("links", "messages", "links", "Links between police records and supervised people."),
    Listed("login", "access", "accounts", "Log in at this command line."),
    Listed("logout", "access", "accounts", "End the session."),
    Listed("whoami", "access", "accounts", "Print who is logged in and what they may do."),
    Listed("people", "access", "accounts", "Accounts of the people who run the exchange."),
    Listed("keys", "access", "keys", "The keys of the agencies."),
    Listed("secrets", "access", "secrets", "The secrets of agencies' systems that call with OAuth 2."),
    Listed("certificates", "access", "certificates", "The certificates of the agencies."),
    Listed("protocols", "sharing", "protocols", "Who may have what, and on what legal basis."),
    Listed("rules", "sharing", "rules", "What one person may do alone, and how long content is kept."),
    Listed("approvals", "sharing", "approvals", "Everything that waits for a second person."),
    Listed("codes", "sharing", "codes", "The code lists that messages are checked against."),
    Listed("profile", "sharing", "profile", "Profiles of area systems: one file each."),
    Listed("journal", "evidence", "evidence", "Seal, verify and prove the journal."),
    Listed("receipt", "evidence", "evidence", "Check a receipt of the exchange."),
    Listed("retention", "evidence", "disposal", "Destroy content at the end of its retention period."),
    Listed("hold", "evidence", "disposal", "Legal holds: content that must not be destroyed."),
    Listed("subject", "evidence", "disposal", "Report what is stored about a person."),
    Listed("error", "evidence", "errors", "Explain a code: its cause, its cure and its HTTP status."),
    Listed("linkage", "evidence", "linkage", "Measure how well records of one person are found."),
)


class ListedCommands(TyperGroup):
    """Knows its commands by name and summary, and loads the one that is called."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._listed = {listed.name: listed for listed in LISTED}
        markup = self.rich_markup_mode
        for listed in LISTED:
            self.add_command(TyperCommand(listed.name, help=listed.summary, rich_markup_mode=markup))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else self._listed[name].load(), rest
