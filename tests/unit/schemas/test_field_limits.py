"""The limits of small values: years, lengths, and how a date or a moment may be written."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas import fields
from schemas.fields import Day, IdentifierRule, Moment, plausible


@pytest.mark.parametrize(("year", "is_plausible"), [(1799, False), (1800, True), (2199, True), (2200, False)])
def test_a_year_that_a_clock_can_count_from(year: int, is_plausible: bool) -> None:
    for adapter, text in ((TypeAdapter(Day), f'"{year}-06-15"'), (TypeAdapter(Moment), f'"{year}-06-15T10:00:00Z"')):
        if is_plausible:
            assert plausible(adapter.validate_json(text)).year == year
        else:
            with pytest.raises(ValidationError, match="between 1800 and 2199"):
                adapter.validate_json(text)


@pytest.mark.parametrize(("text", "known"), [("0999", False), ("1000", True), ("9999", True), ("10000", False)])
def test_a_year_of_birth(text: str, known: bool) -> None:
    assert (fields.partial_date(text) is not None) is known
    assert (fields.partial_date(f"{text}-12") is not None) is known
    assert (fields.partial_date(f"{text}-12-31") is not None) is known


@pytest.mark.parametrize("text", ["1980-00", "1980-13", "1980-02-30", "1980-1", "1980-01-1", " 1980", "1980\n"])
def test_a_date_of_birth_that_does_not_exist_or_is_written_otherwise(text: str) -> None:
    with pytest.raises(ValidationError, match="must exist"):
        TypeAdapter(fields.DateOfBirth).validate_python(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20T10:00Z", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20T10:00:59Z", datetime(2026, 11, 20, 10, 0, 59, tzinfo=UTC)),
        ("2026-11-20T10:00:59.5Z", datetime(2026, 11, 20, 10, 0, 59, 500_000, tzinfo=UTC)),
        ("2026-11-20T10:00:59.123456Z", datetime(2026, 11, 20, 10, 0, 59, 123_456, tzinfo=UTC)),
        ("2026-11-20T11:00:00+01:00", datetime(2026, 11, 20, 10, tzinfo=UTC)),
    ],
)
def test_a_moment_may_lack_its_seconds_and_has_an_offset(text: str, moment: datetime) -> None:
    for strict in (True, False):
        assert TypeAdapter(Moment).validate_json(f'"{text}"', strict=strict) == moment


@pytest.mark.parametrize("value", [20261120, 1.5, "20261120", " 20261120", "1234", date])
def test_what_is_not_written_with_hyphens_is_no_day(value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(value)


def test_a_day_and_a_moment_that_are_given_as_such_are_taken() -> None:
    assert TypeAdapter(Day).validate_python(date(2026, 11, 20)) == date(2026, 11, 20)
    assert TypeAdapter(Moment).validate_python(datetime(2026, 11, 20, tzinfo=UTC)).tzinfo is UTC


LABELS = ("PncId", "CroNumber", "ArrestSummonsNumber", "Crn", "NomsNumber", "Ptiurn", "OuCode", "CourtCaseReference")
OTHERS = ("OffenceCode", "ResultCode", "Postcode", "Ethnicity")


@pytest.mark.parametrize("name", [*LABELS, *OTHERS])
def test_an_identifier_has_one_to_eighty_characters_and_is_kept_if_it_breaks_its_rule(name: str) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(getattr(fields, name))
    assert adapter.validate_python("?" * 80) == "?" * 80
    for wrong in ("", "?" * 81):
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)


CANONICAL = [
    ("PncId", "12/52494q", "2012/0052494Q"),
    ("ArrestSummonsNumber", "11/01ZD/01/448754K", "1101ZD0100000448754K"),
    ("Crn", "x123456", "X123456"),
    ("NomsNumber", "a1234aa", "A1234AA"),
    ("Ptiurn", "10zz0000126", "10ZZ0000126"),
    ("OuCode", "b10jq00", "B10JQ00"),
    ("CourtCaseReference", "26/2999/11a", "26/2999/000011A"),
    ("OffenceCode", "th68010", "TH68010"),
    ("ResultCode", "0012a", "0012a"),
    ("Postcode", "zx999zz", "ZX99 9ZZ"),
    ("Ethnicity", " w1 ", "W1"),
]


@pytest.mark.parametrize(("name", "text", "canonical"), CANONICAL)
def test_a_field_keeps_the_canonical_form_of_its_own_rule(name: str, text: str, canonical: str) -> None:
    assert TypeAdapter(getattr(fields, name)).validate_python(text) == canonical


def test_only_a_valid_number_that_is_no_placeholder_identifies_somebody() -> None:
    assert fields.CRN.identifies("x123456") == "X123456"
    assert fields.CRN.identifies("12345X6") is None
    assert fields.CRN.identifies("X000000") is None
    whole = IdentifierRule("crn", lambda text: text or None, "any")
    assert whole.identifies("") is None


def test_the_form_of_each_identifier_is_told() -> None:
    assert fields.CRN.form == "A999999"
    assert all(rule.form for rule in vars(fields).values() if isinstance(rule, IdentifierRule))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (fields.POSTCODE, "GIR 0AA"),
        (fields.POSTCODE, "W1 1AA"),
        (fields.POSTCODE, "EC1A 1BB"),
        (fields.OFFENCE_CODE, "COML001B"),
        (fields.CASE_REFERENCE, "26/2999/000011A"),
    ],
)
def test_other_forms_that_the_rules_allow(rule: IdentifierRule, text: str) -> None:
    assert rule.canonical(text) == text


def test_a_cro_number_of_a_file_keeps_its_serial_unpadded_and_both_forms_have_check_letters() -> None:
    letter = fields.check_letter(5123)
    assert fields.cro_number(f"SF05/000123{letter}") == f"SF05/123{letter}"
    other = "A" if letter != "A" else "B"
    assert fields.cro_number(f"SF05/123{other}") is None
    assert fields.cro_number(f"SF05/1234567{letter}") is None
    assert fields.check_letter(0) == "Z" and fields.check_letter(22) == "Y" and fields.check_letter(23) == "Z"
