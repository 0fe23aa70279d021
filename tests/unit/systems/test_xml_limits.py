"""The limits of the XML parser: a large good document is read, and a large hostile one is refused early."""

import time

import pytest

from adapters.xml import ELEMENTS_MAX, SIZE_BYTES_MAX, parse
from schemas.problem import Refused

LONG = b"<p>" + b"QUJD" * 3_000_000 + b"</p>"  # 12 MB: over libxml2's own limit
BOMB = (
    b'<!DOCTYPE a [<!ENTITY l0 "lol">'
    + b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]>"
)


def test_a_text_of_twelve_megabytes_is_read_whole() -> None:
    root = parse(b"<a><!-- before -->" + LONG + b"<b>after</b></a>")
    text = root.text("p")
    assert text is not None and (len(text), text[:4], text[-4:]) == (12_000_000, "QUJD", "QUJD")
    assert root.text("b") == "after"
    assert [child.name for child in root.children()] == ["p", "b"]


def test_a_document_of_the_largest_size_is_read_and_one_byte_more_is_refused() -> None:
    frame = b"<a>%s</a>"
    largest = frame % (b"x" * (SIZE_BYTES_MAX - 7))
    assert len(parse(largest).text() or "") == SIZE_BYTES_MAX - 7
    with pytest.raises(Refused, match=r"xml\.too_large"):
        parse(frame % (b"x" * (SIZE_BYTES_MAX - 6)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("head", "code"),
    [
        (BOMB + b"<a>&l11;", "xml.entities"),
        (BOMB + b'<a x="&l11;">', "xml.entities"),
        (b"<!--" + b"x" * 200_000 + b"-->" + BOMB + b'<a x="&l11;">', "xml.entities"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;', "xml.entities"),
        (b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><a>', "xml.entities"),
        (b"<!DOCTYPE a><a>", "xml.entities"),
        (b"<a>" + b"<b>" * 101 + b"</b>" * 101, "xml.too_deep"),
        (b"<a><b>", "xml.malformed"),
        (b"", "xml.malformed"),
    ],
)
def test_a_large_hostile_document_is_refused_early(head: bytes, code: str, encoding: str) -> None:
    tail = b"" if not head else b"</a>"
    body = (head + LONG + tail).decode().encode(encoding) if head else b" " * 11_000_000
    started = time.process_time()
    with pytest.raises(Refused) as refused:
        parse(body)
    assert refused.value.problems[0].code == code
    assert time.process_time() - started < 3


def test_a_document_type_is_refused_before_the_rest_is_read() -> None:
    with pytest.raises(Refused, match=r"xml\.entities"):
        parse(b"<!DOCTYPE a><a>" + LONG + b"<broken")


def test_a_large_document_of_too_many_elements_is_refused_before_all_are_built() -> None:
    body = b"<a>" + b"<bcdefghij/>" * (ELEMENTS_MAX + 1) + b"</a>"
    with pytest.raises(Refused, match=r"xml\.too_many"):
        parse(body)


def test_bytes_that_break_the_encoding_of_a_large_document_are_reported() -> None:
    with pytest.raises(Refused, match=r"xml\.encoding"):
        parse(b'<?xml version="1.0" encoding="UTF-8"?><a>' + LONG + b"\xff</a>")


def test_an_element_of_a_relative_namespace_still_has_its_bytes() -> None:
    inner = parse(b'<e><a xmlns="relative"><b>1</b></a></e>').child("a")
    assert inner is not None
    assert inner.bytes() == b'<a xmlns="relative"><b>1</b></a>'
