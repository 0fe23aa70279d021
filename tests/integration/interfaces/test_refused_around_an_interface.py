"""What refuses a call before its interface does is said in the caller's own words too."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from lxml import etree

from hub.api.app import create_app
from tests.conftest import Bench


@pytest.fixture
def http(bench: Bench) -> Iterator[TestClient]:
    with TestClient(create_app(bench.hub), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("path", ["/interfaces/libra/no/such", "/interfaces/spi/no/such"])
@pytest.mark.parametrize(("media_type", "space"), [("text/xml", "soap/envelope"), ("application/soap+xml", "2003/05")])
def test_an_unknown_path_is_a_fault_in_the_version_of_the_caller(
    http: TestClient, path: str, media_type: str, space: str
) -> None:
    answer = http.post(path, content=b"<a/>", headers={"Content-Type": media_type})
    assert answer.status_code == 404
    assert answer.headers["content-type"].partition(";")[0] == media_type
    root = etree.fromstring(answer.content)
    assert space in root.tag
    assert b"http.404" in answer.content
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_limits_repeated_headers_and_methods_are_faults_and_other_interfaces_keep_their_words(
    http: TestClient, bench: Bench
) -> None:
    twice = [("Content-Type", "text/xml"), ("Authorization", "Bearer a"), ("Authorization", "Bearer b")]
    repeated = http.post("/interfaces/spi", content=b"<a/>", headers=twice)
    assert b"Fault" in repeated.content
    assert b"request.repeated" in repeated.content or b"twice" in repeated.content
    plain = http.post("/interfaces/rest/no/such", content=b"{}")
    assert plain.headers["content-type"] == "application/problem+json"
    assert http.post("/v1/none", content=b"{}").headers["content-type"] == "application/problem+json"


def test_too_many_calls_at_once_are_a_fault_that_asks_to_wait(bench: Bench) -> None:
    narrow = bench.hub.settings.model_copy(update={"requests_at_once_max": 0})
    bench.hub.settings = narrow
    with TestClient(create_app(bench.hub), raise_server_exceptions=False) as http:
        answer = http.post("/interfaces/libra", content=b"<a/>", headers={"Content-Type": "application/soap+xml"})
    assert b"busy.requests" in answer.content
    assert b"Fault" in answer.content
    assert answer.headers["Retry-After"]
