"""The documents of a case: what is taken, what is refused by itself, and under which name."""

import base64
import time
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.systems.cps.decoding.documents import NAME_LENGTH_MAX, safe_name
from adapters.systems.cps.decoding.media import media_type
from schemas.parts.document import SIZE_BYTES_MAX, Attachment, Document
from tests.unit.systems.cps_messages import (
    CPS,
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

PDF = b"%PDF-1.4 made up"


def test_a_document_arrives_byte_by_byte_with_its_digest() -> None:
    content = bytes(range(256)) * 40
    draft = only(changed(DOCUMENT, document(content, "odd.bin", "B12", "11")))
    (held,) = draft.attachments
    (described,) = package_of(changed(DOCUMENT, document(content, "odd.bin", "B12", "11"))).documents
    assert held == Attachment("odd.bin", "application/octet-stream", sha256(content).hexdigest(), content)
    assert described == Document(
        name="odd.bin",
        media_type="application/octet-stream",
        sha256=sha256(content).hexdigest(),
        size_bytes=len(content),
        reference="B12",
        type="11",
    )


def test_base64_in_lines_is_the_same_base64() -> None:
    encoded = base64.b64encode(PDF).decode()
    lines = "\n   ".join(encoded[start : start + 5] for start in range(0, len(encoded), 5))
    assert only(changed(encoded, f"\r\n{lines}\r\n")).attachments[0].content == PDF


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("JVBERi0x*", "document.base64"),
        ("JVBERi0xL", "document.base64"),
        ("not base64!", "document.base64"),
        ("é", "document.base64"),
        ("", "document.empty"),
        ("  ", "document.empty"),
    ],
)
def test_a_bad_document_is_refused_by_itself_with_its_place(content: str, code: str) -> None:
    bad = changed(base64.b64encode(PDF).decode(), content, DOCUMENT)
    decoded = decode(changed(DOCUMENT, DOCUMENT + changed("A.pdf", "B.pdf", bad)))
    (problem,) = decoded.refused
    assert (problem.code, problem.where) == (code, "line 2, /CP20/Documents/Document[2]")
    assert [item["name"] for item in decoded.drafts[0].payload.model_dump()["documents"]] == ["A.pdf"]


def test_a_case_of_which_no_document_is_left_is_refused() -> None:
    bad = changed(base64.b64encode(PDF).decode(), "*", DOCUMENT)
    assert codes(problems_of(changed(DOCUMENT, bad + bad))) == ["document.base64"] * 2


def test_the_largest_document_is_taken_and_a_larger_one_refused_by_itself() -> None:
    fits = document(bytes(SIZE_BYTES_MAX), "large.bin")
    started = time.process_time()
    (draft,) = decode(changed(DOCUMENT, fits)).drafts
    assert time.process_time() - started < 10
    assert len(draft.attachments[0].content) == SIZE_BYTES_MAX
    over = decode(changed(DOCUMENT, DOCUMENT + document(bytes(SIZE_BYTES_MAX + 1), "larger.bin")))
    assert codes(over.refused) == ["document.too_large"]
    assert len(over.drafts[0].attachments) == 1


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Statement of nobody.pdf", "Statement of nobody.pdf"),
        ("../../etc/passwd", "etc-passwd"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("C:\\cases\\x.pdf", "C-cases-x.pdf"),
        ("Form/1.pdf", "Form-1.pdf"),
        (".hidden", "hidden"),
        ("a\u202efdp.exe", "a fdp.exe"),
        ("a&#10;b.pdf", "a b.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("  ", "D1"),
        ("...", "D1"),
    ],
)
def test_a_name_is_made_safe_and_the_change_is_reported(name: str, safe: str) -> None:
    draft = only(changed("A.pdf", name))
    assert draft.payload.model_dump()["documents"][0]["name"] == draft.attachments[0].name == safe
    assert ("cps.renamed" in codes(draft.doubts)) == (name != safe)
    assert name.strip() not in str([doubt.problem for doubt in draft.doubts]) or not name.strip(" .")


@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=100)))
def test_every_name_becomes_one_that_the_kind_takes(name: str, number: str | None) -> None:
    safe = safe_name(name, number)
    Document(name=safe, media_type="text/plain", sha256="0" * 64, size_bytes=1)
    assert not safe.startswith(".") and 0 < len(safe) <= NAME_LENGTH_MAX
    assert safe_name(safe, number) == safe


def test_two_documents_of_one_name_get_different_ones() -> None:
    longest = "y" * 116 + ".pdf"
    texts = [document(PDF, name, f"D{n}") for n, name in enumerate(["A.pdf", "a.PDF", "A.pdf", longest, longest])]
    names = [item.name for item in package_of(changed(DOCUMENT, "".join(texts))).documents]
    assert names == ["A.pdf", "a (2).PDF", "A (3).pdf", longest, "y" * 112 + " (2).pdf"]


def test_the_same_bytes_under_two_names_are_held_once() -> None:
    draft = only(changed(DOCUMENT, DOCUMENT + document(PDF, "B.pdf")))
    assert draft.payload.counts()["documents"] == 2
    assert [held.content for held in draft.attachments] == [PDF]


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("a.docx", b"%PDF-1.7", "application/pdf"),
        ("a.pdf", b"MZ\x90\x00", "application/octet-stream"),
        ("a.doc", b"\xd0\xcf\x11\xe0....", "application/msword"),
        ("a", b"\xd0\xcf\x11\xe0....", "application/x-ole-storage"),
        ("a.docx", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.pdf", b"PK\x03\x04", "application/zip"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.rtf", b"{\\rtf1", "application/rtf"),
        ("A.TXT", b"words", "text/plain"),
        ("a.unheard", b"words", "application/octet-stream"),
        ("none", b"words", "application/octet-stream"),
    ],
)
def test_the_type_of_a_file_is_decided_by_its_bytes_before_its_name(name: str, content: bytes, found: str) -> None:
    assert media_type(name, content) == found


def test_a_name_that_says_another_kind_of_file_is_a_doubt() -> None:
    assert codes(only(changed("A.pdf", "A.docx")).doubts) == ["cps.other_type"]
    assert codes(only(MATERIAL).doubts) == []


def test_documents_beside_the_body_are_added() -> None:
    beside = {"../more.txt": Attachment("../more.txt", "text/plain", "0" * 64, b"more")}
    (draft,) = decode(MATERIAL, beside).drafts
    assert [held.name for held in draft.attachments] == ["A.pdf", "more.txt"]
    alone = decode(changed(DOCUMENT, ""), beside)
    assert (alone.refused, len(alone.drafts[0].attachments)) == ((), 1)
    empty = {"e.txt": Attachment("e.txt", "text/plain", "0" * 64, b"")}
    assert codes(decode(MATERIAL, empty).refused) == ["document.empty"]


def test_documents_beside_several_cases_belong_to_none_of_them() -> None:
    other = changed("16ZZ0000124", "16ZZ0000224")
    decoded = CPS.decode(f"<A>{MATERIAL}{other}</A>".encode(), {"x": Attachment("x", "", "", b"x")})
    assert [len(draft.attachments) for draft in decoded.drafts] == [1, 1]
    assert codes(decoded.refused) == ["document.unreferenced"]
