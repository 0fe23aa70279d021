"""Values that identify nobody are kept, flagged, and never used to identify anybody."""

import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.identity.case_keys import person_keys
from hub.identity.supervised import record_of
from schemas.fields import ASN, check_letter
from schemas.parts.part import Part
from schemas.parts.person import Address, Defendant, PersonName, age_on
from schemas.placeholders.table import covered, names_nobody
from schemas.shape import flags_of

ASN_PLACEHOLDERS = [
    "0800PP0100000000001H",
    "0800NP0100000123456X",
    "2400NP0000000000017A",
    "0852NRPR000000000000",
    "1112LN0000000000123K",
    "1563000000000000123L",
    "2206SS0100000000045M",
    "2200XXZZ00000000045M",
    "1050110100000000001A",
    "1050SJ0100000000001A",
    "24A00NP0000000000017A",  # with the top level of the organisation
    "24/00NP/00/00000000017A",
]
OTHERS = [
    ("pnc_id", "2000/0000000A"),
    ("pnc_id", "0000000"),
    ("cro_number", "000000/00Z"),
    ("crn", "X000000"),
    ("noms_number", "A0000AA"),
    ("ptiurn", "00000000000"),
    ("postcode", "ZZ99 3VZ"),
    ("postcode", "zz993vz"),
    ("date_of_birth", "1900-01-01"),
    ("date_of_birth", "1970-01-01"),
    ("date_of_birth", "1900"),
    ("surname", "UNKNOWN"),
    ("surname", "Not  known."),
    ("surname", "n/k"),
    ("surname", "---"),
    ("surname", "XXXX"),
    ("surname", "No Surname"),
    ("surname", "N.K."),
    ("surname", "(Unknown)"),
    ("surname", "UNKNOWN 2"),
    ("surname", "Unknown Male 1"),
    ("surname", "Mr Unknown"),
    ("surname", "T.B.C."),
    ("surname", "Name not yet known"),
    ("surname", "Details refused"),
    ("surname", "Defendant A"),
    ("surname", "The Occupier"),
    ("surname", "LNU"),
    ("name", "A MAN"),
    ("name", "MALE"),
    ("name", "Male 1"),
    ("name", "IC1 Male"),
    ("name", "Unknown Asian female 2"),
    ("name", "J S"),
    ("name", "J.S."),
    ("name", "X"),
    ("address_line", "No fixed abode"),
    ("address_line", "NFA"),
    ("address_line", "N.F.A."),
    ("address_line", "Address not known"),
    ("address_line", "c/o HMP Durham"),
    ("address_line", "-"),
    ("postcode", "XX1 1XX"),
    ("postcode", "NF1 1NF"),
    ("postcode", "ZZ1 1AA"),
    ("date_of_birth", "1865-07-02"),
    ("name", "a Woman"),
    ("name", "Unknown Male"),
    ("name", "John Doe"),
    ("name", "A. N. Other"),
    ("pnc_id", "0000/1234567A"),
    ("ptiurn", "01ZZ0000000"),
    ("date_of_birth", "9999-12-31"),
    ("date_of_birth", "0001-01-01"),
    ("date_of_birth", "1601-01-01"),
    ("surname", "UKNOWN"),
    ("surname", "Driver Unknown"),
    ("surname", "Refused to give details"),
    ("surname", "No name given"),
    ("surname", "NFN"),
    ("surname", "Aaaa"),
    ("surname", "Defendant One"),
    ("surname", "D2"),
    ("surname", "Not-Known"),
    ("name", "A young person"),
    ("name", "A 15 year old boy"),
    ("name", "Fred Bloggs"),
    ("address_line", "No fixed abode (London)"),
    ("address_line", "c/o Bethnal Green Police Station"),
    ("address_line", "Unknown address"),
]
REAL = [
    ("arrest_summons_number", "1101ZD0100000448754K"),
    ("arrest_summons_number", "0852010000000000123A"),
    ("pnc_id", "2000/0000001A"),
    ("cro_number", "123456/24A"),
    ("crn", "X100000"),
    ("noms_number", "A1234AA"),
    ("postcode", "NE1 4ST"),
    ("postcode", "AL9 9AA"),
    ("date_of_birth", "1985-01-01"),
    ("date_of_birth", "1970-01-02"),
    ("date_of_birth", "2010-12-31"),
    ("surname", "Unknowne"),
    ("surname", "Doe"),
    ("surname", "Żak"),
    ("surname", "王"),
    ("surname", "O'Neill"),
    ("surname", "Male"),
    ("surname", "Driver"),
    ("surname", "Person"),
    ("surname", "Man"),
    ("surname", "Child"),
    ("surname", "Nash"),
    ("surname", "Naik"),
    ("surname", "E"),
    ("name", "George Male"),
    ("name", "Minnie Driver"),
    ("name", "A Driver"),
    ("name", "Min O"),
    ("name", "J Smith"),
    ("name", "Wai Man"),
    ("address_line", "12 Abode Road"),
    ("address_line", "Unknown Street"),
    ("address_line", "Nant y Ffin"),
    ("postcode", "B1 1AA"),
    ("postcode", "NP20 1AA"),
    ("date_of_birth", "1901-02-03"),
    ("name", "Amanda Man"),
    ("name", "John Doering"),
    ("surname", "Lee"),
    ("surname", "Aaron"),
    ("name", "Adam Young"),
    ("name", "Victoria Infante"),
    ("date_of_birth", "1911-11-12"),
    ("address_line", "c/o 3 Court Road"),
]


