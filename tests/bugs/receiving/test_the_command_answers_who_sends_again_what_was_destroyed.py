"""The receipt of destroyed content has no references, and the command that sends failed when it printed it."""

from datetime import timedelta
from pathlib import Path

from tests.conftest import Bench, run_hub

YEARS = timedelta(days=366 * 30)


def test_the_command_answers_who_sends_again_what_was_destroyed(bench: Bench, tmp_path: Path) -> None:
    steps = bench.story()
    for name in ("report", "sentence"):
        bench.send(steps[name])
        bench.drain()
    bench.clock.advance(YEARS)
    bench.hub.end_of_life.run_retention("records officer")
    document = tmp_path / "report.json"
    document.write_bytes(steps["report"].body)
    ran = run_hub(
        "send", str(document), "--from", steps["report"].caller, state=tmp_path, HUB_DATABASE_URL=bench.hub.store.url
    )
    assert ran.returncode == 0, ran.stderr
    assert "Accepted before" in ran.stdout
