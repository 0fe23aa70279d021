"""The wrappers of the platform's messages, what is recognised, and what is refused before it is read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.problem import Refused
from tests.unit.systems.common_platform_events import (
    FOLDER,
    PLATFORM,
    case,
    court_list,
    decode,
    defendant,
    encode,
    hearing,
    listed,
    only,
    refusals,
    result,
    sample,
)

WIRE = json.loads((FOLDER / "wire" / "common_platform.schema.json").read_bytes())
EVENT = {"hearing": hearing(case(defendant(1, result())))}


def notification(message: Any) -> dict[str, Any]:
    return {
        "Type": "Notification",
        "MessageId": "n-1",
        "Timestamp": "2030-07-08T12:00:00Z",
        "Message": json.dumps(message),
    }


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        (EVENT["hearing"], "$"),
        (EVENT, "$.hearing"),
        ({"event": {"body": EVENT}}, "$.event.body.hearing"),
        (notification(EVENT), "$.Message.hearing"),
        ({"Records": [{"body": json.dumps(notification(EVENT))}]}, "$.Records[0].body.Message.hearing"),
    ],
)
def test_the_same_hearing_is_found_in_whatever_it_travels_in(tree: Any, path: str) -> None:
    draft = only(tree)
    assert draft.payload == only(EVENT).payload
    assert draft.where == f"{path}.prosecutionCases[0].defendants[0]"


def test_a_batch_of_events_gives_the_messages_of_each() -> None:
    other = {"hearing": hearing(case(defendant()), id="h-2")}
    assert [draft.kind for draft in decode([EVENT, other, court_list(listed())]).drafts] == [
        "hearing_result",
        "court_list",
        "court_list",
    ]


def test_the_event_says_when_it_was_sent_and_which_it_is() -> None:
    first = only({"_metadata": {"id": "e-1", "createdAt": "2030-07-08T12:00:00Z"}, **EVENT})
    assert first.sent_at is not None and first.sent_at.isoformat() == "2030-07-08T13:00:00+01:00"
    second = only({"_metadata": {"id": "e-2", "createdAt": "2030-07-08T12:00:00Z"}, **EVENT})
    assert first.reference != second.reference and first.payload == second.payload


def test_a_bad_event_in_a_batch_does_not_harm_the_others() -> None:
    decoded = decode([EVENT, {"hearing": hearing()}, notification(EVENT) | {"Message": '{"hearingDays": x}'}])
    assert [draft.kind for draft in decoded.drafts] == ["hearing_result"]
    assert [(problem.code, problem.where) for problem in decoded.refused] == [
        ("json.malformed", "$[2].Message, line 1, column 17"),
        ("common_platform.no_cases", "$[1].hearing"),
    ]


@pytest.mark.parametrize(
    ("body", "mine"),
    [
        (b'{"hearing": {"courtCentre": {}}}', True),
        (b'{"Message": "{\\"prosecutionCases\\": []}"}', True),
        (b'\xef\xbb\xbf [{"courtLists" : []}]', True),
        (b'{"hearingDates": [', True),
        (b'{"kind": "hearing_result", "payload": {"courtCentre": 1}}', False),
        (b'{"hearing": {}}', False),
        (b'{"disposals": []}', False),
        (b"<courtCentre/>", False),
        (b"", False),
    ],
)
def test_it_knows_its_own_and_leaves_the_exchanges_messages_alone(body: bytes, mine: bool) -> None:
    assert PLATFORM.recognises(body) is mine


@pytest.mark.parametrize(
    ("tree", "code", "where"),
    [
        (b'{"courtCentre": NaN}', "json.number", "$.courtCentre"),
        (b'{"hearingDays": [], "hearingDays": []}', "json.duplicate_key", "$"),
        (b'{"hearingDays": [}', "json.malformed", "line 1, column 18"),
        (b'{"courtCentre": "\\u0000"}', "json.character", "$.courtCentre"),
        (b'{"courtCentre": "\xe9"}', "json.encoding", "line 1"),
        ({"courtCentre": {"code": "B99ZZ00"}}, "common_platform.nothing_found", "$"),
        ({"$schema": "x", "courtLists": []}, "common_platform.schema", "$"),
        (notification({"hearingDays": "\x00"}), "json.character", "$.Message.hearingDays"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(tree: Any, code: str, where: str) -> None:
    assert refusals(tree) == [(code, where)]


def test_a_string_within_strings_is_opened_a_few_times_only() -> None:
    tree: Any = EVENT
    for _ in range(6):
        tree = {"Message": json.dumps(tree)}
    assert refusals(tree) == [("common_platform.nothing_found", "$")]


def test_too_many_hearings_are_refused() -> None:
    assert refusals([{"hearingDays": []}] * 501) == [("common_platform.too_many", "$")]


texts = st.text(max_size=8) | st.sampled_from(["2030-07-08", "B99ZZ00"])
names = st.sampled_from(["id", "code", "offences", "x"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(name=st.sampled_from(sorted(hearing())), value=json_values)
def test_any_json_in_place_of_a_part_of_a_hearing_ends_in_drafts_or_refusal(name: str, value: Any) -> None:
    answered(hearing(case(defendant(1, result()), defendant(2))) | {name: value})


@given(name=st.sampled_from(sorted(result() | {"nextHearing": 0, "durationElement": 0})), value=json_values)
def test_any_json_in_place_of_a_part_of_a_result_ends_in_drafts_or_refusal(name: str, value: Any) -> None:
    answered(hearing(case(defendant(1, result(**{name: value})))))


@given(name=st.sampled_from(sorted(listed())), value=json_values)
def test_any_json_in_place_of_a_part_of_a_list_ends_in_drafts_or_refusal(name: str, value: Any) -> None:
    answered(court_list(listed(**{name: value}), listed(id="h-2")))


def answered(tree: Any) -> None:
    try:
        assert PLATFORM.decode(json.dumps(tree).encode(), {}).drafts
    except Refused as refusal:
        assert refusal.problems


# ---- the published schema ----


def described(schema: dict[str, Any], node: Any) -> Any:
    """Return `node` without the fields that the schema does not name. It knows enough of JSON Schema for our own
    schema."""
    if "$ref" in schema:
        schema = WIRE["$defs"][schema["$ref"].rpartition("/")[2]]
    if isinstance(node, dict) and "properties" in schema:
        known = schema["properties"]
        return {name: described(known[name], value) for name, value in node.items() if name in known}
    if isinstance(node, list) and "items" in schema:
        return [described(schema["items"], value) for value in node]
    return node


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("hearing_listed", "event"),
        ("hearing_part_resulted", "hearing"),
        ("court_list", "list"),
        ("published_list", "publication"),
        ("police_result", "policeResult"),
    ],
)
def test_what_the_wire_schema_does_not_describe_is_not_read(name: str, form: str) -> None:
    tree = sample(f"{name}.json")
    pruned = described(WIRE["$defs"][form], tree)
    assert pruned != tree, "a sample holds some of the platform's housekeeping too"
    said, before = ([draft.payload for draft in decode(one).drafts] for one in (pruned, tree))
    assert said == before


@pytest.mark.parametrize("name", ["hearing_listed", "hearing_part_resulted", "court_list", "police_result"])
def test_what_is_written_is_described_by_the_wire_schema(name: str) -> None:
    for draft in decode(sample(f"{name}.json")).drafts:
        written = json.loads(encode(draft.kind, draft.payload.model_dump(mode="json", exclude_none=True)).body)
        form = "list" if "hearingDates" in written else "event"
        assert described(WIRE["$defs"][form], written) == written
