"""One spelling of a name: the form in which people are compared, kept in keys and found. Pure.

Kept values stay as received. Two texts have one spelling if they differ only in encoding (composed or decomposed
accents, compatibility forms, invisible characters), capitals, accents, apostrophes, hyphens, spaces or full stops. Each
letter is compared as its plain letter: `ü` as `u`, never as `ue`.
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
"""Letters that Unicode does not split into a plain letter and an accent."""
_APOSTROPHES = (
    "'`\u00b4\u2018\u2019\u201b\u2032\u2035\uff07\uff40\ua78c\u05f3"
    "\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u02ee"
)
_UNSEEN = "\u034f\u0640\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0"
"""Invisible characters of several categories. Characters of category Cf and variation selectors are removed as well."""
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ASCII_WORDS = re.compile("[a-z0-9]+")
_ASCII_DROPPED = dict.fromkeys(map(ord, "'`"))
_ASCII_FOLDED = dict.fromkeys((*range(32), 127), " ") | _ASCII_DROPPED
_DROPPED = dict.fromkeys(map(ord, _APOSTROPHES + _UNSEEN))


def folded(text: str) -> str:
    """Return lower-case plain letters. Apostrophes are removed and other punctuation stays; a dash becomes a hyphen,
    and white space a space."""
    if text.isascii():  # the same result, without looking at each character
        return text.translate(_ASCII_FOLDED).lower()
    seen = _VARIATION.sub("", text.translate(_DROPPED)).casefold()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", seen).casefold())
    return "".join(map(_shown, apart.translate(_DROPPED))).translate(_PLAIN_LETTERS)


def _shown(character: str) -> str:
    """Return the character as it is compared, or an empty text. A vowel that a script writes as a mark is a letter. An
    accent, which combines with a letter, is not."""
    if unicodedata.combining(character):
        return ""
    category = unicodedata.category(character)
    if category in ("Cf", "Cn"):
        return ""
    if category == "Pd":
        return "-"
    return " " if category in ("Zs", "Zl", "Zp", "Cc") else character


def words(text: str) -> list[str]:
    """Return the words of the text: `O'Neill-Smith` has two, `oneill` and `smith`."""
    if text.isascii():  # The same result, ten times as fast: linkage spells the names of a country.
        return _ASCII_WORDS.findall(text.translate(_ASCII_DROPPED).lower())
    return "".join(character if _in_a_word(character) else " " for character in folded(text)).split()


def _in_a_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def one_spelling(text: str) -> str:
    """Return letters and digits only: `O'Neill-Smith`, `ONEILL SMITH` and `Oneill Smith` give the same. It may be
    empty."""
    return "".join(words(text))


def earlier_spellings(text: str) -> frozenset[str]:
    """Return the spellings that earlier versions wrote into keys, before accents and encodings were ignored. They find
    rows that were kept then."""
    forms = {text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)}
    return frozenset(_letters_and_digits(form) for form in forms) - {one_spelling(text), ""}


def _letters_and_digits(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
