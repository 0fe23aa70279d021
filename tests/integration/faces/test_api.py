"""The HTTP API over a real socket."""

import gzip
import json
from collections.abc import Iterator
from uuid import uuid4

import pytest
import urllib3

from hub.local.demonstration.pdf import one_page_pdf
from tests.broken_documents import with_one_bad_case
from tests.served import Api, problem_of

COURT, AREA, GATEWAY = "court-b10jq", "probation-northumbria", "gateway-libra"


def test_a_document_is_answered_with_a_receipt_once_it_is_kept(api: Api) -> None:
    response = api.post(GATEWAY, api.bench.story()["list"].body, {"Content-Type": "text/xml"})
    assert response.status == 202
    [message] = response.json()["receipt"]["messages"]
    assert message["sender"] == COURT
    assert message["counts"]["cases"] == 2
    assert message["recipients"] == [{"agency": AREA, "protocol": "court-lists v2"}]


def test_the_same_bytes_again_get_the_original_receipt(api: Api) -> None:
    body = api.bench.story()["list"].body
    first, second = api.post(GATEWAY, body), api.post(GATEWAY, body)
    assert first.json() == second.json()
    assert second.headers["Hub-Repeated"] == "true"
    assert api.bench.drain() == 1


def test_the_same_content_in_other_bytes_is_the_same_message(api: Api) -> None:
    body = api.bench.story()["list"].body
    first, second = api.post(GATEWAY, body), api.post(GATEWAY, body + b"\n<!-- sent again -->")
    assert first.json()["receipt"]["messages"] == second.json()["receipt"]["messages"]
    assert api.bench.drain() == 1


def test_the_same_reference_with_other_content_is_a_conflict(api: Api) -> None:
    body = api.bench.story()["list"].body
    assert api.post(GATEWAY, body).status == 202
    problem = problem_of(api.post(GATEWAY, body.replace(b"ASHBROOK", b"ELMWOOD")), 409)
    assert problem["code"] == "reference.reused"
    assert api.bench.drain() == 1


def test_without_a_key_or_with_a_wrong_one_nothing_is_taken(api: Api) -> None:
    body = api.bench.story()["list"].body
    for headers in ({}, {"Authorization": "Bearer hub_wrong"}, {"Authorization": "Basic eDp5"}):
        response = api.http.request("POST", f"{api.url}/v1/messages", body=body, headers=headers)
        assert problem_of(response, 401)["code"] == "access.unauthenticated"


def test_an_agency_cannot_send_in_anothers_name(api: Api) -> None:
    problem = problem_of(api.post(AREA, api.bench.story()["list"].body), 422)
    assert problem["problems"][0]["code"] == "sender.not_yours"


def test_a_court_cannot_send_about_another_court(api: Api) -> None:
    request = json.loads(api.bench.story()["request"].body)
    request["payload"]["court"]["ou_code"] = "B01EF01"
    problem = problem_of(api.post(COURT, json.dumps(request).encode()), 422)
    assert problem["problems"][0]["code"] == "court.not_the_sender"


def test_nobody_reads_anothers_messages(api: Api) -> None:
    receipt = api.bench.send(api.bench.story()["list"])
    message_id = receipt["messages"][0]["id"]
    api.bench.drain()
    assert api.get(COURT, message_id).status == 200
    assert api.get(GATEWAY, message_id).status == 200
    assert api.get(AREA, message_id).json()["deliveries"][0]["recipient"] == AREA
    hidden = problem_of(api.get("prison-durham", message_id), 404)
    missing = problem_of(api.get("prison-durham", str(uuid4())), 404)
    assert hidden == missing, "a message one may not see looks just like one that is not there"
    problem_of(api.get(COURT, "not-an-id"), 404)


