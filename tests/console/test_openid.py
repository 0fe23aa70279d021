"""Signing in at the provider of one's own organisation: a real OpenID Connect provider runs in the test."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import urllib3
from oidc_provider_mock import User, run_server_in_thread

from hub.access.second_factors.factors import SecondFactors
from hub.console.openid import Begun, Provider
from hub.journal.events import Event
from tests.console.conftest import Console
from tests.console.visitor import Answer, Visitor

BEGIN, BACK = "/console/sign-in/elsewhere", "/console/sign-in/back"


@dataclass
class Elsewhere:
    console: Console
    issuer: str

    def begun(self, visitor: Visitor, back: str = "") -> str:
        """The address of the provider to which the visitor is sent."""
        answer = visitor.get(f"{BEGIN}?{urlencode({'next': back})}")
        assert answer.status == 303, answer.text
        assert answer.leads_to.startswith(f"{self.issuer}/")
        return answer.leads_to

    def confirmed(self, address: str, subject: str) -> str:
        """Somebody signs in at the provider. Returns where it sends them."""
        with urllib3.PoolManager(retries=False) as http:
            told = http.request("POST", address, fields={"sub": subject}, encode_multipart=False, redirect=False)
        assert told.status == 302, told.data
        return str(told.headers["location"])

    def signed_in(self, visitor: Visitor, subject: str, back: str = "") -> Answer:
        return visitor.get(self.confirmed(self.begun(visitor, back), subject))


@pytest.fixture(scope="module")
def elsewhere(console: Console, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    secret = tmp_path_factory.mktemp("openid") / "secret"
    secret.write_text("a secret of the client\n")
    users = [
        User(sub=f"subject of {name}", claims={"preferred_username": name})
        for name in ("viewer", "nobody.here", "newly.added", "with.factor", "<b>")
    ]
    users.append(User(sub="subject without a name"))
    hub, before = console.bench.hub, console.bench.hub.settings
    with run_server_in_thread(user_claims=users, require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        given = {"openid_issuer": issuer, "openid_client_id": "exchange", "openid_client_secret_file": secret}
        hub.settings = before.model_copy(update=given)
        try:
            yield Elsewhere(console, issuer)
        finally:
            hub.settings = before


def test_who_is_signed_in_elsewhere_is_signed_in_here_and_goes_on(elsewhere: Elsewhere) -> None:
    visitor = elsewhere.console.visitor()
    assert "Sign in with your organisation" in visitor.get("/console/sign-in").text
    answer = elsewhere.signed_in(visitor, "subject of viewer", "/console/deadlines")
    assert (answer.status, answer.leads_to) == (303, "/console/deadlines")
    assert ">viewer<" in visitor.get("/console/deadlines").text
    assert "__Host-elsewhere" not in visitor.cookies
    entries = elsewhere.console.bench.hub.evidence.entries(0, 1_000, Event.LOGGED_IN)
    assert entries[-1]["detail"] == {"person": "viewer", "remote": True}


def test_what_is_asked_of_the_provider_has_a_state_a_nonce_and_a_challenge(elsewhere: Elsewhere) -> None:
    asked = [parse_qs(urlsplit(elsewhere.begun(elsewhere.console.visitor())).query) for _ in range(2)]
    for each in asked:
        assert each["code_challenge_method"] == ["S256"]
        assert each["response_type"] == ["code"]
        assert "openid" in each["scope"][0]
        assert each["redirect_uri"] == [f"{elsewhere.console.url}{BACK}"]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name][0]) >= 40


@pytest.mark.parametrize("subject", ["subject of nobody.here", "subject without a name", "subject of <b>"])
def test_who_has_no_account_here_is_told_so(elsewhere: Elsewhere, subject: str) -> None:
    visitor = elsewhere.console.visitor()
    answer = elsewhere.signed_in(visitor, subject)
    assert (answer.status, "__Host-session" in visitor.cookies) == (401, False)
    assert "There is a problem" in answer.text
    assert "<b>" not in answer.text


def test_somebody_elses_answer_does_not_sign_in_this_browser(elsewhere: Elsewhere) -> None:
    """An attacker would let the victim work in the attacker's account, or in a session that the attacker knows."""
    attacker, victim = elsewhere.console.visitor(), elsewhere.console.visitor()
    sent = elsewhere.confirmed(elsewhere.begun(attacker), "subject of viewer")
    for prepared in (lambda: None, lambda: elsewhere.begun(victim)):
        prepared()
        answer = victim.get(sent)
        assert (answer.status, "__Host-session" in victim.cookies) == (401, False)


