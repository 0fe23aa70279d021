"""How much one agency may hand in, and when the exchange accepts nothing from anybody."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from hub.bootstrap import Hub
from hub.errors import Busy, SettingsWrong, TooManyCalls
from hub.exchange.accepting.limits.capacity import LOOK_EVERY_SECONDS, Capacity
from hub.exchange.partners.limits import load_limits, usual_limits
from hub.settings import Settings
from tests.conftest import Bench, open_store
from tests.served import Api, problem_of

AREA, COURT, GATEWAY = "probation-northumbria", "court-b10jq", "gateway-libra"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.limits_file().parent.mkdir(parents=True, exist_ok=True)
    settings.limits_file().write_text(
        '[[limit]]\nagency = "court-b10jq"\ncalls_max = 3\n'
        '[[limit]]\nagency = "gateway-libra"\nopen_messages_max = 1\nbody_bytes_max = 100_000\n'
    )
    return settings


@pytest.fixture
def other_process(bench: Bench) -> Iterator[Hub]:
    hub = Hub(bench.hub.knowledge, open_store(bench.hub.store.url), bench.clock, bench.hub.wiring.log)
    yield hub
    hub.store.close()


def _call(hub: Hub, bench: Bench, agency: str) -> None:
    key = bench.hub.access.issue_key(agency)
    hub.access.caller(key.authorization(bench.clock.now()).removeprefix("Bearer "))


def test_calls_are_counted_across_processes_and_for_each_agency_alone(bench: Bench, other_process: Hub) -> None:
    for hub in (bench.hub, other_process, bench.hub):
        _call(hub, bench, COURT)
    for hub in (bench.hub, other_process):
        with pytest.raises(TooManyCalls) as refused:
            _call(hub, bench, COURT)
        assert 1 <= refused.value.retry_after_seconds <= 10
    _call(other_process, bench, AREA)
    bench.clock.advance(timedelta(seconds=refused.value.retry_after_seconds))
    _call(bench.hub, bench, COURT)


def test_a_call_that_was_one_too_many_did_not_use_its_assertion_up(bench: Bench) -> None:
    token = bench.hub.access.issue_key(COURT).authorization(bench.clock.now()).removeprefix("Bearer ")
    for _ in range(3):
        _call(bench.hub, bench, COURT)
    with pytest.raises(TooManyCalls):
        bench.hub.access.caller(token)
    bench.clock.advance(timedelta(seconds=10))
    assert bench.hub.access.caller(token).id == COURT


def test_of_many_calls_at_once_no_more_get_through_than_connections_could_overlap(bench: Bench) -> None:
    keys = [bench.hub.access.issue_key(COURT) for _ in range(40)]

    def call(number: int) -> bool:
        try:
            bench.hub.access.caller(keys[number].authorization(bench.clock.now()).removeprefix("Bearer "))
        except TooManyCalls:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert 3 <= sum(pool.map(call, range(40))) <= 6


def test_over_http_the_answer_is_429_and_says_when_to_come_back(api: Api) -> None:
    for _ in range(3):
        assert api.get(COURT, "8a5b2a52-6d3b-4f6b-9d36-6f1f6b0f7a11").status == 404
    response = api.get(COURT, "8a5b2a52-6d3b-4f6b-9d36-6f1f6b0f7a11")
    assert problem_of(response, 429)["code"] == "limit.calls"
    assert 1 <= int(response.headers["Retry-After"]) <= 10


def test_with_too_many_on_their_way_nothing_new_is_taken_until_one_has_ended(api: Api) -> None:
    story = api.bench.story()
    first = api.post(GATEWAY, story["list"].body)
    response = api.post(GATEWAY, story["second_list"].body)
    assert problem_of(response, 429)["code"] == "limit.open_messages"
    assert int(response.headers["Retry-After"]) >= 1
    assert api.post(GATEWAY, story["list"].body).json() == first.json(), "a repeat is answered all the same"
    assert api.post(AREA, story["report"].body).status == 202, "others are not concerned"
    assert api.bench.drain() >= 1
    assert api.post(GATEWAY, story["second_list"].body).status == 202


def test_after_a_document_of_many_cases_the_next_one_waits_its_turn(settings: Settings, api: Api) -> None:
    settings.limits_file().write_text('[[limit]]\nagency = "gateway-libra"\ncases_a_minute_max = 1\n')
    story = api.bench.story()
    first = api.post(GATEWAY, story["list"].body)
    assert first.status == 202
    response = api.post(GATEWAY, story["second_list"].body)
    assert problem_of(response, 429)["code"] == "limit.cases"
    assert 1 <= int(response.headers["Retry-After"]) <= 600
    assert api.post(GATEWAY, story["list"].body).json() == first.json(), "a repeat is answered all the same"
    assert api.post(AREA, story["report"].body).status == 202, "others are not concerned"


def test_an_agency_of_small_documents_is_held_to_them(api: Api) -> None:
    response = api.post(GATEWAY, b"<a>" + b" " * 100_000 + b"</a>", {"Content-Type": "text/xml"})
    assert problem_of(response, 413)["code"] == "body.too_large"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"disk_free_bytes_min": 10**15}, "busy.disk"),
        ({"backlog_seconds_max": 5.0}, "busy.backlog"),
        ({"backlog_max": 1}, "busy.backlog"),
    ],
)
def test_when_it_cannot_keep_up_nothing_is_taken_and_nothing_half_done(
    bench: Bench, change: dict[str, float], code: str
) -> None:
    bench.send(bench.story()["sentence"])
    bench.clock.advance(timedelta(seconds=10))
    settings = bench.hub.settings.model_copy(update=change)
    knowledge = replace(bench.hub.knowledge, settings=settings)
    hub = Hub(knowledge, bench.hub.store, bench.clock, bench.hub.wiring.log)
    hub.capacity._ticks = count(0, LOOK_EVERY_SECONDS).__next__
    with suppress(Busy):
        hub.capacity.check()
    with pytest.raises(Busy) as refused:
        hub.capacity.check()
    assert (refused.value.code, refused.value.status) == (code, 503)
    assert refused.value.retry_after_seconds >= 1
    assert hub.collection.claim_due() == (), "files are left where they are"


def test_what_waits_for_a_reason_of_its_own_does_not_stop_intake(bench: Bench) -> None:
    """A slow recipient, or a subject that waits for a quarantined delivery, must not stop acceptance for all."""
    settings = bench.hub.settings.model_copy(update={"backlog_seconds_max": 5.0})
    capacity = Capacity(replace(bench.hub.wiring, settings=settings), count(0, LOOK_EVERY_SECONDS).__next__)
    bench.send(bench.story()["list"])
    [claimed] = bench.hub.outbox.claim()
    bench.send(bench.story()["request"])
    bench.clock.advance(timedelta(seconds=20))
    for _ in range(3):
        capacity.check()  # something is being sent to that recipient
    bench.agencies.behave(AREA, "error")
    bench.hub.delivery.deliver(claimed.ids, claimed.token)
    for _ in range(bench.hub.settings.attempts_max):
        bench.drain()
        bench.clock.advance(timedelta(hours=1))
    bench.clock.advance(timedelta(seconds=20))
    for _ in range(3):
        capacity.check()  # quarantined


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[limit]\n", "is not TOML"),
        ('[[limit]]\nagency = "nobody"\n', "no agency is called nobody"),
        ('[[limit]]\nagency = "court-b10jq"\ncalls = 5\n', "limit.0.calls"),
        ('[[limit]]\nagency = "court-b10jq"\ncalls_max = 0\n', "limit.0.calls_max"),
        ('[[limit]]\nagency = "court-b10jq"\n[[limit]]\nagency = "court-b10jq"\n', "already has limits"),
    ],
)
def test_a_fault_of_the_file_is_named(tmp_path: Path, bench: Bench, text: str, said: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(text)
    with pytest.raises(SettingsWrong, match=said):
        load_limits(file, usual_limits(bench.hub.settings), bench.hub.knowledge.registry.agencies)
