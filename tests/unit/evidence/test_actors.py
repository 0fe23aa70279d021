"""Who acted, and why, as the journal writes it."""

import pytest

from hub.errors import ReasonMissing
from hub.journal.actors import given_reason, is_unverified, same_person, unverified


def test_a_name_that_nobody_checked_says_so_and_is_short() -> None:
    assert unverified("  Ann \n Sample ") == "unverified:Ann Sample"
    assert unverified(" ") == "unverified:nobody"
    assert unverified("x" * 101) == "unverified:" + "x" * 100
    assert is_unverified(unverified("Ann")) and not is_unverified("Ann unverified:")


def test_two_names_are_one_person_apart_from_capitals_and_spaces() -> None:
    assert same_person(" Ann  Sample", "ann sample ")
    assert not same_person("Ann Sample", "Ann Samples")


@pytest.mark.parametrize("text", ["", "four", "   a b  ", "x" * 501])
def test_a_reason_is_long_enough_to_say_something_and_short_enough_to_read(text: str) -> None:
    with pytest.raises(ReasonMissing, match=r"access\.reason_missing") as refused:
        given_reason(text)
    assert "5 to 500" in refused.value.problem


def test_a_reason_is_kept_on_one_line() -> None:
    assert given_reason(" a \n reason ") == "a reason"
    assert given_reason("x" * 500) == "x" * 500
    assert given_reason("fives") == "fives"
