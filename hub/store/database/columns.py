"""What the tables of every room share: their metadata, and the column types of the exchange.

A column that may identify a person is encrypted (LargeBinary, under the key of its message or document) or blinded (if
it is only compared). docs/running/vault.md lists these columns. An operator may see all other columns.
"""

from enum import StrEnum

from sqlalchemy import DateTime, Dialect, MetaData, Text
from sqlalchemy.types import TypeDecorator

from hub.errors import StateUnknown

metadata = MetaData()
MOMENT = DateTime(timezone=True)


class State(TypeDecorator[StrEnum]):
    """A text column with a closed list of values from `hub.lifecycle`, usually a state. It is read as that type."""

    impl = Text
    cache_ok = True

    def __init__(self, states: type[StrEnum]) -> None:
        super().__init__()
        self.states = states

    @property
    def python_type(self) -> type[StrEnum]:
        return self.states

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Raises StateUnknown."""
        if value is None:
            return None
        try:
            return self.states(value)
        except ValueError as error:
            problem = f"the database holds a {self.states.__name__} that this version does not know"
            raise StateUnknown(problem, "a later version wrote it: update this process too") from error
