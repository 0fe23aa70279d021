"""OAuth 2 clients that others wrote get tokens from the exchange, and call with them."""

from datetime import timedelta
from pathlib import Path

import jwt
import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import OKPKey
from oauthlib.oauth2 import BackendApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session as RequestsOAuth2Session

from tests.conftest import run_hub
from tests.served import Api

COURT = "court-b10jq"
RESULT = Path("adapters/systems/hub_json/samples/hearing_result.json")


@pytest.fixture
def plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those clients refuse plain http, by which the tests call."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


def described(api: Api) -> dict[str, object]:
    found: dict[str, object] = requests.get(f"{api.url}/.well-known/oauth-authorization-server", timeout=10).json()
    return found


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_finds_the_token_service_gets_a_token_for_a_secret_and_hands_in_a_document(
    api: Api, plain_http: None, method: str
) -> None:
    secret = api.bench.hub.access.issue_secret(COURT)
    about = described(api)
    assert method in about["token_endpoint_auth_methods_supported"]  # type: ignore[operator]
    with OAuth2Session(COURT, secret.text, token_endpoint_auth_method=method, scope="any.thing") as client:
        token = client.fetch_token(about["token_endpoint"], grant_type="client_credentials")
        assert token["expires_in"] == 600
        assert token["token_type"] == "Bearer"
        answer = client.post(f"{api.url}/v1/messages", data=RESULT.read_bytes())
        assert answer.status_code == 202, answer.text
        read = client.get(f"{api.url}/v1/messages/{answer.json()['receipt']['messages'][0]['id']}")
        assert read.status_code == 200


def test_authlib_gets_a_token_for_an_assertion_that_its_own_key_signed(api: Api, plain_http: None) -> None:
    key = api.bench.hub.access.issue_key(COURT)
    own = OKPKey.import_key(key.key.as_dict(private=True))
    with OAuth2Session(COURT, own, token_endpoint_auth_method="private_key_jwt") as client:
        endpoint = f"{api.url}/oauth2/token"
        client.register_client_auth_method(PrivateKeyJWT(endpoint, alg="EdDSA", headers={"kid": str(key.id)}))
        client.fetch_token(endpoint, grant_type="client_credentials")
        assert client.get(f"{api.url}/v1/mailbox").status_code == 200
        api.bench.hub.access.revoke_key(key.id)
        assert client.get(f"{api.url}/v1/mailbox").json()["code"] == "key.revoked"


def test_requests_oauthlib_gets_a_token_and_the_simple_door_takes_its_document(api: Api, plain_http: None) -> None:
    secret = api.bench.hub.access.issue_secret(COURT)
    with RequestsOAuth2Session(client=BackendApplicationClient(client_id=COURT)) as client:
        client.fetch_token(f"{api.url}/oauth2/token", auth=HTTPBasicAuth(COURT, secret.text))
        answer = client.post(f"{api.url}/interfaces/rest", data=RESULT.read_bytes())
        assert answer.status_code == 201, answer.text
        assert answer.json()["reference"] == answer.json()["receipt"]["document"]


def test_pyjwt_verifies_a_receipt_with_the_keys_that_the_exchange_publishes(api: Api) -> None:
    receipt = api.post(COURT, RESULT.read_bytes()).json()["receipt"]
    keys = jwt.PyJWKClient(f"{api.url}/.well-known/jwks.json")
    said = jwt.decode(receipt["signed"], keys.get_signing_key_from_jwt(receipt["signed"]).key, algorithms=["EdDSA"])
    assert said == {name: value for name, value in receipt.items() if name != "signed"}


def test_a_secret_is_shown_once_replaced_without_a_gap_and_revoked_at_once(
    api: Api, database_url: str, tmp_path: Path
) -> None:
    def command(*arguments: str) -> str:
        ran = run_hub(*arguments, state=tmp_path, HUB_DATABASE_URL=database_url)
        assert ran.returncode == 0, ran
        return ran.stdout

    def tokens(secret: str) -> int:
        form = {"grant_type": "client_credentials"}
        return requests.post(f"{api.url}/oauth2/token", form, auth=(COURT, secret), timeout=10).status_code

    first = command("secrets", "new", COURT).partition("client_secret: ")[2].split()[0]
    assert tokens(first) == 200
    command("secrets", "new", COURT, "--out", str(tmp_path / "second"), "--days", "1")
    second = (tmp_path / "second").read_text().strip()
    assert (tmp_path / "second").stat().st_mode & 0o77 == 0
    assert [tokens(first), tokens(second)] == [200, 200]
    listed = command("secrets", "list", COURT)
    assert first not in listed
    assert second not in listed
    secret = api.bench.hub.access.secrets(COURT)[0].id
    command("secrets", "revoke", str(secret))
    assert [tokens(first), tokens(second)] == [401, 200]
    api.bench.clock.advance(timedelta(days=1, minutes=1))
    assert tokens(second) == 401
