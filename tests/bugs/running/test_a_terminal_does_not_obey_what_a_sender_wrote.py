"""References were written to the terminal as received, with escape sequences and markup in them."""

import pytest

from hub.cli.speaking.screen import out, table


def test_a_terminal_does_not_obey_what_a_sender_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    out().print(table("", ("reference",), [("\x1b[2J[bold]x[/bold]",)]))
    assert "\\u001b[2J[bold]x[/bold]" in capsys.readouterr().out
