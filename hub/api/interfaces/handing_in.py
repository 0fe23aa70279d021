"""Does what a caller asks, and returns the outcome for its interface to say."""

from dataclasses import dataclass, replace
from uuid import uuid4

from adapters.calls import (
    Asked,
    Declined,
    FetchAnswers,
    Fetched,
    HandIn,
    Interface,
    Noted,
    Outcome,
    Rehearse,
    Rehearsed,
    TellOutcome,
    Withdraw,
)
from hub.access.keys import Signature
from hub.api.bodies import Posted
from hub.api.interfaces.proving import Proved
from hub.bootstrap import Hub
from hub.exchange.accepting.demands import Demands, NameGiven
from hub.exchange.message.receipts import Answer
from hub.exchange.message.stages import Received
from hub.exchange.telling.outcomes import earlier, outcome_of
from schemas.problem import Problem, Refused


@dataclass(frozen=True, slots=True)
class HandingIn:
    """For one caller of one interface. `signature` is that of the posted document, if it has one."""

    hub: Hub
    interface: Interface
    proved: Proved
    posted: Posted
    signature: Signature | None

    def outcome(self, asked: Asked) -> Outcome:
        """Raises Failure."""
        if not self._may_say(asked):
            if not isinstance(asked, HandIn):
                return Declined(403, _SOURCE.code, _SOURCE.problem, (_SOURCE,))
            asked = replace(asked, contradictions=(*asked.contradictions, _SOURCE))
        match asked:
            case HandIn():
                return outcome_of(self._hand_in(asked))
            case Withdraw():
                answer = self.hub.withdrawing.withdraw(
                    self.proved.agency, self.interface.name, asked.name, self._demands()
                )
                return outcome_of(answer)
            case Rehearse():
                return self._rehearse(asked)
            case FetchAnswers():
                return self._fetched(asked)
            case TellOutcome():
                return self._told(asked)
            case _:
                raise TypeError(f"{self.interface.name} answers at once what only an agency may ask")

    def _may_say(self, asked: Asked) -> bool:
        """Whether the name that the system gives itself belongs to the agency that was proved."""
        said_by = asked.said_by if isinstance(asked, HandIn | Rehearse | FetchAnswers | TellOutcome) else None
        return said_by is None or self.hub.interfaces.current().source_ids.get(said_by) == self.proved.agency.id

    def _hand_in(self, asked: HandIn) -> Answer:
        taken = (asked.already_named or _TAKEN) if asked.once else None
        naming = None
        if asked.name is not None:
            naming = NameGiven(self.interface.name, asked.name, taken, self._answers_to(asked))
        return self.hub.intake.receive(
            self.proved.agency,
            asked.document,
            asked.media_type,
            attached=self.posted.attached,
            signature=self.signature,
            demands=replace(self._demands(), contradictions=asked.contradictions, naming=naming),
        )

    def _answers_to(self, asked: HandIn) -> str | None:
        """The address of the interface by whose answers the caller is told later, if it is."""
        receives = (self.proved.agency.id, self.interface.address) in self.hub.interfaces.current().answers
        return self.interface.address if asked.answer_later and receives else None

    def _demands(self) -> Demands:
        hub, called = self.hub, self.proved.called
        return Demands(
            hub.settings.require_signatures,
            lambda connection: hub.access.refuse_if_revoked(connection, called),
            through=self.interface.name,
        )

    def _rehearse(self, asked: Rehearse) -> Rehearsed:
        hub = self.hub
        try:
            received = Received(uuid4(), self.proved.agency, asked.document, "", {}, hub.clock.now())
            assessment = hub.wiring.assessor.assess(received)
        except Refused as refused:
            return Rehearsed(0, refused.problems)
        return Rehearsed(len(assessment.messages), assessment.refused)

    def _fetched(self, asked: FetchAnswers) -> Fetched:
        kept, more = self.hub.earlier_answers.of(self.proved.agency, self.interface.name, asked.since, asked.until)
        return Fetched(tuple(map(earlier, kept)), more)

    def _told(self, told: TellOutcome) -> Noted | Declined:
        problem = self.hub.later_refusals.note(
            self.proved.agency, f"{self.interface.name}/{told.name}", told.message_id, told.outcome, told.refusal
        )
        return Noted() if problem is None else Declined(404, problem.code, problem.problem, (problem,), kept=True)


_SOURCE = Problem(
    "interface.wrong_source",
    "SourceID",
    "the name that the system gives itself does not belong to the agency that calls",
    "ask the exchange to list it for your agency in interfaces.toml",
)
_TAKEN = Problem(
    "reference.reused",
    "document",
    "another document was handed in under this name before",
    "give each document a name of its own",
)
