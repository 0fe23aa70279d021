"""Samples of the areas in which something is wrong: what is told of it, where it stands, and how much is left out."""

import re

import pytest

from adapters.catalogue import shipped_profiles
from adapters.systems.probation.adapter import systems
from schemas.problem import Problem, Refused
from tests.unit.mapping.test_probation_profiles import SAMPLES

SYSTEMS = {system.name: system for system in systems(shipped_profiles("probation"))}
FILES = {
    "icms": ("icms/mixed.csv", "cp1252"),
    "crams": ("crams/case_transfer.csv", "utf-8"),
    "npims": ("npims/mixed.txt", "cp1252"),
    "clio": ("clio/mixed.txt", "utf-8"),
    "promise": ("promise/mixed.json", "utf-8"),
    "lotus_notes": ("lotus_notes/mixed.xml", "utf-8"),
}
Changes = tuple[tuple[str, str], ...]


def _told(name: str, changes: Changes) -> list[str]:
    """Return what is told of a sample with these changes. A doubt begins with the reference of its message."""
    file, encoding = FILES[name]
    text = (SAMPLES / file).read_bytes().decode(encoding)
    for was, becomes in changes:
        text, made = re.subn(was, becomes, text, count=1)
        assert made == 1, was
    try:
        decoded = SYSTEMS[f"probation.{name}"].decode(text.encode(encoding), {})
    except Refused as refusal:
        return [f"nothing is taken: {_short(problem)}" for problem in refusal.problems]
    doubts = [f"{draft.reference[:4]}: {_short(doubt)}" for draft in decoded.drafts for doubt in draft.doubts]
    return doubts + [f"refused: {_short(problem)}" for problem in decoded.refused]


def _short(problem: Problem) -> str:
    size = re.search(r" \([0-9]+ values\)", problem.problem)
    return f"{problem.code} at {problem.where}{size[0] if size else ''}"


@pytest.mark.parametrize("name", FILES)
def test_a_whole_sample_has_nothing_wrong(name: str) -> None:
    assert _told(name, ()) == []


