"""One spelling of a name: the form in which people are compared, held and found. Pure.

What is kept stays as it came. Two texts have one spelling if they differ only in how they are encoded (composed or
decomposed accents, compatibility forms, characters that nobody sees), in capitals, in accents, or in apostrophes,
hyphens, spaces and full stops. Each letter is compared as its plain letter: `ü` as `u`, never as `ue`.
"""

import re
import unicodedata

_PLAIN_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "\u0131": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
"""Letters that Unicode does not take apart into a plain letter and an accent."""
_APOSTROPHES = (
    "'`\u00b4\u2018\u2019\u201b\u2032\u2035\uff07\uff40\ua78c\u05f3"
    "\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u02ee"
)
_UNSEEN = "\u034f\u0640\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0"
"""Characters of several categories that show nothing. Those of category Cf and variation selectors come on top."""
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_DROPPED = dict.fromkeys(map(ord, _APOSTROPHES + _UNSEEN))


def folded(text: str) -> str:
    """Small plain letters. Apostrophes are left out and other punctuation stays; a dash is a hyphen, white space a
    space."""
    seen = _VARIATION.sub("", text.translate(_DROPPED)).casefold()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", seen).casefold())
    return "".join(map(_shown, apart.translate(_DROPPED))).translate(_PLAIN_LETTERS)


def _shown(character: str) -> str:
    """A vowel sign of a script that writes them as marks is a letter; an accent (which combines) is none."""
    if unicodedata.combining(character):
        return ""
    category = unicodedata.category(character)
    if category in ("Cf", "Cn"):
        return ""
    if category == "Pd":
        return "-"
    return " " if category in ("Zs", "Zl", "Zp", "Cc") else character


def words(text: str) -> list[str]:
    """The words of the text: `O'Neill-Smith` has two, `oneill` and `smith`."""
    return "".join(character if _in_a_word(character) else " " for character in folded(text)).split()


def _in_a_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def one_spelling(text: str) -> str:
    """Letters and digits only: `O'Neill-Smith`, `ONEILL SMITH` and `Oneill Smith` are the same. Empty if there
    are none."""
    return "".join(words(text))


def earlier_spellings(text: str) -> frozenset[str]:
    """How the same name was written in keys before accents and encodings were left out of the comparison. Rows that
    were kept then are found by these."""
    forms = {text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)}
    return frozenset(_letters_and_digits(form) for form in forms) - {one_spelling(text), ""}


def _letters_and_digits(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
