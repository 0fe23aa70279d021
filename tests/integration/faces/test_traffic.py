"""What came and went, by day: the figures of the first page."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.store.overview import figures
from tests.conftest import Bench


def test_a_day_that_is_over_is_counted_once_and_today_again_and_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[datetime] = []
    real = figures.came_in

    def counted(connection: Any, since: datetime, zone: str) -> Any:
        asked.append(since)
        return real(connection, since, zone)

    monkeypatch.setattr(figures, "came_in", counted)
    for count in (1, 2, 1, 1):
        for _ in range(count):
            bench.send(bench.story()["list"])
        bench.drain()
        bench.clock.advance(timedelta(days=1))
    bench.clock.advance(-timedelta(days=1))
    first, second = (bench.hub.messages.traffic(14) for _ in range(2))
    assert first == second
    assert {(first.today - each.day).days: each.messages for each in first.came_in} == {3: 1, 2: 2, 1: 1, 0: 1}
    assert [(each.day, each.deliveries) for each in first.went_out] == [(first.today, 1)]
    assert asked[1] - asked[0] == timedelta(days=12), "only yesterday and today are counted again"
    bench.clock.advance(timedelta(days=2))
    later = bench.hub.messages.traffic(14)
    assert {(later.today - each.day).days: each.messages for each in later.came_in} == {5: 1, 4: 2, 3: 1, 2: 1}
    assert later.went_out == ()
