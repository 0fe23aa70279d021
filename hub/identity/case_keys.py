"""Keys that two messages share if they are about the same person in the same case. Pure.

A name alone never joins two messages, and neither does a person's number alone: a report belongs to one case.
"""

from hub.identity.short_forms import names_of
from schemas.fields import CASE_REFERENCE, PTIURN
from schemas.kind import Payload
from schemas.parts.person import Defendant
from schemas.placeholders.table import names_nobody
from schemas.spelling import earlier_spellings, one_spelling

_FORENAME, _EARLIER_FORENAME = "given", "forename"
_HEARING = "hearing"
_BEGINNING, _SHORT = 3, 4
_PERSON_NUMBERS = ("pnc_id", "cro_number", "crn", "noms_number", "arrest_summons_number")


def case_keys(payload: Payload) -> frozenset[str]:
    """One key for each (case reference, person) that the payload names. Empty if it names no case.

    Keys with the beginnings of forenames are added. Two messages share one only if they share the key of the name too,
    so these keys join nobody; they only tell twins apart. The list of a hearing has one key, that of the hearing.
    """
    if (hearing := payload.listed_hearing()) is not None:
        return frozenset({hearing_key(hearing)})
    return frozenset(
        key
        for reference in payload.case_references()
        if not any(names_nobody(rule.name, reference) for rule in (PTIURN, CASE_REFERENCE))
        for key in keys_under(reference, payload)
    )


def keys_under(reference: str, payload: Payload) -> frozenset[str]:
    """Return the keys of the people whom the payload is about under one reference."""
    return frozenset(
        f"{one_spelling(reference)}|{person}"
        for defendant in payload.about()
        for person in (*person_keys(defendant), *_forename_keys(defendant))
    )


def hearing_key(hearing: str) -> str:
    """Return the key of the lists of one hearing, at whatever court it is."""
    return f"{one_spelling(hearing)}|{_HEARING}:{one_spelling(hearing)}"


def of_people(keys: frozenset[str]) -> frozenset[str]:
    """Leave out the keys of hearings: whoever lists the same hearing acts in no matter by that."""
    return keys - _of(keys, _HEARING)


def contradict(first: frozenset[str], second: frozenset[str]) -> bool:
    """True if the two are about two people: both give the same type of valid number for the case, and none of these
    agree; or they share only surname and date of birth, and no forename is alike, as with twins."""
    if any(_differ(first, second, scheme) for scheme in _PERSON_NUMBERS):
        return True
    numbered = any(_of(first, scheme) & _of(second, scheme) for scheme in _PERSON_NUMBERS)
    both = _of(first, _FORENAME) and _of(second, _FORENAME)
    return not numbered and _differ(first, second, _FORENAME if both else _EARLIER_FORENAME)


def _differ(first: frozenset[str], second: frozenset[str], scheme: str) -> bool:
    mine, theirs = _of(first, scheme), _of(second, scheme)
    return mine.isdisjoint(theirs) and not _cases(mine).isdisjoint(_cases(theirs))


def _of(keys: frozenset[str], scheme: str) -> set[str]:
    return {key for key in keys if key.partition("|")[2].startswith(f"{scheme}:")}


def _forename_keys(defendant: Defendant) -> list[str]:
    """Return keys of each forename of which more than an initial is known. Bob counts as Robert too. Messages of
    earlier versions have only two letters of each, so these are kept to be compared with them."""
    identity = defendant.identity()
    named_and_born = identity.named_and_born()
    if named_and_born is None or identity.name is None:
        return []
    surname, born = named_and_born
    names = [name for forename in identity.name.forenames for name in names_of(one_spelling(forename))]
    known = {name for name in names if len(name) > 1}
    found = {(_FORENAME, form) for name in known for form in _alike(name)}
    found |= {(_EARLIER_FORENAME, name[:2]) for name in known}
    return [f"{scheme}:{one_spelling(surname)}:{born}:{form}" for scheme, form in sorted(found)]


def _alike(name: str) -> set[str]:
    """Return forms of which two share one if they begin with the same three letters, as Dan and Daniel do, or differ
    in one letter, as Masie and Maisie do. Short names that differ in a letter are often two people: Tim and Jim."""
    one_less = {name[:at] + name[at + 1 :] for at in range(len(name))} if len(name) > _SHORT else set()
    return {name[:_BEGINNING], name, *one_less}


def _cases(keys: set[str]) -> set[str]:
    return {key.partition("|")[0] for key in keys}


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
    return [*([spelt] if spelt else ()), *earlier_spellings(name)]
