"""The optional parts of a detail."""

from datetime import datetime

from schemas.json import Json, JsonObject


def given(**optional: Json) -> JsonObject:
    """The parts that have a value. An entry has no key for a part that does not apply to it."""
    return {name: value for name, value in optional.items() if value is not None}


def moment(at: datetime | None) -> str | None:
    """The form of a moment in a detail."""
    return at.isoformat() if at else None
