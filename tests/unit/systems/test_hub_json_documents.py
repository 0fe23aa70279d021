"""Documents in the exchange's own JSON: bytes and names must match, in received and in sent messages."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contract import Outbound
from schemas.catalogue import Catalogue
from schemas.parts.document import SIZE_BYTES_MAX, Attachment
from schemas.problem import Refused
from tests.unit.systems.hub_json_messages import (
    DIGEST,
    HUB_JSON,
    NAMED,
    PDF,
    beside,
    decode,
    inline,
    json_values,
    problems,
    report,
    request,
    sample,
)


@pytest.mark.parametrize(
    "stated", [{}, {"sha256": DIGEST}, {"sha256": DIGEST, "size_bytes": len(PDF)}, {"sha256": None}]
)
def test_digest_and_size_are_computed_where_they_are_left_out(stated: dict[str, Any]) -> None:
    for message, files in ((report([NAMED | stated], [inline()]), {}), (report([NAMED | stated], []), beside())):
        (draft,) = decode(message, files).drafts
        assert draft.attachments == (Attachment("report.pdf", "application/pdf", DIGEST, PDF),)
        held = draft.payload.model_dump(exclude_none=True)["documents"]
        assert held == (NAMED | {"sha256": DIGEST, "size_bytes": len(PDF)},)


DOCUMENT = "$.payload.documents[0]"
TEXT = {"name": "note.txt", "media_type": "text/plain"}


@pytest.mark.parametrize(
    ("named", "sent", "expected"),
    [
        ([NAMED], [], [("document.missing", DOCUMENT)]),
        ([NAMED], [inline(content="%%%")], [("document.base64", "$.documents[0].content")]),
        ([NAMED], [inline(content="abc")], [("document.base64", "$.documents[0].content")]),
        ([NAMED], [inline(content="é===")], [("document.base64", "$.documents[0].content")]),
        ([NAMED], [inline(b"not one")], [("document.not_pdf", DOCUMENT)]),
        ([NAMED], [inline(b"")], [("document.empty", DOCUMENT)]),
        ([NAMED | {"sha256": "0" * 64}], [inline()], [("document.digest", f"{DOCUMENT}.sha256")]),
        ([NAMED | {"size_bytes": 7}], [inline()], [("document.digest", f"{DOCUMENT}.size_bytes")]),
        ([NAMED, NAMED], [inline()], [("document.duplicate", "$.payload.documents[1].name")]),
        ([NAMED], [inline(), inline()], [("document.duplicate", "$.documents[1].name")]),
        ([NAMED], [inline(), inline(name="other")], [("document.unreferenced", "$.documents[1]")]),
        ([], [inline()], [("document.unreferenced", "$.documents[0]")]),
        (
            [TEXT],
            [inline(b"a", name="note.txt", media_type="text/html")],
            [("document.media_type", f"{DOCUMENT}.media_type")],
        ),
        ([{"name": "report.pdf"}], [inline(media_type=None)], [("field.missing", f"{DOCUMENT}.media_type")]),
        (
            [{"media_type": "text/plain"}],
            [],
            [("field.missing", f"{DOCUMENT}.{key}") for key in ("name", "sha256", "size_bytes")],
        ),
    ],
)
def test_a_document_and_the_payload_that_names_it_must_fit(
    named: list[dict[str, Any]], sent: list[dict[str, Any]], expected: list[tuple[str, str]]
) -> None:
    assert problems(report(named, sent)) == expected


def test_a_document_over_25_mb_is_refused_and_one_of_25_mb_is_not() -> None:
    fits = b"a" * SIZE_BYTES_MAX
    assert len(decode(report([TEXT], [inline(fits, **TEXT)])).drafts) == 1
    assert problems(report([TEXT], [inline(fits + b"b", **TEXT)])) == [("document.too_large", DOCUMENT)]
    assert problems(report([TEXT], []), beside(fits + b"b", "note.txt")) == [("document.too_large", DOCUMENT)]


def test_the_same_name_inside_and_beside_the_message_is_refused() -> None:
    assert problems(report([NAMED], [inline()]), beside()) == [("document.duplicate", "$.documents[0].name")]


def test_a_file_beside_the_message_that_nothing_names_is_refused_and_not_named() -> None:
    files = beside(name="Quillfeather.pdf")
    expected = ("document.unreferenced", "document 1 sent beside the message")
    assert problems(request(), files) == [expected]
    decoded = decode([request()], files)
    assert len(decoded.drafts) == 1
    assert [(problem.code, problem.where) for problem in decoded.refused] == [expected]


def test_base64_may_be_broken_into_lines() -> None:
    wrapped = base64.encodebytes(PDF).decode()
    assert decode(report([NAMED], [inline(content=wrapped)])).drafts[0].attachments[0].content == PDF


def outbound(payload: Mapping[str, Any], **changes: Any) -> Outbound:
    attachments = (Attachment("report.pdf", "application/pdf", DIGEST, PDF),)
    values: dict[str, Any] = {
        "id": "6f1c1e9e-0000-4000-8000-000000000001",
        "kind": "pre_sentence_report",
        "version": 1,
        "sender": "area-1",
        "recipient": "court-b10jq",
        "reference": "PSR-1",
        "sent_at": datetime(2026, 12, 8, 15, 30, tzinfo=UTC),
        "correlation": "6f1c1e9e-0000-4000-8000-000000000002",
        "payload": payload,
        "attachments": attachments,
    }
    return Outbound(**(values | changes))


def test_what_is_encoded_is_decoded_to_the_same() -> None:
    payload = sample("pre_sentence_report", "full")
    encoded = HUB_JSON.encode(outbound(payload))
    assert (encoded.media_type, encoded.file_suffix, encoded.unexpressed) == ("application/json", ".json", ())
    assert HUB_JSON.recognises(encoded.body)
    (draft,) = decode(encoded.body).drafts
    kind = Catalogue.discover().latest("pre_sentence_report")
    assert draft.payload == kind.payload.model_validate(payload)
    assert draft.attachments == outbound(payload).attachments
    assert (draft.sender, draft.recipient, draft.reference) == ("area-1", "court-b10jq", "PSR-1")
    written = json.loads(encoded.body)
    assert written["id"] == "6f1c1e9e-0000-4000-8000-000000000001"
    assert written["causation"] is None


@pytest.mark.parametrize("kept", [None, {"name": "report.pdf"}, {}])
def test_bytes_that_the_minimised_payload_no_longer_names_stay_at_home(kept: dict[str, Any] | None) -> None:
    payload = {k: v for k, v in sample("pre_sentence_report", "full").items() if k != "documents"}
    if kept is not None:
        payload["documents"] = [kept]
    body = HUB_JSON.encode(outbound(payload)).body
    assert json.loads(body)["documents"] == []
    assert base64.b64encode(PDF)[:40] not in body


def test_a_file_name_that_was_withheld_is_not_sent_by_another_way() -> None:
    payload = sample("pre_sentence_report", "full") | {"documents": [{"sha256": DIGEST}]}
    (document,) = json.loads(HUB_JSON.encode(outbound(payload)).body)["documents"]
    assert (document["name"], document["media_type"]) == (DIGEST, "application/octet-stream")


def test_an_unknown_kind_or_version_is_not_encoded() -> None:
    for changes, code in (({"kind": "x"}, "kind.unknown"), ({"version": 2}, "kind.version_unknown")):
        with pytest.raises(Refused) as refusal:
            HUB_JSON.encode(outbound({}, **changes))
        assert refusal.value.problems[0].code == code


@given(
    documents=st.lists(st.dictionaries(st.sampled_from(["name", "media_type", "sha256", "size_bytes"]), json_values))
)
def test_any_json_in_place_of_the_documents_ends_in_drafts_or_refusal(documents: list[dict[str, Any]]) -> None:
    try:
        assert decode(report(documents, [inline()])).drafts
    except Refused as refusal:
        assert refusal.problems
