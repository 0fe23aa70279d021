"""The shape of a payload: leaves, values at a path, flags."""

from typing import Annotated

import pytest
from pydantic import BaseModel

from schemas.category import Category
from schemas.fields import PNC_ID, PncId
from schemas.parts.part import CaseText, Part
from schemas.parts.person import Defendant, PersonName
from schemas.shape import Leaf, flags_of, leaves_of, values_at


class Room(Part):
    name: CaseText
    people: tuple[Defendant, ...] = ()


class House(Part):
    pnc_id: PncId | None = None
    tags: tuple[CaseText, ...] = ()
    room: Room | None = None
    rooms: Annotated[tuple[Room, ...], "a mark of no concern"] = ()


def test_leaves_are_named_from_the_root_through_lists_and_optionals() -> None:
    leaves = leaves_of(House)
    paths = [leaf.path for leaf in leaves]
    assert leaves[0] == Leaf("pnc_id", Category.IDENTITY, PNC_ID)
    assert {"tags[]", "room.name", "rooms[].people[].name.forenames[]", "rooms[].people[].address.postcode"} <= set(
        paths
    )
    assert len(paths) == len(set(paths))


def test_a_leaf_without_a_category_is_an_error() -> None:
    class Bare(BaseModel):
        inner: tuple[str, ...]

    with pytest.raises(TypeError, match=r"Bare: inner\[\] has no data category"):
        leaves_of(Bare)


def test_a_choice_of_types_is_an_error() -> None:
    class Torn(BaseModel):
        either: Annotated[int | str, Category.CASE]

    with pytest.raises(TypeError, match="not a choice of types"):
        leaves_of(Torn)


def test_values_are_found_with_their_place_and_what_is_absent_is_passed_over() -> None:
    document = {
        "rooms": [{"people": [{"crn": "X1"}, {}]}, {"people": None}, {"people": [{"crn": None}, {"crn": "X2"}]}]
    }
    found = list(values_at(document, "rooms[].people[].crn"))
    assert found == [("rooms[0].people[0].crn", "X1"), ("rooms[2].people[1].crn", "X2")]
    assert list(values_at({"tags": ["a", "b"]}, "tags[]")) == [("tags[0]", "a"), ("tags[1]", "b")]
    assert list(values_at({"tags": "not a list"}, "tags[]")) == []


def test_a_bad_identifier_is_kept_and_flagged_without_being_repeated() -> None:
    name = PersonName(surname="Quillfeather")
    house = House(
        pnc_id="2012/0052494Q",
        rooms=(Room(name="one", people=(Defendant(name=name, pnc_id="2012/0052494A", crn="12"),)),),
    )
    assert house.rooms[0].people[0].pnc_id == "2012/0052494A"
    flags = flags_of(house)
    assert [(flag.path, flag.code) for flag in flags] == [
        ("rooms[0].people[0].pnc_id", "identifier.pnc_id"),
        ("rooms[0].people[0].crn", "identifier.crn"),
    ]
    assert not any("0052494A" in flag.problem for flag in flags)
