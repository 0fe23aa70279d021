"""When a sentence is custodial: the shipped tables, the rules that read them, and tables that must be refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.custody.decide import Custody, custody_of, known_result_code
from schemas.custody.table import INTERIM, canonical_code, custody_table, read_table
from schemas.parts.offence import Offence, Result

RESULT_HEAD = "code,name,type,decision,reason\n"
QUALIFIER_HEAD = "code,qualifier,decision,reason\n"
PRISON = "1002,Imprisonment,F,immediate,prison\n"

TABLE = custody_table()
CODES = st.sampled_from(sorted(TABLE.results))


def offence(*results: Result, sequence: int | None = 1) -> Offence:
    return Offence(sequence=sequence, code="TH68001", results=results)


def one(code: str, *qualifiers: str) -> Custody:
    return custody_of((offence(Result(code=code, qualifiers=qualifiers)),)).custody


@pytest.mark.parametrize(
    "code", ["1002", "1003", "1007", "1024", "1055", "1081", "1088", "1501", "1507", "3114", "3223", "4064", "4065"]
)
def test_a_sentence_of_custody_is_immediate(code: str) -> None:
    assert one(code) is Custody.IMMEDIATE


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("1115", "suspended imprisonment"),
        ("1134", "suspended detention"),
        ("1171", "suspended detention, Northern Ireland"),
        ("3220", "suspended sentence, Northern Ireland"),
        ("3228", "suspended sentence varied"),
        ("1089", "supervision of a suspended sentence"),
        ("4028", "remand in custody"),
        ("4531", "remand in custody"),
        ("4058", "remand in youth detention accommodation"),
        ("4016", "committal for sentence in custody"),
        ("4012", "remittal for sentence in custody"),
        ("4576", "warrant"),
        ("1008", "hospital order"),
        ("1126", "one day at court"),
        ("1509", "detention in default"),
        ("1510", "imprisonment in default"),
        ("4005", "sentence deferred"),
        ("3215", "return to prison considered, no order"),
        ("1015", "fine"),
    ],
)
def test_what_only_resembles_custody_is_none(code: str, what: str) -> None:
    assert one(code) is Custody.NONE, what


@pytest.mark.parametrize("code", ["1046", "1049", "1105", "1106", "1108", "9999"])
def test_a_code_that_leaves_it_open_is_doubtful(code: str) -> None:
    assert one(code) is Custody.DOUBTFUL


@pytest.mark.parametrize(("code", "qualifier"), [("1002", "S"), ("1024", "S"), ("1007", "A"), ("1007", "Q")])
def test_a_suspended_or_cell_qualifier_takes_custody_back(code: str, qualifier: str) -> None:
    assert one(code) is Custody.IMMEDIATE
    assert one(code, qualifier) is Custody.NONE
    assert one(code, "AZ", f" {qualifier.lower()} ") is Custody.NONE


@pytest.mark.parametrize("qualifier", ["C", "F", "FH", "AB", "YQ", "A", "Q"])
def test_other_qualifiers_leave_imprisonment_as_it_is(qualifier: str) -> None:
    assert one("1002", qualifier) is Custody.IMMEDIATE


def test_wholly_suspended_where_that_cannot_be_is_doubtful_and_says_why() -> None:
    decision = custody_of((offence(Result(code="1081", qualifiers=("S",))),))
    assert decision.custody is Custody.DOUBTFUL
    assert decision.why.startswith("result 1081 Detention and Training Order for offence 1 with qualifier S may be")


def test_the_rule_of_the_very_code_comes_before_the_rule_of_any_code() -> None:
    assert one("1007", "S", "A") is Custody.NONE


def test_the_reason_names_the_code_its_name_and_the_offence() -> None:
    assert custody_of((offence(Result(code="1015")), offence(Result(code="1002"), sequence=2))).why == (
        "result 1002 Imprisonment for offence 2 is an immediate custodial sentence"
    )
    assert custody_of((offence(Result(code="1002"), sequence=None),)).why == (
        "result 1002 Imprisonment is an immediate custodial sentence"
    )
    assert custody_of((offence(Result(code="1105")),)).why.startswith(
        "result 1105 Fine or Imprisonment for offence 1 may"
    )


def test_an_unknown_code_is_doubtful_and_named() -> None:
    decision = custody_of((offence(Result(code="7777")),))
    assert decision.custody is Custody.DOUBTFUL
    assert "result 7777 for offence 1" in decision.why
    assert not known_result_code("7777")


def test_text_without_a_code_carries_no_sentence() -> None:
    assert custody_of((offence(Result(text="12 months imprisonment")),)).custody is Custody.NONE


def test_no_offence_and_no_result_is_none() -> None:
    assert custody_of(()).custody is Custody.NONE
    assert custody_of((offence(),)).custody is Custody.NONE


def test_a_quashed_sentence_does_not_undo_the_custody_of_another() -> None:
    assert custody_of((offence(Result(code="2068"), Result(code="1002")),)).custody is Custody.IMMEDIATE


def test_leading_zeros_and_spaces_do_not_hide_a_code() -> None:
    assert one("01002") is Custody.IMMEDIATE
    assert one("0001015") is Custody.NONE
    assert custody_of((offence(Result.model_construct(code=" 1002 ")),)).custody is Custody.IMMEDIATE
    assert known_result_code(" 01002 ")
    assert canonical_code("0000") == "0"


@given(st.lists(st.lists(CODES, max_size=4), max_size=4))
def test_the_whole_is_as_custodial_as_its_most_custodial_result(codes: list[list[str]]) -> None:
    offences = tuple(offence(*(Result(code=code) for code in group), sequence=n) for n, group in enumerate(codes))
    found = {TABLE.results[code].custody for group in codes for code in group}
    expected = next((c for c in (Custody.IMMEDIATE, Custody.DOUBTFUL) if c in found), Custody.NONE)
    assert custody_of(offences).custody is expected


@given(CODES, st.lists(st.sampled_from(["S", "A", "Q", "C", "F", "FH", "AZ", "YP"]), max_size=4))
def test_no_qualifier_makes_a_sentence_more_custodial(code: str, qualifiers: list[str]) -> None:
    order = [Custody.NONE, Custody.DOUBTFUL, Custody.IMMEDIATE]
    assert order.index(one(code, *qualifiers)) <= order.index(one(code))


def test_no_interim_result_is_a_sentence() -> None:
    interim = [row for row in TABLE.results.values() if row.type == INTERIM]
    assert len(interim) > 100
    assert not [row.code for row in interim if row.custody is not Custody.NONE]


def test_every_name_about_suspension_or_remand_is_immediate_only_if_it_is_put_into_operation() -> None:
    activated = {"1507", "3223", "3224", "3226", "3227"}
    words = ("suspended", "remand", "bail", "committed to crown court", "warrant for", "default")
    immediate = {
        row.code
        for row in TABLE.results.values()
        if row.custody is Custody.IMMEDIATE and any(word in row.name.lower() for word in words)
    }
    assert immediate == activated


def test_every_name_about_custody_has_its_reason_in_full() -> None:
    words = ("prison", "detention", "detained", "custody", "life sentence", "yoi", "yoc", "suspended sentence")
    named = [row for row in TABLE.results.values() if any(word in row.name.lower() for word in words)]
    bare = {row.code: row.reason for row in named if len(row.reason.split()) < 4}
    assert len(named) > 80
    assert bare == {}


@pytest.mark.parametrize(
    ("results", "qualifiers", "words"),
    [
        (
            "1002,Imprisonment,F,perhaps,prison\n",
            "",
            "results.csv line 2: 'perhaps' is not one of immediate, none, doubtful",
        ),
        (PRISON + PRISON, "", "results.csv line 3: result code 1002 has a row already"),
        ("01002,Imprisonment,F,none,x\n", "", "is not a result code of four digits"),
        ("1002,Imprisonment,F,immediate,\n", "", "lacks its name or its reason"),
        ("1002,Imprisonment,F,immediate\n", "", "4 columns where 5 are needed"),
        ("1002,Imprisonment,X,immediate,prison\n", "", "the type 'X' is not I, F, P or empty"),
        ("4028,Remand In Custody,I,immediate,remand\n", "", "is interim, so it cannot be a sentence"),
        (PRISON, "1002,S,suspended,x\n", "qualifiers.csv line 2: 'suspended' is not one of"),
        (PRISON, "1002,S,none,x\n1002,S,none,x\n", "qualifiers.csv line 3: qualifier S of 1002 has a row already"),
        (PRISON, "1003,S,none,x\n", "there is no immediate result 1003"),
        (PRISON, "1002,S,immediate,x\n", "can change a result only to none or doubtful"),
        (PRISON, "1002,,none,x\n", "the qualifier or its reason is missing"),
    ],
)
def test_a_broken_table_is_refused_with_its_place(results: str, qualifiers: str, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        read_table(RESULT_HEAD + results, QUALIFIER_HEAD + qualifiers)


def test_a_table_with_other_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="the columns must be code, name, type, decision, reason"):
        read_table("code,decision\n1002,none\n", QUALIFIER_HEAD)


def test_a_table_saved_by_a_spreadsheet_is_read() -> None:
    table = read_table("\ufeff" + (RESULT_HEAD + PRISON).replace("\n", "\r\n"), QUALIFIER_HEAD)
    assert table.results["1002"].custody is Custody.IMMEDIATE


def test_the_table_is_read_once() -> None:
    assert custody_table() is custody_table()
