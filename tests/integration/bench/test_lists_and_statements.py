"""What `hub bench list` hands in, and how statements are counted by process."""

import json
import subprocess
import sys

import pytest

from adapters.systems.libra.adapter import Libra
from hub.bench.lists import COURTS, court_list
from hub.bench.statements import Asked, count_logged
from hub.store.overview.process_work import ProcessWork
from tests.conftest import ROOT
from tests.effort import LONG

LOG = """\
2030-03-04 10:00:00.000 UTC [7] LOG:  statement: BEGIN
2030-03-04 10:00:00.001 UTC [7] LOG:  execute _pg3_0: SELECT a
    FROM b WHERE c = $1
2030-03-04 10:00:00.002 UTC [7] LOG:  statement: COPY journal (position) FROM STDIN
2030-03-04 10:00:00.003 UTC [8] LOG:  execute <unnamed>:
    UPDATE delivery SET state = $1
2030-03-04 10:00:00.004 UTC [9] LOG:  statement: SELECT 1
2030-03-04 10:00:00.005 UTC [10] LOG:  statement: SELECT 1
2030-03-04 10:00:00.006 UTC [7] LOG:  checkpoint starting: time
"""


def test_each_statement_counts_for_the_process_that_sent_it_and_copy_is_two_round_trips() -> None:
    statements, round_trips = count_logged(LOG, {7: "hub api", 8: "hub worker", 9: "hub bench", 10: "psql"})
    assert statements == {"api": 3, "worker": 1}
    assert round_trips == {"api": 4, "worker": 1}


def test_what_the_server_does_not_count_by_process_is_not_measured_and_not_nought() -> None:
    asked = Asked(4, {"api": 6}, {"api": 8}, None).as_dict()
    assert asked["statements_a_message"] == {"api": 1.5}
    assert asked["wal_bytes_a_message_by_process"] is None
    asked = Asked(4, {"api": 6}, {"api": 8}, {"api": ProcessWork(100, 1)}).as_dict()
    assert asked["wal_bytes_a_message_by_process"] == {"api": 25.0}
    assert asked["fsyncs_a_message_by_process"] == {"api": 0.25}


def test_each_list_is_of_another_court_and_day_with_other_people_and_is_read_without_a_doubt() -> None:
    days, people = set(), set()
    for number in range(2 * len(COURTS)):
        [draft] = Libra().decode(court_list("a1b2c3", number, 3).body, {}).drafts
        held = json.loads(draft.payload.model_dump_json())
        days.add((held["court"]["ou_code"], held["date"]))
        people |= {each["defendant"]["pnc_id"] for session in held["sessions"] for each in session["cases"]}
        assert not draft.doubts
    assert len(days) == 2 * len(COURTS)
    assert len(people) == 6 * len(COURTS)
    assert 1_900 < len(court_list("a1b2c3", 0).body) < 2_100


@pytest.mark.long
@pytest.mark.skipif(not LONG, reason="it takes half a minute")
def test_the_command_measures_a_list_beside_a_short_one_and_a_later_edition() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "hub.cli", "bench", "list", "--cases", "20"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["cases"] == 20
    assert found["bytes"] > 20 * 3_000
    assert found["cpu_seconds"] > 0
