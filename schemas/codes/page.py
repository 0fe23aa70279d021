"""Writes docs/errors.md from the registry of codes: `python -m schemas.codes.page`, or `--check` for drift.

A tool for those who change the codes; nothing in the exchange calls it.
"""

import sys
from collections.abc import Iterator, Sequence

from schemas.codes.registry import Code, CodeRegistry, Subject, code_registry
from schemas.pages.writing import DOCS, write_or_check

PAGE = DOCS / "errors.md"
_HEAD = """\
# Every code

Every failure, refusal and remark of the exchange has a stable code. `hub error CODE` prints one entry of this page.
What else the answer says (the place, the problem in this case, its cure) is more exact than the words here.

**Status** is that of an HTTP answer with this code. A code without one is never an answer by itself: it is a remark on
something that was accepted, the state of a delivery, or a message of a command. **Again** says whether the same may
succeed later without anybody changing it.

Written by `python -m schemas.codes.page` from the files in `schemas/codes`; change those.
[How code reports a failure](failing.md).
"""


def page_text(registry: CodeRegistry) -> str:
    return "\n".join([_HEAD, *(line for subject in registry.subjects for line in _section(subject))])


def _section(subject: Subject) -> Iterator[str]:
    yield f"## {subject.title}\n"
    yield "| code | status | again | cause | cure |"
    yield "|---|---|---|---|---|"
    yield from map(_row, subject.codes)
    yield ""


def _row(code: Code) -> str:
    cells = (f"`{code.code}`", str(code.status or ""), "yes" if code.retryable else "", code.cause, code.cure)
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    """Escape a table cell: angle brackets would become HTML, and a bar would end the cell."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def main(arguments: Sequence[str]) -> int:
    """Return the exit status of `write_or_check`."""
    return write_or_check(PAGE, lambda: page_text(code_registry()), "schemas.codes.page", arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
