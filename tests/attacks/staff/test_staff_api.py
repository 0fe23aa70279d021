"""The staff's part of the API: only a person's session opens it, each path needs its own right, and nothing leaks."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute

from hub.access.passwords import Passwords
from hub.access.rights import GRANTED_INDIVIDUALLY, RIGHTS_OF_ROLE, Right, StaffRole
from hub.access.staff import Staff
from hub.api.app import create_app
from hub.journal.actors import INSTALLATION
from tests.conftest import Bench
from tests.served import Api, problem_of

PASSWORD, OTHER = "seven quiet otters", "nine quiet otters"
NOTHING: None = None
NEEDS: dict[tuple[str, str], Right | None] = {
    ("DELETE", "/staff/session"): NOTHING,
    ("PUT", "/staff/password"): NOTHING,
    ("GET", "/staff/me"): NOTHING,
    ("GET", "/staff/deadlines"): Right.READ_STORIES,
    ("GET", "/staff/journal"): Right.READ_JOURNAL,
    ("GET", "/staff/messages/{message_id}"): Right.READ_STORIES,
    ("POST", "/staff/messages/{message_id}/body"): Right.READ_BODY,
    ("POST", "/staff/messages/{message_id}/attachments/{sha256}"): Right.READ_BODY,
}
BODIES: dict[tuple[str, str], dict[str, str]] = {
    ("PUT", "/staff/password"): {"old": PASSWORD, "new": OTHER},
    ("POST", "/staff/messages/{message_id}/body"): {"reason": "an inquiry of the court"},
    ("POST", "/staff/messages/{message_id}/attachments/{sha256}"): {"reason": "an inquiry of the court"},
}
EVERYBODY = [
    *[([role], []) for role in StaffRole],
    *[([], [right]) for right in sorted(GRANTED_INDIVIDUALLY)],
    ([], []),
]


@pytest.fixture
def staffed(bench: Bench) -> Iterator[Bench]:
    cheap = Passwords(passes=1, kibibytes=64, lanes=1)
    bench.hub.staff = Staff(bench.hub.store, bench.clock, bench.hub.settings, cheap)
    bench.hub.staff.accounts.add("first-person", [], [], PASSWORD, INSTALLATION)
    yield bench


def _person(bench: Bench, name: str, roles: list[StaffRole], apart: list[Right]) -> str:
    """Return the token of a new person who has chosen a password."""
    accounts = bench.hub.staff.accounts
    accounts.add(name, roles, apart, OTHER, "first-person")
    accounts.change_own_password(name, OTHER, PASSWORD)
    return bench.hub.staff.sessions.open(name, PASSWORD).token


def _call(api: Api, method: str, path: str, token: str | None, body: Any = None) -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    sent = None if body is None else json.dumps(body)
    return api.http.request(method, f"{api.url}{path}", body=sent, headers=headers, timeout=20)


def _login(api: Api, name: str, password: str) -> Any:
    return _call(api, "POST", "/staff/session", None, {"name": name, "password": password})


def test_every_path_of_the_staff_is_in_the_matrix(bench: Bench) -> None:
    routes = {
        (method, route.path)
        for route in create_app(bench.hub).routes
        if isinstance(route, APIRoute) and route.path.startswith("/staff")
        for method in route.methods
    }
    assert routes == set(NEEDS) | {("POST", "/staff/session")}


@pytest.mark.parametrize("call", NEEDS, ids=" ".join)
def test_each_path_opens_for_its_right_alone(staffed: Bench, api: Api, call: tuple[str, str]) -> None:
    method, path = call
    receipt: Any = staffed.send(staffed.story()["report"])
    id = receipt["messages"][0]["id"]
    [attached, *_] = staffed.hub.reading.body(UUID(id), "first-person", "to learn its hash").attachments
    url = path.format(message_id=id, sha256=attached["sha256"])
    for number, (roles, apart) in enumerate(EVERYBODY):
        token = _person(staffed, f"person-{number}", roles, apart)
        answered = _call(api, method, url, token, BODIES.get(call))
        has = {right for role in roles for right in RIGHTS_OF_ROLE[role]} | set(apart)
        if NEEDS[call] is None or NEEDS[call] in has:
            assert answered.status in (200, 204), (roles, apart, answered.data)
            assert answered.headers["cache-control"] == "no-store"
        else:
            assert problem_of(answered, 403)["code"] == "access.right_missing", (roles, apart)


@pytest.mark.parametrize("call", NEEDS, ids=" ".join)
def test_no_path_opens_for_an_agency_a_stranger_or_an_ended_session(
    staffed: Bench, api: Api, call: tuple[str, str]
) -> None:
    method, path = call
    url = path.format(message_id=uuid4(), sha256="0" * 64)
    ended = staffed.hub.staff.sessions.open("first-person", PASSWORD).token
    staffed.hub.staff.sessions.end(ended)
    old = staffed.hub.staff.sessions.open("first-person", PASSWORD).token
    staffed.clock.advance(timedelta(hours=1))
    assertion = api.authorization("prison-durham").removeprefix("Bearer ")
    for token in (None, "x", assertion, ended, old):
        problem = problem_of(_call(api, method, url, token, BODIES.get(call)), 401)
        assert problem["code"] == "access.not_logged_in"
        assert token is None or len(token) < 2 or token not in json.dumps(problem)
    assert problem_of(_call(api, method, url, None, {"reason": "x"}), 401)


def test_a_session_of_a_person_gives_no_access_to_the_agencies_part(staffed: Bench, api: Api) -> None:
    token = _person(staffed, "every-role", list(StaffRole), sorted(GRANTED_INDIVIDUALLY))
    for method, path in (
        ("POST", "/v1/messages"),
        ("GET", f"/v1/messages/{uuid4()}"),
        ("GET", "/v1/mailbox"),
        ("GET", f"/v1/mailbox/{uuid4()}"),
        ("POST", f"/v1/mailbox/{uuid4()}/receipt"),
    ):
        assert problem_of(_call(api, method, path, token, {}), 401)["code"] == "access.unauthenticated"


def test_login_whoami_and_logout(staffed: Bench, api: Api) -> None:
    opened = _login(api, " First-Person", PASSWORD)
    assert opened.status == 201 and opened.headers["cache-control"] == "no-store"
    assert "set-cookie" not in opened.headers
    told = opened.json()
    assert (told["name"], told["rights"]) == ("first-person", ["manage_people"])
    me = _call(api, "GET", "/staff/me", told["token"]).json()
    assert me == {key: value for key, value in told.items() if key != "token"}
    assert _call(api, "DELETE", "/staff/session", told["token"]).status == 204
    assert _call(api, "GET", "/staff/me", told["token"]).status == 401


def test_a_token_that_the_caller_chose_is_not_used(staffed: Bench, api: Api) -> None:
    brought = "a-token-that-somebody-planted-beforehand-000"
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {brought}", "Cookie": f"session={brought}"}
    body = json.dumps({"name": "first-person", "password": PASSWORD, "token": brought})
    refused = api.http.request("POST", f"{api.url}/staff/session", body=body, headers=headers)
    assert problem_of(refused, 422), "there is no such field"
    body = json.dumps({"name": "first-person", "password": PASSWORD})
    opened = api.http.request("POST", f"{api.url}/staff/session", body=body, headers=headers)
    assert opened.json()["token"] != brought
    assert _call(api, "GET", "/staff/me", brought).status == 401


def test_wrong_unknown_disabled_and_expired_get_the_very_same_answer(staffed: Bench, api: Api) -> None:
    accounts = staffed.hub.staff.accounts
    for name in ("disabled-one", "expired-one"):
        accounts.add(name, [], [], PASSWORD, "first-person")
    accounts.disable("disabled-one", "first-person")
    accounts.expire("expired-one", staffed.clock.now(), "first-person")
    answers = {
        _login(api, name, password).data
        for name, password in (
            ("first-person", OTHER),
            ("nobody-at-all", PASSWORD),
            ("no name !", PASSWORD),
            ("disabled-one", PASSWORD),
            ("expired-one", PASSWORD),
            ("first-person", ""),
        )
    }
    assert len(answers) == 1


def test_a_blocked_caller_learns_for_how_long(staffed: Bench, api: Api) -> None:
    for _ in range(5):
        assert _login(api, "first-person", OTHER).status == 401
    held = _login(api, "first-person", PASSWORD)
    assert problem_of(held, 429)["code"] == "access.too_many_tries"
    assert 25 <= int(held.headers["retry-after"]) <= 30


def test_a_refusal_repeats_neither_a_password_nor_a_reason(staffed: Bench, api: Api) -> None:
    secret = "a secret that is far too long " * 40
    for body in ({"name": "first-person", "password": secret}, {"name": 7, "password": secret}, {"password": [secret]}):
        answered = _call(api, "POST", "/staff/session", None, body)
        problem_of(answered, 422)
        assert b"secret" not in answered.data
    token = _person(staffed, "body-reader", [], [Right.READ_BODY])
    answered = _call(api, "POST", f"/staff/messages/{uuid4()}/body", token, {"reason": "?"})
    assert problem_of(answered, 422)["code"] == "access.reason_missing"


def test_reading_a_body_writes_an_entry_and_its_story_shows_who_read_it(staffed: Bench, api: Api) -> None:
    receipt: Any = staffed.send(staffed.story()["report"])
    id = receipt["messages"][0]["id"]
    reader = _person(staffed, "body-reader", [StaffRole.AUDITOR], [Right.READ_BODY])
    opened = _call(api, "POST", f"/staff/messages/{id}/body", reader, {"reason": "an inquiry"}).json()
    assert opened["message"] == id and opened["body"]
    sha256 = opened["attachments"][0]["sha256"]
    got = _call(api, "POST", f"/staff/messages/{id}/attachments/{sha256}", reader, {"reason": "an inquiry"})
    assert len(got.data) == opened["attachments"][0]["bytes"]
    assert got.headers["content-type"] == "application/octet-stream"
    entries = _call(api, "GET", f"/staff/journal?event=body.read&message={id}", reader).json()["entries"]
    assert [entry["detail"] for entry in entries] == [
        {"person": "body-reader", "reason": "an inquiry", "read": ["body"]},
        {"person": "body-reader", "reason": "an inquiry", "read": [f"attachment {sha256}"]},
    ]
    assert _call(api, "POST", f"/staff/messages/{uuid4()}/body", reader, {"reason": "an inquiry"}).status == 404


@pytest.mark.parametrize(
    "query", ["after=-1", "limit=0", "limit=501", "event=x", "message=x", "after=99999999999999999999999", "event=%00"]
)
def test_a_query_that_is_not_as_it_must_be_is_refused(staffed: Bench, api: Api, query: str) -> None:
    token = _person(staffed, "an-auditor", [StaffRole.AUDITOR], [])
    problem_of(_call(api, "GET", f"/staff/journal?{query}", token), 422)


def test_with_a_first_password_only_its_change_is_open(staffed: Bench, api: Api) -> None:
    staffed.hub.staff.accounts.add("new-person", list(StaffRole), sorted(GRANTED_INDIVIDUALLY), OTHER, "first-person")
    token = _login(api, "new-person", OTHER).json()["token"]
    for method, path in (("GET", "/staff/deadlines"), ("GET", "/staff/journal")):
        assert problem_of(_call(api, method, path, token), 403)["code"] == "access.password_to_change"
    assert _call(api, "GET", "/staff/me", token).json()["must_change_password"] is True
    assert _call(api, "PUT", "/staff/password", token, {"old": OTHER, "new": PASSWORD}).status == 204
    assert _call(api, "GET", "/staff/me", token).status == 401
    assert _call(api, "GET", "/staff/deadlines", _login(api, "new-person", PASSWORD).json()["token"]).status == 200