TYPED: list[tuple[Changes, list[str]]] = [
    ((("OF;TH68010;Theft from a shop;30-SEP-2025;;14-NOV-2025", "OF;TH68010;Theft"),),
     ["2001: csv.columns at record 1, line 8 (2 values)"]),
    ((("OF;TH68010;Theft", 'OF;"TH68010"x;Theft'),), ["2001: csv.quote at record 1, line 8 (0 values)"]),
    ((("RP;2002;", 'RP;"2002"x;'),), ["refused: csv.quote at record 2, line 12"]),
    ((("RP;2002;", "RP;"),), ["refused: csv.columns at record 2, line 12"]),
    ((("TR;2001", "OF;a;;b\r\nTR;2001"),), ["refused: row.unknown at line 2 (2 values)"]),
    ((("OR;Probation order;;09-JAN-2026", "OR;Probation order;;39-JAN-2026"), ("RP;2002", "QQ;a;;b\r\nRP;2002")),
     ["2001: row.unknown at record 1, line 12 (2 values)", "2001: value.date at record 1, line 7, column made"]),
    ((("BR;H", "BR;Q"), ("FB;2003;RL-2026-0117", "FB;2003;")),
     ["refused: field.missing at record 3, line 14, column release"]),
    ((("TR;2001", "\r\n\r\nTR;2001"), ("ZZ;4", "ZZ")), ["nothing is taken: text.count at line 22"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), TYPED)
def test_a_file_of_typed_rows(changes: Changes, told: list[str]) -> None:
    assert _told("icms", changes) == told


def test_what_stands_beside_the_first_and_the_last_line_is_doubted_in_each_message() -> None:
    told = _told("icms", (("ZZ;4", "ZZ;4;a;;b"), ("EXPORT;4", "EXPORT;4 more of it")))
    assert told == [
        f"{reference}: profile.unmapped at line {line}"
        for reference in ("2001", "2002", "2003", "2004")
        for line in ("20 (2 values)", "1 (3 values)")
    ]


HEADED: list[tuple[Changes, list[str]]] = [
    ((("24/12/2025", "34/12/2025"), ("08/01/2027", "soon")),
     ["7ab4: value.date at record 1, line 2, number 2, column ORDER#_ENDS",
      "7ab4: value.date at record 1, line 2, number 2, column OFF#_DATE"]),
    ((("D728171,", "D728171,,"),), ["refused: csv.columns at record 2, line 3"]),
    ((("LOCKED", "TEAM"),), ["nothing is taken: csv.header at line 1"]),
    ((("JVBERi0xLjQK", "AAAA"),), ["refused: document.not_pdf at record 1, line 2, number 1"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), HEADED)
def test_a_file_with_a_header(changes: Changes, told: list[str]) -> None:
    assert _told("crams", changes) == told


FIXED: list[tuple[Changes, list[str]]] = [
    ((("OFF TH68010 Theft from a shop( *)", r"OFF TH68010 Theft from a shop\1 more words"),),
     ["2001: fixed_width.outside at record 1, line 5 (2 values)"]),
    ((("ORD Probation", "\n   \nORX Probation"),), ["2001: row.unknown at record 1, line 6 (4 values)"]),
    ((("FDBK0000002003(.*)", r"FDBK0000002003\1 over"),),
     ["2003: fixed_width.outside at record 3, line 8 (1 values)"]),
    ((("HDR NPIMS 02", "HDR NPIMS 02 and more"),),
     [f"{reference}: profile.unmapped at line 1 (2 values)" for reference in ("2001", "2002", "2003", "2004")]),
    ((("TRL 000004", "TRL 000004   \n\n"), ("OFF TH68010 Theft( .*)", r"OFF TH68010 Theft\1   ")), []),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), FIXED)
def test_a_file_of_fixed_width(changes: Changes, told: list[str]) -> None:
    assert _told("npims", changes) == told


def test_a_value_is_left_out_with_the_text_that_stands_against_it_and_kept_if_a_blank_is_between() -> None:
    def title(after: str) -> str | None:
        text = (SAMPLES / "npims/mixed.txt").read_text(encoding="cp1252")
        text = re.sub("OFF TH68010 Theft from a shop( *)", rf"OFF TH68010 Theft from a shop\1{after}", text, count=1)
        (draft, *_) = SYSTEMS["probation.npims"].decode(text.encode("cp1252"), {}).drafts
        offence = draft.payload.model_dump()["offences"][0]
        return str(offence["title"]) if offence["title"] else None

    assert title(" more") == "Theft from a shop"
    assert title("more") is None


def test_a_count_that_differs_or_a_lacking_reference_is_told_with_its_line() -> None:
    assert _told("clio", (("99000003", "99000004"),)) == ["nothing is taken: text.count at line 14"]
    assert _told("clio", (("10TR-26-31", "10        "),)) == [
        "refused: field.missing at record 1, line 2, column TRANSFER-NO"
    ]


JSON: list[tuple[Changes, list[str]]] = [
    ((('"aliases": \\[[^\\]]*\\]', '"aliases": {"surname": "x"}'),),
     ["2001: json.not_a_list at record 1, $.transfers[0].client.aliases"]),
    ((('"orders": \\[', '"orders": ["x", '), ('"title": "Theft from a shop"', '"title": ["a"], "colour": "red"')),
     ["2001: json.not_an_object at record 1, $.transfers[0].orders[0]",
      "2001: json.not_a_value at record 1, $.transfers[0].offences[0].title",
      "2001: profile.unmapped at record 1, $.transfers[0].offences[0]"]),
    ((('"replies": \\[', '"replies": [7, '), ('"area"', '"zone": {"a": 1}, "area"')),
     ["refused: json.not_an_object at record 2, $.replies[0]", "refused: json.unknown_record at $"]),
    ((('"risk": \\{', '"risk": {"more": 1, "none": null, "nothing": [], "empty": {}, '),),
     ["2001: profile.unmapped at record 1, $.transfers[0]"]),
    ((('"crn": "J264575"', '"crn": "J264575\\\\u0000"'),),
     ["nothing is taken: json.character at $.?[0].?.?"]),
    ((('"register": \\[', '"register": 7, "other": ['),),
     ["refused: json.not_a_list at $.register", "refused: json.unknown_record at $"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), JSON)
def test_a_file_of_json(changes: Changes, told: list[str]) -> None:
    assert _told("promise", changes) == told


XML: list[tuple[Changes, list[str]]] = [
    ((("<plan>", '<plan>a</plan><plan more="x">'),),
     ["2001: xml.repeated at record 1, line 4, element plan (3 values)",
      "2001: profile.unmapped at record 1, line 4, line 7"]),
    ((('<order type="Community order"', '<order colour="red" type="Community order"'),
      ("<target ", '<extra><a b="1">x</a></extra><target ')),
     ["2001: profile.unmapped at record 1, line 4, line 12",
      "2003: profile.unmapped at record 3, line 31, line 34",
      "2003: profile.unmapped at record 3, line 31, line 34"]),
    ((("<document>", '<document of="x"><odd>1</odd>'),),
     ["2001: profile.unmapped at line 3", "2002: profile.unmapped at line 3", "2003: profile.unmapped at line 3",
      "refused: xml.unknown_record at line 3"]),
    ((('ref="TR-26-31"', ""),), ["refused: field.missing at record 1, line 4, element @ref"]),
    ((("JVBERi0xLjQK", "AAAA"),), ["refused: document.not_pdf at record 1, line 4, attachment 1, line 20"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), XML)
def test_a_file_of_xml(changes: Changes, told: list[str]) -> None:
    assert _told("lotus_notes", changes) == told
