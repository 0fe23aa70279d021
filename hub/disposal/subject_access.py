"""Answers a person's request: what was held about me, from whom, to whom was it sent, and under which clause?"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hub.disposal.person_named import Wanted, WantedUnclear
from hub.disposal.subject_index import SubjectIndex
from hub.disposal.third_parties import OwnPart, own_part, values_of
from hub.exchange.telling import body_reading as reading
from hub.exchange.telling.explanation import permitted_then
from hub.identity.case_keys import person_keys
from hub.journal.actors import given_reason
from hub.journal.record.disposal import record_subject_reported
from hub.lifecycle import DeliveryState
from hub.sharing.decision.explain import explain
from hub.sharing.terms.protocols import Agreed
from hub.store.database.engine import Store, Transaction
from hub.store.messages import contents, deliveries, messages
from hub.store.messages.deliveries import KeptDelivery
from hub.store.persons import subjects, supervisions
from hub.store.persons.candidates import candidates
from hub.store.persons.finding import Sought
from hub.store.persons.subjects import CASE
from schemas.catalogue import Catalogue
from schemas.fields import CRO_NUMBER, NOMS_NUMBER, PNC_ID
from schemas.json import JsonMapping, JsonObject
from schemas.kind import MessageKind
from schemas.parts.person import Defendant

_ONE_A_PERSON = frozenset({PNC_ID.name, CRO_NUMBER.name, NOMS_NUMBER.name})
_ROUNDS_MAX = 5


class SubjectAccess:
    def __init__(self, store: Store, index: SubjectIndex, catalogue: Catalogue, live: Agreed) -> None:
        self._store = store
        self._index = index
        self._catalogue = catalogue
        self._live = live

    def report(self, wanted: Sequence[Wanted], by: str, reason: str, now: datetime) -> JsonObject:
        """Plain JSON with the subject's own data, so only the subject may have it. Raises WantedUnclear for a case.
        Each message that was opened for it is a journal entry of its own."""
        if any(each.scheme == CASE for each in wanted):
            raise WantedUnclear("a case is not a person", "name the person: --pnc, --cro, --crn, --noms")
        reason = given_reason(reason)
        self._index.catch_up()
        with self._store.transaction() as connection:
            subject, found = self._find(connection, wanted)
            opened = [self._message(connection, id, kind, own) for id, kind, own in found]
            supervised = self._supervised(connection, subject)
            for id, _, _ in found:
                reading.record_reading(connection, id, by, reason, now, [reading.ReadPart.OWN_VALUES])
            shared = sum(sharing["shared"] for message in opened for sharing in message["sharings"])
            record_subject_reported(
                connection,
                now,
                by=by,
                reason=reason,
                asked_by=sorted({each.scheme for each in wanted}),
                sharings=shared,
                opened=[message["id"] for message in opened],
            )
        return {
            "made_at": now.isoformat(),
            "made_by": by,
            "reason": reason,
            "found_by": [{"scheme": scheme, "value": value} for scheme, value in subject.shown()],
            "not_followed": subject.not_followed,
            "messages": opened,
            "supervised": supervised,
            "counts": {"messages": len(opened), "sharings": shared, "held_back": _held_back(opened)},
        }

    def _find(
        self, connection: Transaction, wanted: Sequence[Wanted]
    ) -> "tuple[_Subject, list[tuple[UUID, MessageKind, OwnPart]]]":
        """Each message may contain another number of the same person, and that number may lead to more messages."""
        subject = _Subject({(each.scheme, each.value) for each in wanted})
        for _ in range(_ROUNDS_MAX):
            found = self._about(connection, subject)
            if not subject.learn():
                break
        return subject, found

    def _about(self, connection: Transaction, subject: "_Subject") -> list[tuple[UUID, MessageKind, OwnPart]]:
        keys = [self._index.key(scheme, value) for scheme, value in subject.known]
        found = []
        for id in subjects.about(connection, keys):
            row = messages.find(connection, id)
            kind = self._catalogue.find(row.kind, row.version) if row else None
            if kind is None:
                continue
            plain = contents.payload_of(connection, id)
            own = own_part(kind.payload.model_validate(plain), plain, subject.is_this)
            if own is not None:
                found.append((id, kind, own))
        return found

    def _message(self, connection: Transaction, id: UUID, kind: MessageKind, own: OwnPart) -> JsonObject:
        row = messages.find(connection, id)
        assert row is not None  # noqa: S101 - it was opened in this transaction
        return {
            "id": str(id),
            "kind": row.kind,
            "title": kind.title,
            "from": self._named(row.sender),
            "accepted_at": row.accepted_at.isoformat(),
            "data": [{"place": place, "value": value} for place, value in values_of(own.payload)],
            "held_back": [{"reason": why, "count": count} for why, count in sorted(own.held_back.items())],
            "sharings": [self._sharing(kind, row.sender, own, each) for each in deliveries.of_message(connection, id)],
        }

    def _sharing(self, kind: MessageKind, sender: str, own: OwnPart, row: KeptDelivery) -> JsonObject:
        """`shared` if it was sent: delivered, or waiting where its recipient may have fetched it."""
        registry, named = self._live.current(), (row.protocol, row.protocol_version)
        protocol = next((p for p in registry.protocols if (p.id, p.version) == named), None)
        permit = permitted_then(registry, row, sender, kind)
        return {
            "to": self._named(row.recipient),
            "state": row.state,
            "shared": row.state in (DeliveryState.DELIVERED, DeliveryState.PLACED),
            "at": row.delivered_at.isoformat() if row.delivered_at else None,
            "protocol": f"{row.protocol} v{row.protocol_version}",
            "title": protocol.title if protocol else None,
            "purpose": protocol.purpose if protocol else None,
            "legal_basis": list(protocol.legal_basis) if protocol else [],
            "fields": [
                {"path": f.path, "count": f.count, "action": str(f.action), "clause": f.clause}
                for f in (explain(kind, own.payload, permit) if permit else ())
            ],
            "explained": permit is not None,
        }

    def _supervised(self, connection: Transaction, subject: "_Subject") -> list[JsonObject]:
        """What the hub keeps to recognise the person again."""
        numbers = frozenset(pair for pair in subject.known if pair[0] != "name")
        found = candidates(connection, {"": Sought(identifiers=numbers)}).people
        supervised = {each.person_id: each for each in supervisions.of_entries(connection, [each.id for each in found])}
        return [
            {
                "area": self._named(person.area),
                "data": [
                    {"place": place, "value": value}
                    for place, value in (
                        *sorted(person.person.items()),
                        ("date_of_birth", person.date_of_birth),
                        ("postcode", person.postcode),
                        *sorted(person.identifiers),
                        *_supervision(supervised.get(person.id)),
                    )
                    if value
                ],
            }
            for person in found
        ]

    def _named(self, agency_id: str) -> dict[str, str]:
        agency = self._live.current().agencies.get(agency_id)
        return {"id": agency_id, "name": agency.name if agency else agency_id}


class _Subject:
    """The person that the request is about. More is known of the person with each message that adds something."""

    def __init__(self, known: set[tuple[str, str]]) -> None:
        self.known = known
        self.not_followed: list[str] = []
        self._mentioned: set[tuple[str, str]] = set()

    def is_this(self, defendant: Defendant) -> bool:
        """They share a number, or the name and the date of birth, and none of their numbers contradicts it."""
        theirs = {(scheme, value) for scheme, _, value in (key.partition(":") for key in person_keys(defendant))}
        if not theirs & self.known or self._contradicts(theirs):
            return False
        self._mentioned |= {pair for pair in theirs if pair[0] in _ONE_A_PERSON | {"crn", "arrest_summons_number"}}
        return True

    def _contradicts(self, theirs: Iterable[tuple[str, str]]) -> bool:
        mine: Mapping[str, set[str]] = {
            scheme: {value for s, value in self.known if s == scheme} for scheme in _ONE_A_PERSON
        }
        return any(mine.get(scheme) and value not in mine[scheme] for scheme, value in theirs)

    def learn(self) -> bool:
        """True if something new is known. If messages differ on a number of which a person has only one, neither is
        used."""
        new = self._mentioned - self.known
        schemes = [scheme for scheme, _ in new if scheme in _ONE_A_PERSON]
        doubtful = {scheme for scheme in schemes if schemes.count(scheme) > 1}
        self.not_followed = sorted({*self.not_followed, *doubtful})
        followed = {pair for pair in new if pair[0] not in doubtful}
        self.known |= followed
        return bool(followed)

    def shown(self) -> list[tuple[str, str]]:
        return sorted(self.known)


def _supervision(kept: supervisions.KeptSupervision | None) -> list[tuple[str, str | None]]:
    """What the hub keeps about the supervision that came with an entry."""
    if kept is None:
        return []
    return [
        ("supervised_from", kept.started_on.isoformat() if kept.started_on else None),
        ("supervised_until", kept.ended_on.isoformat() if kept.ended_on else None),
        ("supervision_ended_because", kept.ended_because),
    ]


def _held_back(sections: Iterable[JsonMapping]) -> int:
    return sum(held["count"] for message in sections for held in message["held_back"])
