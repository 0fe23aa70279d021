"""What goes wrong when a record is written: each slip is drawn, and the chance of it is known."""

import calendar
import random
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# How names are shortened in talk. Others are cut to their first letters.
SHORTENED = {
    "Robert": ("Rob", "Bob"), "William": ("Will", "Bill"), "Richard": ("Rick", "Dick"), "James": ("Jim", "Jimmy"),
    "Michael": ("Mike", "Mick"), "Anthony": ("Tony",), "David": ("Dave",), "Stephen": ("Steve",),
    "Steven": ("Steve",), "Thomas": ("Tom", "Tommy"), "Christopher": ("Chris",), "Daniel": ("Dan", "Danny"),
    "Edward": ("Ed", "Ted"), "Joseph": ("Joe",), "Matthew": ("Matt",), "Andrew": ("Andy",), "Kenneth": ("Ken",),
    "Gregory": ("Greg",), "Ronald": ("Ron",), "Timothy": ("Tim",), "Charles": ("Charlie", "Chuck"),
    "Elizabeth": ("Liz", "Beth"), "Margaret": ("Maggie", "Peggy"), "Patricia": ("Pat", "Tricia"),
    "Susan": ("Sue",), "Deborah": ("Debbie",), "Barbara": ("Babs",), "Jennifer": ("Jenny",),
    "Catherine": ("Cathy", "Kate"), "Rebecca": ("Becky",), "Samantha": ("Sam",), "Victoria": ("Vicky",),
}  # fmt: skip


def short_forms(given: str) -> tuple[str, ...]:
    return SHORTENED.get(given) or ((given[:4],) if len(given) >= 7 else ())


def mistyped(chance: random.Random, word: str) -> str:
    """One letter wrong, left out, too many, or changed with its neighbour; never the word itself."""
    while True:
        place = chance.randrange(len(word))
        match chance.randrange(4):
            case 0:
                slip = word[:place] + chance.choice(_LETTERS) + word[place + 1 :]
            case 1:
                slip = word[:place] + word[place + 1 :]
            case 2:
                slip = word[:place] + chance.choice(_LETTERS) + word[place:]
            case _:
                slip = word[:place] + word[place + 1 : place + 2] + word[place : place + 1] + word[place + 2 :]
        slip = slip.capitalize()
        if slip not in (word, ""):
            return slip


@lru_cache(maxsize=100_000)
def slips_of(word: str) -> dict[str, float]:
    """Every way to mistype a word, with its chance."""
    found: dict[str, float] = {}
    for slip, share in _slips(word.lower()):
        written = slip.capitalize()
        if written not in (word, ""):
            found[written] = found.get(written, 0.0) + share
    total = sum(found.values())
    return {slip: share / total for slip, share in found.items()}


def _slips(word: str) -> Iterator[tuple[str, float]]:
    each = 1 / (4 * len(word))
    for place in range(len(word)):
        for letter in _LETTERS:
            yield word[:place] + letter + word[place + 1 :], each / 26
            yield word[:place] + letter + word[place:], each / 26
        yield word[:place] + word[place + 1 :], each
        yield word[:place] + word[place + 1 : place + 2] + word[place : place + 1] + word[place + 2 :], each


def may_swap(born: date) -> bool:
    return born.day <= 12 and born.day != born.month


def swapped(born: date) -> date:
    return date(born.year, born.day, born.month)


@lru_cache(maxsize=100_000)
def digit_slips(born: date) -> tuple[date, ...]:
    """Every date that exists and differs in one digit, within a life."""
    digits = born.strftime("%Y%m%d")
    found = []
    for place in range(2, 8):
        for digit in "0123456789":
            year, month, day = ((d := digits[:place] + digit + digits[place + 1 :])[:4], d[4:6], d[6:])
            if digit == digits[place] or not 1930 <= int(year) <= 2010 or not 1 <= int(month) <= 12:
                continue
            if 1 <= int(day) <= calendar.monthrange(int(year), int(month))[1]:
                found.append(date(int(year), int(month), int(day)))
    return tuple(found)
