"""A message that a person had corrected in quarantine was still sent to later recipients: the report with the wrong
case to the prison of the sentence in that case, a record to the area of a link that was confirmed later."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.settings import Settings
from hub.store.persons import people
from tests.conftest import Bench
from tests.integration.repairing.test_quarantine import BY, COURT, PRISON, WHY, _exhaust

AREA = "probation-northumbria"

_OF_LINK = "message_id, person_id, area, found_by, match_weight, evidence, why, found_at"
_AS_IF_DOUBTFUL = f"""
    WITH gone AS (DELETE FROM person_link WHERE message_id = :former RETURNING *)
    INSERT INTO person_link (id, state, {_OF_LINK}) SELECT gen_random_uuid(), 'doubtful', {_OF_LINK} FROM gone
"""  # noqa: S608 - our own column names


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"breaker_failures_max": 1000})


def _corrected(bench: Bench, former: str, **changes: object) -> str:
    [item] = [each for each in bench.hub.quarantine.listed() if each["message"] == former]
    said = json.loads(bench.hub.quarantine.body(item["id"], BY, WHY))
    said["payload"] |= changes
    done = bench.hub.quarantine.fix(item["id"], json.dumps(said).encode(), BY, "it is of another case")
    return str(done["message"])


def test_a_sentence_does_not_send_on_a_report_that_was_of_another_case(bench: Bench) -> None:
    story = bench.story()
    bench.agencies.behave(COURT, "error")
    former: Any = bench.send(story["report"])
    _exhaust(bench)
    bench.agencies.behave(COURT, "ok")
    corrected = _corrected(bench, former["messages"][0]["id"], urn="10ZX9999925")
    bench.send(story["sentence"])
    bench.clock.advance(timedelta(minutes=5))
    bench.drain()
    at_prison = [json.loads(item.body()) for item in bench.agencies.received(PRISON)]
    assert [each for each in at_prison if each["kind"] == "pre_sentence_report"] == []
    assert corrected in [json.loads(item.body())["id"] for item in bench.agencies.received(COURT)]
    asked = [json.loads(item.body()) for item in bench.agencies.received(AREA)]
    assert "report_request" in {each["kind"] for each in asked}


def test_a_link_that_is_found_later_does_not_send_the_former(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["supervised"])
    bench.drain()
    bench.agencies.behave(AREA, "error")
    record: Any = bench.send(story["record"])
    former = UUID(record["messages"][0]["id"])
    assert bench.hub.linking.run()["certain"] == 1
    _exhaust(bench)
    bench.agencies.behave(AREA, "ok")
    corrected = _corrected(bench, str(former))
    with bench.hub.store.transaction() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        for statement in ("DELETE FROM delivery WHERE message_id = :former", _AS_IF_DOUBTFUL):
            connection.execute(text(statement), {"former": former})
        people.await_link(connection, former, "supervisor")
    [doubtful] = [each for each in bench.hub.linking.listed(None) if each.state == "doubtful"]
    bench.hub.linking.decide(doubtful.id, same=True, by=BY)
    bench.hub.linking.run()
    bench.clock.advance(timedelta(minutes=5))
    bench.drain()
    received = [json.loads(item.body())["id"] for item in bench.agencies.received(AREA)]
    assert corrected in received
    assert str(former) not in received
