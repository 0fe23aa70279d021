"""Two hearings of one case on one day: the fine of the afternoon replaced the prison sentence of the morning."""

from tests.bugs.editions.documents import clocks, send
from tests.conftest import Bench


def test_two_hearings_of_one_case_on_one_day_are_two_results(bench: Bench) -> None:
    (morning,) = send(bench, "morning.json")
    (afternoon,) = send(bench, "afternoon.json")
    assert bench.hub.stories.show(afternoon)["supersedes"] is None
    assert bench.hub.stories.show(morning)["state"] != "overtaken"
    assert clocks(bench) == ["running"]
