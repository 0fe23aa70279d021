"""Conditions withhold a record, or parts of it, for what it says about its person: children, restricted records. Pure.

A condition is applied to each record separately, on the day of the decision. It can only take away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.sharing.decision.decide import Denial, Permit, decide
from hub.sharing.terms.grants import Action, Restraint
from hub.sharing.terms.protocols import Condition, Consequence, SharingRegistry, When
from hub.sharing.terms.records import WHOLE_MESSAGE, RecordShape, records_of
from hub.sharing.terms.selecting import Selector
from schemas.category import Category
from schemas.fields import partial_date
from schemas.json import Json, JsonMapping
from schemas.kind import MessageKind, Payload
from schemas.shape import values_at

_AGE = 18
_LATEST = "YYYY-12-31"
_EVERYTHING = tuple(Selector(None, category) for category in Category)


def decide_about(
    registry: SharingRegistry,
    *,
    sender: str,
    recipient: str,
    kind: MessageKind,
    payload: JsonMapping,
    on: date,
) -> Permit | Denial:
    """`decide`, and then the conditions on the content: `condition.refused` if no record of the message may be sent."""
    decision = decide(registry, sender=sender, recipient=recipient, kind=kind, on=on)
    refusing = _refusing(decision, kind, payload) if isinstance(decision, Permit) else None
    if refusing is None or isinstance(decision, Denial):
        return decision
    protocol = f"protocol {decision.protocol_id} version {decision.protocol_version}"
    reason = f"condition {refusing.id!r} of {protocol} refuses such records ({refusing.when})"
    return Denial("condition.refused", reason, decision.protocol_id, decision.protocol_version)


def _refusing(permit: Permit, kind: MessageKind, payload: JsonMapping) -> Condition | None:
    """The condition that refuses the whole message, or one that refuses a record if every record is refused."""
    judge = Judge.of(permit, kind.payload)
    document = dict(payload)
    if WHOLE_MESSAGE in judge.shapes:
        return judge.refusal(judge.holding(WHOLE_MESSAGE, document))
    records = [(path, record) for path in judge.shapes for _, record in values_at(document, path)]
    refusals = [judge.refusal(judge.holding(path, record)) for path, record in records]
    return refusals[0] if refusals and all(refusals) else None


@dataclass(frozen=True, slots=True)
class Judge:
    """`shapes` is empty if no condition covers the message, so that no record is examined."""

    conditions: tuple[Condition, ...]
    shapes: Mapping[str, RecordShape]
    on: date

    @classmethod
    def of(cls, permit: Permit, payload: type[Payload]) -> "Judge":
        return cls(permit.conditions, records_of(payload) if permit.conditions else {}, permit.on)

    def holding(self, path: str, record: Json) -> tuple[Condition, ...]:
        """The conditions that apply to the record at that place, for any person that the record is about."""
        shape = self.shapes.get(path)
        if shape is None:
            return ()
        people = tuple(shape.people_of(record))
        return tuple(each for each in self.conditions if any(holds(each, person, self.on) for person in people))

    @staticmethod
    def refusal(holding: Sequence[Condition]) -> Condition | None:
        return next((each for each in holding if each.action is Consequence.REFUSE), None)


def holds(condition: Condition, person: JsonMapping, on: date) -> bool:
    if condition.when is When.RESTRICTED:
        return person.get("restricted") is True
    if person.get("organisation") is not None:
        return False
    under = under_18(person.get("date_of_birth"), on)
    if under is None and person.get("youth") is True:
        return True
    return under if under is not None else condition.unknown == "applies"


def under_18(born: str | None, on: date) -> bool | None:
    """Whether a person born then could be under 18 on that day. If only part of the date is known, the latest possible
    day counts. None if the date is not known. A person born on 29 February turns 18 on 1 March."""
    known = partial_date(born) if isinstance(born, str) else None
    if known is None:
        return None
    year, month, day = (int(part) for part in (known + _LATEST[len(known) :]).split("-"))
    return (year, month, day) > (on.year - _AGE, on.month, on.day)


def restraints_of(holding: Sequence[Condition]) -> tuple[Restraint, ...]:
    return tuple(
        Restraint(
            f"condition {each.id!r} ({each.when})",
            Action.MASKED if each.action is Consequence.MASK else Action.WITHHELD,
            _EVERYTHING if each.action is Consequence.REFUSE else each.fields,
        )
        for each in holding
    )
