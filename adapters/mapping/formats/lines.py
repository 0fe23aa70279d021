"""What the line formats share: the text, its first line, and the last line that proves it complete."""

import re

from adapters.mapping.profiles.written import LineLayout
from schemas.problem import Problem, Refused

NEWLINES = {"crlf": "\r\n", "lf": "\n"}
_HEAD_BYTES = 8_192
_BOM = "\ufeff"


def text_of(body: bytes, layout: LineLayout) -> str:
    """Return the whole text. Raises Refused: text.encoding, text.empty or text.cut_short."""
    try:
        text = body.decode(layout.encoding).removeprefix(_BOM)
    except UnicodeDecodeError as fault:
        line = body.count(b"\n", 0, fault.start) + 1
        problem, cure = f"there is a byte that is not {layout.encoding}", f"save the file in {layout.encoding}"
        raise Refused(Problem("text.encoding", f"line {line}", problem, cure)) from None
    if not text.strip("\r\n\t \x00"):
        raise Refused(Problem("text.empty", "line 1", "the file is empty", "send at least one record"))
    if layout.trailer is None and layout.last_line_ended and not text.endswith(("\n", "\r")):
        raise Refused(cut_short("its last line is not ended", text.count("\n") + 1))
    return text


def head_of(body: bytes, layout: LineLayout) -> str:
    """Return enough of the text to recognise it; empty if it cannot be read."""
    head = body[:_HEAD_BYTES]
    try:
        return head.decode(layout.encoding).removeprefix(_BOM)
    except UnicodeDecodeError as fault:
        # The head may end inside a letter of several bytes.
        whole = head[: fault.start] if len(body) > _HEAD_BYTES and fault.start > _HEAD_BYTES - 4 else b""
        return whole.decode(layout.encoding).removeprefix(_BOM)


def bytes_of(text: str, layout: LineLayout) -> bytes:
    """Return the text as bytes. Characters that the encoding lacks become question marks."""
    return text.encode(layout.encoding, "replace")


def numbered_lines(text: str) -> list[str]:
    """Return the lines without their ends. A lone carriage return is part of its line unless the file ends lines with
    it."""
    ended_by = re.search(r"\r\n|\n|\r", text)
    lines = text.split(ended_by[0] if ended_by else "\n")
    return lines[:-1] if lines and lines[-1] == "" else lines


def check_count(written: str, found: int, line: int) -> None:
    """Compare the number of records with the number in the trailer. Raises Refused."""
    if not re.fullmatch(r"[0-9]{1,9}", written) or int(written) != found:
        problem = f"the last line does not give the number of records, {found}"
        raise Refused(Problem("text.count", f"line {line}", problem, "send the whole file again"))


def beside(what: str, line: int, values: int) -> tuple[Problem, ...]:
    """Return a doubt if a line of the file itself has more than the profile describes."""
    if not values:
        return ()
    problem = f"{what} has more than the profile describes; it is not passed on ({values} values)"
    return (Problem("profile.unmapped", f"line {line}", problem, "add it to the profile"),)


def cut_short(why: str, line: int) -> Problem:
    return Problem(
        "text.cut_short", f"line {line}", f"the file may have been cut short: {why}", "send the whole file again"
    )


def one_line(text: str) -> str:
    """Return the text on one line, for a format whose values cannot contain line ends."""
    return re.sub(r"[\r\n]+", " ", text)
