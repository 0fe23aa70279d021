"""Keys that two messages share if they are about the same person in the same case. Pure.

A name alone never joins two messages, and neither does a person's number alone: a report belongs to one case.
"""

from schemas.kind import Payload
from schemas.parts.person import Defendant
from schemas.spelling import earlier_spellings, one_spelling

_PERSON_NUMBERS = ("pnc_id", "cro_number", "crn", "noms_number", "arrest_summons_number")


def case_keys(payload: Payload) -> frozenset[str]:
    """One key for each (case reference, person) that the payload names. Empty if it names no case."""
    return frozenset(
        f"{one_spelling(reference)}|{person}"
        for reference in payload.case_references()
        for defendant in payload.about()
        for person in person_keys(defendant)
    )


def contradict(first: frozenset[str], second: frozenset[str]) -> bool:
    """True if both give the same type of valid number for the case and none of these agree: they are two people."""
    for scheme in _PERSON_NUMBERS:
        mine, theirs = (
            {key for key in keys if key.split("|", 1)[1].startswith(f"{scheme}:")} for keys in (first, second)
        )
        if mine and theirs and not mine & theirs and _cases(mine) & _cases(theirs):
            return True
    return False


def _cases(keys: set[str]) -> set[str]:
    return {key.split("|", 1)[0] for key in keys}


def person_keys(defendant: Defendant) -> list[str]:
    """Return `scheme:value` for everything that identifies a person: valid numbers, surname with date of birth,
    organisation.

    A name is written in its one spelling. If earlier versions spelled it differently, that spelling is added, so that
    rows that they kept are found.
    """
    identity = defendant.identity()
    keys = [f"{scheme}:{value}" for scheme, value in identity.identifiers]
    if named_and_born := identity.named_and_born():
        surname, born = named_and_born
        keys += [f"name:{spelt}:{born}" for spelt in _spellings(surname)]
    if identity.organisation is not None:
        keys += [f"organisation:{spelt}" for spelt in _spellings(identity.organisation)]
    return keys


def _spellings(name: str) -> list[str]:
    spelt = one_spelling(name)
    return [*([spelt] if spelt else ()), *sorted(earlier_spellings(name))]
