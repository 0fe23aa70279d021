"""What the `cps` system makes of CP20 material."""

import re
from html import escape

import pytest

from schemas.problem import Refused
from tests.unit.systems.cps_messages import (
    CPS,
    DEFENDANT,
    DOCUMENT,
    MATERIAL,
    changed,
    codes,
    decode,
    document,
    only,
    package_of,
    problems_of,
)

DECLARED = f'<?xml version="1.0" encoding="UTF-16"?>{MATERIAL}'
ENVELOPES = {
    "bare": MATERIAL,
    "with a prefix": MATERIAL.replace("<", "<m:").replace("<m:/", "</m:").replace("xmlns=", "xmlns:m="),
    "in SOAP": f"<s:Envelope xmlns:s='urn:s'><s:Body>{MATERIAL}</s:Body></s:Envelope>",
    "escaped in an envelope": f"<Request><Message>\n {escape(MATERIAL)}</Message></Request>",
    "escaped with its declaration": f"<R><M>{escape(DECLARED)}</M></R>",
    "without a namespace": re.sub(r' xmlns="[^"]*"', "", MATERIAL),
}


NOBODY = re.sub("<Surname>.*?</Surname>|<ASN>.*?</ASN>", "", DEFENDANT)


@pytest.mark.parametrize("name", ENVELOPES)
def test_the_same_material_is_found_in_every_envelope(name: str) -> None:
    assert CPS.recognises(ENVELOPES[name].encode())
    assert package_of(ENVELOPES[name]) == package_of(MATERIAL)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_other_encodings_are_recognised_and_read(encoding: str) -> None:
    declared = "utf-16" if "16" in encoding else "utf-8"
    body = f'<?xml version="1.0" encoding="{declared}"?>{MATERIAL}'.encode(encoding)
    assert CPS.recognises(body)
    assert package_of(body) == package_of(MATERIAL)


def test_other_documents_are_not_recognised() -> None:
    for body in (b"", b"CP20", b"<CP200/>", b"<list>CP20</list>", b'{"CP20": 1}', b'{"defendants": []}', b"\xff\xfe"):
        assert not CPS.recognises(body)


def test_every_element_has_its_place() -> None:
    package = package_of(MATERIAL)
    assert package.model_dump(mode="json", exclude_none=True, exclude_defaults=True, exclude={"documents"}) == {
        "urn": "16ZZ0000124",
        "court": {"ou_code": "B10JQ00"},
        "prosecutor_case_id": "8",
        "prosecutor": {"email": "a@cps.invalid"},
        "defendants": [
            {
                "defendant": {
                    "name": {"forenames": ["Ada", "Fictional"], "surname": "Sampleton"},
                    "date_of_birth": "1990-02-28",
                    "arrest_summons_number": "2499ZZ0100000000001D",
                },
                "prosecutor_id": "1",
            }
        ],
    }
    assert only(MATERIAL).doubts == ()


def test_the_reference_names_the_transmission_and_the_case_and_the_sender_is_the_cps_area() -> None:
    draft = only(MATERIAL)
    assert (draft.kind, draft.reference, draft.sender) == ("case_package", "CP20/7/16ZZ0000124", "cps:16")
    assert draft.where == "line 1, /CP20"
    first, again = (only(changed("<TransactionID>7<", f"<TransactionID>{number}<")) for number in ("", "x y"))
    assert re.fullmatch(r"CP20/[0-9a-f]{64}/16ZZ0000124", first.reference)
    assert first.reference != again.reference


@pytest.mark.parametrize(("court", "sender"), [("B45GC00", "cps:45"), ("C01BL", "cps:01"), ("45", None)])
@pytest.mark.parametrize("urn", ["92792AF862", "CRCZZ000012"])
def test_where_the_number_says_no_force_the_court_says_which_area(urn: str, court: str, sender: str | None) -> None:
    draft = only(changed("16ZZ0000124", urn, changed("B10JQ00", court)))
    assert draft.sender == sender
    assert draft.payload.case_references() == (urn,)


