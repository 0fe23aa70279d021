"""Samples at the edges of what a draft can be made from, and examples of profiles that do not hold."""

import pytest

from adapters.mapping.collection import load_all
from adapters.mapping.drafts.sample import SeenBlock
from adapters.mapping.drafts.text_samples import look_at_text
from adapters.mapping.drafts.tree_samples import look_at_json, look_at_xml
from adapters.mapping.examples import run_examples
from adapters.mapping.profiles.source import Source
from schemas.problem import Refused
from tests.unit.mapping.mapping_profiles import CATALOGUE, CSV, encoded, system_of


def _fields(block: SeenBlock) -> dict[str, tuple[str, ...]]:
    return {field.wire: field.values for field in block.fields}


# ---- lines


def test_two_columns_with_names_are_a_header_and_one_name_or_two_alike_are_not() -> None:
    assert _fields(look_at_text(b"Ref,Surname\nT1,A\nT2,B\n").record) == {"Ref": ("T1", "T2"), "Surname": ("A", "B")}
    assert look_at_text(b"Ref,Ref\nT1,A\n").layout["header"] is False
    assert look_at_text(b"Ref,2\nT1,A\n").layout["header"] is False
    assert look_at_text(b"a,b\n1,2\n3,4,5\n").layout["header"] is False


@pytest.mark.parametrize(("size", "layout"), [(1, "csv"), (12, "csv"), (13, "fixed_width")])
def test_the_type_of_a_row_is_short(size: int, layout: str) -> None:
    body = f"OUR EXPORT\n{'A' * size},x,y\n{'A' * size},x,z\n".encode()
    assert look_at_text(body).layout["format"] == layout


def test_columns_numbered_from_one_are_a_group_and_others_are_not() -> None:
    group = look_at_text(b"Ref,Line1,Line2\nT,a,b\n").record
    assert [(one.repeat, _fields(one)) for one in group.groups] == [(2, {"Line#": ("a",)})]
    for header in (b"Ref,Line2,Line3", b"Ref,Line1,Other"):
        assert look_at_text(header + b"\nT,a,b\n").record.groups == ()


def test_the_last_line_is_one_if_it_is_a_word_and_a_number() -> None:
    assert look_at_text(b"Ref,Surname\nT1,A\nEND,1\n").layout["trailer"] == "END"
    for body in (b"Ref,Surname\nEND,1\n", b"Ref,Surname\nT1,A\n,1\n", b"Ref,Surname\nT1,A\nEND,x\n"):
        assert "trailer" not in look_at_text(body).layout
    assert look_at_text(b"Ref,Surname\nT1,A").layout["last_line_ended"] is False
    assert "last_line_ended" not in look_at_text(b"Ref,Surname\nT1,A\n").layout


def test_the_encoding_and_the_line_ends_are_those_of_the_sample() -> None:
    assert look_at_text("\ufeffRef,Nameé\r\nT1,A\r\n".encode()).layout["encoding"] == "utf-8"
    assert look_at_text("Ref,Nameé\nT1,A\n".encode("cp1252")).layout["encoding"] == "cp1252"
    assert look_at_text(b"Ref,Name\r\nT1,A\r\n").layout["newline"] == "crlf"
    assert look_at_text(b"Ref,Name\nT1,A\n").layout["newline"] == "lf"


def test_lines_with_labels_are_a_form_if_most_lines_have_one() -> None:
    form = look_at_text(b"REPLY\nRef: T1\nName: A\n  | B\nEND 1\n")
    assert (form.layout["format"], form.layout["trailer"], form.record.wire) == ("labelled", "END", "REPLY")
    assert _fields(form.record) == {"Ref": ("T1",), "Name": ("A",)}
    assert form.remarks == ()
    assert len(look_at_text(b"REPLY\nRef: T1\nName: A\nBorn: x\n").remarks) == 1
    assert look_at_text(b"REPLY\nRef: T1\nother\nwords\nhere\n").layout["format"] != "labelled"


def test_the_columns_of_fixed_width_are_told_with_their_place_and_width() -> None:
    sample = look_at_text(b"HEAD\nA ABCD  12\nA AB    3\nB ZZ\nEND3\n")
    assert sample.layout["type_width"] == 2
    assert [(field.wire, field.at, field.width, field.values) for field in sample.record.fields] == [
        ("column at 3", 3, 6, ("ABCD", "AB")),
        ("column at 9", 9, 2, ("12", "3")),
    ]
    assert [group.wire for group in sample.record.groups] == ["B ", "EN"]


# ---- trees


