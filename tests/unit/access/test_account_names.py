"""The names of accounts, the names in the journal, and the reasons that people give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.access.names import account_name, name_or_none
from hub.errors import AccountRefused, ReasonMissing
from hub.journal.actors import INSTALLATION, given_reason, is_unverified, same_person, unverified

FIRST, LATER = "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz0123456789._-"


@given(st.from_regex(r"[a-z][a-z0-9._-]{2,63}", fullmatch=True), st.sampled_from(["", " ", "\t", "\n"]))
def test_a_name_is_kept_in_small_letters_and_without_spaces_around_it(name: str, space: str) -> None:
    assert name_or_none(f"{space}{name.upper()}{space}") == name


@given(st.text(max_size=70))
def test_a_name_that_is_kept_holds_only_the_signs_that_are_allowed(text: str) -> None:
    name = name_or_none(text)
    if name is not None:
        assert 3 <= len(name) <= 64
        assert name[0] in FIRST
        assert set(name) <= set(LATER)
        assert name_or_none(name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("abc", "abc"),
        ("ab", None),
        ("a" * 64, "a" * 64),
        ("a" * 65, None),
        ("1bc", None),
        ("a b", None),
        ("ann@north", None),
        ("\N{FULLWIDTH LATIN SMALL LETTER A}nn", "ann"),
        ("", None),
    ],
)
def test_a_name_has_3_to_64_signs_in_one_spelling(text: str, name: str | None) -> None:
    assert name_or_none(text) == name
    if name is None:
        with pytest.raises(AccountRefused):
            account_name(text)
    else:
        assert account_name(text) == name


@pytest.mark.parametrize("reserved", ["installation", "hub", "unverified", "HUB", " Installation "])
def test_no_account_has_a_name_that_the_journal_gives_to_others(reserved: str) -> None:
    with pytest.raises(AccountRefused):
        account_name(reserved)
    assert INSTALLATION == "installation"


def test_a_name_that_nobody_checked_is_marked_and_no_account_can_have_it() -> None:
    assert unverified("  Ann   Sample ") == "unverified:Ann Sample"
    assert unverified(" ") == "unverified:nobody"
    assert unverified("x" * 101) == "unverified:" + "x" * 100
    assert is_unverified(unverified("ann"))
    assert not is_unverified("ann") and not is_unverified(INSTALLATION)
    assert name_or_none(unverified("ann")) is None


def test_two_spellings_of_a_name_are_one_person() -> None:
    assert same_person(" Ann  SAMPLE", "ann sample ")
    assert same_person("ann", "ANN")
    assert not same_person("ann", "anna")


@pytest.mark.parametrize("length", [0, 4, 501])
def test_a_reason_that_is_too_short_or_too_long_is_none(length: int) -> None:
    with pytest.raises(ReasonMissing, match="5 to 500"):
        given_reason(f" {'x' * length}  ")


@pytest.mark.parametrize("length", [5, 500])
def test_a_reason_is_kept_with_single_spaces(length: int) -> None:
    assert given_reason(f" {'x' * length}\n") == "x" * length
    assert given_reason(" the  court\nasked ") == "the court asked"
