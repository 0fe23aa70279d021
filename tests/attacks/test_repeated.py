"""A value that may be given once and comes twice is refused before anything is kept, so that no value is lost
unnoticed."""

import http.client
from collections.abc import Iterator

import pytest
import urllib3
from sqlalchemy import func, select

from hub.store.content.tables import raw_document
from tests.served import Api, problem_of

AREA = "probation-northumbria"
PDF = b"%PDF-1.4 made up"


@pytest.fixture
def api(api: Api) -> Iterator[Api]:
    """Nothing in these requests may be kept."""
    yield api
    with api.bench.hub.store.transaction() as connection:
        assert connection.execute(select(func.count()).select_from(raw_document)).scalar_one() == 0


def _multipart(*parts: tuple[str, tuple[str, bytes, str]]) -> tuple[bytes, dict[str, str]]:
    body, content_type = urllib3.encode_multipart_formdata(parts)
    return body, {"Content-Type": content_type}


def test_two_messages_in_one_request(api: Api) -> None:
    body = api.bench.story()["report"].body
    other = body.replace(b"report", b"retort", 1)
    for second in (body, other):
        part = ("message", ("a.json", body, "application/json"))
        again = ("message", ("b.json", second, "application/json"))
        problem = problem_of(api.post(AREA, *_multipart(part, again)), 422)
        assert problem["code"] == "request.repeated"
        assert "two parts" in problem["detail"]


def test_two_documents_of_one_name(api: Api) -> None:
    message = ("message", ("a.json", api.bench.story()["report"].body, "application/json"))
    document = ("one", ("report.pdf", PDF, "application/pdf"))
    same = ("two", ("report.pdf", PDF + b"other", "application/pdf"))
    assert problem_of(api.post(AREA, *_multipart(message, document, same)), 422)["code"] == "request.repeated"


@pytest.mark.parametrize(
    ("headers", "boundary"),
    [
        ('Content-Disposition: form-data; name="message"; name="other"', "b"),
        ('Content-Disposition: form-data; name="message"\r\nContent-Disposition: form-data; name="other"', "b"),
        (
            'Content-Disposition: form-data; name="message"; filename="a"\r\n'
            "Content-Type: application/json\r\ncontent-type: application/xml",
            "b",
        ),
        ('Content-Disposition: form-data; name="message"', "b; boundary=c"),
        ('Content-Disposition: form-data; name="message"', "b; charset=utf-8; charset=utf-16"),
    ],
)
def test_a_part_says_each_thing_about_itself_once(api: Api, headers: str, boundary: str) -> None:
    body = f"--b\r\n{headers}\r\n\r\n".encode() + api.bench.story()["report"].body + b"\r\n--b--\r\n"
    answer = api.post(AREA, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
    assert problem_of(answer, 422)["code"] == "request.repeated"


def test_two_messages_as_plain_fields(api: Api) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="message"\r\n\r\n{}\r\n'
    answer = api.post(AREA, part * 2 + b"--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"})
    assert problem_of(answer, 422)["code"] == "request.repeated"


def test_an_empty_message_counts_as_a_message(api: Api) -> None:
    empty, full = (("message", ("a.json", body, "application/json")) for body in (b"", b"{}"))
    assert problem_of(api.post(AREA, *_multipart(empty, full)), 422)["code"] == "request.repeated"


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        ("Content-Type", "application/json", "application/xml"),
        ("Content-Encoding", "identity", "gzip"),
        ("Hub-Signature", "a..b", "c..d"),
        ("X-Forwarded-For", "192.0.2.1", "192.0.2.2"),
    ],
)
def test_a_header_that_counts_once(api: Api, header: str, first: str, second: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    body = api.bench.story()["report"].body
    connection.putrequest("POST", "/v1/messages")
    connection.putheader("Authorization", api.authorization(AREA))
    connection.putheader("Content-Length", str(len(body)))
    for value in (first, second):
        connection.putheader(header, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    assert (answer.status, b"request.repeated" in answer.read()) == (422, True)
    connection.close()


def test_two_assertions(api: Api) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    connection.putrequest("GET", "/v1/mailbox")
    for agency in (AREA, "prison-durham"):
        connection.putheader("Authorization", api.authorization(agency))
    connection.endheaders()
    assert connection.getresponse().status == 422
    connection.close()


def test_a_parameter_that_is_given_twice(api: Api) -> None:
    for path in ("/staff/deadlines?clock=a&clock=b", "/v1/mailbox?limit=1&limit=2"):
        assert problem_of(api.http.request("GET", f"{api.url}{path}"), 422)["code"] == "request.repeated"


def test_a_key_that_is_given_twice(api: Api) -> None:
    body = b'{"name": "ada", "name": "grace", "password": "x"}'
    headers = {"Content-Type": "application/json"}
    answer = api.http.request("POST", f"{api.url}/staff/session", body=body, headers=headers)
    assert problem_of(answer, 422)["code"] == "request.repeated"
