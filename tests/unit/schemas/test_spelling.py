"""One name has one spelling, however a system wrote it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.identity.case_keys import person_keys
from hub.identity.linkage.normalise import comparable
from hub.identity.linkage.records import PersonRecord
from schemas.parts.person import Defendant
from schemas.placeholders.table import names_nobody
from schemas.spelling import earlier_spellings, folded, one_spelling, words

FORMS = ("NFC", "NFD", "NFKC", "NFKD")
SAME = [
    ("O'Neill-Smith", "O\u2019Neill Smith", "O\u02bcNEILL\u2011SMITH", "Oneill\u00a0smith"),
    ("O'Neill-Smith", "O\u00b4Neill\u2013Smith", "O\uff07Neill.Smith", "ONEILLSMITH"),
    ("Müller", "MÜLLER", "Mu\u0308ller", "Muller", "M\u00fcl\u00adler", "Mul\u200bler"),
    ("Muller", "\uff2d\uff35\uff2c\uff2c\uff25\uff32"),
    ("Groß", "GROSS", "Gro\u1e9e"),
    ("Łukasz Ødegård", "Lukasz Odegard"),
    ("Æthelred", "AETHELRED", "\u01fdthelred"),
    ("İnan", "Inan", "INAN", "\u0131nan"),
    ("\ufb01nch", "Finch"),
    ("D\u2019Arcy", "DArcy", "D'ARCY"),
]  # fmt: skip
NAMES = st.text(st.characters(categories=("L", "M", "N", "Zs", "Pd", "Po")), min_size=1, max_size=20)


@pytest.mark.parametrize("written", SAME, ids=lambda written: str(written[0]))
def test_systems_write_one_name_in_many_ways(written: tuple[str, ...]) -> None:
    assert len({one_spelling(name) for name in written}) == 1
    keys = [set(person_keys(_person(name))) for name in written]
    assert set.intersection(*keys), "they share a key"
    assert len({comparable(PersonRecord("a", surname=name)).surname for name in written}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Müller", "Mueller"), ("Smith", "Smyth"), ("Łuk", "Suk"), ("देवी", "दव"), ("Ng", "Ang")]
)
def test_other_letters_are_another_name(one: str, other: str) -> None:
    assert one_spelling(one) != one_spelling(other)


@given(NAMES, st.sampled_from(FORMS), st.sampled_from(FORMS))
def test_no_form_of_unicode_makes_another_person(name: str, one: str, other: str) -> None:
    first, second = unicodedata.normalize(one, name), unicodedata.normalize(other, name)
    assert one_spelling(first) == one_spelling(second)
    assert names_nobody("surname", first) == names_nobody("surname", second)
    assert _person(first).subject() == _person(second).subject()


@given(st.text(st.characters(max_codepoint=127)))
def test_a_name_of_plain_letters_has_the_same_words_whether_or_not_something_unseen_is_in_it(name: str) -> None:
    assert words(name) == words(name + "\u034f")


@given(NAMES)
def test_capitals_spaces_and_what_nobody_sees_make_no_other_name(name: str) -> None:
    spelt = one_spelling(name)
    assert one_spelling(spelt) == spelt, "it is the same for what has it already"
    for otherwise in (name.casefold(), f" {name}\u00a0", "\u200b".join(name), "".join(words(name))):
        assert one_spelling(otherwise) == spelt


@given(NAMES)
def test_what_was_kept_under_an_earlier_spelling_is_found_in_either_form(name: str) -> None:
    def before(text: str) -> str:
        return "".join(character for character in text.casefold() if character.isalnum())

    found = earlier_spellings(name) | {one_spelling(name)}
    for form in ("NFC", "NFD"):
        assert before(unicodedata.normalize(form, name)) in found | {""}


@pytest.mark.parametrize(
    "written", ["\uff35\uff2e\uff2b\uff2e\uff2f\uff37\uff2e", "UNKNOWN\u00a0PERSON", "un\u2011named", "N\u00adK"]
)
def test_a_placeholder_is_one_in_every_form(written: str) -> None:
    assert names_nobody("surname", written)


def _person(surname: str) -> Defendant:
    return Defendant.model_validate(
        {"name": {"surname": surname, "forenames": ["Sample"]}, "date_of_birth": "1980-02-13"}
    )


def test_a_text_of_plain_characters_is_folded_as_if_it_had_others_too() -> None:
    """The quick way for most texts gives what the slow way gives."""
    for number in range(128):
        text = f"O{chr(number)}Neill{chr(number)}"
        assert folded(text) == folded(text + "\u00e9")[:-1], number
