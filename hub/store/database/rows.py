"""Reads the rows of a query as a frozen type, so that nothing untyped leaves the store."""

from collections.abc import Iterable
from dataclasses import Field, fields
from itertools import starmap
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, get_args, get_origin

from sqlalchemy import ARRAY, Column, ColumnElement, FromClause, Row, Select

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

UntypedRow: TypeAlias = Row[*tuple[Any, ...]]
"""A query's result before it is read as a type. It stays inside the store."""
UntypedSelect: TypeAlias = Select[*tuple[Any, ...]]


class Rows(Generic[T]):
    """Selects the columns that a frozen dataclass needs, in the order of its fields, and reads rows as that type.

    A field is read from the column that is given for it. Otherwise it is read from the first table that has a column of
    that name. The constructor checks once, not for each row, that every column holds the type of its field. Raises
    TypeError.
    """

    def __init__(self, row_type: type[T], *tables: FromClause, **given: ColumnElement[Any]) -> None:
        self._row_type = row_type
        self.columns = tuple(_column(row_type, field, tables, given) for field in fields(row_type))

    def all(self, rows: Iterable[UntypedRow]) -> tuple[T, ...]:
        return tuple(starmap(self._row_type, rows))

    def first(self, rows: Iterable[UntypedRow]) -> T | None:
        """Return the first row; None if there is none."""
        return next(starmap(self._row_type, rows), None)


def _column(
    row_type: type[object], field: "Field[Any]", tables: tuple[FromClause, ...], given: dict[str, ColumnElement[Any]]
) -> ColumnElement[Any]:
    column = given.get(field.name)
    if column is None:
        column = next((table.c[field.name] for table in tables if field.name in table.c), None)
    if column is None or not _holds(column, field.type):
        raise TypeError(f"{row_type.__name__}.{field.name} is not a column, or the column has another type")
    return column


def _holds(column: ColumnElement[Any], wanted: object) -> bool:
    may_be_none = isinstance(wanted, UnionType) and NoneType in get_args(wanted)
    if isinstance(column, Column) and may_be_none != column.nullable:
        return False
    plain = next(one for one in get_args(wanted) if one is not NoneType) if isinstance(wanted, UnionType) else wanted
    plain = getattr(plain, "__supertype__", plain)  # the type that a NewType is made of
    held = column.type.python_type
    if isinstance(column.type, ARRAY) and column.type.as_tuple:
        held = tuple
    return held is object or (get_origin(plain) or plain) is held  # JSON may hold anything
