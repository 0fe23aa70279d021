"""Files with a row for each value: what belongs together, what goes on, and what is told of a row that fits nowhere."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contract import Decoded, Outbound
from adapters.mapping.formats.value_rows import rows_of_values
from adapters.mapping.record import Entry
from adapters.mapping.system import ProfiledSystem
from schemas.problem import Refused
from tests.contract.system_samples import system_named
from tests.contract.test_systems_encode import agreed_drafts, outbound

LIST = max(agreed_drafts("court_list"), key=lambda draft: len(draft.payload.model_dump_json()))


def areas(name: str) -> ProfiledSystem:
    system = system_named(f"probation.{name}")
    assert isinstance(system, ProfiledSystem)
    return system


def rows(name: str) -> list[str]:
    return areas(name).encode(outbound(LIST)).body.decode("cp1252").splitlines(keepends=True)


def read(name: str, lines: list[str]) -> Decoded:
    return areas(name).decode("".join(lines).encode("cp1252"), {})


def doubts(decoded: Decoded) -> list[tuple[str, str]]:
    return [(doubt.code, doubt.where) for draft in decoded.drafts for doubt in draft.doubts]


def test_the_rows_of_two_messages_that_are_mixed_are_two_messages() -> None:
    head, *values, _ = rows("crams_limited")
    other = [row.replace("1|", "2|", 1) for row in values if "envelope.reference" not in row]
    mixed = [row for pair in zip(values, [*other, ""], strict=True) for row in pair]
    decoded = read("crams_limited", [head, *mixed, "*EOF*|2\n"])
    assert decoded.refused == () and [draft.payload for draft in decoded.drafts] == [LIST.payload] * 2


def test_the_rows_of_a_message_may_come_in_any_order() -> None:
    head, *values, last = rows("crams_limited")
    (draft,) = read("crams_limited", [head, *sorted(values, reverse=True), last]).drafts
    assert draft.payload == LIST.payload and draft.doubts == ()


def test_messages_with_rows_of_their_own_and_by_rule_are_in_one_file() -> None:
    first, *values, _ = rows("icms")
    own = areas("icms").profile.examples[1].wire.splitlines(keepends=True)[1:-1]
    decoded = read("icms", [first, *own, *values, "ZZ;2\n"])
    assert decoded.refused == () and [draft.kind for draft in decoded.drafts] == ["transfer_reply", "court_list"]


def test_a_field_with_two_values_is_left_out_and_told_and_so_is_one_that_the_kind_lacks() -> None:
    head, *values, last = rows("crams_limited")
    more = ["1|court_list 1|court.name||Elsewhere\n", "1|court_list 1|court.moon||full\n"]
    decoded = read("crams_limited", [head, *values, *more, last])
    line = len(values) + 2
    assert doubts(decoded) == [
        ("values.twice", f"line {line}"),
        ("profile.unmapped", f"record 1, line {line + 1}"),
    ]
    assert "name" not in decoded.drafts[0].payload.model_dump(exclude_none=True)["court"]


@pytest.mark.parametrize("kind", ["court_list 9", "moonshine 1", ""])
def test_rows_of_no_kind_are_refused(kind: str) -> None:
    head, *values, last = rows("crams_limited")
    with pytest.raises(Refused) as refusal:
        read("crams_limited", [head, *(row.replace("court_list 1", kind) for row in values), last])
    assert [problem.code for problem in refusal.value.problems] == ["values.kind"]


def test_a_form_of_no_kind_is_refused_and_a_label_that_the_kind_lacks_is_told() -> None:
    lines = rows("word_processed")
    strange = [*lines[:2], "court.moon: full\r\n", *lines[2:]]
    assert doubts(read("word_processed", strange)) == [("profile.unmapped", "record 1, line 3")]
    with pytest.raises(Refused, match=r"values\.kind"):
        read("word_processed", [line for line in lines if not line.startswith("Kind:")])


def test_a_list_without_an_entry_comes_back_as_an_empty_list() -> None:
    empty = dataclasses.replace(LIST, payload=LIST.payload.model_copy(update={"sessions": (), "changes": ()}))
    for name in ("npims", "crams", "promise", "dmp", "word_processed"):
        encoded = areas(name).encode(outbound(empty))
        (draft,) = areas(name).decode(encoded.body, {}).drafts
        assert draft.payload == empty.payload, name


@given(st.lists(st.text("ab \n", min_size=1, max_size=40), min_size=1, max_size=3), st.integers(1, 12))
def test_a_text_that_goes_on_is_the_same_text_when_its_pieces_are_joined(texts: list[str], width: int) -> None:
    exchange = areas("npims").profile.exchange_of("court_list", 1)
    assert exchange is not None
    text = "\n".join(texts)
    pieces = list(rows_of_values(exchange, Entry("", {"court.name": text}), width, has_lines=False))
    joined = "".join({"": "", "+": "", "/": "\n"}[piece.goes_on] + piece.text for piece in pieces)
    assert joined == text and all(len(piece.text) <= width for piece in pieces)


def test_a_long_text_of_several_lines_comes_back_whole_from_columns_of_fixed_width() -> None:
    (draft,) = [one for one in agreed_drafts("pre_sentence_report") if one.reference == "full"]
    text = " ".join(["A line of what was found."] * 20) + "\n\nA last line."
    long = draft.payload.model_copy(update={"proposal": text})
    message: Outbound = outbound(dataclasses.replace(draft, payload=long))
    encoded = areas("clio").encode(message)
    assert encoded.unexpressed == ()
    (back,) = areas("clio").decode(encoded.body, {}).drafts
    assert json.loads(back.payload.model_dump_json())["proposal"] == text
