"""The names under which the journal knows who did something, and why. Pure.

Without any account a name is what somebody said; it then stands as `unverified:NAME`, which no account can be called.
"""

from hub.errors import ReasonMissing

INSTALLATION = "installation"
"""Who acts where nobody can log in yet: whoever may reach the database from the command line."""
_UNVERIFIED = "unverified:"
_REASON_LENGTH = range(5, 501)


def unverified(text: str) -> str:
    """A name that nobody checked, and that says so wherever it stands."""
    said = " ".join(text.split())[:100]
    return f"{_UNVERIFIED}{said or 'nobody'}"


def is_unverified(by: str) -> bool:
    return by.startswith(_UNVERIFIED)


def same_person(one: str, other: str) -> bool:
    """Whether two names are one but for letter case and spaces; a name that nobody checked may still be anybody's."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def given_reason(text: str) -> str:
    """Without which no body is read, and nothing is released, given up, corrected, paused or replayed. Raises
    ReasonMissing."""
    plain = " ".join(text.split())
    if len(plain) not in _REASON_LENGTH:
        raise ReasonMissing(
            f"a reason needs {_REASON_LENGTH.start} to {_REASON_LENGTH.stop - 1} characters",
            "give the reason; the journal records it, so name nobody in it",
        )
    return plain
