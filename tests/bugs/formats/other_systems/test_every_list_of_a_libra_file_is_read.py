"""Of two requests in one envelope, or of two escaped documents, only the first was read, and the second was a doubt or
nothing at all."""

import re
from xml.sax.saxutils import escape

import pytest

from adapters.contract import Decoded
from schemas.kinds.court_list.v1 import CourtList
from tests.bugs.formats.other_systems.reading import input_of, system_named

WHOLE = input_of("list_before.xml").read_text(encoding="utf-8")
FOUND = re.search(r"<ns:ExternalDocumentRequest.*</ns:ExternalDocumentRequest>", WHOLE)
assert FOUND is not None
FIRST = FOUND[0]
SECOND = FIRST.replace("10/03/2026", "11/03/2026").replace("5_10032026", "5_11032026").replace("26000000", "26000001")


def _read(body: str) -> Decoded:
    return system_named("libra").decode(body.encode(), {})


def _days(found: Decoded) -> list[str]:
    return [str(draft.payload.date) for draft in found.drafts if isinstance(draft.payload, CourtList)]


@pytest.mark.parametrize(
    "body",
    [
        WHOLE.replace(FIRST, FIRST + SECOND),
        WHOLE.replace(FIRST, f"<a>{escape(FIRST)}</a><b>{escape(SECOND)}</b>"),
        WHOLE.replace(FIRST, f"<a>&lt;no xml</a><a>{escape(FIRST)}</a><b><c>{escape(SECOND)}</c></b>"),
    ],
)
def test_both_requests_are_read(body: str) -> None:
    found = _read(body)
    assert _days(found) == ["2026-03-10", "2026-03-11"]
    assert found.refused == ()


def test_a_string_around_the_list_that_holds_none_is_a_doubt() -> None:
    found = _read(WHOLE.replace(FIRST, FIRST + "<note>&lt;said&gt;Made up.&lt;/said&gt;</note>"))
    assert _days(found) == ["2026-03-10"]
    assert any(doubt.code == "libra.unmapped" and "note" in doubt.problem for doubt in found.drafts[0].doubts)


def test_a_name_and_its_elements_that_differ_are_a_doubt_for_an_organisation_too() -> None:
    elements = "<def_name_elements><surname>Another Made Up Ltd</surname></def_name_elements>"
    body = WHOLE.replace("<def_name>MR Alun FIRSTPERSON</def_name>", f"<def_name>Made Up Ltd</def_name>{elements}")
    body = body.replace("<def_type>P</def_type>", "<def_type>O</def_type>", 1)
    assert "libra.names_disagree" in [doubt.code for doubt in _read(body).drafts[0].doubts]
