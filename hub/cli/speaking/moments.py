"""Times as people type and read them: London's, if no offset is given."""

from datetime import datetime

from hub.deadlines.due import LONDON


def moment(typed: datetime | None) -> datetime | None:
    if typed is None or typed.tzinfo is not None:
        return typed
    return typed.replace(tzinfo=LONDON)


def local_words(moment: str | None) -> str:
    if moment is None:
        return ""
    return datetime.fromisoformat(moment).astimezone(LONDON).strftime("%d %b %Y %H:%M:%S")
