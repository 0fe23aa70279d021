"""What is decided about a document before anything is written: who sent it, who may have it, and why nobody may have
it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from adapters.contract import Draft
from hub.bootstrap import Knowledge
from hub.codes.known import CodeLists
from hub.exchange.message.assess import Assessor
from hub.exchange.message.stages import AssessedMessage, Received
from hub.local.demonstration.stories import Step, stories
from hub.sharing.terms.protocols import SharingRegistry
from schemas.kind import Target
from schemas.problem import Problem, Refused

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
EVENING = datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)  # one second before midnight in London
REQUEST, REPORT, SENTENCE = range(3)


def step_of(number: int, story: str = "report_to_prison") -> Step:
    return next(stories(NOW, "assess", story)).steps[number]


def received(knowledge: Knowledge, step: Step, at: datetime = NOW) -> Received:
    caller = knowledge.registry.agencies.named(step.caller)
    return Received(uuid4(), caller, step.body, step.media_type, {}, at)


def drafted(knowledge: Knowledge, step: Step) -> tuple[Received, Draft]:
    whole = received(knowledge, step)
    return whole, knowledge.assessor.decode(whole).drafts[0]


def deciding_by(knowledge: Knowledge, registry: SharingRegistry) -> Assessor:
    return Assessor(knowledge.adapters, knowledge.catalogue, registry, CodeLists(()), bytes(32))


def with_protocols(knowledge: Knowledge, change: dict[str, object]) -> Assessor:
    changed = tuple(replace(each, **change) for each in knowledge.registry.protocols)  # type: ignore[arg-type]
    return deciding_by(knowledge, replace(knowledge.registry, protocols=changed))


def refusal(assessor: Assessor, draft: Draft, whole: Received) -> Problem:
    found = assessor.assess_draft(draft, whole)
    assert isinstance(found, Problem), found
    assert found.where == draft.where
    return found


def test_a_document_in_no_known_format_is_refused_and_every_format_is_named(knowledge: Knowledge) -> None:
    with pytest.raises(Refused) as refused:
        knowledge.assessor.assess(replace(received(knowledge, step_of(REQUEST)), body=b"no document"))
    [problem] = refused.value.problems
    assert (problem.code, problem.where) == ("document.unrecognised", "document")
    assert all(name in problem.cure for name in knowledge.adapters.systems)


@pytest.mark.parametrize("unknown", [{"kind": "gossip"}, {"version": 99}])
def test_a_kind_or_version_that_the_catalogue_does_not_have_is_refused(
    knowledge: Knowledge, unknown: dict[str, object]
) -> None:
    whole, draft = drafted(knowledge, step_of(REQUEST))
    problem = refusal(knowledge.assessor, replace(draft, **unknown), whole)  # type: ignore[arg-type]
    assert problem.code == "kind.unknown"
    assert all(name in problem.cure for name in knowledge.catalogue.names())


def test_the_sender_is_whom_the_document_names_or_else_the_caller(knowledge: Knowledge) -> None:
    whole, draft = drafted(knowledge, step_of(REPORT))
    for sender, caller in ((None, whole.caller), (whole.caller.id if whole.caller else "", None)):
        found = knowledge.assessor.assess_draft(replace(draft, sender=sender), replace(whole, caller=caller))
        assert isinstance(found, AssessedMessage)
        assert found.validated.sender == whole.caller
    nobody = refusal(knowledge.assessor, replace(draft, sender=None), replace(whole, caller=None))
    assert nobody.code == "sender.missing"


def test_an_unknown_sender_is_an_unknown_court_if_the_message_is_about_that_court(knowledge: Knowledge) -> None:
    whole, draft = drafted(knowledge, step_of(REQUEST))
    court = draft.payload.facts()["court"]
    known = {agency.id for agency in knowledge.registry.agencies.by_id.values()}
    assert court not in known
    agencies = replace(knowledge.registry, agencies=type(knowledge.registry.agencies).of([]))
    bare = deciding_by(knowledge, agencies)
    alone = replace(whole, caller=None)
    assert refusal(bare, replace(draft, sender=court), alone).code == "court.unknown"
    problem = refusal(bare, replace(draft, sender="B99ZZ00"), alone)
    assert problem.code == "sender.unknown"
    assert "B99ZZ00" in problem.problem


def test_nobody_sends_for_another_and_no_court_sends_about_another(knowledge: Knowledge) -> None:
    whole, report = drafted(knowledge, step_of(REPORT))
    another = next(
        agency.id
        for agency in knowledge.registry.agencies.by_id.values()
        if whole.caller and agency.role is whole.caller.role and agency.id != whole.caller.id
    )
    assert refusal(knowledge.assessor, replace(report, sender=another), whole).code == "sender.not_yours"
    asked, request = drafted(knowledge, step_of(REQUEST))
    court = knowledge.assessor.assess_draft(request, asked)
    assert isinstance(court, AssessedMessage)
    elsewhere = next(
        agency
        for agency in knowledge.registry.agencies.by_id.values()
        if agency.role is court.validated.sender.role and agency != court.validated.sender
    )
    problem = refusal(knowledge.assessor, replace(request, sender=elsewhere.id), replace(asked, caller=elsewhere))
    assert problem.code == "court.not_the_sender"


def test_the_day_that_counts_is_that_of_london(knowledge: Knowledge) -> None:
    """Late on a summer evening it is still the day before in UTC."""
    begins = with_protocols(knowledge, {"starts": date(2026, 7, 1)})
    request = step_of(REQUEST)
    [refused] = begins.assess(received(knowledge, request, EVENING)).refused
    assert refused.code == "protocol.not_begun"
    [message] = begins.assess(received(knowledge, request, EVENING + timedelta(seconds=1))).messages
    assert message.minimised
    ends = with_protocols(knowledge, {"expires": date(2026, 6, 30)})
    assert ends.assess(received(knowledge, request, EVENING)).messages
    [refused] = ends.assess(received(knowledge, request, EVENING + timedelta(seconds=1))).refused
    assert refused.code == "protocol.expired"


def test_what_nobody_may_have_is_refused_with_the_code_of_the_denial_and_every_reason(knowledge: Knowledge) -> None:
    whole, draft = drafted(knowledge, step_of(SENTENCE))
    nothing = deciding_by(knowledge, replace(knowledge.registry, protocols=()))
    problem = refusal(nothing, draft, whole)
    assert problem.code == "protocol.none"
    validated = knowledge.assessor.assess_draft(draft, whole)
    assert isinstance(validated, AssessedMessage)
    for minimised in validated.minimised:
        assert minimised.permitted.recipient.id in problem.problem


def test_whom_nobody_is_known_to_be_meant_by_gets_a_reason_of_its_own(knowledge: Knowledge) -> None:
    whole, draft = drafted(knowledge, step_of(0, "case_transfer"))
    assert Target.NAMED in draft.payload.targets()
    problem = refusal(knowledge.assessor, replace(draft, recipient="probation-nowhere"), whole)
    assert problem.code == "recipient.unknown"
    assert "probation-nowhere" in problem.problem


def test_a_record_waits_for_the_supervisor_though_nobody_else_may_have_it(knowledge: Knowledge) -> None:
    step = step_of(1, "reconviction")
    areas_only = tuple(each for each in knowledge.registry.protocols if each.id == "reconvictions-to-probation")
    deciding = deciding_by(knowledge, replace(knowledge.registry, protocols=areas_only))
    [message] = deciding.assess(received(knowledge, step)).messages
    assert message.minimised == ()
    assert [missing.target for missing in message.unaddressed] == [Target.SUPERVISOR]


def test_a_record_that_no_area_may_have_is_refused_and_says_why(knowledge: Knowledge) -> None:
    step = step_of(1, "reconviction")
    nothing = deciding_by(knowledge, replace(knowledge.registry, protocols=()))
    assert [problem.code for problem in nothing.assess(received(knowledge, step)).refused] == ["protocol.none"]


class Agreement:
    """The agreed protocols change while the exchange runs."""

    def __init__(self, registry: SharingRegistry) -> None:
        self.next, self._now = registry, registry

    def current(self) -> SharingRegistry:
        return self._now

    def refresh(self) -> None:
        self._now = self.next


def test_who_follows_what_is_agreed_decides_by_it_from_the_next_refresh_on(knowledge: Knowledge) -> None:
    request = received(knowledge, step_of(REQUEST))
    live = Agreement(knowledge.registry)
    follower = knowledge.assessor.following(live)
    assert follower.assess(request).messages
    live.next = replace(knowledge.registry, protocols=())
    assert follower.assess(request).messages
    follower.refresh()
    assert follower.registry.protocols == ()
    assert follower.assess(request).refused
    knowledge.assessor.refresh()
    assert knowledge.assessor.registry is knowledge.registry, "the other one goes on as it was"


def test_what_was_refused_of_a_document_is_returned_beside_what_was_accepted(knowledge: Knowledge) -> None:
    whole, draft = drafted(knowledge, step_of(REQUEST))
    assessment = knowledge.assessor.assess(whole)
    assert [message.validated.draft for message in assessment.messages] == [draft]
    assert assessment.refused == ()
