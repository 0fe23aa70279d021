"""The stages of a message: each can be made only from the one before, and its content does not change."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contract import Draft
from hub.bootstrap import Knowledge
from hub.exchange.message.recording import Recorded
from hub.exchange.message.stages import AssessedMessage, Minimised, Permitted, Received, Validated
from hub.exchange.sending.preparation import Prepared
from hub.local.demonstration.stories import stories
from hub.sharing.decision.decide import Permit
from hub.sharing.decision.minimise import MinimisedPayload
from schemas.frozen_json import freeze

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def _assessed(knowledge: Knowledge, story: str) -> AssessedMessage:
    step = next(told for told in stories(NOW, "stages", story)).steps[0]
    caller = knowledge.registry.agencies.named(step.caller)
    assessment = knowledge.assessor.assess(Received(uuid4(), caller, step.body, step.media_type, {}, NOW))
    return assessment.messages[0]


@pytest.fixture
def result(knowledge: Knowledge) -> AssessedMessage:
    return _assessed(knowledge, "no_report_held")


@pytest.fixture
def other(knowledge: Knowledge) -> AssessedMessage:
    return _assessed(knowledge, "breach_warrant")


def test_a_permit_for_another_recipient_permits_nothing(result: AssessedMessage) -> None:
    first, second = result.minimised[0].permitted, result.minimised[1].permitted
    assert first.recipient != second.recipient
    with pytest.raises(PermissionError):
        Permitted(first.validated, second.recipient, first.target, first.permit)


def test_a_permit_for_another_message_permits_nothing(result: AssessedMessage, other: AssessedMessage) -> None:
    mine, theirs = result.minimised[0].permitted, other.minimised[0].permitted
    with pytest.raises(PermissionError):
        Permitted(other.validated, mine.recipient, mine.target, mine.permit)
    with pytest.raises(PermissionError):
        replace(theirs, permit=mine.permit)


def test_nobody_gives_a_minimised_message_another_content(result: AssessedMessage) -> None:
    minimised = result.minimised[0]
    with pytest.raises(TypeError):
        Minimised(minimised.permitted, None, minimised.cut)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="cut"):
        replace(minimised, cut=minimised.cut, key=None)
    with pytest.raises(FrozenInstanceError):
        minimised.cut = minimised.cut  # type: ignore[misc]


def test_what_is_recorded_was_minimised_from_the_message_itself(
    result: AssessedMessage, other: AssessedMessage
) -> None:
    with pytest.raises(PermissionError):
        replace(result, minimised=other.minimised)
    with pytest.raises(PermissionError):
        replace(result, validated=replace(result.validated, received_at=NOW))


def test_a_validated_message_has_the_payload_of_its_draft(result: AssessedMessage, other: AssessedMessage) -> None:
    validated = result.validated
    assert validated.payload == validated.draft.payload.model_dump(mode="json", exclude_none=True)
    with pytest.raises(ValueError, match="payload"):
        replace(validated, payload={})
    with pytest.raises(ValueError, match="is not a"):
        Validated(other.validated.draft, validated.kind, validated.sender, NOW)
    with pytest.raises(ValueError, match="is not a"):
        replace(validated, draft=_with_payload_of(validated.draft, other.validated.draft))


def _with_payload_of(draft: Draft, other: Draft) -> Draft:
    return replace(draft, payload=other.payload)


@pytest.mark.parametrize("stage", [Permit, MinimisedPayload, Recorded, Prepared])
def test_a_sealed_stage_is_made_by_its_own_module_alone(stage: Callable[..., Any]) -> None:
    """It does not matter what is given in place of the object that only its own module knows."""
    made_by = "issued" if stage is Permit else "made"
    arguments = {field.name: None for field in fields(stage)} | {made_by: object()}  # type: ignore[arg-type]
    with pytest.raises(PermissionError):
        stage(**arguments)


def test_a_payload_cannot_be_changed_at_any_level(result: AssessedMessage) -> None:
    for payload in (result.validated.payload, result.minimised[0].cut.payload):
        with pytest.raises(TypeError):
            payload["urn"] = "01AB1234525"
        with pytest.raises(TypeError):
            payload["defendant"].clear()
        with pytest.raises(TypeError):
            payload["offences"].append({})


CHANGES: list[Callable[[Any], object]] = [
    lambda held: held.__setitem__(0, 1),
    lambda held: held.__delitem__(0),
    lambda held: held.clear(),
    lambda held: held.pop(),
    lambda held: held.pop(0),
    lambda held: held.update({0: 1}),
    lambda held: held.setdefault(0, 1),
    lambda held: held.popitem(),
    lambda held: held.__ior__({0: 1}),
    lambda held: held.append(1),
    lambda held: held.extend([1]),
    lambda held: held.insert(0, 1),
    lambda held: held.remove(0),
    lambda held: held.reverse(),
    lambda held: held.sort(),
    lambda held: held.__iadd__([1]),
    lambda held: held.__imul__(2),
]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_frozen_json_reads_and_writes_like_json(value: Any) -> None:
    frozen = freeze(value)
    assert frozen == value
    assert json.dumps(frozen) == json.dumps(value)
    assert freeze(frozen) is frozen or not isinstance(value, dict | list)
    assert deepcopy(frozen) == value


@given(st.lists(JSON, max_size=3) | st.dictionaries(st.text(max_size=3), JSON, max_size=3))
def test_frozen_json_refuses_every_change(value: Any) -> None:
    frozen = freeze(value)
    for change in CHANGES:
        with pytest.raises((TypeError, AttributeError)):
            change(frozen)
    assert frozen == value
