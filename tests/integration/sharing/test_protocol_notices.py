"""The parties of a protocol are warned before it expires or must be reviewed: each party once, and nobody else."""

import json
from datetime import timedelta

from sqlalchemy import text

from tests.conftest import Bench
from tests.integration.sharing.test_protocol_versions import AREA, approved, today, wording

COURT = "court-b10jq"


def between_two(bench: Bench) -> str:
    """Court lists of one court for one area; the review is in 30 days."""
    return wording(
        bench,
        **{
            '["role:court"]': f'["{COURT}"]',
            '["role:probation"]': f'["{AREA}"]',
            '"role:court"': f'"{COURT}"',
            '"role:probation"': f'"{AREA}"',
        },
    )


def notices(bench: Bench, agency: str) -> list[dict[str, object]]:
    received = [json.loads(item.body()) for item in bench.agencies.received(agency)]
    told = [each["payload"] for each in received if each["kind"] == "protocol_notice"]
    return [each for each in told if each["protocol"] == "court-lists"]


def sweep(bench: Bench) -> None:
    while bench.hub.sweep.run()["notified"]:
        pass
    bench.drain()


def test_every_party_is_informed_once_and_nobody_else_is(bench: Bench) -> None:
    approved(bench, between_two(bench))
    sweep(bench)
    sweep(bench)
    for agency in (COURT, AREA):
        [notice] = notices(bench, agency)
        assert (notice["occasion"], notice["days_left"]) == ("review", 30)
        assert notice["parties"] == [COURT, AREA]
        assert notice["on"] == (today(bench) + timedelta(days=30)).isoformat()
    assert notices(bench, "probation-cheshire") == []
    bench.clock.advance(timedelta(days=26))
    sweep(bench)
    assert [each["days_left"] for each in notices(bench, AREA)] == [30, 4], "the day of 7 was missed"
    with bench.hub.store.transaction() as connection:
        told = connection.execute(text("SELECT count(*) FROM journal WHERE event = 'protocol.noticed'")).scalar_one()
        kept = connection.execute(text("SELECT count(*) FROM protocol_notice")).scalar_one()
    assert told == kept >= 2
