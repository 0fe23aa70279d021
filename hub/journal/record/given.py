"""The parts of a detail that an entry may be without."""

from datetime import datetime

from schemas.json import Json, JsonObject


def given(**optional: Json) -> JsonObject:
    """Those that have a value: an entry has no key for what does not apply to it."""
    return {name: value for name, value in optional.items() if value is not None}


def moment(at: datetime | None) -> str | None:
    """As it is written into a detail."""
    return at.isoformat() if at else None
