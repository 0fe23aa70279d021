"""Prepares a message for one recipient: decide again, minimise, and write it in the recipient's format. Nothing is sent
here."""

from dataclasses import InitVar, dataclass, replace
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from adapters.carriage.one_body import with_sheet_inside
from adapters.contract import CannotDeliver, Encoded, Endpoint, Outbound, Parcel
from hub.deadlines.clocks import running_of
from hub.deadlines.london import LONDON
from hub.exchange.message.known_where import PersonIndex
from hub.exchange.message.matters import recorded_standing
from hub.exchange.message.own_ids import OwnIds, day_of, own_ids
from hub.exchange.message.recorded import kept_in_exchange, kept_message, what_it_said
from hub.exchange.message.stages import Denied, Minimised, Permitted, Validated
from hub.exchange.sending.routed import mark_routed, routed_by
from hub.exchange.sending.sheet import field_names, write_sheet
from hub.exchange.wiring import Wiring
from hub.identity.supervised import known_to
from hub.sharing.decision.decide import Denial, decide
from hub.sharing.decision.minimise import released_attachments
from hub.sharing.terms.agencies import Agency, AgencyRole
from hub.store.database.engine import Transaction
from hub.store.messages import answers, deliveries, messages
from hub.store.messages.contents import ClosedMessage
from hub.store.persons import people
from schemas.kind import ClockStop, Payload, Target
from schemas.parts.supervision import Known


