"""Decode, validate, decide, minimise: everything that is decided about a document before anything is written. Pure."""

from datetime import date

from adapters.catalogue import Adapters
from adapters.contract import Draft
from hub.deadlines.due import LONDON, due_at
from hub.exchange.routing import resolve
from hub.exchange.stages import (
    AssessedMessage,
    Assessment,
    Decoded,
    Denied,
    DueClock,
    Minimised,
    Permitted,
    Received,
    Unaddressed,
    Validated,
)
from hub.sharing.agencies import Agency, Role
from hub.sharing.decide import Denial, decide
from hub.sharing.minimise import minimise
from hub.sharing.registry import SharingRegistry
from schemas.catalogue import Catalogue
from schemas.kind import Target
from schemas.problem import Problem, Refused
from schemas.shape import flags_of


class Assessor:
    """The pure half of the hub: no clock of its own, no store."""

    def __init__(self, adapters: Adapters, catalogue: Catalogue, registry: SharingRegistry) -> None:
        self._adapters = adapters
        self._catalogue = catalogue
        self.registry = registry

    def assess(self, received: Received) -> Assessment:
        """Raises Refused when nothing of the document can be read."""
        decoded = self._decode(received)
        messages: list[AssessedMessage] = []
        refused: list[Problem] = list(decoded.document.refused)
        for draft in decoded.document.drafts:
            assessed = self.assess_draft(draft, received)
            if isinstance(assessed, Problem):
                refused.append(assessed)
            else:
                messages.append(assessed)
        return Assessment(tuple(messages), tuple(refused))

    def assess_draft(self, draft: Draft, received: Received) -> AssessedMessage | Problem:
        validated = self._validate(draft, received)
        if isinstance(validated, Problem):
            return validated
        on = received.received_at.astimezone(LONDON).date()
        outcomes = [self._decide(validated, target, on) for target in draft.payload.targets()]
        minimised = tuple(reduce(outcome) for outcome in outcomes if isinstance(outcome, Permitted))
        denied = tuple(outcome for outcome in outcomes if isinstance(outcome, Denied))
        unaddressed = tuple(outcome for outcome in outcomes if isinstance(outcome, Unaddressed))
        if not minimised:
            return _nobody_may_have_it(draft, denied, unaddressed)
        return AssessedMessage(validated, minimised, denied, unaddressed, self._clocks(validated))

    def _decode(self, received: Received) -> Decoded:
        system = self._adapters.recognise(received.body)
        if system is None:
            raise Refused(
                Problem(
                    "document.unrecognised",
                    "document",
                    "is in no format that the exchange reads",
                    f"send one of: {', '.join(sorted(self._adapters.systems))}; the README of each says how it looks",
                )
            )
        return Decoded(received, system.name, system.decode(received.body, received.documents))

    def _validate(self, draft: Draft, received: Received) -> Validated | Problem:
        kind = self._catalogue.find(draft.kind, draft.version)
        if kind is None:
            return Problem(
                "kind.unknown",
                draft.where,
                f"there is no kind {draft.kind} version {draft.version}",
                f"use one of: {', '.join(self._catalogue.names())}",
            )
        sender = self._sender(draft, received.caller)
        if isinstance(sender, Problem):
            return sender
        payload = draft.payload.model_dump(mode="json", exclude_none=True)
        return Validated(draft, kind, sender, payload, flags_of(draft.payload), received.received_at)

    def _sender(self, draft: Draft, caller: Agency | None) -> Agency | Problem:
        agencies = self.registry.agencies
        sender = agencies.resolve(draft.sender) if draft.sender else caller
        if sender is None:
            return _unknown_sender(draft)
        if caller is not None and not agencies.may_send_for(caller, sender):
            return Problem(
                "sender.not_yours",
                draft.where,
                f"{caller.id} may not send for {sender.id}",
                "send it with the key of the agency that the document names",
            )
        court = draft.payload.facts().get("court")
        if sender.role is Role.COURT and court is not None and agencies.resolve(court) != sender:
            return Problem(
                "court.not_the_sender",
                draft.where,
                f"{sender.id} sends about another court, {court}",
                "a court sends only about its own hearings",
            )
        return sender

    def _decide(self, validated: Validated, target: Target, on: date) -> Permitted | Denied | Unaddressed:
        draft = validated.draft
        recipient = resolve(target, draft.payload.facts(), draft.recipient, self.registry.agencies)
        if isinstance(recipient, Unaddressed):
            return recipient
        return self.decide_for(validated, recipient, target, on)

    def decide_for(self, validated: Validated, recipient: Agency, target: Target, on: date) -> Permitted | Denied:
        decision = decide(self.registry, sender=validated.sender.id, recipient=recipient.id, kind=validated.kind, on=on)
        if isinstance(decision, Denial):
            return Denied(recipient, target, decision)
        return Permitted(validated, recipient, target, decision)

    def _clocks(self, validated: Validated) -> tuple[DueClock, ...]:
        payload = validated.draft.payload
        facts, named, agencies = payload.facts(), validated.draft.recipient, self.registry.agencies
        return tuple(
            DueClock(
                start,
                start.anchor if start.allowance.amount > 0 else validated.received_at,
                due_at(start.anchor, start.allowance),
                _known(resolve(start.owner, facts, named, agencies)),
                _known(resolve(start.toward, facts, named, agencies)),
            )
            for start in payload.clocks()
        )


def reduce(permitted: Permitted) -> Minimised:
    """Keep only what the protocol grants this recipient."""
    return Minimised(permitted, minimise(permitted.validated.payload, permitted.permit, permitted.validated.kind))


def _known(found: Agency | Unaddressed) -> Agency | None:
    return found if isinstance(found, Agency) else None


def _unknown_sender(draft: Draft) -> Problem:
    if draft.sender is None:
        return Problem(
            "sender.missing", draft.where, "the document names no sender", "name it, or say from whom it comes"
        )
    code = "court.unknown" if draft.sender == draft.payload.facts().get("court") else "sender.unknown"
    return Problem(
        code,
        draft.where,
        f"no agency of the exchange is {draft.sender}",
        "correct the code, or ask the exchange to enter the agency in its registry",
    )


def _nobody_may_have_it(draft: Draft, denied: tuple[Denied, ...], unaddressed: tuple[Unaddressed, ...]) -> Problem:
    reasons = [denied_one.denial.reason for denied_one in denied] + [missing.reason for missing in unaddressed]
    code = denied[0].denial.code if denied else "recipient.unknown"
    return Problem(
        code,
        draft.where,
        "nobody can be given this message: " + "; ".join(reasons or ["it is for nobody"]),
        "agree a sharing protocol for it, or correct the message",
    )
