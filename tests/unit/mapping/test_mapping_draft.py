"""`hub profile new`: a first profile from a sample, with what a person must still decide."""

import tomllib
from pathlib import Path

import pytest

import adapters.systems.probation
from adapters.mapping.drafts.draft import Draft, draft_profile
from adapters.mapping.profiles.written import ProfileWritten
from schemas.problem import Refused
from tests.unit.mapping.mapping_profiles import ALL, CATALOGUE, CSV, encoded, problems_of

SAMPLES = Path(adapters.systems.probation.__path__[0]) / "samples"
FILES = sorted(file for file in SAMPLES.glob("*/*") if not file.name.startswith("refused-"))


def drafted(body: bytes, kind: str | None = None) -> Draft:
    return draft_profile(body, "new", kind, CATALOGUE)


def mapped(draft: Draft) -> dict[str, str]:
    return {one.wire: one.to for one in draft.mapped}


@pytest.mark.parametrize("file", FILES, ids=[f"{file.parent.name}-{file.name}" for file in FILES])
def test_a_draft_of_any_sample_can_be_read_and_says_all_that_is_not_mapped(file: Path) -> None:
    draft = drafted(file.read_bytes(), "case_transfer")
    written = ProfileWritten.model_validate(tomllib.loads(draft.text))
    assert written.layout.format == {".csv": "csv", ".xml": "xml", ".json": "json"}.get(
        file.suffix, written.layout.format
    )
    blocks = [written.exchange[0], *written.exchange[0].group]
    silent = {field.wire for block in blocks for field in block.fields if field.to is None}
    assert silent <= set(draft.unmapped)
    assert all(f"# nothing fills {path}," in draft.text for path in draft.needed)


@pytest.mark.parametrize("file", FILES, ids=[f"{file.parent.name}-{file.name}" for file in FILES])
def test_a_draft_keeps_nothing_of_the_people_in_the_sample(file: Path) -> None:
    draft = drafted(file.read_bytes(), "case_transfer")
    for word in ("Mockford", "Fictive", "Nobodyson", "Madeupe", "Nemoson", "Nowhere", "1971", "TR-26-31"):
        assert word not in draft.text


DRAFTED = Path(__file__).parent / "drafted"
"""Samples of every layout, and beside each the profile that is drafted from it. A person has read them."""


@pytest.mark.parametrize("name", ["tree.xml", "tree.json", "columns.csv", "types.txt", "forms.txt", "fixed.txt"])
def test_the_whole_profile_is_the_one_beside_the_sample(name: str) -> None:
    draft = drafted((DRAFTED / name).read_bytes(), "case_transfer")
    remarks = "".join(f"# remark: {remark}\n" for remark in draft.remarks)
    assert draft.text + remarks == (DRAFTED / f"{name}.profile.toml").read_text()
    silent = {line.split('"')[1] for line in draft.text.splitlines() if "not mapped yet" in line}
    assert set(draft.unmapped) == silent
    assert draft.kind == "case_transfer"


def test_a_header_is_understood() -> None:
    draft = drafted(
        b"Ref,Surname,Forename,DOB,Sex,Postcode,To area,Requested\nT1,A,B C,09/04/1971,M,NE1 1AA,X,2026-01-09 10:30\n"
    )
    assert draft.kind == "case_transfer"
    assert mapped(draft) == {
        "Ref": "transfer_reference",
        "Surname": "offender.name.surname",
        "Forename": "offender.name.forenames",
        "DOB": "offender.date_of_birth",
        "Sex": "offender.sex",
        "Postcode": "offender.address.postcode",
        "To area": "to_area",
        "Requested": "requested_at",
    } | {"Postcode": mapped(draft)["Postcode"]}
    assert mapped(draft)["Postcode"] in ("offender.address.postcode", "new_address.postcode")
    by = {one.wire: one.by for one in draft.mapped}
    assert by["DOB"] == ("date: DD/MM/YYYY",)
    assert by["Requested"] == ("moment: YYYY-MM-DD HH:MI",)
    assert by["Sex"] == ("table: sex",) and '"M" = "male"' in draft.text
    assert draft.needed == () and draft.unmapped == ()
    assert problems_of(draft.text) == []


def test_numbered_columns_become_a_group() -> None:
    body = b"Ref,Order1 type,Order1 made,Order2 type,Order2 made,LOCKED\nT1,a,2026-01-09,b,2026-01-10,N\n"
    draft = drafted(body, "case_transfer")
    assert 'to = "orders"\nrepeat = 2' in draft.text
    assert (mapped(draft)["Order# type"], mapped(draft)["Order# made"]) == ("type", "made_on")
    assert draft.unmapped == ("LOCKED",)
    assert '{ wire = "LOCKED", ignore = "not mapped yet" }' in draft.text


def test_values_that_fit_no_function_are_marked() -> None:
    draft = drafted(b"Ref,DOB,Decided at\nT1,9th of April,soon\n", "transfer_reply")
    (decided,) = [one for one in draft.mapped if one.wire == "Decided at"]
    assert not decided.sure
    assert "# check the functions" in draft.text


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("csv", {"format": "csv", "delimiter": ",", "trailer": "END"}),
        ("unquoted", {"format": "csv", "delimiter": "|", "trailer": "END"}),
        ("typed", {"format": "csv", "header": False, "first_line": "TYPED", "trailer": "END"}),
        ("fixed", {"format": "fixed_width", "first_line": "FIXED", "trailer": "END"}),
        ("xml", {"format": "xml", "root": "Replies"}),
        ("json", {"format": "json", "marks": {"system": "TEST"}}),
        ("labelled", {"format": "labelled", "trailer": "END"}),
    ],
)
def test_the_layout_is_recognised(name: str, layout: dict[str, object]) -> None:
    draft = drafted(encoded(ALL[name]).body, "transfer_reply")
    assert layout.items() <= tomllib.loads(draft.text)["layout"].items()


def test_a_draft_of_what_a_profile_wrote_reads_the_names_again() -> None:
    draft = drafted(encoded(CSV, decision="accepted").body, "transfer_reply")
    assert mapped(draft)["SURNAME"] == "offender.name.surname"
    assert mapped(draft)["BORN"] == "offender.date_of_birth"


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"", None, "sample.unclear"),
        (b"one line\n", None, "sample.unclear"),
        (b"a,b\n1,2\n", None, "sample.unclear"),
        (b"[1, 2]", None, "sample.unclear"),
        (b'{"a": 1}', None, "sample.unclear"),
        (b"<a><b/></a>", None, "sample.unclear"),
        (b"a,b\n1,2\n", "no_such_kind", "kind.unknown"),
    ],
)
def test_a_sample_that_shows_nothing_is_refused(body: bytes, kind: str | None, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        drafted(body, kind)
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_a_name_that_is_no_name_of_a_system_is_refused() -> None:
    with pytest.raises(Refused, match=r"profile\.name"):
        draft_profile(b"a,b\n1,2\n", "../Our System", "case_transfer", CATALOGUE)
