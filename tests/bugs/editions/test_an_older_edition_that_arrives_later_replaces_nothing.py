"""A result of 15:00 that arrived after the one of 17:30 replaced it and voided its clock."""

from tests.bugs.editions.documents import clocks, send
from tests.conftest import Bench


def test_an_older_edition_is_kept_and_overtaken(bench: Bench) -> None:
    (newer,) = send(bench, "newer.json")
    (older,) = send(bench, "older.json")
    story = bench.hub.stories.show(older)
    assert (story["state"], story["overtaken_by"], story["deliveries"]) == ("overtaken", newer, [])
    assert "message.overtaken" in [entry["event"] for entry in story["journal"]]
    assert clocks(bench) == ["running"]


def test_in_the_right_order_the_newer_edition_replaces_the_older(bench: Bench) -> None:
    (older,) = send(bench, "older.json")
    (newer,) = send(bench, "newer.json")
    assert bench.hub.stories.show(newer)["supersedes"] == older
    assert clocks(bench) == ["running"]
