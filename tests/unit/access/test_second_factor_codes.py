"""Codes of a second factor: each is right for one step of 30 seconds and one around it, and is used once."""

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from hypothesis import given
from hypothesis import strategies as st

from hub.access.second_factors.codes import DIGITS, STEP_SECONDS, accepted_step

SECRET = b"12345678901234567890"
NOW = 1_900_000_000
STEP = NOW // STEP_SECONDS


def _code(step: int) -> str:
    codes = TOTP(SECRET, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - as the standard says
    return codes.generate(step * STEP_SECONDS).decode()


@pytest.mark.parametrize(("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, its last six digits."""
    assert accepted_step(SECRET, code, seconds, None) == seconds // STEP_SECONDS


@given(st.integers(min_value=-50, max_value=50))
def test_a_code_is_right_for_one_step_before_and_after(around: int) -> None:
    expected = STEP + around if abs(around) <= 1 else None
    assert accepted_step(SECRET, _code(STEP + around), NOW, None) == expected


@given(st.integers(min_value=-1, max_value=1), st.integers(min_value=-1, max_value=1))
def test_neither_a_code_that_was_used_nor_an_earlier_one_is_right_again(used: int, then: int) -> None:
    accepted = accepted_step(SECRET, _code(STEP + then), NOW, STEP + used)
    assert (accepted is not None) == (then > used)


@pytest.mark.parametrize("text", ["", "12345", "1234567", "abcdef", "٠١٢٣٤٥", "12 34", "-12345", "0x1234", "1e1000"])
def test_what_is_no_code_is_wrong(text: str) -> None:
    assert accepted_step(SECRET, text, NOW, None) is None


def test_a_code_may_be_typed_in_groups() -> None:
    code = _code(STEP)
    assert accepted_step(SECRET, f" {code[:3]} {code[3:]}\n", NOW, None) == STEP
