"""Writes the parts of people that results and new cases have in the same elements."""

import re

from adapters.systems.spi.decoding.codes import SEXES, code_for
from adapters.systems.spi.encoding.fields import Branch, Fields, branch, needed
from schemas.fields import arrest_summons_number, pnc_id, postcode

_PHONES = ("TelephoneNumberBusiness", "TelephoneNumberHome", "TelephoneNumberMobile")
PLACES = ("Locality", "Town", "AdministrativeArea", "PostTown")
_PLACES_BY_COUNT = ((), (), ("Town",), ("Locality", "Town"), ("Locality", "Town", "AdministrativeArea"), PLACES)


def base_person(who: Fields) -> Branch:
    """Return BasePersonDetails of a defendant. Raises Refused without a family name."""
    *given, family = name_elements(who.part("name"))
    return branch(
        "BasePersonDetails",
        branch("PersonName", *given, needed(family, f"{who.path}name.surname")),
        branch("TelephoneDetails", *_phones(who)),
        branch("EmailDetails", *who.leaves("emails", "EmailAddress1", "EmailAddress2")),
        who.leaf("Birthdate", "date_of_birth"),
        who.coded("Gender", "sex", code_for(SEXES, who.values.get("sex"))),
    )


def name_elements(name: Fields) -> tuple[Branch, ...]:
    return (
        name.leaf("PersonTitle", "title"),
        *name.leaves("forenames", "PersonGivenName1", "PersonGivenName2", "PersonGivenName3"),
        name.leaf("PersonFamilyName", "surname"),
    )


def whole_name(holder: Fields, name: str) -> tuple[Branch, ...]:
    """Split a name that the payload has in one line: the last word is the family name, with up to four words before
    it."""
    words = str(holder.values.get(name) or "").split()
    before = words[:-1]
    given = ("PersonGivenName1", "PersonGivenName2", "PersonGivenName3")
    elements = ("PersonTitle", *given) if len(before) > len(given) else given
    parts = [*zip(elements, before, strict=False), *(("PersonFamilyName", word) for word in words[-1:])]
    return holder.split(name, parts, " ")


def in_one_line(holder: Fields, name: str, *elements: str) -> tuple[Branch, ...]:
    """Join several values into one line, separated by commas."""
    values = str(holder.values.get(name) or "").split(", ")
    return holder.split(name, list(zip(elements, values, strict=False)), ", ")


def telephones_in_one_line(holder: Fields) -> Branch:
    return branch("TelephoneDetails", *in_one_line(holder, "telephone", *_PHONES))


def emails_in_one_line(holder: Fields) -> Branch:
    return branch("EmailDetails", *in_one_line(holder, "email", "EmailAddress1", "EmailAddress2"))


def _phones(who: Fields) -> tuple[Branch, ...]:
    """The payload does not say which number is which, so the likeliest element is used. The order stays."""
    numbers: list[str] = list(who.values.get("telephones") or ())
    if len(numbers) == 1:
        mobile = numbers[0].startswith("07")
        return who.leaves("telephones", "TelephoneNumberMobile" if mobile else "TelephoneNumberHome")
    return who.leaves("telephones", *(_PHONES[1:] if len(numbers) == 2 else _PHONES))


def pnc(who: Fields) -> Branch:
    """Write a PNC id without its slash, as the interface does."""
    held = who.values.get("pnc_id") or ""
    return who.coded("PNCidentifier", "pnc_id", held.replace("/", "") if pnc_id(held) else held)


def prosecutor_reference(who: Fields) -> Branch:
    asn = who.values.get("arrest_summons_number")
    if asn and len(asn) == 21 and arrest_summons_number(asn):
        # The element has 20 places, so the optional third character is dropped, and the number stays on the list of
        # what was not expressed.
        return Branch("ProsecutorReference", asn[:2] + asn[3:])
    return who.leaf("ProsecutorReference", "arrest_summons_number")


def simple_address(address: Fields) -> Branch:
    """Write a simple address of five lines; the postcode is the last one."""
    code = address.values.get("postcode")
    known = bool(code and postcode(code))
    elements = tuple(f"AddressLine{number}" for number in range(1, 6))
    lines = address.leaves("lines", *(elements[:4] if known else elements))
    last = (address.leaf(elements[len(lines)], "postcode"),) if known else ()
    return branch("Address", branch("SimpleAddress", *lines, *last))


def structured_address(address: Fields) -> tuple[Branch, ...]:
    """Write the elements of BS 7666: the street with its number first, then the places in their order."""
    count = len(address.values.get("lines") or ())
    if count >= len(_PLACES_BY_COUNT):
        elements: tuple[str, ...] = ("SAON", "StreetDescription", *PLACES)
    else:
        elements = ("StreetDescription", *_PLACES_BY_COUNT[count]) if count else ()
    lines = address.leaves("lines", *elements)
    written = [part for line in lines for part in (_numbered(line) if line.name == "StreetDescription" else (line,))]
    return (*written, address.leaf("PostCode", "postcode"))


def _numbered(street: Branch) -> tuple[Branch, ...]:
    """The number of a house is in columns: four for its digits and one for its letter."""
    match = re.fullmatch(r"([0-9]{1,4})([A-Z]?) (\S.*)", str(street.content or ""), re.DOTALL)
    if not match:
        return (Branch("PAON", " " * 5), street) if street.content else ()
    number, letter, name = match.groups()
    return (Branch("PAON", f"{number:>4}{letter or ' '}"), Branch("StreetDescription", name))