@pytest.mark.parametrize("value", ASN_PLACEHOLDERS)
def test_a_placeholder_arrest_summons_number_names_nobody(value: str) -> None:
    assert names_nobody("arrest_summons_number", value)


@pytest.mark.parametrize(("of", "value"), OTHERS)
def test_a_placeholder_names_nobody(of: str, value: str) -> None:
    assert names_nobody(of, value)


@pytest.mark.parametrize(("of", "value"), REAL)
def test_a_real_value_is_no_placeholder(of: str, value: str) -> None:
    assert not names_nobody(of, value)


@given(st.integers(1, 99_999_999_998), st.sampled_from(["01", "52", "45", "14"]), st.integers(0, 99))
def test_a_number_of_a_real_force_is_no_placeholder(sequence: int, force: str, year: int) -> None:
    number = f"{year:02}{force}ZD01{sequence:011}"
    letter = check_letter(int(f"{force}01{year:02}{sequence:011}"))
    assert ASN.identifies(number + letter) == number + letter


def test_the_table_is_whole() -> None:
    table = tomllib.loads((files("schemas.placeholders") / "placeholders.toml").read_text(encoding="utf-8"))
    assert all(set(entry) == {"of", "pattern", "why"} and entry["why"] for entry in table["placeholder"])
    known = {"arrest_summons_number", "pnc_id", "cro_number", "crn", "noms_number", "ptiurn", "court_case_reference"}
    assert covered() == known | {"postcode", "date_of_birth", "surname", "name", "address_line"}


def _unknown(**more: Any) -> Defendant:
    held: dict[str, Any] = {
        "name": PersonName(forenames=("A",), surname="MAN"),
        "date_of_birth": "1900-01-01",
        "pnc_id": "2000/0000000A",
        "cro_number": "000000/00Z",
        "arrest_summons_number": "0800PP0100000000001H",
        "crn": "X000000",
        "noms_number": "A0000AA",
        "address": Address(lines=("No fixed abode",), postcode="ZZ99 3VZ"),
    }
    return Defendant.model_validate(held | more)


def test_of_somebody_known_by_placeholders_alone_nothing_is_compared() -> None:
    somebody = _unknown()
    identity = somebody.identity()
    assert (identity.identifiers, identity.name, identity.date_of_birth, identity.postcode) == ((), None, None, None)
    assert person_keys(somebody) == []
    record = record_of("1", somebody)
    compared = (record.surname, record.given_name, record.date_of_birth, record.postcode, record.street)
    assert (*compared, record.identifiers) == (None, None, None, None, None, frozenset())
    assert somebody.subject() == _unknown(name=PersonName(surname="UNKNOWN")).subject()


def test_a_name_whose_words_are_in_the_wrong_fields_names_nobody() -> None:
    for forenames, surname in [(("The", "Registered"), "Keeper"), (("Persons",), "Unknown"), (("Not",), "Given")]:
        assert PersonName(forenames=forenames, surname=surname).names_nobody()


def test_a_forename_that_is_a_placeholder_tells_nobody_from_anybody() -> None:
    known = Defendant(name=PersonName(forenames=("UNKNOWN", "Ida"), surname="Quillfeather"))
    identity = known.identity()
    assert identity.name is not None
    assert (identity.name.forenames, identity.name.surname) == (("Ida",), "Quillfeather")


@pytest.mark.parametrize("field", ["pnc_id", "crn", "arrest_summons_number"])
def test_one_real_number_beside_placeholders_is_compared(field: str) -> None:
    real = {"pnc_id": "2001/0000012T", "crn": "X123456", "arrest_summons_number": "1101ZD0100000448754K"}
    somebody = _unknown(**{field: real[field]})
    found = dict(somebody.identity().identifiers)
    assert set(found) <= {field}
    assert somebody.model_dump()[field]


def test_what_is_a_placeholder_is_kept_and_flagged() -> None:
    class Holder(Part):
        defendant: Defendant

    held = Holder(defendant=_unknown())
    assert held.defendant.arrest_summons_number == "0800PP0100000000001H"
    flagged = {flag.path: flag.code for flag in flags_of(held)}
    assert flagged["defendant.arrest_summons_number"] == "placeholder.arrest_summons_number"
    assert flagged["defendant.date_of_birth"] == "placeholder.date_of_birth"
    assert flagged["defendant.address.postcode"] == "placeholder.postcode"
    assert set(flagged) >= {f"defendant.{name}" for name in ("pnc_id", "cro_number", "crn", "noms_number")}
    assert flagged["defendant.name.surname"] == "placeholder.name"


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("2000-03-03", 25),
        ("2000-03-02", 26),
        ("2016-03-02", 10),
        ("2016-03-03", None),
        ("2030-01-01", None),
        ("1880-01-01", None),
        ("2000-03", None),
        (None, None),
    ],
)
def test_an_age_that_cannot_be_is_no_age(born: str | None, age: int | None) -> None:
    assert age_on(born, date(2026, 3, 2)) == age
