"""https_push as a client of the recipient's token service."""

import json
import logging
import threading
from base64 import b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote_plus

import jwt
import pytest
from joserfc.jwk import ECKey

from adapters.contract import CannotDeliver, Encoded, Endpoint, Parcel
from adapters.transports.https_push.adapter import HttpsPush

ID = "6f0a3a4e-31d2-4a53-9d6a-6b1c1f2f0a10"
PARCEL = Parcel(ID, "d-1", "hearing_result", "court-b10jq", "police-x", Encoded(b"{}", "application/json", ".json"))
SECRET = "a+secret/with=signs"


class Agency(ThreadingHTTPServer):
    """A token service and the address that its tokens are for. PyJWT verifies assertions."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.given: list[str] = []
        self.taken: list[str | None] = []
        self.forms: list[dict[str, str]] = []
        self.refuses: set[str] = set()
        self.lives = 300
        self.status = 200
        self.key: ECKey | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Agency

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            self._token({name: values[0] for name, values in parse_qs(body.decode()).items()})
            return
        held = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        self.server.taken.append(held)
        if held not in self.server.given or held in self.server.refuses:
            self._answer(401, {})
            return
        self._answer(200, {"receipt": {"message_id": self.headers["Hub-Message-Id"]}})

    def _token(self, form: dict[str, str]) -> None:
        self.server.forms.append(form)
        if not self._proved(form) or self.server.status != 200:
            self._answer(401 if self.server.status == 200 else self.server.status, {"error": "invalid_client"})
            return
        self.server.given.append(f"token-{len(self.server.given)}")
        token = {"access_token": self.server.given[-1], "token_type": "bearer", "expires_in": self.server.lives}
        self._answer(200, token)

    def _proved(self, form: dict[str, str]) -> bool:
        if "client_assertion" in form and self.server.key is not None:
            public = jwt.PyJWK(self.server.key.as_dict(private=False)).key
            said = jwt.decode(
                form["client_assertion"], public, algorithms=["ES256"], audience=f"{self.server.url}/token"
            )
            return bool(said["sub"] == said["iss"] == "exchange" and said["jti"])
        basic = self.headers.get("Authorization")
        if basic is not None:
            name, _, secret = b64decode(basic.removeprefix("Basic ")).decode().partition(":")
            return (unquote_plus(name), unquote_plus(secret)) == ("exchange", SECRET)
        return (form.get("client_id"), form.get("client_secret")) == ("exchange", SECRET)

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def agency() -> Iterator[Agency]:
    with Agency() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def push() -> Iterator[HttpsPush]:
    transport = HttpsPush()
    yield transport
    transport.close()


def endpoint(agency: Agency, folder: Path, **more: str) -> Endpoint:
    (folder / "secret").write_text(SECRET)
    settings = {
        "url": f"{agency.url}/in",
        "token_url": f"{agency.url}/token",
        "client_id": "exchange",
        "client_secret_file": str(folder / "secret"),
    }
    return Endpoint("police-x", "hub_json", "https_push", settings | more)


@pytest.mark.parametrize("auth", ["client_secret_basic", "client_secret_post"])
def test_a_token_is_fetched_once_and_used_for_many_messages(
    agency: Agency, push: HttpsPush, tmp_path: Path, auth: str
) -> None:
    to = endpoint(agency, tmp_path, client_auth=auth, scope="in.write")
    assert push.check(to) == ()
    for _ in range(3):
        assert push.send(to, PARCEL).proved
    assert agency.taken == ["token-0"] * 3
    assert [form["scope"] for form in agency.forms] == ["in.write"]


def test_an_assertion_of_a_key_gets_a_token_too(agency: Agency, push: HttpsPush, tmp_path: Path) -> None:
    agency.key = ECKey.generate_key("P-256", {"kid": "k-1"}, private=True)
    (tmp_path / "key.jwk").write_text(json.dumps(agency.key.as_dict(private=True)))
    to = endpoint(agency, tmp_path, client_key_file=str(tmp_path / "key.jwk"), client_auth="private_key_jwt")
    settings = {name: value for name, value in to.settings.items() if name != "client_secret_file"}
    to = Endpoint(to.agency, to.system, to.transport, settings)
    assert push.check(to) == ()
    assert push.send(to, PARCEL).proved


def test_another_token_is_fetched_once_when_one_is_not_accepted(
    agency: Agency, push: HttpsPush, tmp_path: Path
) -> None:
    to = endpoint(agency, tmp_path)
    push.send(to, PARCEL)
    agency.refuses.add("token-0")
    assert push.send(to, PARCEL).proved
    assert agency.taken == ["token-0", "token-0", "token-1"]
    agency.refuses |= {"token-1", "token-2"}
    with pytest.raises(CannotDeliver, match=r"partner\.credentials") as failed:
        push.send(to, PARCEL)
    assert (failed.value.retryable, failed.value.partner_down) == (True, True)
    assert len(agency.given) == 3, "it does not go on asking"


def test_a_token_that_ends_soon_is_not_used_again(agency: Agency, push: HttpsPush, tmp_path: Path) -> None:
    agency.lives = 20
    to = endpoint(agency, tmp_path)
    push.send(to, PARCEL)
    push.send(to, PARCEL)
    assert agency.taken == ["token-0", "token-1"]


@pytest.mark.parametrize("status", [401, 404, 500, 503])
def test_without_a_token_nothing_is_sent_and_nothing_is_shown(
    agency: Agency, push: HttpsPush, tmp_path: Path, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    agency.status = status
    with pytest.raises(CannotDeliver) as failed:
        push.send(endpoint(agency, tmp_path), PARCEL)
    assert failed.value.code == "partner.token"
    assert failed.value.retryable
    assert failed.value.partner_down
    assert agency.taken == []
    assert SECRET not in str(failed.value)
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"client_secret_file": "/nowhere/secret"}, "settings.client_secret_file"),
        ({"token": "abc"}, "settings.token"),
        ({"token_url": "http://agency.example/token"}, "settings.url_insecure"),
        ({"client_auth": "private_key_jwt"}, "settings.token_url"),
        ({"client_auth": "none"}, "settings.value"),
        ({"client_key_file": "/nowhere/key"}, "settings.token_url"),
    ],
)
def test_settings_that_do_not_fit_are_refused_before_anything_is_sent(
    agency: Agency, push: HttpsPush, tmp_path: Path, more: dict[str, str], code: str
) -> None:
    assert [problem.code for problem in push.check(endpoint(agency, tmp_path, **more))] == [code]


def test_a_client_without_a_token_service_is_refused(agency: Agency, push: HttpsPush, tmp_path: Path) -> None:
    to = endpoint(agency, tmp_path)
    settings = {name: value for name, value in to.settings.items() if name != "token_url"}
    problems = push.check(Endpoint(to.agency, to.system, to.transport, settings))
    assert [problem.code for problem in problems] == ["settings.token_url"]
