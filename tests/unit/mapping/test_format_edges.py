"""Edges of the formats: files without a last line, line ends of old systems, bytes that cannot be read, places."""

import pytest

from adapters.mapping.formats.lines import head_of
from adapters.mapping.profiles.written import LabelledLayout
from schemas.problem import Refused
from tests.unit.mapping.mapping_profiles import CSV, FIXED, JSON, LABELLED, TYPED, XML, decoded, encoded, system_of

LAYOUT = LabelledLayout(format="labelled", trailer="END")


def test_every_row_of_a_file_without_a_last_line_is_read() -> None:
    for text in (FIXED, TYPED, CSV):
        open_ended = text.replace('trailer = "END"\n', "")
        assert decoded(open_ended, encoded(open_ended).body).reference == "M-7"


@pytest.mark.parametrize("text", [LABELLED, FIXED, TYPED])
def test_a_file_may_end_its_lines_as_old_systems_do(text: str) -> None:
    assert decoded(text, encoded(text).body.replace(b"\r\n", b"\r")).reference == "M-7"


def test_text_that_cannot_be_read_is_not_recognised_but_half_a_letter_at_the_end_of_the_look_is() -> None:
    assert head_of(b"title" + b"\xff" + b"x" * 10_000, LAYOUT) == ""
    assert head_of(b"title\xff", LAYOUT) == ""
    for blanks, seen in ((8_187, 0), (8_188, 0), (8_189, 8_189), (8_191, 8_191)):
        assert len(head_of(b" " * blanks + b"\xff" + b"x" * 100, LAYOUT)) == seen
    assert head_of(b"\xef\xbb\xbftitle", LAYOUT) == head_of(b"title", LAYOUT) == "title"


def _refused(text: str, body: bytes) -> list[str]:
    with pytest.raises(Refused) as refusal:
        system_of(text).decode(body, {})
    return [f"{problem.code} at {problem.where}" for problem in refusal.value.problems]


def test_a_byte_that_cannot_be_read_is_told_with_its_line() -> None:
    body = encoded(CSV).body
    assert _refused(CSV, body.replace(b"Mockford", b"\xff")) == ["text.encoding at line 2"]
    assert _refused(CSV, body.replace(b"REF", b"\xff", 1)) == ["text.encoding at line 1"]


def test_a_file_that_may_have_been_cut_is_told_with_its_last_line() -> None:
    whole = encoded(LABELLED).body
    count = whole.count(b"\n")
    assert _refused(LABELLED, whole.replace(b"END 1\r\n", b"")) == [f"text.cut_short at line {count - 2}"]
    assert _refused(LABELLED, whole.replace(b"END 1", b"END 1 x")) == [f"text.count at line {count}"]
    assert _refused(LABELLED, whole.replace(b"END 1", b"ENDING 1")) == [f"text.cut_short at line {count}"]
    assert _refused(FIXED, encoded(FIXED).body.replace(b"END000001\r\n", b"")) == ["text.cut_short at line 2"]
    assert _refused(FIXED, b"FIXED\r\n") == ["text.cut_short at line 1"]
    open_ended = CSV.replace('trailer = "END"\n', "")
    assert _refused(open_ended, encoded(open_ended).body.rstrip()) == ["text.cut_short at line 2"]


FORM = encoded(LABELLED).body.decode()


def _doubts(body: str) -> list[str]:
    return [f"{doubt.code} at {doubt.where}" for doubt in decoded(LABELLED, body.encode()).doubts]


def test_what_is_odd_about_a_form_is_told_with_the_form_and_its_line() -> None:
    assert _doubts(FORM.replace("REPLY\r\n", "REPLY\r\n  | on\r\n")) == ["labelled.stray at record 1, line 2"]
    assert _doubts(FORM.replace("NO: M-7", "NO M-7")) == ["labelled.no_label at record 1, line 3"]
    assert _doubts(FORM.replace("NO: M-7", "NO: M-7\r\nNO: M-8")) == ["labelled.twice at record 1, line 4"]
    assert _doubts(FORM.replace("NO: M-7", "COLOUR:\r\nNO: M-7")) == ["profile.unmapped at record 1, line 3"]


def test_text_before_the_first_form_is_told_once_and_the_forms_are_read() -> None:
    result = system_of(LABELLED).decode(b"\r\nDear colleague\r\nplease\r\n" + FORM.encode(), {})
    assert [draft.reference for draft in result.drafts] == ["M-7"]
    assert [f"{one.code} at {one.where}" for one in result.refused] == ["labelled.stray at line 2"]


def test_two_forms_are_two_messages_with_places_of_their_own() -> None:
    form = FORM.replace("END 1\r\n", "")
    second = form.replace("M-7", "M-8").replace("09/04/1971", "39/04/1971")
    first, other = system_of(LABELLED).decode((form + second + "END 2\r\n").encode(), {}).drafts
    assert (first.reference, other.reference) == ("M-7", "M-8")
    lines = form.count("\n")
    assert first.where == "record 1, line 1"
    assert other.where == f"record 2, line {lines + 1}"
    assert [doubt.code for doubt in other.doubts] == ["value.date"]


def test_a_broken_quote_ends_with_its_line_and_the_lines_after_it_are_counted_on() -> None:
    good = "T-{0},M-{0},probation-cheshire,probation-cumbria,N,09/03/2026 10:30,no,Mockford,09/04/1971"
    header = "REF,NO,FROM,TO,TAKEN,ON,WHY,SURNAME,BORN"
    rows = [header, '"T-1"x,M-1', "", good.format(2), good.format(3).replace(",N,", ",Q,"), "END,3", ""]
    result = system_of(CSV).decode("\r\n".join(rows).encode(), {})
    assert [draft.reference for draft in result.drafts] == ["M-2"]
    told = [f"{one.code} at {one.where}" for one in result.refused]
    assert told == ["csv.quote at record 1, line 2", "value.code at record 3, line 5, column TAKEN"]


def test_an_element_below_the_root_is_read_and_written_by_its_path() -> None:
    deep = XML.replace('wire = "Reply"', 'wire = "Box/Reply"').replace('wire = "WHY"', 'wire = "Text/WHY"')
    deep = deep.replace('wire = "SURNAME"', 'wire = "Text/Name/@surname"').replace('wire = "NO"', 'wire = "@no"')
    body = encoded(deep).body
    assert b"<Box>" in body and b"<Text>" in body and b'surname="Mockford"' in body and b'no="M-7"' in body
    assert body.count(b"<Text>") == body.count(b"<Box>") == 1
    draft = decoded(deep, body)
    assert draft.reference == "M-7"
    assert draft.doubts == ()


def test_an_object_within_an_object_is_read_and_written_by_its_path() -> None:
    deep = JSON.replace('wire = "WHY"', 'wire = "text.why"').replace('wire = "replies"', 'wire = "box.replies"')
    body = encoded(deep).body
    assert b'"box": {' in body and b'"text": {' in body
    draft = decoded(deep, body)
    assert draft.payload.model_dump()["reason"] == "no such address"
    assert draft.doubts == ()
    (doubt,) = decoded(deep, body.replace(b'"why"', b'"other": 1, "why"')).doubts
    assert doubt.where == "record 1, $.box.replies[0]"