@pytest.mark.parametrize(
    ("suffix", "markers"),
    [
        ("", ()),
        ("/2", ("split case 2",)),
        ("(M)", ("merged case",)),
        (" (M)", ("merged case",)),
        ("(M)/12", ("merged case", "split case 12")),
    ],
)
def test_what_a_number_says_of_splits_and_merges_is_kept_apart_from_it(suffix: str, markers: tuple[str, ...]) -> None:
    package = package_of(changed("16ZZ0000124", f"16ZZ0000124{suffix}"))
    assert (package.urn, package.markers) == ("16ZZ0000124", markers)


@pytest.mark.parametrize(
    ("forenames", "born", "organisation"),
    [("Ada", "1990-02-28", None), ("Ada", "", None), ("", "1990-02-28", None), ("", "", "Sampleton")],
)
def test_who_has_neither_forenames_nor_a_birth_is_an_organisation(
    forenames: str, born: str, organisation: str | None
) -> None:
    (who,) = package_of(changed("Ada Fictional", forenames, changed("1990-02-28", born))).about()
    assert who.organisation == organisation
    assert (who.name is None) == bool(organisation)


def test_a_day_of_birth_with_a_zone_is_that_day() -> None:
    assert package_of(changed("1990-02-28", "1990-02-28+01:00")).about()[0].date_of_birth == "1990-02-28"


def test_defendants_before_different_courts_keep_each_their_own() -> None:
    other = changed("B10JQ00", "C10AB00", changed("Sampleton", "Otherly", DEFENDANT))
    package = package_of(changed(DEFENDANT, DEFENDANT + other))
    assert package.court is None
    assert [entry.court_ou_code for entry in package.defendants] == ["B10JQ00", "C10AB00"]
    assert package.facts() == {"force": "16"}
    alike = package_of(
        changed(DEFENDANT, DEFENDANT + changed("<OUCode>B10JQ00</OUCode>", "", other.replace("C10AB00", "B10JQ00")))
    )
    assert alike.court is not None and alike.court.ou_code == "B10JQ00"


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("cps.no_urn", "16ZZ0000124", " "),
        ("cps.no_defendants", DEFENDANT, ""),
        ("cps.no_name", DEFENDANT, NOBODY),
        ("cps.no_documents", DOCUMENT, ""),
        ("cps.no_documents", DOCUMENT, '<Document xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true"/>'),
        ("cps.field", "16ZZ0000124", "X" * 81),
        ("cps.too_many", DEFENDANT, DEFENDANT * 201),
        ("cps.too_many", DOCUMENT, DOCUMENT * 201),
    ],
)
def test_a_broken_case_is_refused_with_its_code_and_place(code: str, old: str, new: str) -> None:
    (problem,) = problems_of(changed(old, new))
    assert problem.code == code
    assert re.match(r"line \d+, /CP20", problem.where)
    assert problem.cure


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("cps.no_name", "Sampleton", ""),
        ("date.impossible", "1990-02-28", "1990-02-30"),
        ("field.left_out", "2499ZZ0100000000001D", "9" * 81),
        ("field.cut", "Sampleton", "S" * 501),
    ],
)
def test_a_bad_value_that_can_be_left_out_is_a_doubt_and_the_case_is_taken(code: str, old: str, new: str) -> None:
    draft = only(changed(old, new))
    (doubt,) = [one for one in draft.doubts if one.code == code]
    assert re.match(r"line \d+, /CP20/Defendants/Defendant", doubt.where) and doubt.cure
    assert draft.payload.counts()["documents"] == 1


def test_a_date_of_birth_that_cannot_be_read_makes_nobody_an_organisation() -> None:
    who = package_of(changed("1990-02-28", "never", changed("<Forenames>Ada Fictional</Forenames>", ""))).about()[0]
    assert who.organisation is None and who.name is not None and who.date_of_birth is None


def test_one_broken_defendant_refuses_the_case_and_says_which() -> None:
    (problem,) = problems_of(changed(DEFENDANT, DEFENDANT + NOBODY))
    assert problem.code == "cps.no_name"
    assert problem.where.endswith(", /CP20/Defendants/Defendant[2]")


