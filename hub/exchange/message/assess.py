"""Decode, validate, decide, minimise: everything that is decided about a document before anything is written. Pure."""

from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Protocol

from adapters.contract import Decoded, Draft, System
from hub.codes.known import CodeLists
from hub.counting import counted
from hub.deadlines.ladder import Ladder, strictest
from hub.deadlines.london import LONDON
from hub.deadlines.terms import ClockTerms, bounded, ending_before, terms_of
from hub.exchange.message.routing import Routing, find_agency, shown_code
from hub.exchange.message.stages import (
    AssessedMessage,
    Assessment,
    Denied,
    DueClock,
    Minimised,
    Permitted,
    Received,
    Unaddressed,
    Validated,
)
from hub.sharing.decision.conditions import decide_about
from hub.sharing.decision.decide import Denial
from hub.sharing.terms.agencies import Agency, AgencyRole
from hub.sharing.terms.protocols import Agreed, SharingRegistry
from schemas.catalogue import Catalogue
from schemas.kind import Target
from schemas.problem import Problem, Refused


class Formats(Protocol):
    """The formats that the exchange reads, by name."""

    @property
    def systems(self) -> Mapping[str, System]: ...
    def recognise(self, body: bytes) -> System | None: ...


MESSAGES_MAX = 10_000
"""In one document. Each takes about 40 KB of memory until all are recorded."""


class Assessor:
    """The pure half of the hub: it has no clock and no store."""

    def __init__(
        self,
        formats: Formats,
        catalogue: Catalogue,
        registry: SharingRegistry,
        codes: CodeLists,
        pseudonym_key: bytes,
    ) -> None:
        self._formats = formats
        self._pseudonym_key = pseudonym_key
        self._catalogue = catalogue
        self._codes = codes
        self._fixed = registry
        self._live: Agreed | None = None

    @property
    def registry(self) -> SharingRegistry:
        return self._live.current() if self._live else self._fixed

    def following(self, live: Agreed) -> "Assessor":
        """A copy of this that decides by what is agreed at each moment."""
        follower = copy(self)
        follower._live = live
        return follower

    def refresh(self) -> None:
        """Load what was agreed since. Call it before a piece of work and outside of any transaction."""
        if self._live:
            self._live.refresh()

    def assess(self, received: Received) -> Assessment:
        """Raises Refused if no part of the document can be read."""
        document = self.decode(received)
        if len(document.drafts) > MESSAGES_MAX:
            raise Refused(
                Problem(
                    "document.too_many_messages",
                    "document",
                    f"it holds {counted(len(document.drafts), 'message')}, and may hold {MESSAGES_MAX:,}",
                    "send several documents",
                )
            )
        messages: list[AssessedMessage] = []
        refused: list[Problem] = list(document.refused)
        for draft in document.drafts:
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
        routing = Routing(self.registry.agencies, draft, validated.sender, on)
        outcomes = self.outcomes(validated, on)
        _ = validated.flags, validated.case_keys  # found now, while nothing is written yet
        minimised = tuple(self.reduce(outcome) for outcome in outcomes if isinstance(outcome, Permitted))
        own = self._decide_for_exchange(validated, on)
        denied = tuple(outcome for outcome in (*outcomes, *own) if isinstance(outcome, Denied))
        unaddressed = tuple(outcome for outcome in outcomes if isinstance(outcome, Unaddressed))
        acted_on = any(isinstance(outcome, Permitted) for outcome in own)
        searched = False
        if any(missing.target is Target.SUPERVISOR for missing in unaddressed):
            refusal = self._refusal_of_areas(validated, on)
            searched, denied = refusal is None, denied if refusal is None else (*denied, refusal)
        if any(isinstance(outcome, Denied) for outcome in own) or not (minimised or acted_on or searched):
            return _nobody_may_have_it(draft, denied, unaddressed)
        clocks = _clocks(validated, routing, minimised)
        return AssessedMessage(validated, minimised, denied, unaddressed, clocks, routing.doubts())

    def outcomes(self, validated: Validated, on: date) -> tuple[Permitted | Denied | Unaddressed, ...]:
        """The outcome for everybody to whom the message is to be sent on that day."""
        draft = validated.draft
        routing = Routing(self.registry.agencies, draft, validated.sender, on)
        return tuple(
            found if isinstance(found, Unaddressed) else self.decide_for(validated, found, target, on)
            for target in draft.payload.targets()
            if target is not Target.EXCHANGE
            for found in routing.find(target)
        )

    def ladder(self, validated: Validated, on: date) -> Ladder:
        """The steps by which the protocols that permit the message on that day have its clocks chased."""
        outcomes = self.outcomes(validated, on)
        return strictest(outcome.permit.escalation for outcome in outcomes if isinstance(outcome, Permitted))

    def _decide_for_exchange(self, validated: Validated, on: date) -> tuple[Permitted | Denied, ...]:
        """Whether the exchange itself may act on the message, if it is for the exchange."""
        exchange = self.registry.agencies.only(AgencyRole.HUB)
        if Target.EXCHANGE not in validated.draft.payload.targets() or exchange is None:
            return ()
        return (self.decide_for(validated, exchange, Target.EXCHANGE, on),)

    def _refusal_of_areas(self, validated: Validated, on: date) -> Denied | None:
        """Why no area at all may have this kind from this sender, so that none is searched for; None if one may."""
        refusal: Denied | None = None
        for area in self.registry.agencies.by_id.values():
            if area.role is AgencyRole.PROBATION:
                outcome = self.decide_for(validated, area, Target.SUPERVISOR, on)
                if isinstance(outcome, Permitted):
                    return None
                if refusal is None or outcome.denial.protocol_id:
                    refusal = outcome
        return refusal

    def decode(self, received: Received) -> Decoded:
        """Raises Refused if no part of the document can be read."""
        if not received.body.strip():
            raise Refused(Problem("document.empty", "document", "the document is empty", "send a document"))
        system = self._formats.recognise(received.body)
        if system is None:
            raise Refused(
                Problem(
                    "document.unrecognised",
                    "document",
                    "is in no format that the exchange reads",
                    f"send one of: {', '.join(sorted(self._formats.systems))}; the README of each describes it",
                )
            )
        return system.decode(received.body, received.documents)

    def _validate(self, draft: Draft, received: Received) -> Validated | Problem:
        kind = self._catalogue.find(draft.kind, draft.version)
        if kind is None:
            return Problem(
                "kind.unknown",
                draft.where,
                f"there is no kind {draft.kind} version {draft.version}",
                f"use one of: {', '.join(self._catalogue.names())}",
            )
        sender = self._sender(draft, received.caller, received.received_at.astimezone(LONDON).date())
        if isinstance(sender, Problem):
            return sender
        return Validated(draft, kind, sender, received.received_at, self._codes)

    def _sender(self, draft: Draft, caller: Agency | None, on: date) -> Agency | Problem:
        agencies = self.registry.agencies
        sender = find_agency(draft.sender, agencies, on) if draft.sender else caller
        if sender is None:
            return _unknown_sender(draft)
        if caller is not None and not agencies.may_send_for(agencies.current(caller.id, on), sender):
            return Problem(
                "sender.not_yours",
                draft.where,
                f"{caller.id} may not send for {sender.id}",
                "send it with the key of the agency that the document names",
            )
        court = draft.payload.facts().get("court")
        # A court may speak only about its own hearings.
        if sender.role is AgencyRole.COURT and court is not None and agencies.resolve(court) != sender:
            return Problem(
                "court.not_the_sender",
                draft.where,
                f"{sender.id} sent a message about another court, {shown_code(court)}",
                "send only messages about your own hearings",
            )
        return sender

    def reduce(self, permitted: Permitted) -> Minimised:
        """Keep only the fields that the protocol grants this recipient."""
        return Minimised(permitted, self._pseudonym_key)

    def decide_for(self, validated: Validated, recipient: Agency, target: Target, on: date) -> Permitted | Denied:
        decision = decide_about(
            self.registry,
            sender=validated.sender.id,
            recipient=recipient.id,
            kind=validated.kind,
            payload=validated.payload,
            on=on,
        )
        if isinstance(decision, Denial):
            return Denied(recipient, target, decision)
        return Permitted(validated, recipient, target, decision)


