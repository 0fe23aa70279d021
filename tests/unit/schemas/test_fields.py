"""The identifier rules, by example and by property."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas import fields
from schemas.fields import Day, IdentifierRule, Moment, check_letter

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
RULES = [rule for rule in vars(fields).values() if isinstance(rule, IdentifierRule)]


def _shown(value: object) -> str:
    return value.name if isinstance(value, IdentifierRule) else repr(value)


VALID = [
    (fields.PNC_ID, "2003/0011985X", "2003/0011985X"),
    (fields.PNC_ID, "2012/0052494Q", "2012/0052494Q"),
    (fields.PNC_ID, "12/52494Q", "2012/0052494Q"),
    (fields.PNC_ID, "1252494q", "2012/0052494Q"),
    (fields.PNC_ID, "20030011985X", "2003/0011985X"),
    (fields.PNC_ID, " 2003 / 11985 x ", "2003/0011985X"),
    (fields.PNC_ID, f"79/163443{check_letter(790163443)}", f"1979/0163443{check_letter(790163443)}"),
    (fields.CRO_NUMBER, f"123456/99{check_letter(99123456)}", f"123456/99{check_letter(99123456)}"),
    (fields.CRO_NUMBER, f"456/99{check_letter(99000456)}", f"000456/99{check_letter(99000456)}"),
    (fields.CRO_NUMBER, f"SF05/123{check_letter(5123)}", f"SF05/123{check_letter(5123)}"),
    (fields.CRO_NUMBER, f"sf05/000123{check_letter(5123)}", f"SF05/123{check_letter(5123)}"),
    (fields.ASN, "1101ZD0100000448754K", "1101ZD0100000448754K"),
    (fields.ASN, "11/01ZD/01/448754K", "1101ZD0100000448754K"),
    (fields.ASN, "11C01ZD0100000448754K", "11C01ZD0100000448754K"),
    (fields.PTIURN, "10zz0000126", "10ZZ0000126"),
    (fields.OU_CODE, "b10jq00", "B10JQ00"),
    (fields.OU_CODE, "B10JQ", "B10JQ"),
    *((fields.OFFENCE_CODE, code, code) for code in ("TH68010", "TH68010A", "COML001", "COML001B")),
    (fields.CASE_REFERENCE, "26/2999/000011A", "26/2999/000011A"),
    (fields.CASE_REFERENCE, "26/2999/11a", "26/2999/000011A"),
    (fields.CRN, "x123456", "X123456"),
    (fields.NOMS_NUMBER, "a1234aa", "A1234AA"),
    (fields.POSTCODE, "zx999zz", "ZX99 9ZZ"),
    (fields.POSTCODE, "W1A 1AA", "W1A 1AA"),
    (fields.ETHNICITY, " w1 ", "W1"),
    (fields.RESULT_CODE, "0012a", "0012a"),
]
INVALID = [
    (fields.PNC_ID, "2003/0011985Y"),
    (fields.PNC_ID, "20/03/0011985X"),
    (fields.PNC_ID, "1803/0011985X"),
    (fields.PNC_ID, "2003/00011985X"),
    (fields.PNC_ID, "2003/001198\u0665X"),
    (fields.PNC_ID, "unknown"),
    (fields.PNC_ID, ""),
    (fields.CRO_NUMBER, f"123456/99{check_letter(99123457)}"),
    (fields.CRO_NUMBER, f"SF05/000{check_letter(5000)}"),
    (fields.CRO_NUMBER, f"SF05/1234567{check_letter(51234567)}"),
    (fields.ASN, "1101ZD0100000448754L"),
    (fields.ASN, "1101ZD010000448754K"),
    (fields.ASN, "1/101ZD0100000448754K"),
    (fields.PTIURN, "10ZZ000012"),
    (fields.PTIURN, "10ZZ-000126"),
    (fields.OU_CODE, "B10JQ0"),
    (fields.OFFENCE_CODE, "TH6801"),
    (fields.OFFENCE_CODE, "COML001BB"),
    (fields.CASE_REFERENCE, "26/299/000011A"),
    (fields.CASE_REFERENCE, "26/2999/000011"),
    (fields.CRN, "12345X6"),
    (fields.NOMS_NUMBER, "A1234A"),
    (fields.POSTCODE, "ZX99"),
    (fields.ETHNICITY, "X9"),
    (fields.RESULT_CODE, "10-02"),
    (fields.RESULT_CODE, "100210021"),
]


@pytest.mark.parametrize(("rule", "text", "canonical"), VALID, ids=_shown)
def test_a_valid_identifier_reaches_its_canonical_form(rule: IdentifierRule, text: str, canonical: str) -> None:
    assert rule.canonical(text) == canonical


@pytest.mark.parametrize(("rule", "text"), INVALID, ids=_shown)
def test_an_invalid_identifier_has_no_canonical_form_and_is_kept_as_received(rule: IdentifierRule, text: str) -> None:
    assert rule.canonical(text) is None
    assert rule.keep(text) == text


def test_every_rule_has_an_example_either_way() -> None:
    assert {rule.name for rule, *_ in VALID} == {rule.name for rule, _ in INVALID} == {rule.name for rule in RULES}


def test_every_ethnicity_of_the_classification_is_known() -> None:
    codes = ["W1", "W2", "W9", "M1", "M2", "M3", "M9", "A1", "A2", "A3", "A9", "B1", "B2", "B9", "O1", "O9", "NS"]
    assert [fields.ethnicity(code) for code in codes] == codes


def test_no_check_letter_is_i_o_or_s() -> None:
    assert {check_letter(n) for n in range(23)} == set(LETTERS)


rough = st.one_of(st.text(max_size=25), st.text("0123456789ABCDESFXZ/ -", max_size=25))


@pytest.mark.parametrize("rule", RULES, ids=_shown)
@given(text=rough)
def test_canonicalising_is_total_and_idempotent(rule: IdentifierRule, text: str) -> None:
    canonical = rule.canonical(text)
    if canonical is not None:
        assert rule.canonical(canonical) == canonical


@pytest.mark.parametrize("rule", RULES, ids=_shown)
@given(text=rough)
def test_keeping_loses_no_letter_or_digit_of_the_raw_text(rule: IdentifierRule, text: str) -> None:
    kept = rule.keep(text)
    if rule.canonical(text) is None:
        assert kept == text
    else:
        rest = iter(kept.upper())
        significant = (char for char in text.upper() if char.isalnum())
        unpadded = (char for char in significant if char != "0")  # an SF number drops its padding
        assert all(char in rest for char in unpadded)


@given(year=st.integers(1941, 2040), serial=st.integers(0, 9_999_999))
def test_every_short_form_of_a_pnc_id_reaches_the_same_canonical_form(year: int, serial: int) -> None:
    short = year % 100
    letter = check_letter(int(f"{short:02d}{serial:07d}"))
    canonical = f"{year}/{serial:07d}{letter}"
    forms = [
        canonical,
        f"{year}/{serial}{letter}",
        f"{year}{serial:07d}{letter}",
        f"{short:02d}/{serial}{letter}",
        f"{short:02d}/{serial:07d}{letter}",
        f"{short:02d}{serial:07d}{letter}",
        f"{short:02d}{serial}{letter}".lower(),
    ]
    assert {fields.pnc_id(form) for form in forms} == {canonical}


@given(serial=st.integers(1, 999_999), year=st.integers(0, 99))
def test_a_padded_and_an_unpadded_cro_number_are_the_same(serial: int, year: int) -> None:
    letter = check_letter(int(f"{year:02d}{serial:06d}"))
    assert fields.cro_number(f"{serial}/{year:02d}{letter}") == f"{serial:06d}/{year:02d}{letter}"
    letter = check_letter(int(f"{year:02d}{serial}"))
    assert fields.cro_number(f"SF{year:02d}/{serial:06d}{letter}") == f"SF{year:02d}/{serial}{letter}"


two = st.text("0123456789ABCZ", min_size=2, max_size=2)


@given(
    year=st.integers(0, 99),
    top=st.sampled_from(["", "A", "1"]),
    parts=st.tuples(two, two, two),
    n=st.integers(0, 10**11 - 1),
)
def test_an_asn_with_slashes_and_one_without_are_the_same(
    year: int, top: str, parts: tuple[str, str, str], n: int
) -> None:
    force, unit, system = parts
    digits = "".join(part for part in (force, system) if part.isdigit()) + f"{year:02d}{n:011d}"
    letter = check_letter(int(digits))
    canonical = f"{year:02d}{top}{force}{unit}{system}{n:011d}{letter}"
    assert fields.arrest_summons_number(canonical) == canonical
    assert fields.arrest_summons_number(f"{year:02d}/{top}{force}{unit}/{system}/{n}{letter}") == canonical


checked = [
    (fields.PNC_ID, "2003/0011985X"),
    (fields.CRO_NUMBER, f"123456/99{check_letter(99123456)}"),
    (fields.CRO_NUMBER, f"SF05/123{check_letter(5123)}"),
    (fields.ASN, "1101ZD0100000448754K"),
]


@pytest.mark.parametrize(("rule", "right"), checked, ids=_shown)
def test_every_wrong_check_letter_is_refused(rule: IdentifierRule, right: str) -> None:
    accepted = [char for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if rule.canonical(right[:-1] + char)]
    assert accepted == [right[-1]]


@pytest.mark.parametrize("text", ["1980", "1980-02", "1980-02-29", "1899-12-31"])
def test_a_partial_date_is_kept_as_exact_as_received(text: str) -> None:
    assert fields.partial_date(text) == text


@pytest.mark.parametrize(
    "text", ["", "80", "1981-02-29", "1980-13", "0780", "0001-01-01", "19\u0668\u0660", "1980-2-3", "1980-"]
)
def test_a_text_that_is_not_a_date_is_not_a_partial_date(text: str) -> None:
    assert fields.partial_date(text) is None


@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)))
def test_every_real_day_is_a_date_of_birth(day: date) -> None:
    assert TypeAdapter(fields.DateOfBirth).validate_python(day.isoformat()) == day.isoformat()


offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1801, 1, 1), datetime(2199, 12, 30), timezones=offsets))  # noqa: DTZ001
def test_a_moment_is_read_from_its_own_iso_form_strictly_or_not(moment: datetime) -> None:
    for strict in (True, False):
        assert TypeAdapter(Moment).validate_json(f'"{moment.isoformat()}"', strict=strict) == moment


@pytest.mark.parametrize(
    "text",
    [
        "1700000000",
        '"1700000000"',
        '"20261120100000"',
        "true",
        '"2026-11-20T10:00:00"',
        '"9999-01-01T00:00:00Z"',
        '"2026-02-30T10:00:00Z"',
        '"2026-W47-5T10:00:00Z"',
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_a_moment_that_is_a_bare_number_naive_or_absurd_is_refused(text: str, strict: bool) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Moment).validate_json(text, strict=strict)


@pytest.mark.parametrize(
    "text", ["20261120", '"1700006400"', '"0001-01-01"', '"2026-02-30"', '"20/11/2026"', '"2026-W47-5"', '"2026-11"']
)
@pytest.mark.parametrize("strict", [True, False])
def test_a_day_that_is_a_bare_number_absurd_or_written_in_weeks_is_refused(text: str, strict: bool) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_json(text, strict=strict)


def test_a_day_is_read_from_its_own_iso_form_strictly_or_not() -> None:
    for strict in (True, False):
        assert TypeAdapter(Day).validate_json('"2026-11-20"', strict=strict) == date(2026, 11, 20)
