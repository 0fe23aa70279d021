"""The mailbox over a real socket: an agency that cannot receive calls fetches its messages and acknowledges them."""

import hashlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import urllib3
import uvicorn

from hub.access.assertions import AgencyKey
from hub.api.app import create_app
from hub.journal.events import Event
from hub.local.demonstration.stories import Step, stories
from hub.local.ports import HeldPort
from hub.settings import Settings
from hub.store.messages.backlog import open_of
from tests.conftest import Bench
from tests.served import running

AREA, PRISON, COURT = "probation-northumbria", "prison-durham", "court-b10jq"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The area and the prison fetch; everybody else is pushed to."""
    file = settings.endpoints_file()
    entries = file.read_text().split("[[endpoint]]")
    kept = [entry for entry in entries if f'"{AREA}"' not in entry and f'"{PRISON}"' not in entry]
    fetching = [f'\nagency = "{agency}"\nsystem = "hub_json"\ntransport = "mailbox"\n' for agency in (AREA, PRISON)]
    file.write_text("[[endpoint]]".join([*kept, *fetching]))
    return settings


@dataclass
class Mailbox:
    """One agency that uses its mailbox."""

    bench: Bench
    url: str
    http: urllib3.PoolManager
    key: AgencyKey

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        headers |= {"Authorization": self.key.authorization(self.bench.clock.now())}
        return self.http.request(method, f"{self.url}/v1/mailbox{path}", body=body, headers=headers, timeout=40)

    def list(self, query: str = "") -> list[dict[str, Any]]:
        response = self.ask("GET", query)
        assert response.status == 200, response.data
        items: list[dict[str, Any]] = response.json()["items"]
        return items

    def fetch(self, message_id: str) -> Any:
        return self.ask("GET", f"/{message_id}")

    def acknowledge(self, message_id: str, body: bytes | None = None) -> Any:
        return self.ask(
            "POST", f"/{message_id}/receipt", body, **({"Content-Type": "application/json"} if body else {})
        )


@pytest.fixture
def served(bench: Bench) -> Iterator[str]:
    with HeldPort("127.0.0.1") as held:
        port = held.number
        config = uvicorn.Config(create_app(bench.hub), port=port, log_level="error", lifespan="off")
        with running(uvicorn.Server(config)):
            yield f"http://127.0.0.1:{port}"


@pytest.fixture
def http() -> Iterator[urllib3.PoolManager]:
    with urllib3.PoolManager(retries=False, maxsize=8) as http:
        yield http


@pytest.fixture
def area(bench: Bench, served: str, http: urllib3.PoolManager) -> Mailbox:
    return Mailbox(bench, served, http, bench.hub.access.issue_key(AREA))


@pytest.fixture
def prison(bench: Bench, served: str, http: urllib3.PoolManager) -> Mailbox:
    return Mailbox(bench, served, http, bench.hub.access.issue_key(PRISON))


def court_list(bench: Bench, days_later: int = 0) -> Step:
    """The lists of two days are about two subjects."""
    told = {story.name: story.steps for story in stories(bench.clock.now() + timedelta(days=days_later), uuid4().hex)}
    return told["court_list"][0]


def placed(bench: Bench, days_later: int = 0) -> str:
    """The id of a court list that is now in the area's mailbox."""
    receipt = bench.send(court_list(bench, days_later))
    bench.drain()
    message_id: str = receipt["messages"][0]["id"]  # type: ignore[index]
    return message_id


def delivery(bench: Bench, message_id: str, recipient: str = AREA) -> dict[str, Any]:
    [found] = [each for each in bench.hub.stories.show(message_id)["deliveries"] if each["recipient"] == recipient]
    return found  # type: ignore[no-any-return]


def events(bench: Bench, message_id: str) -> list[str]:
    return [entry["event"] for entry in bench.hub.stories.show(message_id)["journal"]]


def problem(response: Any, status: int) -> str:
    assert response.status == status, response.data
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["code"])


