"""Files that agencies leave in a folder or on an SFTP server become messages, and reach their recipients."""

import gzip
import json
import os
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.contract import Inbox
from hub.errors import NoInbox, SettingsWrong, StoreUnavailable
from hub.exchange.accepting.collection import Collected
from hub.exchange.partners.inboxes import load_inboxes
from hub.local.demonstration.stories import Step
from hub.settings import Servers, Settings
from hub.store.messages import collection
from hub.telemetry.logs import configure_logs
from tests.broken_documents import with_one_bad_case
from tests.conftest import Bench, run_hub_process
from tests.contract.transports.partners.sftp import partner
from workers.app import create_app
from workers.collect import CollectTask
from workers.hub_task import ProcessHub
from workers.relay import Relay

GATEWAY, AREA = "gateway-libra", "probation-northumbria"


BOTH = pytest.mark.parametrize("inbox", ["folder", "sftp"], indirect=True)


@pytest.fixture
def inbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Inbox]]:
    """The gateway's own view of its inbox, and the entry for it."""
    if getattr(request, "param", "folder") == "folder":
        folder = tmp_path.resolve() / "inbox"
        folder.mkdir()
        yield folder, Inbox(GATEWAY, "folder", {"path": str(folder)})
        return
    with partner(tmp_path) as agency:
        yield agency.folder, Inbox(GATEWAY, "sftp", agency.settings)


@pytest.fixture
def settings(settings: Settings, inbox: tuple[Path, Inbox]) -> Settings:
    return with_inbox(settings, inbox[1])


def with_inbox(settings: Settings, inbox: Inbox) -> Settings:
    plain = ", ".join(f"{name} = {json.dumps(value)}" for name, value in inbox.settings.items())
    entry = f'\n[[collect]]\nagency = "{inbox.agency}"\ntransport = "{inbox.transport}"\nsettings = {{ {plain} }}\n'
    with settings.endpoints_file().open("a") as file:
        file.write(entry)
    return settings


@dataclass
class Gateway:
    """An agency that leaves files."""

    bench: Bench
    folder: Path

    def leave(self, body: bytes, name: str = "list.xml") -> Path:
        file = self.folder / name
        file.write_bytes(body)
        return file

    def settled(self) -> Collected:
        """Look twice, with the time between that a file must stay unchanged."""
        self.bench.hub.collection.collect(GATEWAY)
        self.bench.clock.advance(timedelta(seconds=3))
        return self.bench.hub.collection.collect(GATEWAY)

    def tree(self) -> dict[str, bytes]:
        files = (file for file in self.folder.rglob("*") if file.is_file() and not file.is_symlink())
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in files}

    def names(self) -> set[str]:
        return {Path(name).name for name in self.tree()}

    def reasons(self, name: str) -> dict[str, Any]:
        [file] = self.folder.rglob(f"{name}.reasons.json")
        words: dict[str, Any] = json.loads(file.read_text())
        return words


@pytest.fixture
def gateway(bench: Bench, inbox: tuple[Path, Inbox]) -> Gateway:
    bench.hub.load()
    return Gateway(bench, inbox[0])


def court_list(bench: Bench) -> Step:
    return bench.story()["list"]


def events(bench: Bench) -> list[str]:
    with bench.hub.store.transaction() as connection:
        return list(connection.exec_driver_sql("SELECT event FROM journal ORDER BY position").scalars())


def messages(bench: Bench) -> int:
    with bench.hub.store.transaction() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM message").scalar_one())


@BOTH
def test_a_file_becomes_a_message_and_is_archived(bench: Bench, gateway: Gateway) -> None:
    body = court_list(bench).body
    gateway.leave(body)
    assert gateway.settled() == Collected(accepted=1)
    assert bench.drain() == 1
    [item] = bench.agencies.received(AREA)
    assert json.loads(item.body())["kind"] == "court_list"
    [(path, kept)] = gateway.tree().items()
    assert path.startswith("archive/20")
    assert (Path(path).name, kept) == ("list.xml", body)
    assert gateway.settled() == Collected()


def test_a_file_that_still_grows_is_left_alone(bench: Bench, gateway: Gateway) -> None:
    bench.clock.stand_still()
    body = court_list(bench).body
    gateway.leave(body[:500])
    assert bench.hub.collection.collect(GATEWAY) == Collected(settling=1)
    bench.clock.advance(timedelta(seconds=1))
    assert bench.hub.collection.collect(GATEWAY) == Collected(settling=1), "unchanged, but not yet for long enough"
    bench.clock.advance(timedelta(seconds=1.5))
    gateway.leave(body)
    assert bench.hub.collection.collect(GATEWAY) == Collected(settling=1), "it grew"
    bench.clock.advance(timedelta(seconds=3))
    assert bench.hub.collection.collect(GATEWAY) == Collected(accepted=1)
    assert messages(bench) == 1


