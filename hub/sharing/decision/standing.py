"""Decides who may act in a matter: who may stop its clocks, and replace or move earlier messages about it. Pure.

A matter has a keeper: the court of a case, the prison of a release. Its parties are the keeper, the agencies that serve
the keeper according to the registry, and everybody to whom a party has sent the matter. Nobody becomes a party by
sending a message.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import InitVar, dataclass
from datetime import date
from types import MappingProxyType

from hub.sharing.terms.agencies import Agencies, Agency, AgencyRole
from schemas.kind import Keeping, Matter

# only this module has it, so every Standing comes from `stand`, `believed` or `as_recorded`
_ISSUED_HERE = object()
NONE = "standing.none"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a message says about its matter: its keeper, and the `keys` by which the matter is known.

    `keeper` is the agency that the message names as keeper, if it names one. `keys` gives for each key the police force
    in its case reference, or None. `parties` are the agencies that this message makes parties, if its sender is one.
    `handed_over` are agencies that have transferred the person to the sender. Only agencies of the sender's role count.
    """

    sender: Agency
    matter: Matter
    keeper: Agency | None
    keys: Mapping[str, str | None]
    parties: frozenset[str] = frozenset()
    handed_over: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EarlierMessage:
    """An earlier message about the same matter, with what decides who is a party. It acted in the matters of the
    keepers in `acts_for`, and its deliveries were in the order of `within`. `believed` says that it had no standing
    and a person believed it."""

    key: str
    keeper: str | None
    sender: str
    parties: tuple[str, ...]
    acts_for: tuple[str, ...]
    within: str
    believed: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The right of a message to act in the matters of the keepers in `acts_for`, if they share one of `keys`.

    Without a Standing, nothing is stopped, replaced, voided, forwarded or put in order after another message. Only this
    module makes one. Any other construction, and `dataclasses.replace`, raises an error.
    """

    sender: str
    keeper: str | None
    within: str
    acts_for: frozenset[str]
    keys: frozenset[str]
    members: Mapping[str, frozenset[str]]
    issued: InitVar[object]

    def __post_init__(self, issued: object) -> None:
        if issued is not _ISSUED_HERE:
            raise PermissionError("a Standing is made by hub.sharing.decision.standing and nowhere else")
        object.__setattr__(self, "members", MappingProxyType(dict(self.members)))

    def includes(self, keeper: str | None, agency: str) -> bool:
        """Return whether the agency is a party of that keeper's matter, and this message may act in it."""
        return keeper is not None and agency in self.members.get(keeper, frozenset())


@dataclass(frozen=True, slots=True)
class NoStanding:
    """The sender is not a party. `acts_for` keep the matters that the message is about; `members` are their parties."""

    sender: str
    keeper: str | None
    within: str
    keys: frozenset[str]
    acts_for: frozenset[str]
    members: Mapping[str, frozenset[str]]
    reason: str
    code: str = NONE


def stand(claim: Claim, said: Iterable[EarlierMessage], agencies: Agencies, on: date) -> Standing | NoStanding:
    """Return the standing of a new message. `said` are the earlier messages of the same kind of matter that share a
    key, the oldest first, without those that had no standing."""
    return _Known(claim, tuple(said), agencies, on).decide()


def without_matter(sender: str) -> Standing:
    """Return the standing of a message on which nobody else acts. It may act on what it began itself."""
    return Standing(sender, None, sender, frozenset(), frozenset(), {}, _ISSUED_HERE)


def believed(outsider: NoStanding, by: str, reason: str) -> Standing:
    """Return the standing that a person gives by believing it. Raises PermissionError without a person or a reason."""
    if not by.strip() or not reason.strip():
        raise PermissionError("a person must believe it, and say why")
    acts_for = outsider.acts_for | ({outsider.keeper} if outsider.keeper else set())
    within = min(outsider.acts_for, default=outsider.keeper or outsider.sender)
    members = {keeper: outsider.members.get(keeper, frozenset()) | {outsider.sender} for keeper in acts_for}
    return Standing(outsider.sender, outsider.keeper, within, acts_for, outsider.keys, members, _ISSUED_HERE)


