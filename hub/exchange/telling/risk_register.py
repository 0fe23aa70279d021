"""The registers of risk of harm: the current entries, by area, division, team and officer, the late reviews first.

An entry is current while the clock of its next review runs. A list opens what the entries say, so the journal keeps who
reads it and why; it shows nobody's name but those of staff.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from hub.deadlines.london import LONDON
from hub.exchange.message.matters import began_by
from hub.exchange.message.recorded import what_it_said
from hub.exchange.wiring import Wiring
from hub.identity.supervised import contradict_record, record_of
from hub.journal.actors import given_reason
from hub.journal.record.sharing import record_register_read
from hub.lifecycle import ClockState
from hub.store.database.engine import Transaction
from hub.store.messages import clocks
from hub.store.messages.clocks import KeptClock
from schemas.parts.person import Defendant
from schemas.parts.register import RegisterEntry
from schemas.spelling import one_spelling


class RegisterEntryView(TypedDict):
    """`area` owes the review. `late_days` is None while the review is not late. `message` is the entry, or its last
    review."""

    area: str
    division: str | None
    team: str | None
    officer: str | None
    level: str | None
    categories: list[str]
    mappa: str | None
    review_on: str
    late_days: int | None
    message: str


@dataclass(frozen=True, slots=True)
class WantedEntries:
    """What a list is limited to. `person` is found by a number."""

    area: str | None = None
    division: str | None = None
    team: str | None = None
    officer: str | None = None
    late: bool = False
    person: Defendant | None = None

    def limits(self) -> list[str]:
        """Return the names of what is given, without the values."""
        given = (("area", self.area), ("division", self.division), ("team", self.team), ("officer", self.officer))
        others = (("late", self.late), ("number", self.person))
        return [name for name, value in (*given, *others) if value]

    def fits(self, view: RegisterEntryView) -> bool:
        pairs = (
            (self.area, view["area"]),
            (self.division, view["division"]),
            (self.team, view["team"]),
            (self.officer, view["officer"]),
        )
        same = all(one_spelling(has or "") == one_spelling(value) for value, has in pairs if value)
        return same and (view["late_days"] is not None or not self.late)


class RiskRegister:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._catalogue = wiring.catalogue

    def listed(self, by: str, reason: str, wanted: WantedEntries) -> list[RegisterEntryView]:
        """Return the current entries, the latest review first, then the nearest. Raises what `given_reason` raises
        without a reason."""
        reason = given_reason(reason)
        with self._store.transaction() as connection:
            found = [view for view in self._views(connection, wanted.person) if wanted.fits(view)]
            record_register_read(
                connection, self._clock.now(), by=by, reason=reason, only=wanted.limits(), entries=len(found)
            )
        return found

    def _views(self, connection: Transaction, person: Defendant | None) -> Iterable[RegisterEntryView]:
        for name in sorted(self._clock_names()):
            for each in clocks.listed(connection, stopped_too=False, name=name):
                if each.clock.state is ClockState.RUNNING:
                    view = self._view(connection, each.clock, person)
                    if view is not None:
                        yield view

    def _clock_names(self) -> frozenset[str]:
        kinds = self._catalogue.kinds.values()
        return frozenset(clock for kind in kinds if kind.payload.in_register for clock in kind.starts)

    def _view(self, connection: Transaction, clock: KeptClock, person: Defendant | None) -> RegisterEntryView | None:
        said = what_it_said(connection, clock.message_id, self._catalogue)
        entry = said.payload.register_entry() if said is not None else None
        if said is None or entry is None:
            return None
        if person is not None and not any(_is(each, person) for each in said.payload.about()):
            return None
        began = next((self._entry_before(connection, clock, kind) for kind in self._beginning()), None)
        now = self._clock.now()
        days = (now.astimezone(LONDON).date() - clock.due_at.astimezone(LONDON).date()).days
        return {
            "area": clock.owner or "",
            "division": entry.division or (began.division if began else None),
            "team": entry.team or (began.team if began else None),
            "officer": entry.officer or (began.officer if began else None),
            "level": entry.level or (began.level if began else None),
            "categories": list(entry.categories or (began.categories if began else ())),
            "mappa": _mappa(entry) or (_mappa(began) if began else None),
            "review_on": clock.due_at.astimezone(LONDON).date().isoformat(),
            "late_days": max(days, 1) if clock.due_at < now else None,
            "message": str(clock.message_id),
        }

    def _beginning(self) -> Iterable[str]:
        """The kinds that begin an entry: they start the clock of the review and do not stop it."""
        for kind in self._catalogue.kinds.values():
            if kind.payload.in_register and not kind.stops:
                yield kind.name

    def _entry_before(self, connection: Transaction, clock: KeptClock, kind: str) -> RegisterEntry | None:
        began = began_by(connection, clock.message_id, kind)
        said = what_it_said(connection, began, self._catalogue) if began is not None else None
        return said.payload.register_entry() if said is not None else None


def _mappa(entry: RegisterEntry) -> str | None:
    parts = (("category", entry.mappa_category), ("level", entry.mappa_level))
    return ", ".join(f"{name} {value}" for name, value in parts if value) or None


def _is(one: Defendant, other: Defendant) -> bool:
    shared = set(one.identity().identifiers) & set(other.identity().identifiers)
    return bool(shared) and not contradict_record(record_of("", one), record_of("", other))