def test_a_file_that_cannot_be_read_comes_back_with_its_reasons(bench: Bench, gateway: Gateway) -> None:
    gateway.leave(b"<nothing>that anybody knows</nothing>")
    assert gateway.settled() == Collected(refused=1)
    paths = gateway.tree()
    assert all(path.startswith("refused/") for path in paths)
    assert gateway.names() == {"list.xml", "list.xml.reasons.json"}
    reasons = gateway.reasons("list.xml")
    assert (reasons["outcome"], reasons["receipt"]) == ("refused", None)
    assert all(problem["code"] and problem["cure"] for problem in reasons["problems"])
    assert messages(bench) == 0


@BOTH
def test_a_list_with_one_bad_case_is_archived_with_the_reasons_beside_it(bench: Bench, gateway: Gateway) -> None:
    gateway.leave(with_one_bad_case(court_list(bench).body))
    assert gateway.settled() == Collected(partly=1)
    assert all(path.startswith("archive/") for path in gateway.tree())
    reasons = gateway.reasons("list.xml")
    assert reasons["outcome"] == "partly accepted"
    assert reasons["receipt"]["messages"][0]["counts"]["cases"] == 1
    assert reasons["problems"][0]["where"].startswith("line ")
    assert bench.drain() == 1


def test_a_gzipped_file_is_taken_and_a_damaged_one_comes_back(bench: Bench, gateway: Gateway) -> None:
    body = gzip.compress(court_list(bench).body)
    gateway.leave(body, "good.xml.gz")
    gateway.leave(body[:-20], "bad.xml.gz")
    assert gateway.settled() == Collected(accepted=1, refused=1)
    assert gateway.reasons("bad.xml.gz")["problems"][0]["code"] == "body.unreadable"


def test_a_file_over_the_limit_comes_back_unread(bench: Bench, gateway: Gateway) -> None:
    limit = max(bench.hub.settings.xml_body_bytes_max, bench.hub.settings.json_body_bytes_max)
    with (gateway.folder / "huge.xml").open("wb") as file:
        file.truncate(limit + 1)
    assert gateway.settled() == Collected(refused=1)
    assert gateway.reasons("huge.xml")["problems"][0]["code"] == "body.too_large"
    assert "document.received" not in events(bench)


def test_a_big_file_goes_the_same_way(bench: Bench, gateway: Gateway) -> None:
    """Over 5 MB."""
    body = court_list(bench).body + b"<!--" + b" " * 6_000_000 + b"-->"
    gateway.leave(body)
    assert gateway.settled() == Collected(accepted=1)
    assert bench.drain() == 1


@BOTH
def test_the_same_file_again_is_archived_again_and_has_effect_once(bench: Bench, gateway: Gateway) -> None:
    body = court_list(bench).body
    for _ in range(2):
        gateway.leave(body)
        assert gateway.settled() == Collected(accepted=1)
    assert gateway.names() == {"list.xml", "list-2.xml"}
    assert bench.drain() == 1
    assert messages(bench) == 1


class _Died(BaseException):
    """Simulates kill -9 from within: nothing after it runs."""