def _clocks(validated: Validated, routing: Routing, minimised: tuple[Minimised, ...]) -> tuple[DueClock, ...]:
    """The clocks that the message starts, on the terms of the protocols that permit it."""
    agreed = [each for cut in minimised for each in cut.permitted.permit.clocks]
    ladder = strictest(cut.permitted.permit.escalation for cut in minimised)
    terms: dict[str, ClockTerms] = {}
    starts = validated.draft.payload.clocks()
    for start in sorted(starts, key=lambda each: bool(each.ends_before)):
        allowed = (allowance for clock, allowance in agreed if clock == start.clock)
        counted = terms_of(ending_before(start, terms), allowed, validated.received_at, ladder)
        terms[start.clock] = bounded(counted, start)
    return tuple(
        DueClock(start, terms[start.clock], routing.first(start.owner), routing.first(start.toward)) for start in starts
    )


def _unknown_sender(draft: Draft) -> Problem:
    if draft.sender is None:
        return Problem("sender.missing", draft.where, "the document names no sender", "name the sender")
    code = "court.unknown" if draft.sender == draft.payload.facts().get("court") else "sender.unknown"
    return Problem(
        code,
        draft.where,
        f"no agency of the exchange is {shown_code(draft.sender)}",
        "correct the code, or ask the exchange to add the agency to its registry",
    )


def _nobody_may_have_it(draft: Draft, denied: tuple[Denied, ...], unaddressed: tuple[Unaddressed, ...]) -> Problem:
    reasons = [denied_one.denial.reason for denied_one in denied] + [missing.reason for missing in unaddressed]
    code = denied[0].denial.code if denied else "recipient.unknown"
    return Problem(
        code,
        draft.where,
        "nobody may receive this message: " + "; ".join(reasons or ["it has no recipient"]),
        "agree a sharing protocol for it, or correct the message",
    )