def test_a_recipient_does_not_see_the_other_recipients(api: Api) -> None:
    message_id = api.bench.send(api.bench.story()["sentence"])["messages"][0]["id"]
    problem_of(api.get(AREA, message_id), 404)  # nothing of it has been sent yet
    api.bench.drain()
    assert len(api.get(COURT, message_id).json()["deliveries"]) == 3
    assert [d["recipient"] for d in api.get(AREA, message_id).json()["deliveries"]] == [AREA]


def test_documents_can_come_as_multipart(api: Api) -> None:
    message = json.loads(api.bench.story()["report"].body)
    del message["documents"]
    pdf = one_page_pdf(["Made up"])
    fields = {
        "message": ("message.json", json.dumps(message).encode(), "application/json"),
        "report": ("report.pdf", pdf, "application/pdf"),
    }
    body, content_type = urllib3.encode_multipart_formdata(fields)
    response = api.post(AREA, body, {"Content-Type": content_type})
    assert response.status == 202, response.data
    api.bench.drain()
    [item] = api.bench.agencies.received(COURT)
    import base64

    assert base64.b64decode(json.loads(item.body())["documents"][0]["content"]) == pdf


def test_a_document_that_never_came_is_refused(api: Api) -> None:
    message = json.loads(api.bench.story()["report"].body)
    del message["documents"]
    problem = problem_of(api.post(AREA, json.dumps(message).encode()), 422)
    assert problem["problems"][0]["code"] == "document.missing"


def test_a_body_over_the_limit_is_refused_before_it_is_read_whole(api: Api) -> None:
    too_large = b"<a>" + b" " * 50_000_000
    assert problem_of(api.post(GATEWAY, too_large, {"Content-Type": "text/xml"}), 413)["code"] == "body.too_large"


def test_a_body_of_unknown_length_is_refused_at_the_limit(api: Api) -> None:
    def endless() -> Iterator[bytes]:
        yield b"<a>"
        for _ in range(40):
            yield b" " * 1_000_000

    response = api.post(GATEWAY, endless(), {"Content-Type": "text/xml"}, chunked=True)  # type: ignore[arg-type]
    assert problem_of(response, 413)["code"] == "body.too_large"


def test_a_gzip_bomb_is_refused(api: Api) -> None:
    bomb = gzip.compress(b"<a>" + b" " * 200_000_000, 9)
    assert len(bomb) < 1_000_000
    problem = problem_of(api.post(GATEWAY, bomb, {"Content-Encoding": "gzip", "Content-Type": "text/xml"}), 413)
    assert problem["code"] == "body.too_large"


def test_a_gzipped_list_is_taken(api: Api) -> None:
    body = gzip.compress(api.bench.story()["list"].body)
    assert api.post(GATEWAY, body, {"Content-Encoding": "gzip"}).status == 202


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd"])
def test_another_compression_is_refused(api: Api, encoding: str) -> None:
    problem = problem_of(api.post(GATEWAY, b"x", {"Content-Encoding": encoding}), 415)
    assert problem["code"] == "body.encoding_unsupported"


def test_a_list_with_one_bad_case_is_accepted_with_the_good_one(api: Api) -> None:
    body = with_one_bad_case(api.bench.story()["list"].body)
    response = api.post(GATEWAY, body)
    assert response.status == 202
    receipt = response.json()["receipt"]
    assert receipt["messages"][0]["counts"]["cases"] == 1
    [refused] = receipt["refused"]
    assert refused["where"].startswith("line ")
    assert refused["cure"]


def test_unknown_paths_and_methods_are_answered_as_problems(api: Api) -> None:
    assert problem_of(api.http.request("GET", f"{api.url}/v1/nothing"), 404)["code"] == "http.404"
    wrong_method = api.http.request("DELETE", f"{api.url}/v1/messages")
    assert problem_of(wrong_method, 405)["code"] == "http.405"
    assert wrong_method.headers["Allow"] == "POST"


def test_health_and_readiness_answer(api: Api) -> None:
    assert api.http.request("GET", f"{api.url}/health").json() == {"status": "alive"}
    assert api.http.request("GET", f"{api.url}/ready").json() == {"status": "ready"}
