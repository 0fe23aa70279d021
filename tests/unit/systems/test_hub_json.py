"""The exchange's own JSON: the rules of its text, frame and fields, and the message when one is broken."""

import dataclasses
import json
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import adapters.systems.hub_json
from adapters.contract import Draft
from adapters.systems.hub_json.adapter import HubJson
from adapters.systems.hub_json.faults import PROBLEMS_MAX
from adapters.systems.hub_json.frame import Frame, WireDocument
from schemas.catalogue import Catalogue
from schemas.problem import Problem, Refused
from tests.unit.systems.hub_json_messages import HUB_JSON, decode, json_values, problems, request, sample


def only(message: Any) -> Draft:
    (draft,) = decode(message).drafts
    return draft


def test_a_message_is_taken_with_all_its_frame() -> None:
    message = request(sender="court-b10jq", recipient="area-1", sent_at="2026-11-20T10:00:00Z", id=1, correlation=None)
    (draft,) = decode(message).drafts
    assert (draft.kind, draft.version, draft.reference, draft.where) == ("report_request", 1, "RR-1", "$")
    assert (draft.sender, draft.recipient) == ("court-b10jq", "area-1")
    assert draft.sent_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert draft.payload.model_dump(mode="json", exclude_unset=True) == message["payload"] | {
        "requested_at": "2026-11-20T10:00:00Z",
        "hearing_at": "2026-12-11T10:00:00Z",
        "needed_by": "2026-12-10T10:00:00Z",
    }


def test_a_byte_order_mark_is_tolerated() -> None:
    body = b"\xef\xbb\xbf \n" + json.dumps(request()).encode()
    assert HUB_JSON.recognises(body)
    assert len(decode(body).drafts) == 1


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b"", "json.empty", "line 1"),
        (b" \n\t ", "json.empty", "line 1"),
        (b"[]", "json.empty", "$"),
        (b'{"kind": 1,\n "version" 1}', "json.malformed", "line 2, column 12"),
        (b'{"kind"', "json.malformed", "line 1, column 8"),
        (b'{"a": "\xe9"}', "json.encoding", "line 1"),
        (b'\n\n{"a": "\xff"}', "json.encoding", "line 3"),
        ('{"kind": 1}'.encode("utf-16"), "json.encoding", "line 1"),
        (b"[" * 100_000, "json.too_deep", "document"),
        (b"3", "json.not_a_message", "$"),
        (b'["x"]', "json.not_a_message", "$[0]"),
        (b'{"reference": NaN}', "json.number", "$.reference"),
        (b'{"reference": -Infinity}', "json.number", "$.reference"),
        (b'{"reference": 1e999}', "json.number", "$.reference"),
        (b'{"reference": ' + b"9" * 5000 + b"}", "json.number", "$.reference"),
        (b'{"payload": {"a": [1, {"b": 1, "b": 1}]}}', "json.duplicate_key", "$.payload.a[1]"),
        (b'{"sender": "a\\u0000b"}', "json.character", "$.sender"),
        (b'{"sender": "a\\ud800b"}', "json.character", "$.sender"),
        (b" " * 36_000_001, "json.too_large", "document"),
        (b"[" + b"0," * 5_000 + b"0]", "json.too_large", "$"),
        (b'{"payload": {"court": [' + b"0," * 200_000 + b"0]}}", "json.too_large", "$.payload.court"),
    ],
)
def test_text_that_is_not_sound_json_is_refused_at_its_place(body: bytes, code: str, where: str) -> None:
    assert problems(body) == [(code, where)]


