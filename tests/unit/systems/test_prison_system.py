"""The prison's system: one table of fields, read in both directions."""

import base64
import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import adapters.systems.prison as folder
from adapters.contract import Draft, Outbound
from adapters.systems.prison.adapter import system
from adapters.systems.prison.carrying import Way, carry
from adapters.systems.prison.fields import LAYOUTS, Layout
from schemas.catalogue import Catalogue
from schemas.kinds.release_notice.v1 import ReleaseNotice
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused
from schemas.shape import leaves_of

PRISON = system()
HERE = Path(folder.__path__[0])
TYPES = [pytest.param(layout, id=layout.message_type) for layout in LAYOUTS]


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "samples" / f"{name}.json").read_bytes())
    return found


def decode(document: Any, **beside: Attachment) -> Draft:
    (draft,) = PRISON.decode(json.dumps(document).encode(), beside).drafts
    return draft


def refusals(document: Any, **beside: Attachment) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refused:
        decode(document, **beside)
    return refused.value.problems


def outbound(draft: Draft, **changes: Any) -> Outbound:
    payload = draft.payload.model_dump(mode="json", exclude_none=True) | changes
    sent_at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    return Outbound("i", draft.kind, 1, "a", "b", "r", sent_at, "c", payload, draft.attachments, causation="cause")


# ---- the table ----


@pytest.mark.parametrize("layout", TYPES)
def test_every_field_of_the_kind_has_exactly_one_row(layout: Layout) -> None:
    kind = Catalogue.discover().find(layout.kind, layout.version)
    assert kind is not None
    assert sorted(row.payload for row in layout.rows) == sorted(leaf.path for leaf in leaves_of(kind.payload))
    assert len({row.wire for row in layout.rows}) == len(layout.rows)
    assert all(row.wire.count("[]") == row.payload.count("[]") for row in layout.rows)
    assert all(len(set(row.codes.values())) == len(row.codes) for row in layout.rows if row.codes)


@pytest.mark.parametrize("layout", TYPES)
def test_the_wire_schema_has_every_field_of_the_table(layout: Layout) -> None:
    schema = json.loads((HERE / "wire" / "prison_message.schema.json").read_bytes())
    for row in layout.rows:
        node = schema["$defs"][layout.message_type]
        for step in row.wire.split("."):
            node = node["properties"][step.removesuffix("[]")]
            node = node["items"] if step.endswith("[]") else node
            node = schema["$defs"][node["$ref"].removeprefix("#/$defs/")] if "$ref" in node else node
        assert node.get("enum") == (list(row.codes) if row.codes else None), row.wire


@given(
    st.recursive(
        st.none() | st.text(max_size=3) | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
        max_leaves=12,
    )
)
def test_nothing_is_carried_or_left_that_is_not_there(tree: Any) -> None:
    carried = carry({"a": tree}, [Way("a.b", "x.y"), Way("a.c[].a", "z[].a"), Way("a.a[]", "w[]")])
    if isinstance(tree, dict) and isinstance(tree.get("b"), str):
        assert carried.tree["x"] == {"y": tree["b"]} and "a.b" not in carried.left
    if not isinstance(tree, dict) and tree not in (None, []):
        assert carried.tree == {} and carried.misplaced == ("a",)


def test_an_item_that_says_nothing_keeps_its_place() -> None:
    carried = carry({"a": [{}, {"b": 1}]}, [Way("a[].b", "x[].y")])
    assert carried.tree == {"x": [{}, {"y": 1}]}


# ---- in ----


def test_a_release_is_read() -> None:
    draft = decode(sample("release"))
    payload = draft.payload
    assert isinstance(payload, ReleaseNotice) and draft.doubts == ()
    assert (draft.sender, draft.reference) == ("prison-durham", "GATE-2027-0107")
    assert draft.sent_at == datetime(2027, 3, 1, 8, 15, tzinfo=UTC)
    assert (payload.prison, payload.area) == ("prison-durham", "probation-northumbria")
    assert (payload.offender.sex, payload.offender.noms_number) == ("male", "A7654ZY")
    assert payload.licence is not None and len(payload.licence.conditions) == 2
    assert payload.licence.home_detention_curfew_ends_on is not None
    assert [target.reference for target in payload.plan_targets] == ["P1", None]


def test_without_a_sender_the_release_comes_from_its_establishment() -> None:
    document = sample("release")
    del document["from"]
    assert decode(document).sender == "prison-durham"


def test_a_field_that_the_layout_lacks_is_doubted_once_and_a_name_in_its_place_is_not_repeated() -> None:
    document = sample("release")
    document["prisoner"]["shoeSize"] = "9"
    document["sentencePlan"][0]["cost"] = document["sentencePlan"][1]["cost"] = "none"
    document["prisoner"]["Wickermantle[Mantlewick]"] = "x"
    where = [doubt.where for doubt in decode(document).doubts]
    assert where == ["$.prisoner.shoeSize", "$.prisoner.?", "$.sentencePlan[0].cost"]


