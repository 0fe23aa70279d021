"""Writes a page of docs from what it describes, or finds out that it has drifted.

A tool for those who change what it describes; nothing in the exchange calls it.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def write_or_check(page: Path, text: Callable[[], str], module: str, arguments: Sequence[str]) -> int:
    """Return the exit status: 0 if the page is right, 1 if `--check` found a difference, 2 for a wrong argument."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write(f"usage: python -m {module} [--check]\n")
        return 2
    if not arguments:
        page.write_text(text(), encoding="utf-8")
        return 0
    if page.is_file() and page.read_text(encoding="utf-8") == text():
        return 0
    sys.stderr.write(f"docs/{page.name} has drifted: run python -m {module}\n")
    return 1
