"""The sheet that goes along with a message: it holds all that the file lacks, for everybody to read, and no markup of
anybody's."""

import base64
import json
import re
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.carriage.one_body import with_sheet_inside
from adapters.contract import Encoded, Outbound
from hub.exchange.sending.sheet import field_names, write_sheet
from schemas.parts.document import Attachment

PDF = b"%PDF-1.4 made up"
DOCUMENT = Attachment("plan.pdf", "application/pdf", sha256(PDF).hexdigest(), PDF)
CASE: dict[str, Any] = {
    "transfer_reference": "T-1",
    "offender": {"name": {"forenames": ["Pat"], "surname": "Mockford"}, "crn": "X123456", "ethnicity": "W1"},
    "risk_summary": "Made threats.",
    "contacts": [{"note": "Kept."}, {"note": "Missed.", "type": "visit"}],
    "documents": [{"name": "plan.pdf", "sha256": DOCUMENT.sha256}],
}


def sheet(unexpressed: list[str], payload: dict[str, Any] = CASE) -> str:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    message = Outbound("m-1", "case_transfer", 1, "a", "b", "r", at, "c", payload, (DOCUMENT,))
    return write_sheet(message, "Transfer of a case", unexpressed).decode()


class Reading(HTMLParser):
    """Notes the elements, and the text of the cells."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_every_value_that_the_file_lacks_is_on_the_sheet_and_no_other() -> None:
    page = Reading(sheet(["risk_summary", "contacts[1].note"]))
    assert {"Made threats.", "Missed.", "Pat Mockford", "X123456"} <= set(page.texts)
    assert not {"Kept.", "visit", "W1"} & set(page.texts)


def test_a_document_that_the_file_lacks_is_on_the_sheet_whole() -> None:
    page = Reading(sheet(["documents[0].name", "documents[0].sha256"]))
    [link] = [attributes for tag, attributes in page.elements if tag == "a"]
    assert link["download"] == "plan.pdf"
    assert base64.b64decode((link["href"] or "").partition("base64,")[2]) == PDF
    assert "a" not in {tag for tag, _ in Reading(sheet(["risk_summary"])).elements}


def test_the_sheet_says_its_language_and_its_title_and_each_table_what_it_is_and_which_cells_are_heads() -> None:
    page = Reading(sheet(["risk_summary", "contacts[1].note"]))
    tags = [tag for tag, _ in page.elements]
    assert ("html", {"lang": "en"}) in page.elements
    assert tags.count("h1") == tags.count("title") == tags.count("main") == 1
    assert tags.count("table") == tags.count("caption") > 1
    assert all(attributes.get("scope") == "row" for tag, attributes in page.elements if tag == "th")


@given(st.text(st.sampled_from("<>&\"'/ab"), min_size=1, max_size=30))
def test_what_somebody_wrote_is_never_markup(written: str) -> None:
    plain = Reading(sheet(["risk_summary"]))
    page = Reading(sheet(["risk_summary"], CASE | {"risk_summary": written}))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
    assert written in "".join(page.texts)


def test_the_fields_that_were_not_taken_over_are_named_once_each_without_their_content() -> None:
    paths = ["risk_summary", "offender.ethnicity", "contacts[0].note", "contacts[1].note", "offender.telephones[0]"]
    assert field_names(paths) == ("risk summary", "offender, ethnicity", "contacts", "offender, telephones")


def test_in_one_body_the_message_stays_as_it_is_and_the_same_content_gives_the_same_bytes() -> None:
    encoded = Encoded(json.dumps(CASE).encode(), "application/json", ".json", ("risk_summary",))
    once, again = (with_sheet_inside(encoded, b"<p>sheet</p>") for _ in range(2))
    assert once == again and once.unexpressed == encoded.unexpressed
    boundary = re.fullmatch(r"multipart/form-data; boundary=([0-9a-f]{64})", once.media_type)
    assert boundary is not None
    parts = once.body.split(b"--" + boundary[1].encode())
    assert encoded.body in parts[1] and b"<p>sheet</p>" in parts[2]