def test_everything_wrong_is_reported_at_once() -> None:
    text = changed(DEFENDANT, NOBODY, changed("16ZZ0000124", "", MATERIAL))
    assert codes(problems_of(text)) == ["cps.no_urn", "cps.no_name"]


def test_what_the_format_does_not_define_is_a_doubt_that_names_nothing() -> None:
    text = changed("<Forenames>", "<Zanzibar>x</Zanzibar><Forenames>")
    text = changed("<URN>", "<URN2>y</URN2><Quelque><z>1</z></Quelque><Empty/><URN>", text)
    draft = only(changed("</ASN>", "</ASN><ASN>2499ZZ0100000000002E</ASN>", text))
    unmapped = [doubt for doubt in draft.doubts if doubt.code == "cps.unmapped"]
    assert [doubt.problem.split(" ")[0] for doubt in unmapped] == ["CP20", "Defendant"]
    assert "(2 times" in unmapped[0].problem and "(2 times" in unmapped[1].problem
    assert not re.search("Zanzibar|Quelque", str(unmapped))


def test_a_breach_of_the_schema_is_a_doubt_that_quotes_no_value() -> None:
    draft = only(changed("<MaterialType>0<", "<MaterialType>Quelque<", changed("Sampleton", "Sampleton" * 9)))
    doubts = [doubt for doubt in draft.doubts if doubt.code == "cps.schema"]
    assert [doubt.problem.split(" ")[0] for doubt in doubts] == ["MaterialType", "Surname"]
    assert not re.search("Sampleton|Quelque", str(doubts))


def test_a_note_that_a_case_was_split_or_merged_is_no_material() -> None:
    note = "<CP10><EventId>1</EventId><URN>16ZZ0000124</URN></CP10>"
    assert CPS.recognises(note.encode())
    assert codes(problems_of(note)) == ["cps.not_material"]
    assert codes(problems_of("<CP20s/>")) == ["document.unknown_type"]


def test_several_cases_of_one_document_are_each_a_draft_and_the_same_one_once() -> None:
    other = changed("<TransactionID>7<", "<TransactionID>9<", changed("16ZZ0000124", "16ZZ0000224"))
    broken = changed(DEFENDANT, NOBODY)
    decoded = decode(f"<All>{MATERIAL}{other}{broken}{MATERIAL}</All>")
    assert [draft.reference for draft in decoded.drafts] == ["CP20/7/16ZZ0000124", "CP20/9/16ZZ0000224"]
    assert codes(decoded.refused) == ["cps.no_name"]
    assert codes(decoded.drafts[0].doubts) == ["cps.repeated"]
    numbered = decode(f"<All>{MATERIAL}{changed('Sampleton', 'Otherly')}</All>").drafts[1].reference
    assert numbered == "CP20/7/16ZZ0000124/2"


def test_documents_inside_documents_without_end_are_refused() -> None:
    text = MATERIAL
    for _ in range(6):
        text = f"<R><!--<CP20 --><M>{escape(text)}</M></R>"
    assert codes(problems_of(text)) == ["cps.wrapped_too_often"]


def test_a_broken_inner_document_is_refused_with_its_place() -> None:
    (problem,) = problems_of(f"<R><M>{escape(MATERIAL.replace('</URN>', ''))}</M></R>")
    assert problem.code == "xml.malformed"
    assert "/R/M/text()" in problem.where
    with pytest.raises(Refused, match=r"xml\.entities"):
        decode(f"<R><M>{escape('<!DOCTYPE CP20>' + MATERIAL)}</M></R>")


def test_two_hundred_documents_are_read_in_their_order() -> None:
    many = "".join(document(b"%d" % number, f"{number}.txt", f"D{number}") for number in range(200))
    draft = only(changed(DOCUMENT, many))
    assert draft.payload.counts()["documents"] == 200
    assert [held.content for held in draft.attachments[:3]] == [b"0", b"1", b"2"]
