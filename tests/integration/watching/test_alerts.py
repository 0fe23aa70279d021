"""An alert is told once for one cause, again until somebody acknowledges it, and ends by itself."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import NotFound, ReasonMissing, SettingsWrong
from hub.settings import Settings
from hub.store.watching.habits import Habit, SentLately
from hub.watching.habit import KNOWN_AFTER, SHORTEST_SECONDS, usual_seconds, with_sent
from hub.watching.receivers import receivers
from tests.conftest import Bench

NOW = datetime(2026, 9, 1, tzinfo=UTC)


@dataclass
class Pager:
    """Receives by POST, and answers with `status`."""

    url: str = ""
    status: int = 204
    notices: list[dict[str, object]] = field(default_factory=list)

    def taken(self, what: str, alert: str) -> list[dict[str, object]]:
        return [each for notice in self.notices for each in _of(alert, notice[what])]

    def notices_with(self, alert: str) -> int:
        return sum(bool(_of(alert, notice["begun"])) for notice in self.notices)


def _of(alert: str, told: object) -> list[dict[str, object]]:
    assert isinstance(told, list)
    return [each for each in told if each["alert"] == alert]


@pytest.fixture
def pager() -> Iterator[Pager]:
    pager = Pager()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if pager.status < 300:
                pager.notices.append(json.loads(body) | {"key": self.headers["Idempotency-Key"]})
            self.send_response(pager.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    pager.url = f"http://127.0.0.1:{server.server_port}/secret-path"
    yield pager
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def settings(settings: Settings, pager: Pager, tmp_path: Path) -> Settings:
    (tmp_path / "duty").mkdir()
    described = tmp_path / "duty.toml"
    described.write_text(f'transport = "folder"\nsettings = {{ path = "{tmp_path / "duty"}" }}\n')
    return settings.model_copy(update={"alerts": f"{pager.url}, {described}"})


def test_a_missed_clock_is_told_once_and_again_until_it_is_acknowledged_and_ends_when_it_is_met(
    bench: Bench, pager: Pager, tmp_path: Path
) -> None:
    hub, story = bench.hub, bench.story()
    bench.clock.advance(timedelta(minutes=6))  # the journal of a new exchange begins unsealed: another alert is told
    bench.send(story["request"])
    bench.drain()
    hub.watching.look()
    assert pager.taken("begun", "journal_unsealed") and pager.taken("begun", "clock_missed") == []
    bench.clock.advance(timedelta(days=60))
    hub.watching.look()
    hub.watching.look()
    told = pager.taken("begun", "clock_missed")
    causes = [(each["about"]["clock"], each["about"]["owner"]) for each in told]  # type: ignore[index]
    assert causes and len(set(causes)) == len(causes), "one for one cause, once"
    assert pager.notices_with("clock_missed") == 1, "what begins together is one notice"
    texts = {file.read_text() for file in (tmp_path / "duty").rglob("*.txt")}
    [words] = {text for text in texts if "CLOCK_MISSED (now)" in text}
    assert "hub alerts acknowledge" in words

    pager.notices.clear()
    with pytest.raises(ReasonMissing):
        hub.watching.acknowledge(str(told[0]["id"])[:8], "operator.one", "")
    for each in told[1:]:
        hub.watching.acknowledge(str(each["id"]), "operator.one", "ringing them")
    bench.clock.advance(timedelta(hours=5))
    hub.watching.look()
    again = pager.taken("begun", "clock_missed")
    assert [each["id"] for each in again] == [told[0]["id"]] and again[0]["again"]
    hub.watching.acknowledge(str(told[0]["id"]), "operator.one", "ringing them")
    with pytest.raises(NotFound):
        hub.watching.acknowledge(str(told[0]["id"]), "operator.two", "ringing them")

    bench.send(story["report"])
    bench.drain()
    pager.notices.clear()
    hub.watching.look()
    assert pager.taken("ended", "clock_missed")
    open_now = {each["id"] for each in hub.watching.listed()}
    assert not open_now & {each["id"] for each in pager.taken("ended", "clock_missed")}
    assert {each["id"] for each in told} <= {each["id"] for each in hub.watching.listed(ended_too=True)}


def test_what_nobody_took_is_told_again_with_the_same_key(bench: Bench, pager: Pager, tmp_path: Path) -> None:
    bench.hub.watching.check()
    (tmp_path / "duty").rmdir()
    pager.status = 503
    bench.send(bench.story()["list"])
    bench.clock.advance(timedelta(minutes=20))
    bench.hub.watching.look()
    assert all(each["told_at"] is None for each in bench.hub.watching.listed())
    assert {why is not None for why in bench.hub.watching.try_receivers().values()} == {True}
    pager.status = 204
    bench.hub.watching.look()
    assert pager.taken("begun", "queue_old")[0]["about"] == {"recipient": "probation-northumbria"}
    bench.clock.advance(timedelta(minutes=2))
    bench.hub.watching.look()
    assert pager.taken("begun", "workers_stuck"), "it has lasted for two minutes now"


def test_a_sender_that_is_silent_for_longer_than_ever_is_told(bench: Bench, pager: Pager) -> None:
    for day in range(0, 21, 3):
        bench.clock.advance(timedelta(days=3 if day else 0))
        bench.send(bench.story()["list"])
        bench.hub.watching.look()
    assert pager.taken("begun", "sender_silent") == []
    bench.clock.advance(timedelta(days=5))
    bench.hub.watching.look()
    assert [each["about"] for each in pager.taken("begun", "sender_silent")] == [{"sender": "court-b10jq"}]
    bench.send(bench.story()["list"])
    bench.hub.watching.look()
    assert [each["about"] for each in pager.taken("ended", "sender_silent")] == [{"sender": "court-b10jq"}]


@given(st.lists(st.integers(1, 20 * 86_400), min_size=1, max_size=20))
def test_the_habit_is_the_longest_silence_of_the_weeks_that_are_kept_and_never_under_an_hour(gaps: list[int]) -> None:
    at, habit = NOW, with_sent(None, SentLately("a", NOW, NOW, 0.0))
    for gap in gaps:
        at += timedelta(seconds=gap)
        habit = with_sent(habit, SentLately("a", at, at, 0.0))
    usual = usual_seconds(habit, at)
    assert (usual is None) == (at - NOW < KNOWN_AFTER)
    assert usual is None or SHORTEST_SECONDS <= usual <= max(SHORTEST_SECONDS, *gaps)
    assert usual is None or usual >= gaps[-1]
    assert habit.last_at == at and len(habit.longest) <= 5


def test_messages_looked_at_together_or_one_by_one_make_the_same_habit() -> None:
    start = Habit("a", NOW, NOW, {})
    one, two = (NOW + timedelta(hours=hours) for hours in (5, 12))
    together = with_sent(start, SentLately("a", one, two, 7 * 3_600.0))
    one_by_one = with_sent(with_sent(start, SentLately("a", one, one, 0.0)), SentLately("a", two, two, 0.0))
    assert together == one_by_one


@pytest.mark.parametrize("named", ["http://pager.example/x", "nothing.toml", "pager"])
def test_a_receiver_that_cannot_be_used_is_refused_at_the_start(bench: Bench, named: str) -> None:
    with pytest.raises(SettingsWrong, match="HUB_ALERTS"):
        receivers(named, "hub", bench.hub.wiring.adapters)