def test_a_message_waits_until_it_is_fetched_and_acknowledged(bench: Bench, area: Mailbox) -> None:
    message_id = placed(bench)
    waiting = delivery(bench, message_id)
    assert (waiting["state"], waiting["why_code"]) == ("placed", "mailbox.placed")
    assert bench.hub.stories.show(message_id)["state"] == "in_progress"
    [item] = area.list()
    assert (item["message_id"], item["kind"], item["sender"]) == (message_id, "court_list", COURT)
    fetched = area.fetch(message_id)
    assert fetched.status == 200
    assert fetched.headers["Content-Type"] == item["media_type"]
    assert (fetched.headers["Hub-Message-Id"], fetched.headers["Hub-Kind"]) == (message_id, "court_list")
    assert len(fetched.data) == item["size_bytes"]
    assert json.loads(fetched.data)["id"] == message_id
    assert b"as a trespasser" not in fetched.data, "the wording may name a victim"
    assert delivery(bench, message_id)["state"] == "placed", "fetched is not yet received"
    answer = area.acknowledge(message_id, b'{"reference": "OASYS-77"}').json()["receipt"]
    assert (answer["message_id"], answer["reference"]) == (message_id, "OASYS-77")
    done = delivery(bench, message_id)
    assert (done["state"], done["receipt"]["proved"]) == ("delivered", True)
    assert done["receipt"]["words"] == {"reference": "OASYS-77"}
    assert bench.hub.stories.show(message_id)["state"] == "delivered"
    assert {"delivery.placed", "delivery.fetched", "delivery.delivered"} <= set(events(bench, message_id))


def test_the_journal_keeps_the_digest_of_what_was_handed_out(bench: Bench, area: Mailbox) -> None:
    message_id = placed(bench)
    digest = hashlib.sha256(area.fetch(message_id).data).hexdigest()
    area.acknowledge(message_id)
    kept = {entry["event"]: entry.get("sha256") for entry in bench.hub.stories.show(message_id)["journal"]}
    assert kept["delivery.fetched"] == kept["delivery.delivered"] == digest


def test_acknowledging_twice_brings_the_same_answer_and_has_effect_once(bench: Bench, area: Mailbox) -> None:
    message_id = placed(bench)
    area.fetch(message_id)
    first = area.acknowledge(message_id, b'{"reference": "one"}')
    bench.clock.advance(timedelta(minutes=5))
    second = area.acknowledge(message_id, b'{"reference": "two"}')
    assert (first.status, second.status) == (200, 200)
    assert first.json() == second.json()
    assert events(bench, message_id).count("delivery.delivered") == 1


def test_what_was_never_fetched_cannot_be_acknowledged(bench: Bench, area: Mailbox) -> None:
    message_id = placed(bench)
    assert problem(area.acknowledge(message_id), 409) == "mailbox.not_fetched"
    assert delivery(bench, message_id)["state"] == "placed"


def test_an_acknowledged_message_is_gone_from_the_mailbox(bench: Bench, area: Mailbox) -> None:
    message_id = placed(bench)
    area.fetch(message_id)
    area.acknowledge(message_id)
    bench.clock.advance(timedelta(hours=1))
    assert area.list() == []
    assert problem(area.fetch(message_id), 404) == "message.not_found"


def test_nobody_sees_fetches_or_acknowledges_anothers(bench: Bench, area: Mailbox, prison: Mailbox) -> None:
    message_id = placed(bench)
    assert prison.list() == []
    missing = prison.fetch(str(uuid4()))
    assert problem(prison.fetch(message_id), 404) == "message.not_found"
    assert prison.fetch(message_id).data == missing.data, "it looks just like one that is not there"
    assert problem(prison.acknowledge(message_id), 404) == "message.not_found"
    assert [item["message_id"] for item in area.list()] == [message_id]
    assert problem(area.fetch("not-an-id"), 404) == "message.not_found"


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/x"), ("POST", "/x/receipt")])
def test_without_a_key_the_mailbox_is_closed(area: Mailbox, method: str, path: str) -> None:
    stranger = Mailbox(area.bench, area.url, area.http, AgencyKey.make(AREA, "EdDSA"))
    assert problem(stranger.ask(method, path), 401) == "access.unauthenticated"