def test_nesting_is_limited_below_what_python_would_take() -> None:
    payload: Any = "end"
    for _ in range(70):
        payload = [payload]
    assert problems(request(payload={"deep": payload})) == [("json.too_deep", "$")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"kind": ...}, [("field.missing", "$.kind")]),
        ({"kind": "weather_report"}, [("kind.unknown", "$.kind")]),
        ({"version": 9}, [("kind.version_unknown", "$.version")]),
        ({"version": True}, [("field.type", "$.version")]),
        ({"version": "1"}, [("field.type", "$.version")]),
        ({"reference": ...}, [("reference.missing", "$.reference")]),
        ({"reference": None}, [("reference.missing", "$.reference")]),
        ({"reference": "  "}, [("reference.missing", "$.reference")]),
        ({"reference": "a" * 201}, [("field.value", "$.reference")]),
        ({"reference": "a\nb"}, [("field.value", "$.reference")]),
        ({"reference": 7}, [("field.type", "$.reference")]),
        ({"payload": ...}, [("field.missing", "$.payload")]),
        ({"payload": []}, [("field.type", "$.payload")]),
    ],
)
def test_a_fault_of_the_frame_is_named(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert problems(request(**changes)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sent_at": "2026-11-20T10:00:00"}, []),
        ({"sent_at": 1700000000}, [("field.value", "$.sent_at")]),
        ({"sender": 7}, [("field.type", "$.sender")]),
        ({"surname": "x"}, [("field.unknown", "$.surname")]),
    ],
)
def test_what_the_frame_can_be_without_is_left_out_with_a_doubt(
    changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert [(doubt.code, doubt.where) for doubt in only(request(**changes)).doubts] == expected


def test_the_cure_lists_the_kinds_and_the_fields_there_are() -> None:
    with pytest.raises(Refused) as unknown_kind:
        decode(request(kind="x"))
    assert all(kind in unknown_kind.value.problems[0].cure for kind in HUB_JSON.decodes)
    payload = sample("report_request", "minimal") | {
        "defendant": {"name": {"surname": "Quillfeather", "forename": "M"}}
    }
    assert only(request(payload=payload)).doubts == (
        Problem(
            "field.unknown",
            "$.payload.defendant.name.forename",
            "there is no such field; it is not passed on",
            "leave it out; the fields here are title, forenames, surname",
        ),
    )


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"defendant": ...}, "field.missing", "defendant"),
        ({"defendant": {}}, "field.value", "defendant"),
        ({"purpose": "Quillfeather"}, "field.value", "purpose"),  # another default would say something in its place
        ({"requested_at": 1700000000}, "field.value", "requested_at"),
    ],
)
def test_a_fault_of_the_payload_is_named_without_its_value(changes: dict[str, Any], code: str, where: str) -> None:
    payload = {k: v for k, v in (sample("report_request", "full") | changes).items() if v is not ...}
    with pytest.raises(Refused) as refusal:
        decode(request(payload=payload))
    (problem,) = refusal.value.problems
    assert (problem.code, problem.where) == (code, f"$.payload.{where}")
    assert "quillfeather" not in repr(problem).casefold()


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        (
            {"offences": [{"code": "RT88026"}, {"code": "RT88026", "sequence": "1"}]},
            "field.type",
            "offences[1].sequence",
        ),
        ({"offences": [{"code": "RT88026", "started_on": "2026-02-30"}]}, "field.value", "offences[0].started_on"),
        ({"offences": [{}, {"code": "RT88026"}]}, "field.value", "offences[0]"),
        ({"reason": "x" * 20_001}, "field.cut", "reason"),
        ({"Quillfeather": 1}, "field.unknown", "?"),
    ],
)
def test_what_the_payload_can_be_without_is_left_out_with_a_doubt(
    changes: dict[str, Any], code: str, where: str
) -> None:
    (doubt,) = only(request(payload=sample("report_request", "full") | changes)).doubts
    assert (doubt.code, doubt.where) == (code, f"$.payload.{where}")
    assert "quillfeather" not in repr(doubt).casefold()


def test_a_list_that_lost_a_case_says_how_many_and_where() -> None:
    listed = sample("court_list", "full")
    listed["sessions"][0]["cases"][0]["number"] = ""
    (draft,) = decode(request(kind="court_list", payload=listed)).drafts
    assert draft.payload.model_dump()["incomplete"] == {
        "missing": 1,
        "places": ("$.payload.sessions[0].cases[0]",),
    }


