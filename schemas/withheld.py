"""What is kept, and shown, of a field that a recipient did not get: where it stands and why, never its value."""

from typing import TypedDict


class WithheldField(TypedDict):
    """`action` says whether it was left out, masked or made a pseudonym."""

    path: str
    category: str | None
    count: int
    action: str
    reason: str
