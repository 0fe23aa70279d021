"""What is kept and shown about a field that a recipient did not get: its place and the reason, never its value."""

from typing import TypedDict


class WithheldField(TypedDict):
    """`action` says whether the field was left out, masked or replaced by a pseudonym."""

    path: str
    category: str | None
    count: int
    action: str
    reason: str
