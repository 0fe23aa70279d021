"""The interface's codes and the plain words that the agencies share. Unknown codes are kept as received."""

from collections.abc import Mapping
from types import MappingProxyType

PLEAS: Mapping[str, str] = MappingProxyType(
    {
        "1": "guilty",
        "2": "not guilty",
        "3": "no plea",
        "4": "consents",
        "5": "opposed",
        "6": "guilty",  # a second code for the same plea; it is written as 1
        "7": "admits",
        "8": "denies",
    }
)

FINDINGS: Mapping[str, str] = MappingProxyType(
    {
        "A": "guilty of alternative offence",
        "C": "caution",
        "G": "guilty",
        "N": "not guilty",
        "O": "no conviction",
    }
)

SEXES: Mapping[str, str] = MappingProxyType({"0": "not_known", "1": "male", "2": "female", "9": "not_specified"})


def code_for(table: Mapping[str, str], word: str | None) -> str | None:
    """Return the first code that means `word`; otherwise the word itself, which may be a code that was kept as
    received."""
    plain = word.replace("_", " ").casefold() if word else None
    return next((code for code, meaning in table.items() if meaning.replace("_", " ") == plain), word)
