"""Says who is a party of a matter, from what was said about it. Pure.

A matter has a keeper: the court of a case, the prison of a release. Its parties are the keeper, the agencies that serve
the keeper according to the registry, and everybody to whom a party has sent the matter. Nobody becomes a party by
sending a message.

This is known for each key by itself. A key is one person in one case: who is a party of one case of a person, or of one
defendant of a case, is not a party of the others.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hub.sharing.terms.agencies import Agencies, AgencyRole

_NO_KEY = ""
"""The key of a message that names nobody whom another message could be about."""


@dataclass(frozen=True, slots=True)
class EarlierMessage:
    """An earlier message about the same matter, with what decides who is a party. `keys` are those that it shares with
    the new message. It acted in the matters of the keepers in `acts_for`, and its deliveries were in the order of
    `within`. `believed` says that it had no standing and a person believed it."""

    keys: frozenset[str]
    keeper: str | None
    sender: str
    parties: tuple[str, ...]
    acts_for: tuple[str, ...]
    within: str
    believed: bool


class Parties:
    """The parties of all matters that share a key with one message. `keys` gives for each key the police force in its
    case reference, or None. `said` are the earlier messages, the oldest first."""

    def __init__(
        self, keys: Mapping[str, str | None], said: Iterable[EarlierMessage], agencies: Agencies, on: date
    ) -> None:
        self._keys = keys
        self._agencies = agencies
        self._on = on
        self._rows: dict[str, list[EarlierMessage]] = {}
        for each in said:
            named = (each.keeper, *(each.acts_for if each.believed else ()))
            for keeper in {self.current(keeper) for keeper in named if keeper}:
                self._rows.setdefault(keeper, []).append(each)
        self._members: dict[tuple[str, str], frozenset[str]] = {}
        self._heard: dict[str, list[tuple[EarlierMessage, frozenset[str]]]] = {}

    @property
    def keepers(self) -> frozenset[str]:
        """Whose matters messages have been sent about."""
        return frozenset(self._rows)

    def current(self, agency: str) -> str:
        """Return the agency that continues the work of this one today."""
        return self._agencies.current_id(agency, self._on)

    def has_role(self, agency: str, role: AgencyRole) -> bool:
        known = self._agencies.get(agency)
        return known is not None and known.role is role

    def of(self, keeper: str, key: str) -> frozenset[str]:
        """Return the parties of this keeper's matter under that key."""
        if (keeper, key) not in self._members:
            self._members[keeper, key] = self._members_of(keeper, key, frozenset())
        return self._members[keeper, key]

    def under(self, keeper: str, keys: Collection[str]) -> frozenset[str]:
        """Return the parties of this keeper's matter under any of the keys."""
        return frozenset(each for key in keys or (_NO_KEY,) for each in self.of(keeper, key))

    def heard(self, keeper: str) -> list[EarlierMessage]:
        """Return the messages of the parties."""
        return [row for row, _ in self._heard_of(keeper)]

    def is_heard(self, keeper: str, key: str) -> bool:
        """Return whether a party has sent a message under that key."""
        return any(key in counted for _, counted in self._heard_of(keeper))

    def _heard_of(self, keeper: str) -> list[tuple[EarlierMessage, frozenset[str]]]:
        """Return the messages of the parties, each with the keys under which its sender is one."""
        if keeper not in self._heard:
            counted = (
                (row, frozenset(key for key in row.keys if self._counts(row, self.of(keeper, key))))
                for row in self._rows.get(keeper, [])
            )
            self._heard[keeper] = [(row, keys) for row, keys in counted if keys]
        return self._heard[keeper]

    def names(self, keeper: str) -> frozenset[str]:
        """Return every name by which messages call this keeper, former ones too."""
        return frozenset({keeper, *(row.keeper for row in self._rows.get(keeper, ()) if row.keeper)})

    def at_home(self, keeper: str, force: str) -> bool:
        """Return whether the police force is of the keeper's own area."""
        return bool(self.of_force(force) & frozenset(self._serving(keeper)))

    def of_force(self, force: str | None) -> frozenset[str]:
        """Return the police with that code, and their prosecutors."""
        if force is None:
            return frozenset()
        found = (self._agencies.police_of(force), self._agencies.cps_of(force))
        return frozenset(self.current(agency.id) for agency in found if agency is not None)

    def _members_of(self, keeper: str, key: str, seen: frozenset[str]) -> frozenset[str]:
        """Return the parties. Messages of parties add parties; messages of others do not. An agency that has taken over
        a matter has its parties too."""
        rows = [row for row in self._rows.get(keeper, []) if key in row.keys]
        members = {keeper, *self._serving(keeper)}
        before = 0
        while len(members) > before:
            before = len(members)
            for row in rows:
                if self._counts(row, members):
                    members |= {self.current(row.sender), *map(self.current, row.parties)}
                    members |= self.of_force(self._keys.get(key))
        taken_over = {self.current(each) for row in rows if self.current(row.sender) == keeper for each in row.acts_for}
        for former in taken_over - seen - {keeper}:
            members |= self._members_of(former, key, seen | {keeper})
        return frozenset(members)

    def _serving(self, keeper: str) -> Iterable[str]:
        """Return the area that serves a court, and the police and the prosecutors of that area."""
        court = self._agencies.get(keeper)
        area = self._agencies.area_of(court) if court is not None and court.role is AgencyRole.COURT else None
        if area is None:
            return ()
        current = self._agencies.current(area.id, self._on)
        forces = {force for each in (area, current) for force in each.forces}
        return (current.id, *(agency for force in forces for agency in self.of_force(force)))

    def _counts(self, row: EarlierMessage, members: Collection[str]) -> bool:
        left = self._agencies.get(row.sender) is None  # whom it served is not known any more, so what it said counts
        return row.believed or left or self.has_role(row.sender, AgencyRole.HUB) or self.current(row.sender) in members
