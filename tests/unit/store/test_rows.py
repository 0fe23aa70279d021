"""A row type says of each column what the column holds."""

from dataclasses import make_dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

import pytest
from sqlalchemy import ARRAY, Column, Integer, LargeBinary, MetaData, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.default import DefaultDialect

from hub.errors import StateUnknown
from hub.store.database.columns import MOMENT, State
from hub.store.database.rows import Rows
from schemas.json import JsonObject


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


Blind = NewType("Blind", str)
TABLE = Table(
    "thing",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("at", MOMENT),
    Column("state", State(Light), nullable=False),
    Column("body", LargeBinary),
    Column("counts", JSONB, nullable=False),
    Column("roles", ARRAY(Text, as_tuple=True), nullable=False),
    Column("ids", ARRAY(Uuid), nullable=False),
)
OTHER = Table("other", MetaData(), Column("name", Integer), Column("size", Integer, nullable=False))

FITS: dict[str, object] = {
    "id": UUID,
    "name": Blind,
    "at": datetime | None,
    "state": Light,
    "body": bytes | None,
    "counts": JsonObject,
    "roles": tuple[str, ...],
    "ids": list[UUID],
    "size": int,
}


def test_the_columns_are_in_the_order_of_the_fields() -> None:
    rows = Rows(make_dataclass("Fits", FITS.items()), TABLE, OTHER)
    assert [column.name for column in rows.columns] == list(FITS)


def test_a_field_is_of_the_first_table_that_has_it_or_of_the_column_that_is_given() -> None:
    columns = Rows(make_dataclass("Both", [("name", str), ("size", int)]), TABLE, OTHER, size=func.count()).columns
    assert columns[0] is TABLE.c.name
    assert columns[1] is not OTHER.c.size


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("id", str),
        ("name", str | None),
        ("at", datetime),
        ("at", str | None),
        ("state", str),
        ("body", bytes),
        ("roles", list[str]),
        ("ids", tuple[UUID, ...]),
        ("counts", JsonObject | None),
        ("nowhere", str),
    ],
)
def test_a_field_that_says_other_than_its_column_is_found_at_once(name: str, wrong: object) -> None:
    with pytest.raises(TypeError, match=rf"Wrong\.{name}"):
        Rows(make_dataclass("Wrong", [(name, wrong)]), TABLE, OTHER)


def test_rows_become_the_type() -> None:
    thing = make_dataclass("Thing", [("name", str), ("state", Light)], frozen=True)
    rows = Rows(thing, TABLE)
    assert rows.all([("one", Light.RED), ("two", Light.GREEN)]) == (thing("one", Light.RED), thing("two", Light.GREEN))
    assert rows.first([]) is None
    assert rows.first([("one", Light.RED)]) == thing("one", Light.RED)


def test_a_state_that_this_version_does_not_know_is_not_read() -> None:
    with pytest.raises(StateUnknown, match="Light"):
        State(Light).process_result_value("blue", DefaultDialect())
