"""`hub bench console` measures the pages of a real exchange with copied messages."""

import json

import pytest

from hub.console.visit import NAVIGATION
from tests.conftest import run_hub_process
from tests.effort import LONG, tries


@pytest.mark.skipif(not LONG, reason="an exchange is filled and measured for half a minute: make test-long")
def test_every_section_is_measured_and_the_exit_code_says_whether_one_is_slow(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    messages = tries(300, 20_000)
    state = tmp_path_factory.mktemp("bench")
    ran = run_hub_process("bench", "console", "--messages", str(messages), "--times", "5", state=state)
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["messages"] >= messages
    measured = {path.partition("?")[0].partition("/")[0] for path in found["p95_milliseconds"]}
    assert {each.path.removeprefix("/") for each in NAVIGATION} - {"people"} <= measured
    slow = max(found["p95_milliseconds"].values()) > 200
    assert ran.returncode == int(slow), ran.stderr