class OutgoingDelivery(Protocol):
    """The parts of a delivery that a decision needs."""

    @property
    def id(self) -> UUID: ...
    @property
    def message_id(self) -> UUID: ...
    @property
    def recipient(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def cause(self) -> UUID | None: ...
    @property
    def known_as(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class LoadedMessage:
    """A kept message, marked for its recipient, before anything is decided. `own` are the ids by which the recipient
    knows it if the protocol is pseudonymous."""

    outgoing: OutgoingDelivery
    validated: Validated
    correlation: UUID
    causation: UUID | None
    own: OwnIds


_PREPARED_HERE = object()  # Only this module has it, so nothing is sent unless it was decided about just before.


@dataclass(frozen=True, slots=True)
class Prepared:
    """What its recipient may have, in the recipient's own format. Only `Preparing.prepare` makes one."""

    outgoing: OutgoingDelivery
    minimised: Minimised
    endpoint: Endpoint
    encoded: Encoded
    known_as: UUID | None
    """The id by which the recipient knows it, if that is not the id of the message."""
    received_by: frozenset[str]
    """The names of the recipient, former ones too."""
    sheet: bytes | None
    """What the recipient's format cannot hold, as a page for a person, if it goes beside the body."""
    made: InitVar[object]

    def __post_init__(self, made: object) -> None:
        if made is not _PREPARED_HERE:
            raise PermissionError("a Prepared is made by Preparing.prepare and nowhere else")

    @property
    def validated(self) -> Validated:
        return self.minimised.permitted.validated

    def parcel(self) -> Parcel:
        return Parcel(
            str(self.known_as or self.outgoing.message_id),
            str(self.outgoing.id),
            self.validated.draft.kind,
            self.validated.sender.id,
            self.minimised.permitted.recipient.id,
            self.encoded,
            self.sheet,
        )

    @property
    def is_on_paper(self) -> bool:
        """Whether part of it goes along on a sheet."""
        return self.validated.draft.payload.on_paper and bool(self.encoded.unexpressed)


class Preparing:
    def __init__(self, wiring: Wiring) -> None:
        self._assessor = wiring.assessor
        self._clock = wiring.clock
        self._catalogue = wiring.catalogue
        self._adapters = wiring.adapters
        self._endpoints = wiring.endpoints

    def refresh(self) -> None:
        """Load what was agreed since. Call it outside of any transaction."""
        self._assessor.refresh()

    def kept(self, connection: Transaction, message_id: UUID) -> Validated:
        """The message as it was validated. Raises NoLongerKnown or ContentDestroyed."""
        return kept_message(connection, message_id, self._catalogue, self._assessor.registry)

    def load(
        self, connection: Transaction, outgoing: OutgoingDelivery, closed: ClosedMessage | None = None
    ) -> LoadedMessage:
        """`closed` is its content, if it was read a moment ago. Raises NoLongerKnown."""
        kept = kept_in_exchange(connection, outgoing.message_id, self._catalogue, self._assessor.registry, closed)
        validated = mark_routed(connection, outgoing.message_id, outgoing.recipient, outgoing.target, kept.validated)
        marked = self._mark_known(connection, outgoing, self._mark_without(connection, outgoing, validated))
        marked = self._mark_not_taken_over(connection, outgoing, marked, kept.correlation)
        causation = _causation(connection, outgoing, kept.causation)
        own = own_ids(connection, outgoing.recipient, outgoing.message_id, kept.correlation)
        own = replace(own, message=outgoing.known_as or own.message)  # every attempt carries the same id
        return LoadedMessage(outgoing, marked, kept.correlation, causation, own)

    def stops(self, connection: Transaction, message_id: UUID) -> tuple[ClockStop, ...]:
        """The clocks that a kept message stops, even if its sender has left since: its recipient may still acknowledge
        it."""
        said = what_it_said(connection, message_id, self._catalogue)
        return said.stops() if said is not None else ()

    def names_of(self, agency: str) -> frozenset[str]:
        """The names by which clocks may call the agency: its own, and those of the agencies that it continues."""
        return frozenset({agency, *(former.id for former in self._assessor.registry.agencies.history_of(agency))})

    def on_paper(self) -> frozenset[str]:
        """The kinds of which nothing may be lost."""
        return frozenset(name for (name, _), kind in self._catalogue.kinds.items() if kind.payload.on_paper)

    def decide(self, loaded: LoadedMessage, now: datetime) -> Permitted | Denied:
        """Decide as if for the first time. Raises CannotDeliver if the recipient has left the registry."""
        on = now.astimezone(LONDON).date()
        recipient = self._recipient(loaded.outgoing.recipient, on)
        return self._assessor.decide_for(loaded.validated, recipient, Target(loaded.outgoing.target), on)

    def prepare(self, loaded: LoadedMessage, now: datetime) -> Prepared | Denied:
        """Raises CannotDeliver. Raises Refused if the recipient's format cannot hold the message."""
        decision = self.decide(loaded, now)
        if isinstance(decision, Denied):
            return decision
        minimised = self._assessor.reduce(decision)
        endpoint = self._endpoint(decision.recipient.id, loaded.validated.draft.kind)
        pseudonymous = loaded.outgoing.known_as is not None or decision.permit.is_pseudonymous
        outbound = _outbound(loaded, minimised, pseudonymous)
        encoded, sheet = self._encoded(endpoint, outbound, loaded.validated)
        known_as = loaded.own.message if pseudonymous else None
        received_by = self.names_of(decision.recipient.id)
        return Prepared(loaded.outgoing, minimised, endpoint, encoded, known_as, received_by, sheet, _PREPARED_HERE)

    def _encoded(self, endpoint: Endpoint, message: Outbound, validated: Validated) -> tuple[Encoded, bytes | None]:
        """Write the message, and its sheet if the kind needs one for what the format cannot hold."""
        encoded = self._adapters.systems[endpoint.system].encode(message)
        if not (validated.draft.payload.on_paper and encoded.unexpressed):
            return encoded, None
        sheet = write_sheet(message, validated.kind.title, encoded.unexpressed)
        if self._adapters.transports[endpoint.transport].capabilities.sheets == "inside":
            return with_sheet_inside(encoded, sheet), None
        return encoded, sheet

    def _mark_known(self, connection: Transaction, outgoing: OutgoingDelivery, validated: Validated) -> Validated:
        """For a probation area, mark which of the named people it already supervises, where the kind has a field for
        it."""
        payload = validated.draft.payload
        recipient = self._assessor.registry.agencies.get(outgoing.recipient)
        if type(payload).marked is Payload.marked or recipient is None or recipient.role is not AgencyRole.PROBATION:
            return validated
        if outgoing.target == Target.SUPERVISOR:
            link = people.link_of(connection, outgoing.message_id, outgoing.recipient)
            known = {0: Known(link.found_by, link.crn, link.match_weight, routed_by(link))} if link else {}
        else:
            known = dict(known_to(connection, outgoing.recipient, payload.about()))
        marked = self._mark_elsewhere(connection, recipient, payload.marked(known))
        return replace(validated, draft=replace(validated.draft, payload=marked))

    def _mark_without(self, connection: Transaction, outgoing: OutgoingDelivery, validated: Validated) -> Validated:
        """Mark what is still owed of that which the message makes unnecessary, where the kind has a field for it."""
        payload = validated.draft.payload
        if type(payload).marked_without is Payload.marked_without:
            return validated
        standing = recorded_standing(connection, outgoing.message_id)
        if standing is None:
            return validated
        voids = [stop.clock for stop in validated.stops() if stop.void]
        owed = running_of(connection, voids, outgoing.message_id, standing)
        marked = payload.marked_without(frozenset(clock.name for clock in owed))
        return replace(validated, draft=replace(validated.draft, payload=marked))

    def _mark_not_taken_over(
        self, connection: Transaction, outgoing: OutgoingDelivery, validated: Validated, correlation: UUID
    ) -> Validated:
        """Mark in an answer what of the answered message reached its sender on paper only."""
        payload = validated.draft.payload
        if type(payload).marked_not_taken_over is Payload.marked_not_taken_over:
            return validated
        asked = (self.names_of(outgoing.recipient), self.names_of(validated.sender.id))
        paths = answers.unexpressed_between(connection, correlation, self.on_paper(), *asked)
        marked = payload.marked_not_taken_over(field_names(paths)) if paths else payload
        return replace(validated, draft=replace(validated.draft, payload=marked))

    def _mark_elsewhere(self, connection: Transaction, area: Agency, payload: Payload) -> Payload:
        """Mark who of the named people is known to other areas, where the area might ask the index for it."""
        kind, agencies = self._catalogue.index_answer(), self._assessor.registry.agencies
        exchange = agencies.only(AgencyRole.HUB)
        if type(payload).marked_elsewhere is Payload.marked_elsewhere or kind is None or exchange is None:
            return payload
        on = self._clock.now().astimezone(LONDON).date()
        here = agencies.current_id(area.id, on)
        registry = self._assessor.registry
        if isinstance(decide(registry, sender=exchange.id, recipient=here, kind=kind, on=on), Denial):
            return payload
        index = PersonIndex(connection, self._catalogue, agencies, on)
        return payload.marked_elsewhere(index.elsewhere(payload.about(), here))

    def _recipient(self, agency_id: str, on: date) -> Agency:
        """The recipient. An area that has merged since the message was recorded is reached through its successor."""
        agencies = self._assessor.registry.agencies
        if agencies.get(agency_id) is None:
            raise CannotDeliver("recipient.left", f"{agency_id} is not in the registry", retryable=True)
        return agencies.current(agency_id, on)

    def _endpoint(self, recipient: str, kind: str) -> Endpoint:
        endpoints = self._endpoints.current()
        endpoint = endpoints.find(recipient, kind)
        unusable = endpoints.why_unusable(recipient, kind)
        if endpoint is None and unusable is not None:
            raise CannotDeliver(unusable.code, unusable.problem, retryable=True, partner_down=True)
        if endpoint is None:
            raise CannotDeliver(
                "endpoint.none", f"no endpoint of {recipient} is known", retryable=True, partner_down=True
            )
        return endpoint


def _causation(connection: Transaction, outgoing: OutgoingDelivery, written_because_of: UUID | None) -> UUID | None:
    """The message that led to this one, if the recipient sent it or received it, by the id that the recipient knows. A
    recipient must not learn of messages for others."""
    cause = outgoing.cause or written_because_of
    if cause is None:
        return None
    if messages.sent_by(connection, cause, outgoing.recipient):
        return cause
    received = deliveries.of_recipient(connection, cause, outgoing.recipient)
    return (received.known_as or cause) if received is not None else None


def _outbound(loaded: LoadedMessage, minimised: Minimised, pseudonymous: bool) -> Outbound:
    """Under a pseudonymous protocol the recipient gets ids of its own, and the day of sending without its time: others
    have the same message with the same time to the second."""
    outgoing, validated = loaded.outgoing, loaded.validated
    draft = validated.draft
    id = loaded.own.message if pseudonymous else outgoing.message_id
    sent_at = draft.sent_at or validated.received_at
    return Outbound(
        id=str(id),
        kind=draft.kind,
        version=draft.version,
        sender=validated.sender.id,
        recipient=minimised.permitted.recipient.id,
        reference=str(id),  # the sender's own reference may name a person, and no protocol grants it
        sent_at=day_of(sent_at) if pseudonymous else sent_at,
        correlation=str(loaded.own.exchange if pseudonymous else loaded.correlation),
        causation=str(loaded.causation) if loaded.causation else None,
        payload=minimised.cut.payload,
        attachments=released_attachments(minimised.cut, validated.kind, draft.attachments),
    )
