"""Tokens of the exchange: who gets one, what it is good for, and that it ends with what it was made from."""

import base64
import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hub.access.tokens.access_tokens import CalledWithToken, MadeFrom, issued
from hub.journal.signing_keys import signing_keys
from tests.conftest import Bench
from tests.served import Api, problem_of

COURT, AREA = "court-b10jq", "probation-northumbria"


def asked(api: Api, headers: dict[str, str] | None = None, **form: str) -> Any:
    return api.http.request(
        "POST",
        f"{api.url}/oauth2/token",
        fields={"grant_type": "client_credentials"} | form,
        headers=headers,
        encode_multipart=False,
    )


def token(api: Api, agency: str = COURT) -> str:
    given = asked(api, client_id=agency, client_secret=api.bench.hub.access.issue_secret(agency).text)
    assert given.status == 200, given.data
    return str(given.json()["access_token"])


def called(api: Api, token: str) -> Any:
    return api.http.request("GET", f"{api.url}/v1/mailbox", headers={"Authorization": f"Bearer {token}"})


def test_a_stranger_cannot_tell_which_clients_there_are_or_what_was_wrong(api: Api) -> None:
    secret = api.bench.hub.access.issue_secret(COURT).text
    wrong = [
        asked(api, client_id=COURT, client_secret="jxs_wrong"),
        asked(api, client_id="court-that-is-not", client_secret=secret),
        asked(api, client_id=AREA, client_secret=secret),
        asked(api, client_id=COURT, client_secret="x" * 5_000),
        asked(api, {"Authorization": "Basic " + base64.b64encode(b"court-b10jq:no").decode()}),
        asked(api, {"Authorization": "Basic %%%"}),
        asked(api, {"Authorization": "Basic " + base64.b64encode(b"\xff:\xfe").decode()}),
        asked(api, {"Authorization": "Bearer x"}),
        asked(api, client_id=COURT),
        asked(api, client_assertion="a.b.c", client_assertion_type=JWT_BEARER),
    ]
    assert {(one.status, one.data) for one in wrong} == {(401, wrong[0].data)}
    assert wrong[0].json()["error"] == "invalid_client"
    assert wrong[0].headers["cache-control"] == "no-store"


JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "invalid_request"),
        (b"grant_type=password&username=a&password=b", "invalid_request"),
        (b"grant_type=authorization_code", "unsupported_grant_type"),
        (b"grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        (b"grant_type=client_credentials&client_id=a&client_secret=b&client_assertion=c", "invalid_request"),
        (b"grant_type=client_credentials&client_assertion=c&client_assertion_type=other", "invalid_request"),
        (b"grant_type=client_credentials&client_id=a&client_secret=b&unknown=c", "invalid_request"),
        (b"grant_type=client_credentials&client_id=a&client_secret=b&resource=https://other.example", "invalid_target"),
        (b"grant_type=%ff", "invalid_request"),
        ("grant_type=\u00e9".encode(), "invalid_request"),
    ],
)
def test_a_request_that_is_not_one_is_refused_by_its_name(api: Api, body: bytes, error: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = api.http.request("POST", f"{api.url}/oauth2/token", body=body, headers=headers)
    assert (answer.status, answer.json()["error"]) == (400, error)


def test_a_token_works_until_its_secret_is_revoked_even_while_a_call_is_under_way(api: Api) -> None:
    hub = api.bench.hub
    held = token(api)
    assert called(api, held).status == 200
    with_token = hub.access.called(held)
    hub.access.revoke_secret(hub.access.secrets(COURT)[0].id)
    assert problem_of(called(api, held), 401)["code"] == "token.invalid"
    with pytest.raises(Exception, match=r"token\.invalid"):
        hub.access.still_may(with_token)


def test_a_token_ends_after_ten_minutes(api: Api) -> None:
    held = token(api)
    api.bench.clock.advance(timedelta(minutes=10, seconds=1))
    assert problem_of(called(api, held), 401)["code"] == "token.expired"


def test_a_token_speaks_for_one_agency_only(api: Api) -> None:
    document = Path("adapters/systems/hub_json/samples/hearing_result.json").read_bytes()
    headers = {"Authorization": f"Bearer {token(api, 'probation-essex')}"}
    answer = api.http.request("POST", f"{api.url}/v1/messages", body=document, headers=headers)
    assert problem_of(answer, 422)["code"] == "sender.not_yours"


def _segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_no_forged_token_is_believed(api: Api, tmp_path: Path) -> None:
    hub, now = api.bench.hub, api.bench.clock.now()
    head, body, signature = token(api).split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    other = signing_keys(tmp_path / "other.keys", now)
    secret = hub.access.secrets(COURT)[0].id
    who = CalledWithToken(AREA, MadeFrom.SECRET, secret)
    forged = [
        f"{head}.{_segment(said | {'sub': AREA})}.{signature}",
        f"{_segment({'alg': 'none', 'typ': 'at+jwt'})}.{body}.",
        f"{_segment({'alg': 'HS256', 'typ': 'at+jwt', 'kid': hub.signing.current.kid})}.{body}.{signature}",
        issued(other, "x", hub.settings.audience, CalledWithToken(COURT, MadeFrom.SECRET, secret), now),
        issued(hub.signing, "x", "another-exchange", CalledWithToken(COURT, MadeFrom.SECRET, secret), now),
        issued(hub.signing, "x", hub.settings.audience, who, now),  # the secret is another agency's
        hub.signing.sign(json.dumps(said).encode()),  # signed as something else
        hub.signing.sign(json.dumps([said]).encode(), type="at+jwt"),
    ]
    assert [called(api, one).status for one in forged] == [401] * len(forged)


def test_a_secret_that_somebody_put_into_the_database_gives_no_token(api: Api) -> None:
    import hashlib

    with api.bench.hub.store.transaction() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        connection.execute(text("ALTER TABLE client_secret DISABLE TRIGGER ALL"))
        connection.execute(
            text(
                "INSERT INTO client_secret VALUES (gen_random_uuid(), :agency, :hash, now() - interval '1 day',"
                " now() + interval '1 day', NULL)"
            ),
            {"agency": COURT, "hash": hashlib.sha256(b"mine").digest()},
        )
        connection.execute(text("ALTER TABLE client_secret ENABLE TRIGGER ALL"))
    assert asked(api, client_id=COURT, client_secret="mine").status == 401


def test_an_assertion_for_a_token_is_used_once_and_only_for_that(api: Api) -> None:
    hub, now = api.bench.hub, api.bench.clock.now()
    key = hub.access.issue_key(COURT)
    endpoint = f"{api.url}/oauth2/token"

    def by(assertion: str, **more: str) -> Any:
        return asked(api, client_assertion=assertion, client_assertion_type=JWT_BEARER, **more)

    good = key.authorization(now, endpoint, sub=COURT).removeprefix("Bearer ")
    assert called(api, good).status == 401, "it was made for the token service"
    assert by(good).status == 200
    assert by(good).status == 401, "it was used before"
    for wrong in (
        key.authorization(now, "https://other.example/token", sub=COURT),
        key.authorization(now, endpoint, sub=AREA),
        key.authorization(now, endpoint),
        key.authorization(now, endpoint, sub=COURT, exp=int(now.timestamp()) + 7_200),
        key.authorization(now - timedelta(hours=2), endpoint, sub=COURT),
    ):
        assert by(wrong.removeprefix("Bearer ")).status == 401
    assert by(key.authorization(now, endpoint, sub=COURT)[7:], client_id=AREA).status == 401


def test_calls_with_tokens_and_for_tokens_count_against_the_limit_of_the_agency(bench: Bench) -> None:
    from tests.served import served

    settings = bench.hub.settings.model_copy(update={"calls_max": 5})
    limits = bench.hub.limits
    object.__setattr__(limits, "usual", type(limits.usual)(5, 10**7, 100, 100))
    with served(bench) as api:
        held = token(api)
        answers = [called(api, held) for _ in range(5)]
        assert [one.status for one in answers] == [200] * (settings.calls_max - 1) + [429]
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert asked(api, client_id=COURT, client_secret=bench.hub.access.issue_secret(COURT).text).status == 429


def test_neither_a_secret_nor_a_token_is_kept_or_logged(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = api.bench.hub.access.issue_secret(COURT)
    held = asked(api, client_id=COURT, client_secret=secret.text).json()["access_token"]
    called(api, held)
    asked(api, client_id=COURT, client_secret=secret.text + "x")
    assert secret.text not in repr(secret)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("urllib3")]
    assert not any(secret.text in line or held in line for line in ours)
    with api.bench.hub.store.transaction() as connection:
        tables = connection.execute(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        ).scalars()
        for table in tables.all():
            rows = connection.execute(text(f"SELECT string_agg(t::text, '') FROM \"{table}\" t")).scalar() or ""  # noqa: S608
            assert secret.text not in rows, table
            assert held not in rows, table