@BOTH
@pytest.mark.parametrize("moment", ["before it is received", "after it is received", "half moved"])
def test_a_crash_at_any_moment_neither_loses_nor_doubles(
    bench: Bench, gateway: Gateway, inbox: tuple[Path, Inbox], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    body = with_one_bad_case(court_list(bench).body)
    gateway.leave(body)
    bench.hub.collection.collect(GATEWAY)
    bench.clock.advance(timedelta(seconds=3))
    collector = bench.hub.knowledge.adapters.collectors[inbox[1].transport]
    with monkeypatch.context() as patch:
        if moment == "before it is received":
            patch.setattr(bench.hub.intake, "receive", _dies)
        elif moment == "after it is received":
            patch.setattr(type(collector), "archive", _dies)
        else:
            module = type(collector).__module__
            patch.setattr(f"{module}.place" if "folder" in module else f"{module}.place_file", _dies)
        with pytest.raises(_Died):
            bench.hub.collection.collect(GATEWAY)
    assert gateway.tree().get("list.xml") == body, "it stands where it was"
    assert messages(bench) == (0 if moment == "before it is received" else 1)
    assert bench.hub.collection.collect(GATEWAY).partly + gateway.settled().partly == 1
    assert gateway.names() == {"list.xml", "list.xml.reasons.json"}
    assert messages(bench) == 1
    assert bench.drain() == 1


def _dies(*_: Any, **__: Any) -> None:
    raise _Died


def test_while_the_database_is_away_the_file_stays(
    bench: Bench, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.leave(court_list(bench).body)
    bench.hub.collection.collect(GATEWAY)
    bench.clock.advance(timedelta(seconds=3))

    def away(*_: Any) -> None:
        raise StoreUnavailable("the database does not answer", "try again in a moment")

    with monkeypatch.context() as patch:
        patch.setattr(bench.hub.intake, "receive", away)
        with pytest.raises(StoreUnavailable):
            bench.hub.collection.collect(GATEWAY)
    assert gateway.names() == {"list.xml"}
    assert bench.hub.collection.collect(GATEWAY) == Collected(accepted=1)


def test_a_file_that_kills_its_reader_delays_no_other_and_is_refused_in_the_end(
    bench: Bench, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.utime(gateway.leave(b"<poison/>", "poison.xml"), (1_700_000_000,) * 2)
    gateway.leave(court_list(bench).body)
    real = bench.hub.intake.receive

    def receive(agency: Any, body: bytes) -> Any:
        if body == b"<poison/>":
            raise _Died
        return real(agency, body)

    monkeypatch.setattr(bench.hub.intake, "receive", receive)
    bench.hub.collection.collect(GATEWAY)
    bench.clock.advance(timedelta(seconds=3))
    for _ in range(bench.hub.settings.attempts_max):
        with pytest.raises(_Died):
            bench.hub.collection.collect(GATEWAY)
    assert messages(bench) == 1, "the good one went first from the second look on"
    assert bench.hub.collection.collect(GATEWAY) == Collected(refused=1)
    assert gateway.reasons("poison.xml")["problems"][0]["code"] == "collect.never_ended"


def test_two_workers_never_collect_one_inbox_at_once(bench: Bench, gateway: Gateway) -> None:
    with collection.lock_inbox(bench.hub.store, GATEWAY) as first:
        assert first
        assert bench.hub.collection.collect(GATEWAY) == Collected(busy=True)
    assert bench.hub.collection.collect(GATEWAY) == Collected()


def test_workers_that_race_take_each_file_once(bench: Bench, gateway: Gateway) -> None:
    for number in range(5):
        gateway.leave(court_list(bench).body + b"<!-- %d -->" % number, f"{number}.xml")
    bench.hub.collection.collect(GATEWAY)
    bench.clock.advance(timedelta(seconds=3))
    with ThreadPoolExecutor(4) as workers:
        looks = list(workers.map(lambda _: bench.hub.collection.collect(GATEWAY), range(4)))
    assert sum(look.accepted for look in looks) == 5
    assert events(bench).count("document.received") == 5


def test_what_is_never_taken_is_reported_once_and_names_nobody(bench: Bench, gateway: Gateway) -> None:
    (gateway.folder / "ASHBROOK.xml").symlink_to(gateway.folder / "nowhere")
    assert gateway.settled() == Collected(ignored=1)
    assert gateway.settled() == Collected(ignored=1)
    assert events(bench).count("inbox.ignored") == 1
    with bench.hub.store.transaction() as connection:
        rows = connection.exec_driver_sql("SELECT detail::text FROM journal WHERE event = 'inbox.ignored'").scalars()
        assert "ASHBROOK" not in "".join(rows)
        kept = connection.exec_driver_sql("SELECT seen::text || tries::text || ignored::text FROM collection").scalar()
        assert "ASHBROOK" not in str(kept)


def test_an_upload_that_nobody_finishes_is_told_after_an_hour(bench: Bench, gateway: Gateway) -> None:
    for name in (".hidden.xml", "list.xml.part"):
        (gateway.folder / name).write_bytes(b"<begun/>")
    assert gateway.settled() == Collected()
    assert events(bench).count("inbox.ignored") == 0
    bench.clock.advance(timedelta(hours=1))
    for _ in range(2):
        gateway.settled()
    assert events(bench).count("inbox.ignored") == 2
    (gateway.folder / "list.xml.part").write_bytes(b"<begun/> and gone on with")
    gateway.settled()
    assert events(bench).count("inbox.ignored") == 2, "somebody goes on with it"


def test_an_inbox_that_cannot_be_reached_says_so_and_later_works(bench: Bench, gateway: Gateway) -> None:
    gateway.leave(court_list(bench).body)
    away = gateway.folder.with_name("unmounted")
    gateway.folder.rename(away)
    found = bench.hub.collection.collect(GATEWAY)
    assert found.unreachable is not None
    assert found.unreachable.startswith("folder.missing")
    away.rename(gateway.folder)
    assert gateway.settled() == Collected(accepted=1)


def test_an_inbox_is_due_at_its_own_times(bench: Bench, gateway: Gateway) -> None:
    assert bench.hub.collection.claim_due() == (GATEWAY,)
    assert bench.hub.collection.claim_due() == ()
    bench.clock.advance(timedelta(seconds=31))
    assert bench.hub.collection.claim_due() == (GATEWAY,)
    gateway.leave(court_list(bench).body)
    bench.hub.collection.collect(GATEWAY)
    bench.clock.advance(timedelta(seconds=2.1))
    assert bench.hub.collection.claim_due() == (GATEWAY,), (
        "what is settling is looked at again as soon as it has rested"
    )


def test_the_relay_wakes_a_worker_that_collects(bench: Bench, gateway: Gateway, servers: Servers) -> None:
    if not servers.broker.startswith("redis"):
        pytest.skip("the broker that HUB_BROKER_URL names is not Redis")
    gateway.leave(court_list(bench).body)
    app = create_app(servers.broker, 1)
    queue = f"test_{uuid.uuid4().hex}"
    relay = Relay(bench.hub, app, configure_logs("test"), queue)
    process = ProcessHub(lambda: bench.hub, 1, configure_logs("test"))
    task = CollectTask(process)
    collected = 0
    for _ in range(2):
        relay.publish_collections()
        with app.connection_for_read() as connection:
            client = connection.default_channel.client
            while raw := client.lpop(f"hub:{queue}"):
                message = json.loads(raw)
                assert message["headers"]["task"] == task.name
                task.run(*message["headers"]["argsrepr"].strip("[](),'\"").split(","))
                while not process.threads().idle():
                    time.sleep(0.01)
                collected += 1
        bench.clock.advance(timedelta(seconds=3))
    app.close()
    assert collected == 2
    assert bench.drain() == 1


def test_without_a_broker_an_inbox_is_due_again_at_its_next_time(bench: Bench, gateway: Gateway) -> None:
    app = create_app("redis+socket:///nowhere/at/all.sock?virtual_host=0", 1)
    Relay(bench.hub, app, configure_logs("test")).publish_collections()
    assert bench.hub.collection.claim_due() == ()
    bench.clock.advance(timedelta(seconds=31))
    assert bench.hub.collection.claim_due() == (GATEWAY,)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"agency": "nobody"}, "no agency is called nobody"),
        ({"agency": GATEWAY}, "already has an inbox"),
        ({"transport": "https_push"}, "the transport https_push cannot collect"),
        ({"settings": {"path": "inbox"}}, "not an absolute path"),
        ({"settings": {}}, "is needed"),
    ],
)
def test_an_entry_that_is_wrong_is_reported_when_it_is_read(
    bench: Bench, inbox: tuple[Path, Inbox], entry: dict[str, Any], words: str
) -> None:
    good = {"agency": AREA, "transport": "folder", "settings": dict(inbox[1].settings)}
    wrong = Inbox(**(good | entry))
    knowledge = bench.hub.knowledge
    file = with_inbox(bench.hub.settings, wrong).endpoints_file()
    with pytest.raises(SettingsWrong, match=words) as told:
        load_inboxes(file, knowledge.adapters, knowledge.registry.agencies)
    assert told.value.cure
    assert "collect 2" in told.value.where or "inbox of" in told.value.where


def test_the_command_line_looks_at_once(bench: Bench, gateway: Gateway, servers: Servers, tmp_path: Path) -> None:
    gateway.leave(court_list(bench).body)
    file = bench.hub.settings.endpoints_file()
    file.write_text(file.read_text().replace('{ path = "/', '{ settle_seconds = "0.1", path = "/'))
    ran = run_hub_process(
        "collect",
        GATEWAY,
        "--json",
        state=tmp_path / "state",
        HUB_ENDPOINTS=str(file),
        HUB_DATABASE_URL=bench.hub.store.url,
        HUB_BROKER_URL=servers.broker,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["accepted"] == 1
    assert bench.drain() == 1


def test_an_agency_without_an_inbox_is_reported(bench: Bench, gateway: Gateway) -> None:
    with pytest.raises(NoInbox):
        bench.hub.collection.collect(AREA)