@pytest.mark.parametrize(
    ("path", "value", "code", "where"),
    [
        ("prisonSystem", "2", "prison.version", "$.prisonSystem"),
        ("messageType", "escape", "prison.message_type", "$.messageType"),
        ("messageId", None, "reference.missing", "$.messageId"),
        ("messageId", " x", "prison.label", "$.messageId"),
        ("prisoner", "somebody", "prison.type", "$.prisoner"),
        ("prisoner", None, "field.missing", "$.prisoner"),
        ("release.releasedAt", "2027-02-30T09:00:00Z", "field.value", "$.release.releasedAt"),
        ("release.supervisingArea", None, "field.missing", "$.release.supervisingArea"),
    ],
)  # fmt: skip
def test_what_is_broken_is_refused_with_its_place(path: str, value: Any, code: str, where: str) -> None:
    assert (code, where) in [(problem.code, problem.where) for problem in refusals(release_with(path, value))]


@pytest.mark.parametrize(
    ("path", "value", "code", "where"),
    [
        ("sentAt", "2027-03-01", "date.impossible", "$.sentAt"),
        ("from", 7, "prison.label", "$.from"),
        ("prisoner.name.surname", 7, "field.left_out", "$.prisoner.name.surname"),
        ("prisoner.sex", "Q", "field.left_out", "$.prisoner.sex"),
        ("licence.conditions", "be good", "prison.type", "$.licence.conditions"),
        ("offences", [{"chargeNumber": 1}], "field.left_out", "$.offences[0]"),
        ("offences", [{"offenceCode": "A", "results": [{"terms": [{"length": "2"}]}]}], "field.left_out",
         "$.offences[0].results[0].terms[0].length"),
        ("sentence.text", "x" * 20_001, "field.cut", "$.sentence.text"),
    ],
)  # fmt: skip
def test_what_can_be_left_out_is_doubted_with_its_place(path: str, value: Any, code: str, where: str) -> None:
    doubts = decode(release_with(path, value)).doubts
    assert (code, where) in [(doubt.code, doubt.where) for doubt in doubts]


def release_with(path: str, value: Any) -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(sample("release"))
    *parents, last = path.split(".")
    node = document
    for name in parents:
        node = node[name]
    node[last] = value
    return document


def test_a_wrong_code_is_answered_with_the_prisons_own_codes() -> None:
    document = sample("release")
    document["prisoner"]["sex"] = "male?"
    (doubt,) = decode(document).doubts
    assert doubt.cure == "send one of M, F, U, N"


# ---- documents ----


def test_the_bytes_of_a_report_are_read_and_may_come_beside_it() -> None:
    document = sample("pre_sentence_report")
    inside = decode(document)
    (held,) = inside.attachments
    assert held.content.startswith(b"%PDF-")
    del document["documents"][0]["content"], document["documents"][0]["sha256"], document["documents"][0]["sizeBytes"]
    outside = PRISON.decode(json.dumps(document).encode(), {held.name: held}).drafts[0]
    assert (outside.payload, outside.attachments) == (inside.payload, inside.attachments)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"content": None}, "document.missing"),
        ({"content": "***"}, "document.base64"),
        ({"content": ""}, "document.size"),
        ({"content": base64.b64encode(b"other").decode()}, "document.digest"),
    ],
)
def test_a_document_that_is_not_what_it_says_is_refused(changes: dict[str, Any], code: str) -> None:
    document = sample("pre_sentence_report")
    document["documents"][0] |= changes
    assert code in [problem.code for problem in refusals(document)]


def test_a_file_that_nothing_names_is_refused() -> None:
    (problem,) = refusals(sample("release"), spare=Attachment("spare", "text/plain", "0" * 64, b"x"))
    assert problem.code == "document.unreferenced"


# ---- out ----


@pytest.mark.parametrize("name", ["release", "feedback", "pre_sentence_report", "result"])
def test_what_was_read_is_written_as_received(name: str) -> None:
    document = sample(name)
    encoded = PRISON.encode(outbound(decode(document)))
    written = json.loads(encoded.body)
    assert encoded.unexpressed == () and written["answers"] == "cause"
    header = {"messageId", "sentAt", "from", "to", "answers"}
    assert {key: value for key, value in written.items() if key not in header} == {
        key: value for key, value in document.items() if key not in header
    }


def test_bytes_go_along_only_of_documents_that_are_still_named() -> None:
    draft = decode(sample("pre_sentence_report"))
    assert "documents" not in json.loads(PRISON.encode(outbound(draft, documents=None)).body)


def test_a_message_about_nobody_is_refused_and_a_field_without_a_row_is_reported() -> None:
    draft = decode(sample("release"))
    with pytest.raises(Refused, match=r"prison\.cannot_express"):
        PRISON.encode(outbound(draft, offender={"date_of_birth": "1984"}))
    assert PRISON.encode(outbound(draft, later_field={"a": ["x"]})).unexpressed == ("later_field.a[0]",)


@pytest.mark.parametrize(
    "body", [b'{"a": "prisonSystem"}', b'["prisonSystem"]', b'{"prisonSystem": "1", "payload": 1}']
)
def test_other_documents_are_not_claimed(body: bytes) -> None:
    assert not PRISON.recognises(body)
