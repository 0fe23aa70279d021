"""Assertions that must not give access: replayed, unsigned, confused, borrowed, stale or too long."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from hub.access.assertions import AgencyKey
from hub.errors import AssertionRefused, KeyUnusable
from hub.exchange.due.server_time import RunningTime
from hub.journal.events import Event
from hub.store.access import server_time
from tests.conftest import Bench

AREA, COURT = "probation-northumbria", "court-b10jq"


def _token(key: AgencyKey, bench: Bench, **claims: Any) -> str:
    return key.authorization(bench.clock.now(), **claims).removeprefix("Bearer ")


def _refused(bench: Bench, token: str) -> str:
    with pytest.raises(AssertionRefused) as refused:
        bench.hub.access.caller(token)
    assert refused.value.status == 401
    return refused.value.code


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_an_assertion_opens_once(bench: Bench, algorithm: str) -> None:
    token = _token(bench.hub.access.issue_key(AREA, algorithm), bench)
    assert bench.hub.access.caller(token).id == AREA
    assert _refused(bench, token) == "assertion.replayed"


def test_of_many_at_the_same_moment_one_opens(bench: Bench) -> None:
    token = _token(bench.hub.access.issue_key(AREA), bench)

    def call(_: int) -> bool:
        try:
            bench.hub.access.caller(token)
        except AssertionRefused:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(call, range(6))) == 1


def test_a_replay_after_the_sweep_is_still_refused(bench: Bench) -> None:
    token = _token(bench.hub.access.issue_key(AREA), bench)
    bench.hub.access.caller(token)
    bench.clock.advance(timedelta(hours=1))
    bench.hub.sweep.run()
    assert _refused(bench, token) == "assertion.expired"
    bench.clock.advance(-timedelta(hours=1))
    assert _refused(bench, token) == "assertion.replayed", "a clock that jumps and comes back opens no door"


def test_no_algorithm_and_a_public_key_used_as_a_secret_give_no_access(bench: Bench) -> None:
    for algorithm in ("EdDSA", "ES256"):
        key = bench.hub.access.issue_key(AREA, algorithm)
        claims = _token(key, bench).split(".")[1]
        for name in ("none", "None", ""):
            assert _refused(bench, f"{_part({'alg': name, 'kid': str(key.id)})}.{claims}.") == "access.unauthenticated"
        for secret in (json.dumps(key.public()).encode(), str(key.public()["x"]).encode(), b""):
            signed = f"{_part({'alg': 'HS256', 'kid': str(key.id)})}.{claims}"
            mac = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), hashlib.sha256)).rstrip(b"=").decode()
            assert _refused(bench, f"{signed}.{mac}") == "access.unauthenticated"


def test_another_agencys_key_cannot_act_for_this_one(bench: Bench) -> None:
    area, court = bench.hub.access.issue_key(AREA), bench.hub.access.issue_key(COURT)
    borrowed = AgencyKey(court.id, COURT, area.algorithm, area.key)  # the court's key id with the area's signature
    assert _refused(bench, _token(borrowed, bench)) == "access.unauthenticated"
    assert _refused(bench, _token(area, bench, iss=COURT)) == "access.unauthenticated"
    stranger = AgencyKey(uuid4(), AREA, area.algorithm, area.key)
    assert _refused(bench, _token(stranger, bench)) == "access.unauthenticated"


def test_a_changed_byte_anywhere_gives_no_access(bench: Bench) -> None:
    token = _token(bench.hub.access.issue_key(AREA), bench)
    head, claims, signature = token.split(".")
    later = json.loads(base64.urlsafe_b64decode(claims + "=="))
    later["jti"] = "another-one-altogether"
    for changed in (f"{head}.{_part(later)}.{signature}", f"{head}.{claims}.{'A' * len(signature)}", token[:-3]):
        assert _refused(bench, changed) == "access.unauthenticated"


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "x" * 9_000, "é.é.é", "\x00", "' OR 1=1 --", "e30.e30.e30"])
def test_rubbish_is_refused_like_anything_else(bench: Bench, token: str) -> None:
    assert _refused(bench, token) == "access.unauthenticated"


def test_times_are_held_to_within_the_skew(bench: Bench) -> None:
    key, now = bench.hub.access.issue_key(AREA), int(bench.clock.now().timestamp())
    assert _refused(bench, _token(key, bench, iat=now - 200, exp=now - 40)) == "assertion.expired"
    assert _refused(bench, _token(key, bench, iat=now + 45, exp=now + 100)) == "assertion.not_yet"
    assert _refused(bench, _token(key, bench, exp=now + 3600)) == "assertion.too_long"
    assert bench.hub.access.caller(_token(key, bench, iat=now - 100, exp=now - 20)).id == AREA
    assert bench.hub.access.caller(_token(key, bench, iat=now + 20, exp=now + 100)).id == AREA


@pytest.mark.parametrize(
    "claims",
    [
        {"jti": "short"},
        {"jti": 7},
        {"jti": "x" * 65},
        {"iat": "now"},
        {"exp": 1e300},
        {"exp": float("nan")},
        {"exp": "1"},
        {"iat": float("-inf")},
        {"iat": [1]},
        {"exp": 253402300799, "iat": 253402300700},
        {"exp": -62135596800, "iat": -62135596800},
        {"jti": "\ud800" * 9},
        {"jti": "\0" * 9},
        {"jti": {"a": 1}},
    ],
)
def test_claims_of_the_wrong_shape_are_reported(bench: Bench, claims: dict[str, Any]) -> None:
    assert _refused(bench, _token(bench.hub.access.issue_key(AREA), bench, **claims)) == "assertion.malformed"


def test_an_assertion_for_another_exchange_gives_no_access_here(bench: Bench) -> None:
    assert (
        _refused(bench, _token(bench.hub.access.issue_key(AREA), bench, aud="elsewhere")) == "assertion.wrong_audience"
    )


def test_an_expired_or_revoked_key_stops_working_immediately(bench: Bench) -> None:
    old, new = bench.hub.access.issue_key(AREA), bench.hub.access.issue_key(AREA)
    assert [bench.hub.access.caller(_token(key, bench)).id for key in (old, new)] == [AREA, AREA], "rotation has no gap"
    bench.hub.access.revoke_key(old.id)
    assert _refused(bench, _token(old, bench)) == "key.revoked"
    assert bench.hub.access.caller(_token(new, bench)).id == AREA
    bench.clock.advance(timedelta(days=366))
    assert _refused(bench, _token(new, bench)) == "key.expired"


def test_a_key_that_the_agency_made_itself_opens_and_another_kind_of_key_is_not_taken(bench: Bench) -> None:
    own = AgencyKey.make(AREA, "ES256")
    bench.hub.access.register_key(AREA, own.public(), own.id)
    assert bench.hub.access.caller(_token(own, bench)).id == AREA
    for document in ({"kty": "oct", "k": "c2VjcmV0"}, {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, {}, [], "x"):
        with pytest.raises(KeyUnusable):
            bench.hub.access.register_key(AREA, document, uuid4())  # type: ignore[arg-type]


def test_private_parts_of_keys_are_never_kept(bench: Bench) -> None:
    bench.hub.access.issue_key(AREA)
    bench.hub.access.register_key(AREA, json.loads(AgencyKey.make(AREA, "EdDSA").as_text()), uuid4())
    for key in bench.hub.access.keys(AREA):
        assert "d" not in key.public_key


class _Ticks:
    """Seconds that pass whatever the clock says."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def passing(bench: Bench) -> Callable[[timedelta, timedelta], int]:
    """Time passes, the clock says what it says, and the sweep runs. Returns how many steps of the clock were told."""
    ticks = _Ticks()
    running = RunningTime(bench.hub.store, bench.hub.wiring.log, ticks)

    def passes(really: timedelta, clock: timedelta) -> int:
        ticks.seconds += really.total_seconds()
        bench.clock.advance(clock)
        told = running.look(bench.clock.now())
        bench.hub.sweep.run()
        return told

    passes(timedelta(), timedelta())
    return passes


