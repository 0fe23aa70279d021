"""What the exchange says of itself to those who write to it: OpenAPI, AsyncAPI, schemas, codes, and a page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient

from hub.api.app import create_app
from hub.settings import Settings
from schemas.catalogue import Catalogue
from schemas.codes.registry import code_registry, problem_type
from tests.conftest import Bench

ADDRESS = "https://exchange.example"
COURT, AREA = "court-b10jq", "probation-northumbria"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    kept = [each for each in settings.endpoints_file().read_text().split("[[endpoint]]") if f'"{AREA}"' not in each]
    mailbox = f'\nagency = "{AREA}"\nsystem = "hub_json"\ntransport = "mailbox"\n'
    settings.endpoints_file().write_text("[[endpoint]]".join([*kept, mailbox]))
    return settings.model_copy(update={"public_url": ADDRESS})


@pytest.fixture
def http(bench: Bench) -> Iterator[TestClient]:
    with TestClient(create_app(bench.hub), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def document(http: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = http.get("/openapi.json").json()
    return found


def _within(document: object, name: str) -> Iterator[Any]:
    """Every value of this name, however deep."""
    for key, value in document.items() if isinstance(document, dict) else ():
        if key == name:
            yield value
        yield from _within(value, name)
    for value in document if isinstance(document, list) else ():
        yield from _within(value, name)


def _meets(document: dict[str, Any], schema: dict[str, Any], value: object) -> None:
    jsonschema_rs.validate(schema | {"components": document["components"]}, value)


def _of(document: dict[str, Any], path: str, method: str, status: int) -> dict[str, Any]:
    [content] = document["paths"][path][method]["responses"][str(status)]["content"].values()
    found: dict[str, Any] = content["schema"]
    return found


def test_the_document_says_where_the_exchange_is_how_to_prove_who_calls_and_leaves_nothing_open(
    document: dict[str, Any],
) -> None:
    assert document["servers"] == [{"url": ADDRESS}]
    assert {"title", "version", "description", "summary", "license"} <= document["info"].keys()
    schemes = document["components"]["securitySchemes"]
    asked = {
        name
        for path in document["paths"].values()
        for each in path.values()
        for of in each.get("security", [])
        for name in of
    }
    assert asked <= schemes.keys()
    assert schemes["token"]["flows"]["clientCredentials"]["tokenUrl"] == f"{ADDRESS}/oauth2/token"
    for reference in _within(document, "$ref"):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
        assert place
    for path, methods in document["paths"].items():
        if path.startswith("/v1/"):
            for each in methods.values():
                taken = {s: a for s, a in each["responses"].items() if s.startswith("2")}
                assert all(c.get("schema") or kind == "*/*" for a in taken.values() for kind, c in a["content"].items())


def test_every_example_meets_its_schema(document: dict[str, Any]) -> None:
    contents = [c for answer in _within(document, "content") for c in answer.values() if "example" in c]
    assert len(contents) > 20
    for content in contents:
        _meets(document, content["schema"], content["example"])


def test_what_the_exchange_answers_meets_what_it_says(http: TestClient, bench: Bench, document: dict[str, Any]) -> None:
    def signed(agency: str) -> dict[str, str]:
        return {"Authorization": bench.hub.access.issue_key(agency).authorization(bench.clock.now())}

    sent = http.post("/v1/messages", content=bench.story()["request"].body, headers=signed(COURT))
    assert sent.status_code == 202, sent.text
    _meets(document, _of(document, "/v1/messages", "post", 202), sent.json())
    refused = http.post("/v1/messages", content=b'{"kind": "nothing"}', headers=signed(COURT))
    _meets(document, _of(document, "/v1/messages", "post", 422), refused.json())
    id = sent.json()["receipt"]["messages"][0]["id"]
    bench.drain()
    waiting = http.get("/v1/mailbox", headers=signed(AREA))
    _meets(document, _of(document, "/v1/mailbox", "get", 200), waiting.json())
    assert waiting.json()["items"]
    http.get(f"/v1/mailbox/{id}", headers=signed(AREA))
    receipt = http.post(f"/v1/mailbox/{id}/receipt", headers=signed(AREA), json={"reference": "N-42"})
    _meets(document, _of(document, "/v1/mailbox/{message_id}/receipt", "post", 200), receipt.json())
    for agency in (COURT, AREA):
        told = http.get(f"/v1/messages/{id}", headers=signed(agency))
        _meets(document, _of(document, "/v1/messages/{message_id}", "get", 200), told.json())


def test_the_page_names_every_call_and_needs_no_other_host(http: TestClient, document: dict[str, Any]) -> None:
    page = http.get("/docs")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert all(path in page.text for path in document["paths"])
    assert not re.search(r"<script|<link|<img|src=|url\(", page.text)
    assert set(re.findall(r'href="([^"#]+)', page.text)) == {"/openapi.json", "/asyncapi.json", "/schemas"}
    for linked in ("/openapi.json", "/asyncapi.json", "/schemas"):
        assert http.get(linked).status_code == 200


def test_the_type_of_a_problem_is_an_address_where_its_code_is_explained(http: TestClient) -> None:
    refused = http.get("/v1/messages/no-such").json()
    page = http.get(refused["type"])
    code = code_registry().by_code[refused["code"]]
    assert page.status_code == 200
    assert code.cause.split("'")[0] in page.text
    assert "Example" in page.text
    assert http.get(refused["type"], headers={"Accept": "application/json"}).json()["cure"] == code.cure
    assert all(http.get(problem_type(each)).status_code == 200 for each in list(code_registry().by_code)[::40])
    assert http.get("/problems/no.such").status_code == 404


def test_each_kind_is_described_and_its_schema_stands_at_an_address_that_stays(http: TestClient) -> None:
    said = http.get("/asyncapi.json").json()
    kinds = sorted(Catalogue.discover().kinds)
    assert said["channels"].keys() == {name for name, _ in kinds}
    messages = said["components"]["messages"]
    assert messages.keys() == {f"{name}_v{version}" for name, version in kinds}
    assert http.get("/schemas").json()["schemas"] == [f"/schemas/{name}/{version}" for name, version in kinds]
    for name, version in kinds:
        address = messages[f"{name}_v{version}"]["payload"]["schema"]["$ref"]
        served = http.get(address.removeprefix(ADDRESS))
        assert served.json() == json.loads(Path(f"schemas/kinds/{name}/v{version}.schema.json").read_text())
    for reference in _within({"channels": said["channels"], "operations": said["operations"]}, "$ref"):
        place = said
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
        assert place
    for wrong in ("court_list/0", "court_list/99", "no_such/1", "court_list/x", "..%2f..%2fkinds/1"):
        assert http.get(f"/schemas/{wrong}").status_code == 404
