"""What is shown instead of a value, and what a pseudonym shows and does not show."""

import json
import re
from datetime import date
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from hub.sharing.decision.minimise import minimise
from hub.sharing.terms.grants import Action
from hub.sharing.terms.masks import MASKED_TEXT, mask_of
from hub.sharing.terms.pseudonyms import Pseudonymiser, can_be_pseudonym
from schemas.category import Category
from schemas.fields import check_letter
from schemas.kind import MessageKind
from schemas.parts.part import Part
from schemas.problem import Refused
from schemas.shape import Leaf, leaves_of
from tests.effort import tries
from tests.unit.sharing.sharing_world import AREA, KEY, KINDS, SOUTH, clause, kind_of, permit

RESULT, RECORD = kind_of("hearing_result"), kind_of("reconviction_link")
IDENTIFIERS = ("pnc_id", "cro_number", "arrest_summons_number", "crn", "noms_number")

# letters that no mask and no pseudonym has, so that a value that survives is noticed
strange_text = st.text("xqzj", min_size=4, max_size=12)
births = st.dates(date(1920, 1, 2), date(2010, 12, 31)).filter(lambda day: (day.month, day.day) != (1, 1))
pnc_ids = st.builds(lambda year, n: (year, n), st.integers(1941, 2026), st.integers(0, 9_999_999)).map(
    lambda pair: f"{pair[0]}/{pair[1]:07d}{check_letter(int(f'{pair[0] % 100:02d}{pair[1]:07d}'))}"
)
people = st.fixed_dictionaries(
    {
        "name": st.fixed_dictionaries({"surname": strange_text, "forenames": st.lists(strange_text, max_size=3)}),
        "date_of_birth": births.map(date.isoformat),
        "pnc_id": pnc_ids,
        "crn": strange_text,  # not a CRN, and kept as received
        "address": st.fixed_dictionaries({"lines": st.lists(strange_text, max_size=2), "postcode": st.just("XQ9 7JZ")}),
    }
)


def leaf(kind: MessageKind, path: str) -> Leaf:
    return next(leaf for leaf in leaves_of(kind.payload) if leaf.path == path)


def texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [text for value in part.values() for text in texts(value)]
    return [text for value in part for text in texts(value)] if isinstance(part, list) else [part]


@settings(max_examples=tries(40, 600), deadline=None)
@given(people)
def test_no_value_survives_its_mask(person: dict[str, Any]) -> None:
    granted = permit(RESULT, clause("urn", masked=("defendant.name", "category:contact", "defendant.date_of_birth")))
    cut = minimise({"defendant": {key: person[key] for key in ("name", "date_of_birth", "address")}}, granted, RESULT)
    left = cut.payload["defendant"]
    assert left["date_of_birth"] == person["date_of_birth"][:4]
    assert left["address"].get("postcode") == "XQ9"
    assert left["name"]["surname"] == MASKED_TEXT
    assert left["name"].get("forenames", []) == [MASKED_TEXT] * len(person["name"]["forenames"])
    values = [text for key in ("name", "date_of_birth", "address") for text in texts(person[key])]
    assert not [value for value in values if value in json.dumps(left)]
    assert {item.action for item in cut.withheld} == {Action.MASKED}


@settings(max_examples=tries(40, 600), deadline=None)
@given(people)
def test_no_value_survives_as_a_pseudonym(person: dict[str, Any]) -> None:
    named = ("defendant.name", *(f"defendant.{name}" for name in IDENTIFIERS))
    granted = permit(RESULT, clause("urn", pseudonymised=named))
    cut = minimise({"defendant": person}, granted, RESULT, KEY)
    left = texts(cut.payload["defendant"])
    assert all(re.fullmatch(r"P-[A-Z2-7]{26}", text) for text in left)
    assert len(left) == len(texts(person["name"])) + 2
    assert {item.action for item in cut.withheld if item.path.startswith("defendant.name")} == {Action.PSEUDONYMISED}


def pseudonym_of(text: str, *, kind: MessageKind = RESULT, whose: str = "defendant", to: str = AREA.id) -> str:
    granted = permit(kind, clause("category:offence", pseudonymised=(f"{whose}.pnc_id",)), to=to)
    return str(minimise({whose: {"pnc_id": text}}, granted, kind, KEY).payload[whose]["pnc_id"])


