"""Where the `spi` system finds a result, who sends it, and its reference."""

import re
from datetime import UTC, datetime
from html import escape

import pytest

from schemas.parts.document import Attachment
from tests.unit.systems.spi_messages import (
    CASE,
    MESSAGE,
    SPI,
    changed,
    codes,
    decode,
    deliver,
    only,
    problems_of,
    result_of,
    route,
    soap,
)

ENVELOPES = {
    "bare": MESSAGE,
    "after a comment": f"<!-- again -->{MESSAGE}",
    "in a DeliverRequest": deliver(MESSAGE),
    "in SOAP": soap(deliver(MESSAGE)),
    "in SOAP alone": soap(MESSAGE),
    "escaped in RouteData": route(escape(MESSAGE)),
    "escaped twice": route(escape(escape(MESSAGE))),
    "escaped three times": route(escape(escape(escape(MESSAGE)))),
    "as character data": route(f"<![CDATA[{MESSAGE}]]>"),
    "escaped after a comment": route(escape(f"<!-- once --><!-- twice -->{MESSAGE}")),
    "with an inner declaration": route(escape(f'<?xml version="1.0" encoding="UTF-16"?>{MESSAGE}')),
    "with a comment before the inner declaration": route(escape(f'<!-- a --><?xml version="1.0"?>{MESSAGE}')),
    "RouteData escaped in a SOAP request": soap(
        f"<SubmitRequestMes><RequestID>R</RequestID><Message>{escape(route(escape(MESSAGE)))}</Message></SubmitRequestMes>"
    ),
    "as elements in RouteData": route(MESSAGE),
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_the_same_result_is_found_in_every_envelope(name: str) -> None:
    assert SPI.recognises(ENVELOPES[name].encode())
    assert result_of(ENVELOPES[name]) == result_of(MESSAGE)


def test_characters_escaped_in_the_inner_document_survive_every_unescaping() -> None:
    inner = changed("Took a gnome.", "Took &lt;a&gt; gnome &amp; &quot;more&quot;.")
    for text in (inner, route(escape(inner)), route(escape(escape(inner)))):
        assert result_of(text).offences[0].wording == 'Took <a> gnome & "more".'


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_other_encodings_are_recognised_and_read(encoding: str) -> None:
    declared = "utf-8" if encoding.startswith("utf-8") else "utf-16"
    body = f'<?xml version="1.0" encoding="{declared}"?>{MESSAGE}'.encode(encoding)
    assert SPI.recognises(body)
    assert SPI.decode(body, {}).drafts[0].payload == result_of(MESSAGE)


def test_documents_inside_documents_without_end_are_refused() -> None:
    text = MESSAGE
    for _ in range(8):
        text = route(escape(text))
    assert codes(problems_of(text)) == ["spi.wrapped_too_often"]


def test_a_flood_of_carried_documents_is_stopped_and_the_first_ones_are_read() -> None:
    content = "".join(f"<Message>{escape(changed('124<', f'{n:03}<'))}</Message>" for n in range(80))
    decoded = decode(f"<DeliverRequest>{content}</DeliverRequest>")
    assert len(decoded.drafts) == 50
    assert codes(decoded.refused) == ["spi.wrapped_too_often"]


def test_a_broken_inner_document_is_refused_with_its_place() -> None:
    (problem,) = problems_of(route(escape(MESSAGE.replace("</Session>", ""))))
    assert problem.code == "xml.malformed"
    assert "/RouteData/DataStream/DataStreamContent/text()" in problem.where


def test_an_inner_document_type_is_refused() -> None:
    inner = '<!DOCTYPE r [<!ENTITY e "x">]>' + changed("Took a gnome.", "&e;")
    assert codes(problems_of(route(escape(inner)))) == ["xml.entities"]


def test_other_documents_are_not_recognised() -> None:
    libra = '<e:Envelope xmlns:x="http://www.justice.gov.uk/magistrates/external/ExternalDocumentRequest"><RouteData/>'
    for body in (libra.encode(), b'{"RouteData": 1}', b"", b"<CP20/>", b"RouteData", b"\xff\xfe"):
        assert not SPI.recognises(body)


def test_the_court_is_the_sender_and_the_reference_names_message_case_person_and_day() -> None:
    draft = only(deliver(MESSAGE))
    assert (draft.kind, draft.version, draft.sender, draft.recipient) == ("hearing_result", 1, "B01EF01", None)
    assert draft.reference == "ID-1/99ZZ0000124/2499ZZ0100000000001D/2024-03-12"
    assert only(route(escape(MESSAGE))).reference.startswith("CID-1/99ZZ0000124/")
    stream = changed("CorrelationID", "Other", route(escape(MESSAGE)))
    assert only(stream).reference.startswith("STREAM-1/99ZZ0000124/")


def test_without_a_message_id_the_content_names_itself() -> None:
    first, again = only(MESSAGE).reference, only(f"<!-- sent again -->{MESSAGE}").reference
    other = only(changed("Took a gnome.", "Took a kettle.")).reference
    assert first == again != other
    assert re.fullmatch(r"[0-9a-f]{64}/99ZZ0000124/2499ZZ0100000000001D/2024-03-12", first)


def test_two_results_for_one_person_in_one_case_get_different_references() -> None:
    other = changed("Took a gnome.", "Took a kettle.", CASE)
    drafts = decode(deliver(changed(CASE, CASE + other))).drafts
    stem = "ID-1/99ZZ0000124/2499ZZ0100000000001D/2024-03-12"
    assert [draft.reference for draft in drafts] == [stem, f"{stem}/2"]


def test_the_same_result_twice_is_taken_once_with_a_doubt() -> None:
    draft = only(deliver(changed(CASE, CASE * 3)))
    assert codes(draft.doubts) == ["spi.repeated"]
    assert "Case[2]" in draft.doubts[0].where


def test_the_time_of_sending_is_what_the_envelope_says() -> None:
    created = "<CreationDateTime>2024-03-12T15:05:00+01:00</CreationDateTime><Message>"
    assert only(changed("<Message>", created, deliver(MESSAGE))).sent_at == datetime(2024, 3, 12, 14, 5, tzinfo=UTC)
    dated = "<Dated>2024-03-12</Dated><Timed>10:57:17.043Z</Timed><DataStreamContent>"
    sent_at = only(changed("<DataStreamContent>", dated, route(escape(MESSAGE)))).sent_at
    assert sent_at == datetime(2024, 3, 12, 10, 57, 17, 43000, tzinfo=UTC)
    assert only(MESSAGE).sent_at is None


def test_a_test_operation_is_a_doubt_for_the_receiver_to_decide_on() -> None:
    assert codes(only(route(escape(MESSAGE), test="true")).doubts) == ["spi.test_operation"]
    assert only(route(escape(MESSAGE))).doubts == ()


def test_documents_beside_a_result_are_a_doubt() -> None:
    beside = {"a.pdf": Attachment("a.pdf", "application/pdf", "0" * 64, b"x")}
    assert codes(SPI.decode(MESSAGE.encode(), beside).drafts[0].doubts) == ["spi.unmapped"]
