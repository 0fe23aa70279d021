"""Times as they are typed: without an offset they are London's."""

from datetime import datetime

from hub.deadlines.due import LONDON


def moment(typed: datetime | None) -> datetime | None:
    if typed is None or typed.tzinfo is not None:
        return typed
    return typed.replace(tzinfo=LONDON)
