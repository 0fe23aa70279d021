"""Which list a file holds, and what is refused, with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.codes.lists import LISTS, list_named
from hub.codes.parsing import NotCodes, read_codes
from hub.codes.table import CodeEntry
from hub.errors import ValueUnusable
from schemas.problem import Refused
from tests.unit.schemas.codes.files_of_lists import (
    FILES,
    OFFENCES,
    foreign,
    plain,
    refusal,
)


@pytest.mark.parametrize("name", FILES)
def test_a_published_file_is_recognised_by_what_it_holds(name: str) -> None:
    assert read_codes("any.json", json.dumps(FILES[name]).encode()).rule.name == name


def test_every_list_but_the_csv_one_was_tried() -> None:
    assert {*FILES, "offence-code"} == {rule.name for rule in LISTS}


def test_offence_codes_are_recognised_in_csv_with_a_byte_order_mark_and_quoted_commas() -> None:
    codes = read_codes("any.csv", OFFENCES.encode("utf-8-sig"))
    assert codes.rule.name == "offence-code"
    assert codes.entries[1] == CodeEntry("XX91002B", "Make a test, twice", ("CE", "0"))
    assert codes.columns == ("category", "recordable")


def test_remarks_before_the_header_and_rows_of_nothing_are_passed_over() -> None:
    spaced = "# published in March\n\n" + OFFENCES.replace("\n", "\n\n") + ",,,\n"
    assert read_codes("any.csv", spaced.encode()) == read_codes("any.csv", OFFENCES.encode())


def test_an_organisation_unit_is_put_together_from_its_levels() -> None:
    codes = read_codes("any.json", json.dumps(FILES["organisation-unit"]).encode())
    assert [(entry.code, entry.description) for entry in codes.entries] == [
        ("B91XQ00", "Littleford, Midshire, Courts"),
        ("91XZ00", "Squad, Midshire"),
    ]


def test_a_file_that_its_content_does_not_name_needs_to_be_named() -> None:
    body = json.dumps(plain("AA", "BB")).encode()
    with pytest.raises(NotCodes) as refused:
        read_codes("mine.json", body)
    assert refused.value.problems[0].code == "codes.unrecognised"
    assert "--as" in refused.value.problems[0].cure
    assert read_codes("mine.json", body, list_named("plea")).rule.name == "plea"


def test_a_list_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(ValueUnusable) as refused:
        list_named("pleas")
    assert "type-of-hearing" in refused.value.problems[0].cure


def test_a_row_without_a_code_stays_behind_and_is_counted() -> None:
    codes = read_codes("any.json", json.dumps([*foreign("", "G", "NC", "NG")]).encode())
    assert (len(codes.entries), codes.without_code) == (3, 1)


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        ('[{"cjsCode": "G",\n "description": }]', "codes.malformed", "file, line 2, column 17"),
        ('{"cjsCode": "G"}', "codes.malformed", "file"),
        ('[{"code": "01"}, 7]', "codes.malformed", "file, [1]"),
        ("[" * 100_000, "codes.malformed", "file"),
        ('[{"code": ' + "9" * 5_000 + "}]", "codes.malformed", "file"),
        ('[{"code": "01", "name": "\\ud800"}]', "codes.malformed", "file, [0]"),
        ("[]", "codes.empty", "file"),
        ("", "codes.empty", "file"),
        ("code,category,recordable,title\n", "codes.empty", "file"),
        (OFFENCES + "XX91003,CE\n", "codes.malformed", "file, line 4"),
        (OFFENCES + 'XX91003,CE,1,"never closed\n', "codes.malformed", "file, line 4"),
        (OFFENCES + "XX-91003,CE,1,A hyphen\n", "codes.code_malformed", "file, line 4"),
        (OFFENCES + "XX9100333,CE,1,Too long\n", "codes.code_malformed", "file, line 4"),
        (OFFENCES + "#XX9103,CE,1,A remark among the rows\n", "codes.code_malformed", "file, line 4"),
        ("code,category,recordable,code\nA,B,C,D\n", "codes.malformed", "file, line 1"),
        ("code,category,,title\nA,B,C,D\n", "codes.malformed", "file, line 1"),
        ("code;category;recordable;title\nA;B;C;D\n", "codes.unrecognised", "file"),
        (OFFENCES.encode() + b"XX91003,CE,1,\xff\n", "codes.not_utf8", "file, line 4"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(body: str | bytes, code: str, where: str) -> None:
    problem = refusal(body)
    assert (problem.code, problem.where) == (code, where)


def test_a_file_named_as_a_list_that_it_cannot_be_is_refused() -> None:
    assert refusal(OFFENCES, "result-qualifier").code == "codes.code_malformed"
    assert refusal("offence,title\nXX91001,Test\n", "offence-code").code == "codes.unrecognised"


def test_a_list_of_codes_that_are_all_empty_is_refused() -> None:
    assert refusal(json.dumps(plain("", "")), "plea").code == "codes.empty"


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_a_file_holds_it_is_read_or_refused(body: bytes) -> None:
    for wanted in (None, list_named("plea")):
        try:
            assert read_codes("file", body, wanted).entries
        except Refused as refused:
            assert all(problem.cure and problem.where.startswith("file") for problem in refused.problems)
