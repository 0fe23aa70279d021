"""What is due and belongs to nobody is done step by step, and a step that fails holds up no other."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from hub.errors import StoreUnavailable
from hub.exchange.repairing.refused_parts import note_abandoned
from hub.store.access import agency_keys as access
from hub.store.content import documents
from hub.store.database.engine import Store

_UNANSWERED_FOR = timedelta(minutes=15)
_USED_KEPT_FOR = timedelta(hours=2)  # after its end: a clock that jumps back opens no door


class SweepFailed(Exception):
    """After all steps were tried: `errors` by step, and what the others have `done`."""

    def __init__(self, errors: Mapping[str, Exception], done: dict[str, int]) -> None:
        super().__init__(f"failed: {', '.join(errors)}")
        self.errors = errors
        self.done = done


def each_by_itself(steps: Mapping[str, Callable[[], int | None]]) -> dict[str, int]:
    """How much each step did, if it says so. Raises SweepFailed once all were tried, or StoreUnavailable at once."""
    done: dict[str, int] = {}
    errors: dict[str, Exception] = {}
    for name, step in steps.items():
        try:
            count = step()
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one must not stop the deadlines of all
            errors[name] = error
        else:
            done |= {} if count is None else {name: count}
    if errors:
        raise SweepFailed(errors, done)
    return done


def close_unanswered(store: Store, now: datetime) -> int:
    """Documents whose sender was never answered, for the process died over them: a person is shown them. Returns how
    many."""
    with store.transaction() as connection:
        abandoned = documents.abandon_unanswered(connection, now - _UNANSWERED_FOR)
        note_abandoned(connection, abandoned, now)
    return len(abandoned)


def forget_assertions(store: Store, now: datetime) -> None:
    """That they were used, long after their end."""
    with store.transaction() as connection:
        access.forget_used(connection, now - _USED_KEPT_FOR)
