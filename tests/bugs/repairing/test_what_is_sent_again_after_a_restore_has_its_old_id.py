"""After a backup was restored, senders hand in again what came after it: nobody gets it under another id."""

from collections.abc import Callable
from datetime import timedelta

from hub.bootstrap import Hub
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench, open_store


def _received(bench: Bench) -> set[tuple[str, str]]:
    """Return (agency, message id) of everything that every agency has."""
    inboxes = bench.agencies.inboxes
    return {
        (agency.id, item.message_id)
        for agency in bench.hub.knowledge.registry.agencies.by_id.values()
        for item in inboxes.received(agency.id)
    }


def test_what_is_sent_again_after_a_restore_has_its_old_id(bench: Bench, copied: Callable[[str], str]) -> None:
    bench.send(bench.story()["request"])  # its clocks will remind somebody
    bench.drain()
    bench.hub.store.close()
    backup = copied(bench.hub.store.url)

    lost = [bench.story()[name] for name in ("sentence_without_report", "list")]
    ids = [bench.send(step)["messages"][0]["id"] for step in lost]  # type: ignore[index]
    bench.drain()
    bench.clock.advance(timedelta(days=20))
    assert bench.hub.sweep.run()["reminded"] > 0
    bench.drain()
    before = _received(bench)

    restored = Bench(
        Hub(bench.hub.knowledge, open_store(backup), bench.clock, configure_logs("test")), bench.clock, bench.agencies
    )
    assert [restored.send(step)["messages"][0]["id"] for step in lost] == ids  # type: ignore[index]
    restored.drain()
    assert restored.hub.sweep.run()["reminded"] > 0
    restored.drain()
    restored.hub.close()
    assert _received(bench) == before, "what the hub asked for and reminded of by itself as well"