def as_recorded(sender: str, keeper: str | None, within: str, acts_for: Iterable[str], keys: Iterable[str]) -> Standing:
    """Return the standing that a message had when it was recorded."""
    acting = frozenset(acts_for)
    return Standing(sender, keeper, within, acting, frozenset(keys), dict.fromkeys(acting, frozenset()), _ISSUED_HERE)


class _Known:
    """What is known about the matter of one claim."""

    def __init__(self, claim: Claim, said: tuple[EarlierMessage, ...], agencies: Agencies, on: date) -> None:
        self._claim = claim
        self._agencies = agencies
        self._on = on
        self._own = self._now(claim.keeper.id) if claim.keeper is not None else None
        handed_over = {each for each in claim.handed_over if self._has_role(each, claim.sender.role)}
        speaks_as = {claim.sender.id, *claim.sender.stands_for, *handed_over, *self._former(claim.sender)}
        self._me = frozenset(map(self._now, speaks_as))
        self._rows: dict[str, list[EarlierMessage]] = {}
        for each in said:
            named = (each.keeper, *(each.acts_for if each.believed else ()))
            for keeper in {self._now(keeper) for keeper in named if keeper}:
                self._rows.setdefault(keeper, []).append(each)
        keepers = {*self._rows, *filter(None, (self._own,))}
        self._members = {keeper: self._members_of(keeper, frozenset()) for keeper in keepers}
        self._heard = {keeper: self._heard_of(keeper) for keeper in keepers}

    def _now(self, agency: str) -> str:
        return self._agencies.current_id(agency, self._on)

    def _former(self, agency: Agency) -> Iterable[str]:
        return (former.id for former in self._agencies.history_of(agency.id))

    def _members_of(self, keeper: str, seen: frozenset[str]) -> frozenset[str]:
        """Return the parties. Messages of parties add parties; messages of others do not. An agency that has taken over
        a matter has its parties too."""
        rows = self._rows.get(keeper, [])
        members = {keeper, *self._serving(keeper)}
        before = 0
        while len(members) > before:
            before = len(members)
            for row in rows:
                if self._counts(row, members):
                    members |= {self._now(row.sender), *map(self._now, row.parties)}
                    members |= self._of_force(self._claim.keys.get(row.key))
        taken_over = {self._now(each) for row in rows if self._now(row.sender) == keeper for each in row.acts_for}
        for former in taken_over - seen - {keeper}:
            members |= self._members_of(former, seen | {keeper})
        return frozenset(members)

    def _has_role(self, agency: str, role: AgencyRole) -> bool:
        known = self._agencies.get(agency)
        return known is not None and known.role is role

    def _serving(self, keeper: str) -> Iterable[str]:
        """Return the area that serves a court, and the police and the prosecutors of that area."""
        court = self._agencies.get(keeper)
        area = self._agencies.area_of(court) if court is not None and court.role is AgencyRole.COURT else None
        if area is None:
            return ()
        current = self._agencies.current(area.id, self._on)
        forces = {force for each in (area, current) for force in each.forces}
        return (current.id, *(agency for force in forces for agency in self._of_force(force)))

    def _of_force(self, force: str | None) -> frozenset[str]:
        if force is None:
            return frozenset()
        found = (self._agencies.police_of(force), self._agencies.cps_of(force))
        return frozenset(self._now(agency.id) for agency in found if agency is not None)

    def _heard_of(self, keeper: str) -> list[EarlierMessage]:
        """Return the messages of its parties."""
        members = self._members[keeper]
        return [row for row in self._rows.get(keeper, []) if self._counts(row, members)]

    def _counts(self, row: EarlierMessage, members: Collection[str]) -> bool:
        left = self._agencies.get(row.sender) is None  # whom it served is not known any more, so what it said counts
        return row.believed or left or self._has_role(row.sender, AgencyRole.HUB) or self._now(row.sender) in members

    def decide(self) -> Standing | NoStanding:
        claim = self._claim
        if claim.sender.role is AgencyRole.HUB:
            return self._standing(frozenset())
        if self._own is None:
            return self._as_one_of_the_parties()
        if self._own in self._me:
            return self._as_keeper(self._own)
        if claim.matter.keeping is not Keeping.ANSWERS:
            return self._none("it acts as the keeper of the matter, and is not the keeper")
        sent_on = frozenset(keeper for keeper in self._members if self._sent_on(keeper, self._own))
        if sent_on or self._me & self._members[self._own]:
            return self._standing(sent_on | {self._own})
        if self._heard[self._own]:
            return self._none("it is not a party of the matter: no party has sent the matter to it")
        # nobody has sent anything about it yet, so the message is allowed, and it changes nothing
        return self._standing(frozenset())

    def _sent_on(self, keeper: str, to: str) -> bool:
        """Return whether the keeper has sent its matter there, and the sender is a party of it."""
        members = self._members[keeper]
        return bool(self._heard[keeper]) and to in members and bool(self._me & members)

    def _as_one_of_the_parties(self) -> Standing | NoStanding:
        """Decide about a message that does not name the keeper of its matter."""
        heard = {keeper for keeper in self._members if self._heard[keeper]}
        mine = frozenset(keeper for keeper in heard if self._me & self._members[keeper])
        if heard and not mine and not any(self._me & self._of_force(force) for force in self._claim.keys.values()):
            return self._none("it is not a party of the matter: no party has sent the matter to it")
        return self._standing(mine)

    def _as_keeper(self, own: str) -> Standing | NoStanding:
        heard = {keeper for keeper in self._members if self._heard[keeper]}
        joined = frozenset(keeper for keeper in heard if self._me & self._members[keeper])
        rivals = heard - joined
        keeping = self._claim.matter.keeping
        if rivals and not joined and keeping is not Keeping.BEGINS:
            if keeping is Keeping.ANSWERS:
                return self._none("it answers a matter of another agency, and is not a party of it")
            if not self._outranks(own, rivals):
                return self._none("another agency has the case, and has not sent it there")
        return self._standing(joined | {own})

    def _outranks(self, own: str, rivals: Iterable[str]) -> bool:
        """Return whether a case that two agencies claim belongs to the newcomer. Only a case reference with a police
        force decides this: two cases with another number may be different cases. The force must be of the newcomer's
        own area and not of the other's, and no person may have believed the other."""
        for key, force in self._claim.keys.items():
            for rival in rivals:
                heard = self._heard[rival]
                if force is None or all(row.key != key for row in heard):
                    continue
                if any(row.believed for row in heard) or self._at_home(rival, force) or not self._at_home(own, force):
                    return False
        return True

    def _at_home(self, keeper: str, force: str) -> bool:
        return bool(self._of_force(force) & frozenset(self._serving(keeper)))

    def _standing(self, acting: frozenset[str]) -> Standing:
        claim = self._claim
        members: dict[str, frozenset[str]] = {}
        all_joined = frozenset(each for keeper in acting for each in self._members[keeper])
        for keeper in acting:
            now = self._members[keeper]
            if keeper == self._own:
                now = now | frozenset(map(self._now, claim.parties)) | all_joined
            for name in (keeper, *(row.keeper for row in self._rows.get(keeper, ()) if row.keeper)):
                members[name] = now
        return Standing(
            claim.sender.id,
            self._own,
            self._within(acting),
            frozenset(members),
            frozenset(claim.keys),
            members,
            _ISSUED_HERE,
        )

    def _within(self, acting: frozenset[str]) -> str:
        """Return the matter in whose order its deliveries are sent: that of the first message on which it may act."""
        if not acting and not (self._own and self._claim.sender.role is AgencyRole.HUB):
            return f"{self._own or ''}@{self._claim.sender.id}"
        first = next((row for row in self._in_order(acting) if row.acts_for or row.believed), None)
        return first.within if first is not None else self._own or self._claim.sender.id

    def _in_order(self, acting: frozenset[str]) -> list[EarlierMessage]:
        if self._own and self._heard[self._own]:
            return self._heard[self._own]
        return [row for keeper in sorted(acting) for row in self._heard[keeper]]

    def _none(self, reason: str) -> NoStanding:
        claim = self._claim
        about = {self._own} if self._own and self._own not in self._me else set(self._members)
        heard = [keeper for keeper in about if self._heard[keeper]]
        members = {name: self._members[keeper] for keeper in heard for name in self._names(keeper)}
        return NoStanding(
            claim.sender.id,
            self._own,
            f"{self._own or ''}@{claim.sender.id}",
            frozenset(claim.keys),
            frozenset(members),
            members,
            reason,
        )

    def _names(self, keeper: str) -> Iterable[str]:
        return {keeper, *(row.keeper for row in self._rows.get(keeper, ()) if row.keeper)}