def test_two_pollers_do_not_get_the_same_and_what_is_not_acknowledged_comes_again(bench: Bench, area: Mailbox) -> None:
    message_id = placed(bench)
    assert [item["message_id"] for item in area.list()] == [message_id]
    assert area.list() == []
    bench.clock.advance(timedelta(seconds=bench.hub.settings.mailbox_pause_seconds + 1))
    [again] = area.list()
    assert (again["message_id"], again["fetched_at"]) == (message_id, None)


def test_pollers_at_the_same_moment_share_what_waits(bench: Bench, area: Mailbox) -> None:
    ids = {placed(bench, day) for day in range(6)}
    with ThreadPoolExecutor(6) as pollers:
        lists = list(pollers.map(lambda _: area.list("?limit=2"), range(6)))
    got = [item["message_id"] for items in lists for item in items]
    assert len(got) == len(set(got)), "nobody gets what another got"
    got += [item["message_id"] for item in area.list("?limit=100")]
    assert sorted(got) == sorted(ids)


def test_the_oldest_comes_first_and_about_one_subject_nothing_overtakes(bench: Bench, area: Mailbox) -> None:
    first = court_list(bench)
    second = type(first)(
        first.story, first.title, first.caller, first.body.replace(b"-list<", b"-edition2<"), "text/xml"
    )
    assert first.body != second.body
    earlier, later = (bench.send(step)["messages"][0]["id"] for step in (first, second))  # type: ignore[index]
    other = placed(bench, 1)
    assert [item["message_id"] for item in area.list()] == [earlier, other]
    area.fetch(earlier)
    area.acknowledge(earlier)
    bench.drain()
    assert [item["message_id"] for item in area.list()] == [later]


