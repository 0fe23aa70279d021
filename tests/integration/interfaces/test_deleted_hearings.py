"""The Common Platform deletes a hearing: what it started is void, and everybody who was told is told so."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import text

from adapters.contract import Outbound
from adapters.systems.common_platform.adapter import system
from hub.lifecycle import ClockState
from tests.served import Api, problem_of

SAMPLES = Path("adapters/systems/hub_json/samples")
PLATFORM = "gateway-common-platform"
HEARING = "8D4AA5E6-59C4-4E1F-9C20-0A6E0B6A3D11"


def resulted(api: Api, hearing: str = HEARING) -> bytes:
    """A custodial result as the platform writes it."""
    kept = json.loads((SAMPLES / "hearing_result.json").read_text())
    payload = kept["payload"] | {"hearing_id": hearing}
    written = system().encode(
        Outbound("m", "hearing_result", 1, "court-b10jq", "x", "r", api.bench.clock.now(), "c", payload)
    )
    return written.body


def called(api: Api, method: str, path: str, body: bytes = b"") -> Any:
    secret = api.bench.hub.access.issue_secret(PLATFORM)
    form = {"grant_type": "client_credentials", "client_id": PLATFORM, "client_secret": secret.text}
    token = api.http.request("POST", f"{api.url}/oauth2/token", fields=form, encode_multipart=False).json()
    headers = {"Authorization": f"Bearer {token['access_token']}", "Content-Type": "application/json"}
    url = f"{api.url}/interfaces/common-platform/hearing/{path}"
    return api.http.request(method, url, body=body, headers=headers, timeout=30)


def stories(api: Api) -> list[dict[str, Any]]:
    """The stories of all results, the oldest first."""
    with api.bench.hub.store.transaction() as connection:
        query = text("SELECT id FROM message WHERE kind = 'hearing_result' ORDER BY accepted_at")
        ids = connection.execute(query).scalars().all()
    return [dict(api.bench.hub.stories.show(str(id))) for id in ids]


def test_a_deleted_hearing_voids_its_clocks_and_reaches_everybody_who_had_its_result(api: Api) -> None:
    body = resulted(api)
    assert called(api, "POST", f"{HEARING}/result", body).status == 200
    api.bench.drain()
    [first] = stories(api)
    told = {delivery["recipient"] for delivery in first["deliveries"] if delivery["state"] == "delivered"}
    assert len(told) == 3
    assert {clock["state"] for clock in first["clocks"]} == {ClockState.RUNNING}

    gone = called(api, "DELETE", f"{HEARING.lower()}/delete")
    assert (gone.status, gone.data) == (200, b"")
    api.bench.drain()
    first, second = stories(api)
    assert {clock["state"] for clock in first["clocks"]} == {ClockState.VOID}
    assert {clock["state"] for clock in second["clocks"]} == {ClockState.VOID}, "it starts none of its own"
    assert {delivery["recipient"] for delivery in second["deliveries"] if delivery["state"] == "delivered"} == told
    for agency in told:
        had = [json.loads(got.body()) for got in api.bench.agencies.received(agency)]
        results = [one["payload"]["offences"] for one in had if one["kind"] == "hearing_result"]
        assert [any(offence.get("results") for offence in offences) for offences in results] == [True, False]

    assert called(api, "DELETE", f"{HEARING}/delete").status == 200, "the same again has the same answer"
    assert len(stories(api)) == 2
    assert called(api, "POST", f"{HEARING}/result", body).status == 200, "an old event that comes late changes nothing"
    assert len(stories(api)) == 2


def test_a_hearing_that_never_came_cannot_be_deleted_and_nobody_else_deletes_one(api: Api) -> None:
    assert called(api, "POST", f"{HEARING}/result", resulted(api)).status == 200
    other = called(api, "DELETE", "8d4aa5e6-59c4-4e1f-9c20-0a6e0b6a3d12/delete")
    assert problem_of(other, 404)["code"] == "withdrawal.nothing_named"


def test_a_hearing_at_the_path_of_another_is_kept_and_refused(api: Api) -> None:
    answer = called(api, "POST", "8d4aa5e6-59c4-4e1f-9c20-0a6e0b6a3d12/result", resulted(api))
    assert problem_of(answer, 400)["code"] == "common_platform.other_hearing"
    [part] = api.bench.hub.quarantine.listed()
    assert part["code"] == "common_platform.other_hearing"
