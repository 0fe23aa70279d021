"""The terminal, by Rich. It is imported when something is printed: the help of a command needs none of it."""

import sys
from typing import Any

from rich.console import Console
from rich.text import Text

from hub.cli.speaking.visible import visible

_ENDLESS = 1_000_000
"""In a pipe nothing is folded to a terminal's width: a program may be reading."""


class Screen(Console):
    """What others wrote is shown and never obeyed. Nothing is cut off."""

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(visible(text), **options)

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*objects, **{"crop": False, **options})


def screen(*, stderr: bool = False) -> Screen:
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Screen(stderr=stderr, highlight=False, width=None if is_terminal else _ENDLESS)
