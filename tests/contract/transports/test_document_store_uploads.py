"""What a prison's document store gets of a message, and what its answers mean to document_store."""

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.contract import CannotDeliver, Encoded, Parcel
from adapters.transports.document_store.adapter import DocumentStore
from tests.contract.transports.partners.document_store import SECRET, StorePartner

REPORT = json.loads(Path("adapters/systems/prison/samples/pre_sentence_report.json").read_text())
PDF = base64.b64decode(REPORT["documents"][0]["content"])


@pytest.fixture
def prison(tmp_path: Path) -> Iterator[StorePartner]:
    partner = StorePartner(tmp_path)
    yield partner
    partner.go_away()


@pytest.fixture
def documents() -> Iterator[DocumentStore]:
    transport = DocumentStore()
    yield transport
    transport.close()


def parcel(message: object = REPORT) -> Parcel:
    encoded = Encoded(json.dumps(message).encode(), "application/json", ".json")
    return Parcel(str(uuid4()), "d-1", "pre_sentence_report", "probation-x", "prison-durham", encoded)


def test_the_report_itself_is_stored_under_the_message_id_with_all_else_as_metadata(
    prison: StorePartner, documents: DocumentStore
) -> None:
    sent = parcel()
    assert documents.send(prison.endpoint, sent).proved
    [(uuid, (content, about))] = prison.store.documents.items()
    assert (uuid, content) == (sent.message_id, PDF)
    assert (about["type"], about["name"]) == ("PRE_SENTENCE_REPORT", "report.pdf")
    metadata = about["metadata"]
    assert (metadata["prisonCode"], metadata["prisonNumber"], metadata["court"]) == ("DMI", "A1234AA", "B10JQ00")
    kept = {name: value for name, value in REPORT["documents"][0].items() if name != "content"}
    assert metadata["message"] == REPORT | {"documents": [kept]}
    [headers] = prison.store.headers
    assert (headers["Service-Name"], headers["Active-Case-Load-Id"]) == ("justice-exchange", "DMI")
    assert "Username" not in headers


def test_each_of_several_documents_is_stored_once_however_often_it_is_sent(
    prison: StorePartner, documents: DocumentStore
) -> None:
    second = {"fileName": "annex.txt", "mediaType": "text/plain", "content": base64.b64encode(b"annex").decode()}
    sent = parcel(REPORT | {"documents": [*REPORT["documents"], second]})
    assert documents.send(prison.endpoint, sent) == documents.send(prison.endpoint, sent)
    assert [content for _, content in prison.taken()] == [PDF, b"annex"]
    assert prison.taken()[0][0] == sent.message_id


def test_a_store_that_has_other_bytes_proves_nothing_and_is_not_asked_again(
    prison: StorePartner, documents: DocumentStore
) -> None:
    prison.store.says = {"fileHash": "0" * 64}
    with pytest.raises(CannotDeliver) as refused:
        documents.send(prison.endpoint, parcel())
    assert (refused.value.code, refused.value.retryable) == ("receipt.other_content", False)
    prison.store.says = {"documentUuid": str(uuid4())}
    with pytest.raises(CannotDeliver) as refused:
        documents.send(prison.endpoint, parcel())
    assert (refused.value.code, refused.value.retryable) == ("receipt.other_message", True)


def test_one_token_serves_many_uploads_and_another_is_fetched_once_when_it_has_ended(
    prison: StorePartner, documents: DocumentStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for _ in range(2):
        documents.send(prison.endpoint, parcel())
    assert len(prison.store.tokens) == 1
    prison.store.ended.add("token-0")
    documents.send(prison.endpoint, parcel())
    assert len(prison.store.tokens) == 2
    prison.store.ended |= {"token-1", "token-2"}
    with pytest.raises(CannotDeliver, match=r"partner\.credentials"):
        documents.send(prison.endpoint, parcel())
    assert len(prison.store.tokens) == 3, "it does not go on asking"
    assert not any(word in caplog.text for word in (SECRET, *prison.store.tokens))


def test_a_name_or_type_with_a_line_end_writes_no_header(prison: StorePartner, documents: DocumentStore) -> None:
    evil = {"fileName": 'a"\r\nX: 1', "mediaType": "text/plain\r\nContent-Disposition: form-data; name=fileHash"}
    sent = parcel({"documents": [evil | {"content": base64.b64encode(b"annex").decode()}]})
    documents.send(prison.endpoint, sent)
    assert prison.store.documents[sent.message_id][0] == b"annex"


def test_no_document_is_lost_because_the_message_does_not_say_what_it_is(
    prison: StorePartner, documents: DocumentStore
) -> None:
    for message in ([], {"documents": "none"}, {"documents": [{"fileName": "a", "content": "%%%"}]}):
        sent = parcel(message)
        documents.send(prison.endpoint, sent)
        assert prison.store.documents[sent.message_id][0] == sent.encoded.body