@settings(max_examples=tries(40, 600), deadline=None)
@given(pnc_ids, pnc_ids)
def test_a_pseudonym_is_one_person_for_one_recipient(first: str, second: str) -> None:
    assert pseudonym_of(first) == pseudonym_of(first, kind=RECORD, whose="offender")
    assert (pseudonym_of(first) == pseudonym_of(second)) is (first == second)
    assert pseudonym_of(first) != pseudonym_of(first, to=SOUTH.id)


def test_an_identifier_has_one_pseudonym_however_it_was_written() -> None:
    letter = check_letter(int("120012345"))
    written = [f"2012/0012345{letter}", f"12/12345{letter}", f" 2012/0012345{letter.lower()} "]
    assert len({pseudonym_of(text) for text in written}) == 1
    broken = [pseudonym_of("not a  number"), pseudonym_of("Not a number")]
    assert len(set(broken)) == 1 and broken[0] != pseudonym_of(written[0])


def test_a_name_and_an_identifier_that_read_alike_are_not_linked() -> None:
    granted = permit(RESULT, clause("urn", pseudonymised=("defendant.crn", "defendant.name.surname")))
    left = minimise({"defendant": {"crn": "X", "name": {"surname": "X"}}}, granted, RESULT, KEY).payload["defendant"]
    assert left["crn"] != left["name"]["surname"]


def test_a_pseudonym_never_changes_for_who_has_received_it() -> None:
    """Research counts people over years, so another release of the exchange must make the same pseudonyms."""
    granted = permit(RESULT, clause("urn", pseudonymised=("defendant.crn", "defendant.name.surname")))
    person = {"crn": "X123456", "name": {"surname": "Sample\ud800"}}
    left = minimise({"defendant": person}, granted, RESULT, KEY).payload["defendant"]
    assert left == {"crn": "P-77K2DHDBNKGXPFAQXSS24YKHQK", "name": {"surname": "P-ISOTI3QEWNG64VQD647A2WXIEZ"}}


def test_the_key_is_shown_nowhere() -> None:
    assert KEY.hex() not in repr(Pseudonymiser(KEY, AREA.id)) and repr(KEY) not in repr(Pseudonymiser(KEY, AREA.id))


def test_another_key_makes_another_pseudonym() -> None:
    granted = permit(RESULT, clause("urn", pseudonymised=("defendant.crn",)))
    keys = (KEY, KEY[::-1])
    made = {minimise({"defendant": {"crn": "X"}}, granted, RESULT, key).payload["defendant"]["crn"] for key in keys}
    assert len(made) == 2


@pytest.mark.parametrize(
    ("key", "code"), [(None, "pseudonym.key_missing"), (b"", "pseudonym.key_short"), (KEY[:31], "pseudonym.key_short")]
)
def test_without_a_good_key_nothing_leaves_by_a_permit_with_pseudonyms(key: bytes | None, code: str) -> None:
    granted = permit(RESULT, clause("urn", pseudonymised=("defendant.crn",)))
    with pytest.raises(Refused) as refusal:
        minimise({"urn": "10AA0000126"}, granted, RESULT, key)  # even if it has nothing to pseudonymise
    assert [problem.code for problem in refusal.value.problems] == [code]
    assert minimise({"urn": "10AA0000126"}, permit(RESULT, clause("urn")), RESULT).payload == {"urn": "10AA0000126"}


