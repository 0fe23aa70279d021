"""The layouts: what each can hold, what is refused by itself, and that nothing is lost unnoticed."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.contract import Decoded
from adapters.mapping.formats.cells import Dialect
from schemas.problem import Refused
from tests.effort import tries
from tests.unit.mapping.mapping_profiles import (
    ALL,
    CSV,
    FIXED,
    JSON,
    LABELLED,
    PAYLOAD,
    TYPED,
    XML,
    decoded,
    encoded,
    system_of,
)

LINE_FORMATS = ["csv", "typed", "unquoted", "fixed", "labelled"]


def rows(text: str, *rows: str) -> bytes:
    """A file of our profile with these rows."""
    first = {"csv": "REF,NO,FROM,TO,TAKEN,ON,WHY,SURNAME,BORN", "typed": "TYPED"}[text]
    return "\r\n".join([first, *rows, f"END,{len(rows)}", ""]).encode()


GOOD = "T-1,M-1,probation-cheshire,probation-cumbria,N,09/03/2026 10:30,no,Mockford,09/04/1971"
OTHER = "T-2,M-2,probation-cheshire,probation-cumbria,Y,09/03/2026 10:30,,Fictive,1980"


# ---- nothing is lost unnoticed ----

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\r\n\t\"',;|=+-@:&<>]'"), min_size=1)
spellings = texts.map(str.strip).filter(bool).map(lambda text: text[:200])


@pytest.mark.parametrize("name", sorted(ALL))
@settings(max_examples=tries(40, 600))
@given(spellings)
@example("=cmd|'/C calc'!A0")
@example("'=1+1")
@example("+44 1632 960123")
@example("two\r\nlines")
@example("a lone\rreturn and \"quotes\" and 'others'")
@example("]]> & <b> \\ \u2028 é €")
@example("label: with colon\n  | and a bar\n\nEND 1")
def test_a_text_is_read_back_or_reported_as_lost(name: str, text: str) -> None:
    written = encoded(ALL[name], reason=text)
    back = decoded(ALL[name], written.body).payload.model_dump()["reason"]
    assert (back == text) != ("reason" in written.unexpressed)
    assert set(written.unexpressed) <= {"reason"}


@pytest.mark.parametrize("name", ["csv", "typed", "xml", "json", "labelled"])
@pytest.mark.parametrize("text", ["a lone\rreturn", "two\r\nlines", "two\nlines", 'say "so"', "o'clock", "a,b;c|d"])
def test_line_ends_and_quotes_survive_where_a_format_can_hold_them(name: str, text: str) -> None:
    assert encoded(ALL[name], reason=text).unexpressed == ()


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''-1"])
@pytest.mark.parametrize("name", ["csv", "typed", "unquoted"])
def test_a_spreadsheet_never_sees_a_formula(name: str, start: str) -> None:
    profile = system_of(ALL[name]).profile
    body = encoded(ALL[name], reason=start).body.decode()
    quote = getattr(profile.layout, "quote", "")
    cells = [cell for row in Dialect(getattr(profile.layout, "delimiter", ","), quote).rows(body) for cell in row.cells]
    assert f"'{start}" in cells
    assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]
    assert encoded(ALL[name], reason=start).unexpressed == ()


def test_a_letter_that_the_encoding_lacks_is_reported_as_lost() -> None:
    body = encoded(FIXED, reason="a Łódź matter")
    assert body.unexpressed == ("reason",)
    assert b"a ??d? matter" in body.body or b"a ?\xf3d? matter" in body.body


def test_a_column_that_may_be_cut_is_cut_and_one_that_may_not_is_left_empty() -> None:
    long = encoded(FIXED, reason="x" * 50)
    assert long.unexpressed == ("reason",) and b"x" * 30 in long.body and b"x" * 31 not in long.body
    with pytest.raises(Refused) as refusal:  # half of a reference would be another reference
        encoded(FIXED, transfer_reference="T" * 13)
    assert [problem.code for problem in refusal.value.problems] == ["profile.cannot_express"]
    assert refusal.value.problems[0].where == "transfer_reference"


def test_what_has_no_place_in_the_profile_is_listed_leaf_by_leaf() -> None:
    offender = PAYLOAD["offender"] | {"emails": ["one@example.org"], "address": {"lines": ["4 Nowhere Street"]}}
    more: dict[str, Any] = {"offender": offender, "new_crn": "D271828", "not_taken_over": ["a", "b"]}
    assert sorted(encoded(CSV, **more).unexpressed) == [
        "new_crn",
        "not_taken_over[0]",
        "not_taken_over[1]",
        "offender.address.lines[0]",
        "offender.emails[0]",
    ]


def test_seconds_that_the_pattern_leaves_out_are_listed() -> None:
    assert encoded(CSV, decided_at="2026-03-09T10:30:05Z").unexpressed == ("decided_at",)
    assert encoded(CSV, decided_at="2026-07-09T09:30:00Z").unexpressed == ()


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_control_character_is_reported_as_lost(name: str) -> None:
    assert encoded(ALL[name], reason="be\x0bfore").unexpressed == ("reason",)


ORDERS = (
    CSV.replace('"transfer_reply"', '"case_transfer"')
    .replace("decided_at", "requested_at")
    .replace(
        '{ wire = "TAKEN", to = "decision", by = ["table: decision"] }',
        '{ wire = "TAKEN", to = "orders[0].type" },\n  { to = "orders[0].court_name", constant = "Our Court" }',
    )
)


def test_a_constant_says_nothing_of_a_part_that_is_not_there() -> None:
    with_order = decoded(ORDERS, rows("csv", GOOD)).payload.model_dump()
    assert [order["court_name"] for order in with_order["orders"]] == ["Our Court"]
    assert decoded(ORDERS, rows("csv", GOOD.replace(",N,", ",,"))).payload.model_dump()["orders"] == ()


# ---- a bad record is refused by itself ----


def both(result: Decoded) -> tuple[list[str], list[str]]:
    return [draft.reference for draft in result.drafts], [f"{one.code} at {one.where}" for one in result.refused]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (OTHER.replace(",Y,", ",P,"), "value.code at record 2, line 3, column TAKEN"),
        (OTHER.replace("T-2", ""), "field.missing at record 2, line 3, column REF"),
        (OTHER + ",more", "csv.columns at record 2, line 3"),
        (OTHER.replace("Fictive", "Fic\x00tive"), "text.character at record 2, line 3, column SURNAME"),
        (OTHER.replace("T-2", '"T-2'), "csv.quote at record 2, line 3"),
        (GOOD.replace("T-1", "T-9"), "reference.duplicate at record 2, line 3"),
    ],
)
def test_the_good_records_go_on_without_the_bad_one(bad: str, said: str) -> None:
    third = OTHER.replace("T-2,M-2", "T-3,M-3")
    result = system_of(CSV).decode(rows("csv", GOOD, bad, third), {})
    assert both(result) == (["M-1", "M-3"], [said])


def test_the_line_of_a_record_is_counted_over_cells_of_several_lines() -> None:
    tall = GOOD.replace(",no,", ',"one\r\ntwo\nthree",')
    result = system_of(CSV).decode(rows("csv", tall, OTHER.replace(",Y,", ",P,")), {})
    assert both(result)[1] == ["value.code at record 2, line 5, column TAKEN"]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (OTHER.replace("1980", "31/02/1980"), "value.date at record 1, line 2, column BORN"),
        (OTHER.replace("Fictive", "F" * 501), "field.cut at record 1, line 2, column SURNAME"),
        (OTHER.replace("1980", "19\x0080"), "text.character at record 1, line 2, column BORN"),
    ],
)
def test_a_bad_value_that_can_be_left_out_is_a_doubt_with_its_place(bad: str, said: str) -> None:
    draft = decoded(CSV, rows("csv", bad))
    assert [f"{doubt.code} at {doubt.where}" for doubt in draft.doubts] == [said]


def test_a_row_of_an_unknown_type_is_doubted_and_its_record_goes_on() -> None:
    result = system_of(TYPED).decode(rows("typed", "R," + GOOD, "Q,more", "R," + OTHER).replace(b"END,3", b"END,2"), {})
    assert both(result) == (["M-1", "M-2"], [])
    (doubt,) = result.drafts[0].doubts
    assert (doubt.code, doubt.where) == ("row.unknown", "record 1, line 3")


@pytest.mark.parametrize(
    ("profile", "body", "code"),
    [
        (XML, encoded(XML).body.replace(b"<WHY>", b"<WHY>one</WHY><WHY>"), "xml.repeated"),
        (FIXED, encoded(FIXED).body.replace(b"09/04/1971", b"09/04/1971 and more"), "fixed_width.outside"),
        (FIXED, encoded(FIXED).body.replace(b"FIXED", b"FIXED more", 1), "profile.unmapped"),
        (XML, encoded(XML).body.replace(b"<Replies>", b'<Replies of="x">'), "profile.unmapped"),
        (JSON, encoded(JSON).body.replace(b'"WHY": ', b'"WHY": [], "W": '), "profile.unmapped"),
        (JSON, encoded(JSON).body.replace(b'"WHY": ', b'"WHY": {"a": 1}, "W": '), "json.not_a_value"),
        (LABELLED, encoded(LABELLED).body.replace(b"NO: M-7", b"NO M-7"), "labelled.no_label"),
        (LABELLED, encoded(LABELLED).body.replace(b"NO: M-7", b"NO: M-7\r\nNO: M-8"), "labelled.twice"),
        (LABELLED, encoded(LABELLED).body.replace(b"REPLY\r\n", b"REPLY\r\n  | on\r\n"), "labelled.stray"),
    ],
)
def test_what_is_odd_about_a_record_is_doubted_and_the_record_taken(profile: str, body: bytes, code: str) -> None:
    assert code in [doubt.code for doubt in decoded(profile, body).doubts]


def test_a_column_that_the_profile_does_not_know_is_doubted_and_its_name_not_repeated() -> None:
    body = rows("csv", GOOD + ",secret", OTHER + ",").replace(b",BORN", b",BORN,Mockford Pat")
    first, second = system_of(CSV).decode(body, {}).drafts
    (doubt,) = first.doubts
    assert (doubt.code, doubt.where) == ("profile.unmapped", "line 2, column 10")
    assert second.doubts == ()
    assert "Mockford" not in doubt.problem + doubt.cure


def test_columns_may_be_in_any_order() -> None:
    def turned(line: str) -> str:
        return ",".join(reversed(line.split(",")))

    body = b"\n".join([turned("REF,NO,FROM,TO,TAKEN,ON,WHY,SURNAME,BORN").encode(), turned(GOOD).encode(), b"END,1\n"])
    assert decoded(CSV, body).payload == decoded(CSV, rows("csv", GOOD)).payload


@pytest.mark.parametrize(
    ("profile", "body", "code"),
    [
        (CSV, rows("csv", GOOD).replace(b"END,1", b"END,2"), "text.count"),
        (CSV, rows("csv", GOOD).replace(b"END,1\r\n", b""), "text.cut_short"),
        (CSV, rows("csv", GOOD).replace(b"SURNAME", b"NAME"), "csv.header"),
        (CSV, rows("csv", GOOD).replace(b"NO,FROM", b"NO,NO,FROM").replace(b"M-1,", b"M-1,M-1,"), "csv.header"),
        (CSV, rows("csv", GOOD.replace("Mockford", '"Mockford')), "csv.quote"),
        (CSV, rows("csv", GOOD).replace(b"Mockford", b"Mockf\xffrd"), "text.encoding"),
        (CSV, b"\r\n\r\n", "text.empty"),
        (CSV, rows("csv"), "text.no_record"),
        (TYPED, rows("typed", "R," + GOOD).replace(b"TYPED", b"OTHER"), "text.first_line"),
        (TYPED, rows("typed", "R," + GOOD + ",x"), "csv.columns"),
        (FIXED, encoded(FIXED).body.replace(b"FIXED", b"OTHER"), "text.first_line"),
        (FIXED, encoded(FIXED).body.replace(b"END000001", b"END"), "text.count"),
        (XML, encoded(XML).body.replace(b"<REF>", b"<REF>one</REF><REF>"), "xml.repeated"),
        (XML, encoded(XML).body.replace(b"Replies>", b"Others>"), "xml.root"),
        (XML, b"<Replies><Answer><REF>1</REF></Answer></Replies>", "xml.unknown_record"),
        (XML, b"<Replies/>", "text.no_record"),
        (JSON, b'{"system": "OTHER", "replies": []}', "json.marks"),
        (JSON, b'{"system": "TEST", "replies": {}}', "json.not_a_list"),
        (JSON, b'{"system": "TEST", "replies": [3]}', "json.not_an_object"),
        (JSON, b'{"system": "TEST", "replies": [{"REF": ["T-1"]}]}', "json.not_a_value"),
        (JSON, b'{"system": "TEST", "replies": [{"REF": "\\ud800"}]}', "json.character"),
        (JSON, b'{"system": "TEST", "answers": [{"REF": "T-1"}]}', "json.unknown_record"),
        (LABELLED, encoded(LABELLED).body.replace(b"END 1", b""), "text.cut_short"),
        (LABELLED, encoded(LABELLED).body.replace(b"REF: ", b"REF "), "labelled.no_label"),
        (LABELLED, encoded(LABELLED).body.replace(b"REF: ", b"REF: T-8\r\nREF: "), "labelled.twice"),
        (LABELLED, b"ANSWER\r\nREF: T-1\r\nEND 1\r\n", "labelled.no_form"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(profile: str, body: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        system_of(profile).decode(body, {})
    assert code in [problem.code for problem in refusal.value.problems]
    assert all(problem.where and problem.cure for problem in refusal.value.problems)


def test_a_last_line_that_is_not_ended_may_be_cut_short_unless_the_layout_says_otherwise() -> None:
    loose = CSV.replace('trailer = "END"\n', "")
    body = rows("csv", GOOD).removesuffix(b"END,1\r\n").rstrip()
    with pytest.raises(Refused, match=r"text\.cut_short"):
        system_of(loose).decode(body, {})
    assert decoded(loose.replace('format = "csv"', 'format = "csv"\nlast_line_ended = false'), body).reference == "M-1"
    assert decoded(loose, body + b"\n").reference == "M-1"


def test_an_element_or_attribute_that_the_profile_does_not_know_is_doubted() -> None:
    body = encoded(XML).body.replace(b"<WHY>", b'<EXTRA>x</EXTRA><NOTE/><WHY lang="cy">')
    assert [doubt.code for doubt in decoded(XML, body).doubts] == ["profile.unmapped", "profile.unmapped"]


def test_a_key_that_the_profile_does_not_know_is_doubted() -> None:
    body = encoded(JSON).body.replace(b'"WHY"', b'"Mockford": {"a": 1}, "empty": null, "WHY"')
    (doubt,) = decoded(JSON, body).doubts
    assert doubt.code == "profile.unmapped" and "Mockford" not in doubt.where


@pytest.mark.parametrize("name", LINE_FORMATS)
def test_both_line_ends_and_a_byte_order_mark_are_read(name: str) -> None:
    body = encoded(ALL[name]).body
    mark = b"" if name == "fixed" else b"\xef\xbb\xbf"
    assert decoded(ALL[name], mark + body.replace(b"\r\n", b"\n")).payload == decoded(ALL[name], body).payload


def test_a_cell_may_be_longer_than_any_limit_of_the_csv_module() -> None:
    (row,) = Dialect(",", '"').rows('"' + "A" * 1_000_000 + '",b')
    assert [len(cell) for cell in row.cells] == [1_000_000, 1]


def test_each_layout_knows_its_own_files_alone() -> None:
    systems = {name: system_of(text) for name, text in ALL.items()}
    for name, text in ALL.items():
        body = encoded(text).body
        assert [other for other, system in systems.items() if system.recognises(body)] == [name]
        assert not systems[name].recognises(b"") and not systems[name].recognises(b"\xff\xfe\x00")


def test_a_name_of_several_bytes_at_the_end_of_the_look_does_not_hide_a_file() -> None:
    filler = "é" * 5_000
    body = rows("csv", GOOD.replace(",no,", f",{filler},"))
    for shift in range(4):
        assert system_of(CSV).recognises(b" " * shift + body)
