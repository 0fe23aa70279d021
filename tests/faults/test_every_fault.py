"""The promise under every fault: a message that was answered with 202 reaches each recipient once, or says why not."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from amqp.exceptions import AMQPError
from kombu import Connection

from tests.effort import LONG, tries
from tests.faults.mischief import BAD, FROZEN, KILLED, What, make_mischief
from tests.faults.plan import make_plan
from tests.faults.recipients import How
from tests.faults.run import run

SEED = 7
MESSAGES = tries(300, 2_000)
BROKER_MESSAGES = tries(100, 400)
LONG_ONLY = "a run under every fault takes minutes: make test-long, or make faults SEED=7 MESSAGES=300"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not below pytest's own folder: PostgreSQL's account must be able to enter it, and a socket's path must be
    short."""
    path = Path(tempfile.mkdtemp(prefix="hub-faults-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.mark.long
@pytest.mark.skipif(not LONG, reason=LONG_ONLY)
@pytest.mark.skipif(sys.platform != "linux", reason="processes are found and killed by what Linux says in /proc")
def test_nothing_is_lost_doubled_out_of_order_or_leaked_under_every_fault(folder: Path) -> None:
    outcome = run(SEED, MESSAGES, folder)
    sys.stderr.write(json.dumps(outcome.line) + "\n")
    assert outcome.kept_the_promise, "\n".join((json.dumps(outcome.line), *outcome.stories))
    assert outcome.line["accepted"] + outcome.line["too_late"] >= MESSAGES
    assert outcome.line["kills"] >= len(KILLED)
    assert outcome.line["pauses"] and outcome.line["released"] and outcome.line["fetched"], "people were at work, too"


@pytest.mark.long
@pytest.mark.skipif(not LONG, reason=LONG_ONLY)
def test_the_promise_is_kept_with_rabbitmq_as_broker_while_it_goes_away_and_forgets(folder: Path) -> None:
    url = os.environ.get("HUB_TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672//")
    try:
        with Connection(url, connect_timeout=2) as connection:
            connection.connect()
    except (OSError, AMQPError) as error:
        pytest.skip(f"no RabbitMQ takes our connection where HUB_TEST_AMQP_URL or the default says: {error}")
    outcome = run(SEED, BROKER_MESSAGES, folder, {"HUB_BROKER_URL": url}, only="broker")
    assert outcome.kept_the_promise, "\n".join((json.dumps(outcome.line), *outcome.stories))
    assert outcome.line["accepted"] >= BROKER_MESSAGES


def test_the_same_seed_sends_the_same_under_the_same_faults() -> None:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    assert make_plan(3, 500, now) == make_plan(3, 500, now)
    assert make_plan(3, 500, now) != make_plan(4, 500, now)
    assert make_mischief(3, 500, "police-kent") == make_mischief(3, 500, "police-kent")


def test_every_fault_is_part_of_every_run() -> None:
    faults = make_mischief(1, MESSAGES, "police-kent")
    assert {fault.what for fault in faults} == set(What)
    assert {fault.whom for fault in faults if fault.what is What.KILL} == set(KILLED)
    assert {fault.whom for fault in faults if fault.what is What.FREEZE} == set(FROZEN)
    assert {fault.how for fault in faults if fault.what is What.PARTNER} == {*BAD, How.REFUSE}