NO_TIME, A_DAY = timedelta(seconds=1), timedelta(days=1)


def test_an_assertion_stays_used_when_the_clock_goes_a_day_ahead_and_back(
    bench: Bench, passing: Callable[[timedelta, timedelta], int]
) -> None:
    token = _token(bench.hub.access.issue_key(AREA), bench)
    bench.hub.access.caller(token)
    assert passing(NO_TIME, A_DAY) == 1
    assert passing(NO_TIME, -A_DAY) == 1
    assert _refused(bench, token) == "assertion.replayed"
    entries = bench.hub.evidence.entries(0, 100, Event.TIME_STEPPED, None)
    assert {round(entry["detail"]["seconds"] / 86_400) for entry in entries} == {1, -1}, "and both steps are told"


def test_an_assertion_whose_use_is_forgotten_is_refused_when_the_clock_goes_back_to_it(
    bench: Bench, passing: Callable[[timedelta, timedelta], int]
) -> None:
    token = _token(bench.hub.access.issue_key(AREA), bench)
    bench.hub.access.caller(token)
    assert passing(A_DAY, A_DAY) == 0, "time that passes is no step"
    with bench.hub.store.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM used_assertion")).scalar_one() == 0
    assert passing(NO_TIME, -A_DAY) == 1
    assert _refused(bench, token) == "assertion.replayed"
    fresh = _token(bench.hub.access.issue_key(COURT), bench)
    bench.clock.advance(timedelta(minutes=1))
    assert bench.hub.access.caller(_token(bench.hub.access.issue_key(COURT), bench)).id == COURT
    assert fresh


def test_processes_that_count_beside_each_other_do_not_count_twice(bench: Bench) -> None:
    ticks = _Ticks()
    beside = [RunningTime(bench.hub.store, bench.hub.wiring.log, ticks) for _ in range(3)]
    for _ in range(5):
        for each in beside:
            each.look(bench.clock.now())
        ticks.seconds += 10
    with bench.hub.store.transaction() as connection:
        assert server_time.read(connection).elapsed_seconds == pytest.approx(40)


def test_one_key_is_of_one_agency_and_is_registered_once(bench: Bench) -> None:
    own = AgencyKey.make(AREA, "EdDSA")
    bench.hub.access.register_key(AREA, own.public(), own.id)
    bench.hub.access.revoke_key(own.id)
    for agency in (AREA, COURT):
        with pytest.raises(KeyUnusable):
            bench.hub.access.register_key(agency, own.public(), uuid4())
