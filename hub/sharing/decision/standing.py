"""Decides who may act in a matter: who may stop its clocks, and replace or move earlier messages about it. Pure.

A message that names a matter and a person of whom its sender is a party, and beside them another matter or person,
acts only on the first: its standing has only the keys of those.
"""

from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from datetime import date
from types import MappingProxyType

from hub.sharing.decision.parties import EarlierMessage, Parties
from hub.sharing.terms.agencies import Agencies, Agency, AgencyRole
from schemas.kind import Keeping, Matter, SaidBy

# only this module has it, so every Standing comes from `stand`, `believed` or `as_recorded`
_ISSUED_HERE = object()
NONE = "standing.none"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a message says about its matter: its keeper, and the `keys` by which the matter is known.

    `keeper` is the agency that the message names as keeper, if it names one. `keys` gives for each key the police force
    in its case reference, or None. `parties` are the agencies that this message makes parties, if its sender is one.
    `handed_over` gives for a key the agencies that have transferred the person of this key to the sender. Only agencies
    of the sender's role count. `spoken_by` are the only agencies that say such a thing; None if any party may.
    """

    sender: Agency
    matter: Matter
    keeper: Agency | None
    keys: Mapping[str, str | None]
    parties: frozenset[str] = frozenset()
    handed_over: Mapping[str, frozenset[str]] = field(default_factory=dict)
    spoken_by: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The right of a message to act in the matters of the keepers in `acts_for`, if they share one of `keys`. A key of
    which the sender is no party is not among them.

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
    return _Decision(claim, tuple(said), agencies, on).decide()


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


class _Decision:
    """The decision about one claim."""

    def __init__(self, claim: Claim, said: tuple[EarlierMessage, ...], agencies: Agencies, on: date) -> None:
        self._claim = claim
        self._parties = Parties(claim.keys, said, agencies, on)
        self._own = self._parties.current(claim.keeper.id) if claim.keeper is not None else None
        former = (former.id for former in agencies.history_of(claim.sender.id))
        speaks_as = {claim.sender.id, *claim.sender.stands_for, *former}
        self._me = frozenset(map(self._parties.current, speaks_as))

    def decide(self) -> Standing | NoStanding:
        claim, own = self._claim, self._own
        if claim.sender.role is AgencyRole.HUB:
            return self._standing(frozenset())
        if claim.spoken_by is not None and self._me.isdisjoint(map(self._parties.current, claim.spoken_by)):
            return self._none("only an agency that the message names there may say this")
        if own is None:
            return self._as_one_of_the_parties()
        if claim.matter.said_by is SaidBy.KEEPER and own not in self._me:
            return self._none("only the keeper of the matter says this")
        if claim.matter.said_by is SaidBy.OTHERS and own in self._me:
            return self._none("the keeper of the matter does not say this itself")
        if own in self._me:
            return self._as_keeper(own)
        if claim.matter.keeping is not Keeping.ANSWERS:
            return self._none("it acts as the keeper of the matter, and is not the keeper")
        sent_on = frozenset(keeper for keeper in self._parties.keepers if self._sent_on(keeper, own))
        if sent_on or self._is_party(own):
            return self._standing(sent_on | {own})
        if self._parties.heard(own):
            return self._none("it is not a party of the matter: no party has sent the matter to it")
        # nobody has sent anything about it yet, so the message is allowed, and it changes nothing
        return self._standing(frozenset())

    def _speaks_as(self, keeper: str) -> frozenset[str]:
        """Return the sender, and whoever has transferred the person to it, if that is the person of the matter."""
        given = self._claim.handed_over.items()
        former = {each for key, agencies in given if self._parties.is_heard(keeper, key) for each in agencies}
        role = self._claim.sender.role
        return self._me | {self._parties.current(each) for each in former if self._parties.has_role(each, role)}

    def _is_party(self, keeper: str, key: str | None = None) -> bool:
        """Return whether the sender is a party of this keeper's matter under that key, or under one of the keys."""
        return bool(self._speaks_as(keeper) & self._parties.under(keeper, [key] if key else self._claim.keys))

    def _sent_on(self, keeper: str, to: str) -> bool:
        """Return whether the keeper has sent its matter there, and the sender is a party of it."""
        me = self._speaks_as(keeper)
        each_of = (self._parties.of(keeper, key) for key in self._claim.keys if self._parties.is_heard(keeper, key))
        return any(to in members and bool(me & members) for members in each_of)

    def _as_one_of_the_parties(self) -> Standing | NoStanding:
        """Decide about a message that does not name the keeper of its matter."""
        heard = {keeper for keeper in self._parties.keepers if self._parties.heard(keeper)}
        mine = frozenset(keeper for keeper in heard if self._is_party(keeper))
        forces = self._claim.keys.values()
        if heard and not mine and not any(self._me & self._parties.of_force(force) for force in forces):
            return self._none("it is not a party of the matter: no party has sent the matter to it")
        return self._standing(mine)

    def _as_keeper(self, own: str) -> Standing | NoStanding:
        heard = frozenset(keeper for keeper in self._parties.keepers if self._parties.heard(keeper))
        joined = frozenset(keeper for keeper in heard if self._is_party(keeper))
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
        at_home, heard = self._parties.at_home, self._parties.heard
        for key, force in self._claim.keys.items():
            for rival in rivals:
                if force is None or not self._parties.is_heard(rival, key):
                    continue
                if any(row.believed for row in heard(rival)) or at_home(rival, force) or not at_home(own, force):
                    return False
        return True

    def _keys_of(self, acting: frozenset[str]) -> frozenset[str]:
        """Return the keys under which the sender is a party wherever somebody has spoken. A number of another person,
        or the reference of another case, gives no right there."""
        heard = {key: [each for each in acting if self._parties.is_heard(each, key)] for key in self._claim.keys}
        return frozenset(key for key, keepers in heard.items() if all(self._is_party(each, key) for each in keepers))

    def _standing(self, acting: frozenset[str]) -> Standing:
        claim, keys = self._claim, self._keys_of(acting)
        members: dict[str, frozenset[str]] = {}
        all_joined = frozenset(each for keeper in acting for each in self._parties.under(keeper, keys))
        for keeper in acting:
            now = self._parties.under(keeper, keys)
            if keeper == self._own:
                now = now | frozenset(map(self._parties.current, claim.parties)) | all_joined
            members |= dict.fromkeys(self._parties.names(keeper), now)
        within = self._within(acting, keys)
        return Standing(claim.sender.id, self._own, within, frozenset(members), keys, members, _ISSUED_HERE)

    def _within(self, acting: frozenset[str], keys: frozenset[str]) -> str:
        """Return the matter in whose order its deliveries are sent: that of the first message on which it may act."""
        if not acting and not (self._own and self._claim.sender.role is AgencyRole.HUB):
            return f"{self._own or ''}@{self._claim.sender.id}"
        first = next((row for row in self._in_order(acting, keys) if row.acts_for or row.believed), None)
        return first.within if first is not None else self._own or self._claim.sender.id

    def _in_order(self, acting: frozenset[str], keys: frozenset[str]) -> list[EarlierMessage]:
        own = self._own
        in_own = [row for row in self._parties.heard(own) if row.keys & keys] if own else []
        return in_own or [row for keeper in sorted(acting) for row in self._parties.heard(keeper) if row.keys & keys]

    def _none(self, reason: str) -> NoStanding:
        claim, own = self._claim, self._own
        about = {own} if own and own not in self._me else self._parties.keepers | ({own} if own else frozenset())
        heard = [keeper for keeper in about if self._parties.heard(keeper)]
        every_key = frozenset(claim.keys)
        members = {
            name: self._parties.under(keeper, every_key) for keeper in heard for name in self._parties.names(keeper)
        }
        within = f"{own or ''}@{claim.sender.id}"
        return NoStanding(claim.sender.id, own, within, every_key, frozenset(members), members, reason)