def test_a_narrower_mask_prevails_over_a_wider_grant_and_an_exception_over_both() -> None:
    granted = permit(
        RESULT,
        clause("defendant", excepted=("defendant.crn",), masked=("defendant.date_of_birth", "defendant.crn")),
        clause("defendant.date_of_birth", id="b"),
    )
    person = {"name": {"surname": "Sample"}, "date_of_birth": "1980-05-02", "crn": "X123456"}
    cut = minimise({"defendant": person}, granted, RESULT)
    assert cut.payload == {"defendant": {"name": {"surname": "Sample"}, "date_of_birth": "1980"}}
    assert [(item.path, item.action, item.reason) for item in cut.withheld] == [
        ("defendant.date_of_birth", Action.MASKED, "clause 'c' masks defendant.date_of_birth"),
        ("defendant.crn", Action.WITHHELD, "clause 'c' excepts defendant.crn"),
    ]


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        ("defendant.date_of_birth", "1980-05-02", "1980"),
        ("defendant.date_of_birth", "1980-05", "1980"),
        ("defendant.date_of_birth", "the second of May", MASKED_TEXT),
        ("defendant.address.postcode", "NE1 9ZZ", "NE1"),
        ("defendant.address.postcode", "ec1a1bb", "EC1A"),
        ("defendant.address.postcode", "somewhere else", MASKED_TEXT),
        ("defendant.address.postcode", "NE1", "NE1"),
        ("defendant.name.surname", "Sample", MASKED_TEXT),
        ("defendant.pnc_id", "2012/0012345X", MASKED_TEXT),
        ("offences[].wording", "On a day", MASKED_TEXT),
        ("offences[].wording", "1980-05-02", MASKED_TEXT),  # a text keeps no year, even if it is a date
        ("defendant.name.surname", "NE1 9ZZ", MASKED_TEXT),  # nor a part of a postcode
    ],
)
def test_each_type_of_value_has_its_mask(path: str, value: str, shown: str) -> None:
    mask = mask_of(leaf(RESULT, path))
    assert mask is not None
    assert mask(value) == shown
    assert mask(mask(value)) == shown


def test_null_has_nothing_to_hide() -> None:
    granted = permit(RESULT, clause("urn", masked=("defendant.name",), pseudonymised=("defendant.crn",)))
    person = {"name": {"surname": None, "forenames": [None]}, "crn": None, "pnc_id": None}
    cut = minimise({"defendant": person}, granted, RESULT, KEY)
    assert cut.payload == {"defendant": {"name": {"surname": None, "forenames": [None]}, "crn": None}}
    assert [(item.path, item.count) for item in cut.withheld] == [("defendant.pnc_id", 1)]


@pytest.mark.parametrize("path", ["defendant.sex", "documents[].sha256", "documents[].size_bytes"])
def test_what_would_not_show_its_mask_stays_although_a_clause_masks_it(path: str) -> None:
    kind = kind_of("pre_sentence_report")
    assert mask_of(leaf(kind, path)) is None
    top = path.split(".")[0].removesuffix("[]")
    payload: dict[str, Any] = {"defendant": {"sex": "male"}, "documents": [{"sha256": "a" * 64, "size_bytes": 9}]}
    cut = minimise({top: payload[top]}, permit(kind, clause("hearing_date", masked=(path,))), kind)
    assert cut.payload == {}
    assert {item.action for item in cut.withheld} == {Action.WITHHELD}


class Odd(Part):
    year: Annotated[str, Field(pattern=r"^[0-9]{4}$"), Category.CASE]
    short: Annotated[str, Field(max_length=9), Category.IDENTITY]
    number: Annotated[int, Category.IDENTITY]
    few: Annotated[tuple[Annotated[str, Category.IDENTITY], ...], Field(max_length=3)]
    just: Annotated[str, Field(max_length=28), Category.IDENTITY]  # `P-` and 26 characters
    matter: Annotated[str, Category.CASE]


def test_a_mask_or_a_pseudonym_needs_a_field_that_can_hold_it() -> None:
    fits = {leaf.path: (mask_of(leaf) is not None, can_be_pseudonym(leaf)) for leaf in leaves_of(Odd)}
    assert fits == {
        "year": (False, False),  # its mask would be the value itself
        "short": (False, False),
        "number": (False, False),
        "few[]": (True, True),  # three of them, however long
        "just": (True, True),
        "matter": (True, False),  # it does not distinguish anybody
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.name}-{kind.version}")
def test_a_pseudonym_stands_only_for_names_and_identifiers(kind: MessageKind) -> None:
    fit = [leaf for leaf in leaves_of(kind.payload) if can_be_pseudonym(leaf)]
    assert {leaf.category for leaf in fit} <= {Category.IDENTITY, Category.CASE}
    assert {leaf.rule.name for leaf in fit if leaf.category is Category.CASE and leaf.rule} <= {
        "ptiurn",
        "court_case_reference",
    }
    assert not [leaf.path for leaf in fit if leaf.path.endswith("date_of_birth")]
