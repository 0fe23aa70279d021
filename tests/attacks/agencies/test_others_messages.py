"""Another agency's message looks on every path and by every method as if it did not exist."""

from typing import Any
from uuid import uuid4

import pytest

from hub.settings import Settings
from tests.served import Api

STRANGER, AREA, COURT = "prison-durham", "probation-northumbria", "court-b10jq"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"calls_max": 10_000})


def _answer(api: Api, method: str, path: str, agency: str) -> tuple[int, Any]:
    headers = {"Authorization": api.authorization(agency)}
    response = api.http.request(method, f"{api.url}{path}", headers=headers, timeout=10)
    return response.status, response.json() if response.data else None


def test_it_looks_as_if_it_were_not_there_on_every_path_and_by_every_method(api: Api) -> None:
    receipt: Any = api.bench.send(api.bench.story()["list"])
    api.bench.drain()
    message_id = receipt["messages"][0]["id"]
    paths = api.http.request("GET", f"{api.url}/openapi.json").json()["paths"]
    of_messages = {path: set(operations) for path, operations in paths.items() if "{message_id}" in path}
    assert len(of_messages) >= 3
    for path, operations in of_messages.items():
        for method in METHODS:
            there = _answer(api, method, path.replace("{message_id}", message_id), STRANGER)
            missing = _answer(api, method, path.replace("{message_id}", str(uuid4())), STRANGER)
            assert there == missing
            known = 401 if path.startswith("/staff/") else 404  # an agency has no part in the staff's API
            assert there[0] == (known if method.lower() in operations else 405)


@pytest.mark.parametrize(
    "form", [str.upper, lambda id: id.replace("-", ""), lambda id: "{" + id + "}", lambda id: "urn:uuid:" + id]
)
def test_no_other_way_to_write_the_id_opens_it(api: Api, form: Any) -> None:
    receipt: Any = api.bench.send(api.bench.story()["list"])
    written = form(receipt["messages"][0]["id"])
    assert _answer(api, "GET", f"/v1/messages/{written}", STRANGER)[0] == 404
    assert _answer(api, "GET", f"/v1/mailbox/{written}", STRANGER)[0] == 404


def test_a_query_or_a_header_that_names_another_agency_changes_nothing(api: Api) -> None:
    receipt: Any = api.bench.send(api.bench.story()["list"])
    message_id = receipt["messages"][0]["id"]
    headers = {
        "Authorization": api.authorization(STRANGER),
        "Hub-Sender": COURT,
        "X-Forwarded-User": COURT,
        "X-Original-URL": f"/v1/messages/{message_id}",
    }
    for path in (f"/v1/messages/{message_id}?agency={COURT}&caller={COURT}", f"/v1/messages//{message_id}"):
        assert api.http.request("GET", f"{api.url}{path}", headers=headers, timeout=10).status in (401, 404, 422)
        headers["Authorization"] = api.authorization(STRANGER)
