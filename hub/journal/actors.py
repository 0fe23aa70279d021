"""The names in the journal for those who acted, and their reasons. Pure.

While no account exists, nobody checks a name. The journal then writes `unverified:NAME`, which no account may be
called.
"""

from hub.errors import ReasonMissing

INSTALLATION = "installation"
"""The name for acts while nobody can log in yet: anybody with access to the database from the command line."""
_UNVERIFIED = "unverified:"
_REASON_LENGTH = range(5, 501)


def unverified(text: str) -> str:
    """A name that nobody checked, marked as such."""
    said = " ".join(text.split())[:100]
    return f"{_UNVERIFIED}{said or 'nobody'}"


def is_unverified(by: str) -> bool:
    return by.startswith(_UNVERIFIED)


def same_person(one: str, other: str) -> bool:
    """Whether two names are the same, apart from upper or lower case and spaces. A name that nobody checked may still
    be anybody's."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def given_reason(text: str) -> str:
    """The reason that a person must give to read content, or to release, discard, correct, pause or replay. Raises
    ReasonMissing."""
    plain = " ".join(text.split())
    if len(plain) not in _REASON_LENGTH:
        raise ReasonMissing(
            f"a reason needs {_REASON_LENGTH.start} to {_REASON_LENGTH.stop - 1} characters",
            "give the reason; the journal records it, so name nobody in it",
        )
    return plain