def test_faults_of_frame_and_payload_are_reported_together() -> None:
    assert problems(request(reference=..., payload={})) == [
        ("reference.missing", "$.reference"),
        ("field.missing", "$.payload.requested_at"),
        ("field.missing", "$.payload.court"),
        ("field.missing", "$.payload.defendant"),
    ]


def test_many_faults_are_cut_short_and_counted() -> None:
    payload = sample("report_request", "minimal") | {"court": {}, "offences": [{f"x{n}": n} for n in range(50)]}
    with pytest.raises(Refused) as refusal:
        decode(request(payload=payload))
    assert len(refusal.value.problems) == PROBLEMS_MAX + 1
    assert refusal.value.problems[-1].code == "problem.more"
    assert refusal.value.problems[-1].problem.startswith("32 ")


def test_a_bad_message_of_a_list_is_refused_by_itself() -> None:
    bad = request(
        reference="RR-3", payload={k: v for k, v in sample("report_request", "full").items() if k != "defendant"}
    )
    decoded = decode(
        [request(), request(reference="RR-2"), bad, request(reference="RR-2"), 5, request(reference="RR-4")]
    )
    assert [(draft.reference, draft.where) for draft in decoded.drafts] == [
        ("RR-1", "$[0]"),
        ("RR-2", "$[1]"),
        ("RR-4", "$[5]"),
    ]
    assert [(problem.code, problem.where) for problem in decoded.refused] == [
        ("field.missing", "$[2].payload.defendant"),
        ("reference.duplicate", "$[3].reference"),
        ("json.not_a_message", "$[4]"),
    ]


def test_a_list_with_no_good_message_is_refused_whole() -> None:
    assert problems([1, request(kind="x")]) == [("json.not_a_message", "$[0]"), ("kind.unknown", "$[1].kind")]


@pytest.mark.parametrize(
    ("body", "mine"),
    [
        (b'{"kind": "x", "payload": {}}', True),
        (b' \r\n[{"kind": "x", "payload": {}}]', True),
        (b'{"kind": "x", "payl', True),
        (b"{", True),
        (b"[" * 5000, True),
        (b'{"hearing": {}}', False),
        (b"[1, 2]", False),
        (b"<a/>", False),
        (b"", False),
        (b'"kind payload"', False),
    ],
)
def test_it_knows_its_own_and_leaves_other_json_alone(body: bytes, mine: bool) -> None:
    assert HUB_JSON.recognises(body) is mine


@given(
    key=st.sampled_from(["kind", "version", "reference", "sent_at", "documents", "payload", "sender"]),
    value=json_values,
)
def test_any_json_in_place_of_a_part_ends_in_drafts_or_refusal(key: str, value: Any) -> None:
    try:
        assert decode(request(**{key: value})).drafts
    except Refused as refusal:
        assert refusal.problems


def test_the_published_schema_of_the_wire_names_what_the_adapter_takes() -> None:
    folder = Path(adapters.systems.hub_json.__path__[0])
    published = json.loads((folder / "wire/message.schema.json").read_bytes())["$defs"]
    for model, name in ((Frame, "message"), (WireDocument, "document")):
        described = model.model_json_schema()
        assert published[name]["properties"].keys() == described["properties"].keys()
        assert set(published[name]["required"]) == set(described["required"])


def test_an_old_version_of_a_kind_is_still_understood_when_there_is_a_newer_one() -> None:
    known = Catalogue.discover()
    newest = known.latest("clock_reminder")
    two = Catalogue({**known.kinds, ("clock_reminder", 2): dataclasses.replace(newest, version=2)})
    sample = (files("schemas") / "kinds" / "clock_reminder" / "samples").iterdir()
    payload = json.loads(next(iter(sorted(sample, key=lambda file: file.name))).read_text(encoding="utf-8"))
    for version in (1, 2):
        message = {"kind": "clock_reminder", "version": version, "reference": f"R-{version}", "payload": payload}
        [draft] = HubJson(two).decode(json.dumps(message).encode(), {}).drafts
        assert draft.version == version
    assert two.latest("clock_reminder").version == 2