@pytest.fixture
def bell_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller that waits does not look by itself from time to time."""
    monkeypatch.setattr("hub.api.mailbox._LOOK_AGAIN_SECONDS", 60)


def test_a_long_poll_answers_as_soon_as_something_comes(bench: Bench, area: Mailbox, bell_alone: None) -> None:
    with ThreadPoolExecutor(1) as poller:
        polling = poller.submit(area.list, "?wait=20")
        time.sleep(0.4)
        assert not polling.done()
        message_id = placed(bench)
        [item] = polling.result(15)
    assert item["message_id"] == message_id


def test_a_long_poll_with_something_waiting_answers_at_once_and_without_anything_in_time(
    bench: Bench, area: Mailbox, bell_alone: None
) -> None:
    placed(bench)
    began = time.monotonic()
    assert len(area.list("?wait=30")) == 1
    assert time.monotonic() - began < 15, "nothing would have ended its waiting before"
    began = time.monotonic()
    assert area.list("?wait=0.5") == [], "it would look again after a minute, and we give up after 40 seconds"
    assert time.monotonic() - began > 0.4


def test_one_agencys_message_does_not_answer_anothers_poll(bench: Bench, area: Mailbox, prison: Mailbox) -> None:
    with ThreadPoolExecutor(1) as poller:
        polling = poller.submit(prison.list, "?wait=1")
        time.sleep(0.2)
        placed(bench)
        assert polling.result(10) == []


def test_many_may_wait_at_once_and_the_api_still_answers(bench: Bench, area: Mailbox) -> None:
    """More callers than the API has threads."""
    with urllib3.PoolManager(retries=False, maxsize=60) as http, ThreadPoolExecutor(60) as pollers:
        waiting = Mailbox(bench, area.url, http, area.key)
        polls = [pollers.submit(waiting.list, "?wait=4") for _ in range(60)]
        time.sleep(0.5)
        assert http.request("GET", f"{area.url}/health", timeout=20).status == 200
        assert not any(poll.done() for poll in polls), "it did not wait for them"
        assert all(poll.result(20) == [] for poll in polls)


@pytest.mark.parametrize("query", ["?wait=31", "?wait=-1", "?wait=soon", "?limit=0", "?limit=101"])
def test_a_query_out_of_bounds_is_reported_as_a_problem(area: Mailbox, query: str) -> None:
    assert problem(area.ask("GET", query), 422) == "request.invalid"


@pytest.mark.parametrize("body", [b'{"reference": "two\\nlines"}', b'{"reference": 7}', b"{", b'"x"'])
def test_an_invalid_reference_is_refused_and_nothing_is_acknowledged(bench: Bench, area: Mailbox, body: bytes) -> None:
    message_id = placed(bench)
    area.fetch(message_id)
    assert problem(area.acknowledge(message_id, body), 422) == "request.invalid"
    assert delivery(bench, message_id)["state"] == "placed"


def test_a_protocol_that_expires_in_the_mailbox_keeps_the_message_back(bench: Bench, area: Mailbox) -> None:
    listed, unlisted = placed(bench), placed(bench, 1)
    bench.clock.advance(timedelta(days=365 * 30))
    key = bench.hub.access.issue_key(AREA)
    late = Mailbox(bench, area.url, area.http, key)
    assert problem(late.fetch(unlisted), 404) == "message.not_found"
    assert late.list() == []
    for message_id in (listed, unlisted):
        kept_back = delivery(bench, message_id)
        assert (kept_back["state"], kept_back["why_code"]) == ("held", "protocol.expired")
        assert events(bench, message_id)[-1] == "delivery.held"
        assert problem(late.acknowledge(message_id), 404) == "message.not_found"
    bench.clock.advance(-timedelta(days=365 * 30))
    with bench.hub.store.transaction() as connection:
        connection.exec_driver_sql("UPDATE delivery SET due_at = now() WHERE state = 'held'")
    bench.drain()
    assert sorted(item["message_id"] for item in area.list()) == sorted([listed, unlisted]), "permitted again"


def test_what_was_handed_out_before_the_protocol_expired_can_still_be_acknowledged(bench: Bench, area: Mailbox) -> None:
    message_id = placed(bench)
    area.fetch(message_id)
    bench.clock.advance(timedelta(days=365 * 30))
    late = Mailbox(bench, area.url, area.http, bench.hub.access.issue_key(AREA))
    assert late.list() == []
    assert problem(late.fetch(message_id), 404) == "message.not_found", "but it is not handed out again"
    assert late.acknowledge(message_id).status == 200
    assert delivery(bench, message_id)["state"] == "delivered"


def test_what_is_handed_out_is_what_is_permitted_then_and_not_what_was_placed(bench: Bench, area: Mailbox) -> None:
    """As if the protocol had granted more when the message was placed: an earlier version kept fields that are not
    permitted."""
    message_id = placed(bench)
    with bench.hub.store.transaction() as connection:
        connection.exec_driver_sql("UPDATE mailbox_item SET body = 'as a trespasser', digest = NULL")
    fetched = area.fetch(message_id)
    assert b"as a trespasser" not in fetched.data
    assert json.loads(fetched.data)["id"] == message_id


def test_the_acknowledgement_stops_the_clock_and_fetching_does_not(bench: Bench, prison: Mailbox) -> None:
    story = bench.story()
    for name in ("request", "report", "sentence"):
        bench.send(story[name])
    bench.drain()

    def clock() -> str:
        found = [
            clock for clock in bench.hub.deadlines.listed(stopped_too=True) if clock["clock"] == "report_to_prison"
        ]
        assert len(found) == 1
        return str(found[0]["state"])

    # The area acknowledges nothing here, because its mailbox has no part in what the prison gets.
    items = {item["kind"]: item["message_id"] for item in prison.list()}
    assert "pre_sentence_report" in items
    assert prison.fetch(items["pre_sentence_report"]).status == 200
    assert clock() == "running"
    prison.acknowledge(items["pre_sentence_report"])
    assert clock() == "met"


def test_a_mailbox_keeps_no_copy_however_often_it_is_fetched(bench: Bench, area: Mailbox) -> None:
    message_id = placed(bench)
    for _ in range(3):
        body = area.fetch(message_id).data
        with bench.hub.store.transaction() as connection:
            row = connection.exec_driver_sql("SELECT body, digest, size_bytes FROM mailbox_item").one()
        assert (row.body, row.digest, row.size_bytes) == (b"", hashlib.sha256(body).hexdigest(), len(body))
    area.acknowledge(message_id)
    journal = bench.hub.stories.show(message_id)["journal"]
    [delivered] = [each for each in journal if each["event"] == "delivery.delivered"]
    assert delivered["sha256"] == hashlib.sha256(body).hexdigest()


def test_who_does_not_empty_a_mailbox_costs_its_senders_nothing_and_is_shown(bench: Bench) -> None:
    placed(bench)
    with bench.hub.store.reading() as connection:
        assert open_of(connection, COURT, 10) == 0
    [partner] = [each for each in bench.hub.partners.listed() if each["recipient"] == AREA]
    assert (partner["state"], partner["waiting"], partner["in_mailbox"]) == ("fetches", 1, 1)
    bench.clock.advance(timedelta(hours=25))
    [partner] = [each for each in bench.hub.partners.listed() if each["recipient"] == AREA]
    assert partner["state"] == "not_fetching"
    assert partner["in_mailbox_since"] is not None


def test_the_owner_and_the_sender_are_told_of_what_lies_in_a_mailbox(bench: Bench, area: Mailbox) -> None:
    placed(bench)
    bench.clock.advance(timedelta(hours=25))
    bench.hub.sweep.run()
    bench.drain()
    [told] = [json.loads(each.body()) for each in bench.agencies.received(COURT)]
    assert (told["kind"], told["payload"]["owner"], told["payload"]["messages"]) == ("mailbox_notice", AREA, 1)
    assert [item["kind"] for item in area.list()][-1] == "mailbox_notice"


def test_a_notice_does_not_tell_the_police_whom_the_exchange_found(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["supervised"])
    record: Any = bench.send(story["record"])
    bench.hub.linking.run()
    bench.drain()
    [found] = [
        each for each in bench.hub.stories.show(record["messages"][0]["id"])["deliveries"] if each["recipient"] == AREA
    ]
    assert found["state"] == "placed"
    bench.clock.advance(timedelta(hours=25))
    assert bench.hub.sweep.run()["not_fetching"] == 1
    bench.drain()
    assert [each for each in bench.agencies.received(story["record"].caller) if each.kind == "mailbox_notice"] == []


def test_that_a_mailbox_is_not_emptied_is_told_once_for_its_oldest_message(bench: Bench, area: Mailbox) -> None:
    first = placed(bench)
    assert bench.hub.sweep.run()["not_fetching"] == 0
    bench.clock.advance(timedelta(hours=25))
    assert [bench.hub.sweep.run()["not_fetching"] for _ in range(2)] == [1, 0]
    bench.clock.advance(timedelta(minutes=2))
    assert bench.hub.sweep.run()["not_fetching"] == 0, "once, and not each minute"
    [told] = bench.hub.evidence.entries(0, 100, Event.PARTNER_NOT_FETCHING)
    assert (told["agency"], told["detail"]["messages"]) == (AREA, 1)
    area.fetch(first)
    area.acknowledge(first)
    placed(bench)
    bench.clock.advance(timedelta(hours=25))
    assert bench.hub.sweep.run()["not_fetching"] == 1, "the next one that lies there too long is told again"
