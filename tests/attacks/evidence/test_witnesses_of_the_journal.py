"""An older database, or another one, is put in the place of the right one. The witnesses of the journal know."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from hub.bootstrap import Hub
from hub.errors import SettingsWrong, WrongInstallation
from hub.journal.witnesses import HttpsWitness, blinded
from hub.telemetry.logs import configure_logs
from hub.unproved import WitnessesSilent
from tests.conftest import Bench, open_store


@contextmanager
def _watched(bench: Bench, witness: str, silent_seconds_max: float = 900) -> Iterator[Hub]:
    """A process that starts with these witnesses."""
    settings = bench.hub.settings.model_copy(
        update={"witness": witness, "witness_silent_seconds_max": silent_seconds_max}
    )
    knowledge = replace(bench.hub.knowledge, settings=settings)
    hub = Hub(knowledge, open_store(bench.hub.store.url), bench.clock, configure_logs("test"))
    try:
        yield hub
    finally:
        hub.store.close()


def _seal(bench: Bench, hub: Hub) -> None:
    """Something happens, is sealed, and the next sweep gives it to the witnesses."""
    bench.hub.access.issue_key("court-b10jq")
    hub.sealing.seal_all(bench.clock.now)
    assert hub.sweep.run()["witnessed"] >= 1


@contextmanager
def _past_the_exchange(bench: Bench) -> Iterator[psycopg.Connection]:
    url = make_url(bench.hub.store.url).set(drivername="postgresql", username="postgres")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


class _Notes(BaseHTTPRequestHandler):
    kept = b""

    def do_POST(self) -> None:
        type(self).kept += self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(type(self).kept)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(params=["file", "https"])
def witness(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "file":
        yield str(tmp_path / "heads")
        return
    _Notes.kept = b""
    with HTTPServer(("127.0.0.1", 0), _Notes) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/heads"
        server.shutdown()
        thread.join()


def test_an_older_database_is_refused_at_the_start_and_reported_by_who_runs(bench: Bench, witness: str) -> None:
    with _watched(bench, witness) as running:
        _seal(bench, running)
        _seal(bench, running)
        with _past_the_exchange(bench) as connection:
            connection.execute("DELETE FROM journal_seal WHERE number > 1")
        with pytest.raises(Exception, match="witnessed") as failed:
            running.sweep.run()
        assert "witness." in str(failed.value.errors["witnessed"])  # type: ignore[attr-defined]
        assert "head.missing" in {each.code for each in running.evidence.verify().findings}
    with _past_the_exchange(bench) as connection:
        connection.execute("DELETE FROM journal_seal WHERE number > 1")
    with _watched(bench, witness) as started, pytest.raises(WrongInstallation, match=r"witness\.rolled_back"):
        started.outbox.claim()


def test_another_journal_is_refused_at_the_start(bench: Bench, witness: str) -> None:
    with _watched(bench, witness) as running:
        _seal(bench, running)
    with _past_the_exchange(bench) as connection:
        connection.execute("DELETE FROM journal_seal")
    bench.hub.sealing.seal_all(bench.clock.now)
    with _watched(bench, witness) as started, pytest.raises(WrongInstallation, match=r"witness\.forked"):
        started.outbox.claim()


def test_after_a_restore_the_witness_names_what_was_changed_since(bench: Bench, witness: str) -> None:
    bench.hub.protocols.live.refresh()
    key = bench.hub.access.issue_key("court-b10jq")
    bench.hub.sealing.seal_all(bench.clock.now)
    row = f"agency_key {key.id}"
    with _watched(bench, witness) as running, _past_the_exchange(bench) as connection:
        _seal(bench, running)
        running.access.revoke_key(key.id)
        _seal(bench, running)
        # The backup is put back: without the revocation, and with an earlier end of the journal.
        connection.execute("UPDATE agency_key SET revoked_at = NULL")
        connection.execute("DELETE FROM agency_key WHERE id <> %s", [key.id])
        connection.execute("DELETE FROM journal_seal WHERE number > 1")
        [[last]] = connection.execute("SELECT last_position FROM journal_seal").fetchall()
        connection.execute("DELETE FROM journal WHERE position > %s", [last])
        connection.execute("SELECT setval('journal_position_seq', %s)", [last])
    with _watched(bench, witness) as restored:
        with restored.store.unguarded() as transaction:
            restored.standstill.begin(transaction, bench.clock.now().isoformat())
        shown = restored.after_restore.show()
        assert shown["changed_since"] == [row]
        assert shown["made_since"] == 2, "a key by each seal"
        assert shown["witnessed_until"] is not None
        restored.after_restore.end(shown["seen"], "ada", "asked the court")
    with _watched(bench, witness) as started:
        started.outbox.claim()
        _seal(bench, started)


def test_losing_touch_with_all_witnesses_is_reported_and_with_one_is_not(bench: Bench, tmp_path: Path) -> None:
    lost = str(tmp_path / "nowhere" / "heads")
    bench.hub.access.issue_key("court-b10jq")
    bench.hub.sealing.seal_all(bench.clock.now)
    with _watched(bench, lost, 0) as running, pytest.raises(Exception, match="witnessed") as failed:
        running.sweep.run()
    assert isinstance(failed.value.errors["witnessed"], WitnessesSilent)  # type: ignore[attr-defined]
    with _watched(bench, f"{lost}, {tmp_path / 'heads'}", 60) as running:
        _seal(bench, running)


def test_a_witness_learns_no_name(bench: Bench, tmp_path: Path) -> None:
    assert "ada" not in blinded("account ada")
    with pytest.raises(SettingsWrong):
        HttpsWitness("http://witness.example/heads")