def test_an_answer_counts_once(elsewhere: Elsewhere) -> None:
    visitor = elsewhere.console.visitor()
    address = elsewhere.begun(visitor)
    kept = dict(visitor.cookies)
    sent = elsewhere.confirmed(address, "subject of viewer")
    assert visitor.get(sent).status == 303
    visitor.cookies = kept
    assert visitor.get(sent).status == 401


def test_a_session_that_was_there_before_is_replaced(elsewhere: Elsewhere) -> None:
    visitor = elsewhere.console.visitor()
    visitor.cookies["__Host-session"] = "chosen-by-an-attacker"
    assert elsewhere.signed_in(visitor, "subject of viewer").status == 303
    assert visitor.cookies["__Host-session"] != "chosen-by-an-attacker"


def test_a_token_that_was_made_for_another_sign_in_is_refused(elsewhere: Elsewhere) -> None:
    visitor = elsewhere.console.visitor()
    sent = elsewhere.confirmed(elsewhere.begun(visitor), "subject of viewer")
    begun = json.loads(base64.urlsafe_b64decode(visitor.cookies["__Host-elsewhere"]))
    other = json.dumps({**begun, "nonce": "x" * 64})
    visitor.cookies["__Host-elsewhere"] = base64.urlsafe_b64encode(other.encode()).decode()
    answer = visitor.get(sent)
    assert (answer.status, "__Host-session" in visitor.cookies) == (401, False)
    assert "cannot be verified" in answer.text


def test_the_token_of_another_client_or_issuer_is_refused(elsewhere: Elsewhere) -> None:
    settings = elsewhere.console.bench.hub.settings
    begun = Begun.new("/")
    ours = Provider(settings, f"{elsewhere.console.url}{BACK}")
    other = Provider(settings.model_copy(update={"openid_client_id": "other"}), f"{elsewhere.console.url}{BACK}")
    sent = dict(parse_qsl(urlsplit(elsewhere.confirmed(ours.address(begun), "subject of viewer")).query))
    with pytest.raises(Exception, match=r"access\.sign_in_refused"):
        other.name(begun, sent)
    described = f"{elsewhere.issuer}/somewhere"
    strange = Provider(settings.model_copy(update={"openid_issuer": described}), f"{elsewhere.console.url}{BACK}")
    with pytest.raises(Exception, match=r"access\.sign_in_unavailable"):
        strange.address(begun)


def test_the_first_password_that_somebody_else_chose_opens_nothing_afterwards(elsewhere: Elsewhere) -> None:
    console = elsewhere.console
    console.bench.hub.staff.accounts.add("newly.added", [], [], "a password of the manager", "manager")
    visitor = console.visitor()
    assert elsewhere.signed_in(visitor, "subject of newly.added").leads_to == "/console/"
    other = console.visitor()
    form = {"name": "newly.added", "password": "a password of the manager"}
    assert other.post("/console/sign-in", form, page="/console/sign-in").status == 401


def test_an_account_with_a_second_factor_is_signed_in_here_alone(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SecondFactors, "shown", lambda *_: None)
    visitor = elsewhere.console.visitor()
    answer = elsewhere.signed_in(visitor, "subject of viewer")
    assert (answer.status, "__Host-session" in visitor.cookies) == (401, False)


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "/console/sign-in/elsewhere"])
def test_it_leads_to_no_other_place(elsewhere: Elsewhere, wanted: str) -> None:
    visitor = elsewhere.console.visitor()
    assert elsewhere.signed_in(visitor, "subject of viewer", wanted).leads_to == "/console/"


def test_a_provider_that_is_away_is_said_in_the_page_and_a_password_still_works(elsewhere: Elsewhere) -> None:
    hub = elsewhere.console.bench.hub
    before = hub.settings
    hub.settings = before.model_copy(update={"openid_issuer": "http://127.0.0.1:9"})
    try:
        answer = elsewhere.console.visitor().get(BEGIN)
    finally:
        hub.settings = before
    assert (answer.status, "cannot be reached" in answer.text, "Password" in answer.text) == (401, True, True)


def test_where_no_provider_is_set_there_is_no_such_way(console: Console) -> None:
    hub = console.bench.hub
    before = hub.settings
    hub.settings = before.model_copy(update={"openid_issuer": None})
    try:
        visitor = console.visitor()
        assert visitor.get(BEGIN).status == 404
        assert "organisation" not in visitor.get("/console/sign-in").text
    finally:
        hub.settings = before