def test_the_record_of_json_is_the_first_list_that_has_objects() -> None:
    sample = look_at_json(
        b'{"empty": [], "words": ["x"], "mixed": [1, {"a": 1}], "box": {"rows": [{"a": 1, "b": null}]}}'
    )
    assert sample.record.wire == "box.rows"
    assert _fields(sample.record) == {"a": ("1",), "b": ()}
    assert sample.layout["marks"] == {"system": "CHANGE THIS"}
    assert len(sample.remarks) == 1


def test_two_texts_of_the_outermost_object_mark_a_file() -> None:
    sample = look_at_json(b'{"one": "1", "none": "", "two": "2", "three": "3", "number": 4, "rows": [{"a": 1}]}')
    assert sample.layout["marks"] == {"one": "1", "two": "2"}
    assert sample.remarks == ()


@pytest.mark.parametrize("body", [b"<a>text</a>", b"<a/>", b"<a b='1'/>"])
def test_an_element_alone_holds_no_record(body: bytes) -> None:
    with pytest.raises(Refused, match=r"sample\.unclear"):
        look_at_xml(body)


def test_the_record_of_xml_is_the_first_element_down_from_the_root_that_has_values() -> None:
    body = b"""<all xmlns="urn:x"><box><row id="1"><name>A</name><orders><order><made>x</made></order></orders>
        <part><deep>y</deep></part></row><row id="2"><name>B</name></row></box></all>"""
    sample = look_at_xml(body)
    assert sample.layout == {"format": "xml", "root": "all", "namespace": "urn:x"}
    assert sample.record.wire == "box/row"
    assert _fields(sample.record) == {"@id": ("1", "2"), "name": ("A", "B"), "part/deep": ("y",)}
    assert [(group.wire, _fields(group)) for group in sample.record.groups] == [("orders/order", {"made": ("x",)})]


# ---- examples


PAYLOAD = """{"transfer_reference": "T-1", "to_area": "probation-cumbria", "decision": "refused",
"reason": "no such address", "decided_at": "2026-03-09T10:30:00Z",
"offender": {"name": {"surname": "Mockford"}, "date_of_birth": "1971-04-09"}}"""
GOOD = f"payload = '''{PAYLOAD}'''"


def _wrong(profile: str, keys: str, *, kind: str = "transfer_reply", wire: str | None = None) -> list[str]:
    file = wire if wire is not None else encoded(CSV).body.decode()
    text = f"{profile}\n[[example]]\ntitle = \"one\"\nkind = \"{kind}\"\nwire = '''{file}'''\n{keys}\n"
    ((title, problems),) = run_examples(system_of(text).profile)
    assert title == "one"
    return [problem.code for problem in problems]


def test_an_example_of_another_kind_fails() -> None:
    assert _wrong(CSV, GOOD, kind="case_transfer") == ["example.kind"]


def test_an_example_of_several_records_or_of_a_bad_one_fails() -> None:
    file = encoded(CSV).body.decode()
    row = file.splitlines()[1]
    two = file.replace(row, f"{row}\r\n{row.replace('M-7', 'M-8')}").replace("END,1", "END,2")
    assert _wrong(CSV, GOOD, wire=two) == ["example.records"]
    bad = file.replace(row, f"{row}\r\n{row.replace('refused', 'x').replace(',N,', ',Q,').replace('M-7', 'M-8')}")
    assert _wrong(CSV, GOOD, wire=bad.replace("END,1", "END,2")) == ["example.refused"]
    assert _wrong(CSV, GOOD, wire=file.replace("END,1", "END,3")) == ["example.refused"]


@pytest.mark.parametrize("name", ["sender", "reference"])
def test_an_example_that_says_another_envelope_fails(name: str) -> None:
    assert _wrong(CSV, f'{GOOD}\n{name} = "other"') == ["example.envelope"]
    assert _wrong(CSV, f'{GOOD}\nrecipient = "probation-kent"') == ["example.envelope"]


def test_an_example_of_what_is_only_read_is_not_written_back() -> None:
    assert _wrong(CSV, GOOD) == []
    assert _wrong(CSV.replace("version = 1", 'version = 1\nway = "in"'), GOOD) == []


def test_a_second_profile_of_a_name_is_refused_and_the_first_is_kept() -> None:
    with pytest.raises(Refused) as refused:
        load_all([Source("one.toml", CSV), Source("two.toml", CSV)], CATALOGUE)
    assert [
        problem.where.partition(" ")[0] for problem in refused.value.problems if problem.code == "profile.twice"
    ] == ["two.toml"]
