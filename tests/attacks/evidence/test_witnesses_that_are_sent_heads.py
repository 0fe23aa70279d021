"""A partner or an address of e-mail bears witness of the journal: it is sent the heads, and an older database is found
out by what it was sent last."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from hub.bootstrap import Hub
from hub.errors import SettingsWrong, WrongInstallation
from hub.exchange.partners.carried_witness import CarriedWitness
from hub.journal.witnesses import Note
from hub.telemetry.logs import configure_logs
from hub.unproved import WitnessesSilent
from tests.conftest import Bench, open_store
from tests.contract.transports.partners import email

COURT = "court-b10jq"


@contextmanager
def _watched(bench: Bench, witness: str, silent_seconds_max: float = 900) -> Iterator[Hub]:
    settings = bench.hub.settings.model_copy(
        update={"witness": witness, "witness_silent_seconds_max": silent_seconds_max}
    )
    knowledge = replace(bench.hub.knowledge, settings=settings)
    hub = Hub(knowledge, open_store(bench.hub.store.url), bench.clock, configure_logs("test"))
    try:
        yield hub
    finally:
        hub.store.close()


def _seal(bench: Bench, hub: Hub) -> int:
    bench.hub.access.issue_key(COURT)
    hub.sealing.seal_all(bench.clock.now)
    return hub.sweep.run().get("witnessed", 0)


def _described(file: Path, transport: str, settings: dict[str, str]) -> str:
    lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in settings.items())
    file.write_text(f'transport = "{transport}"\n[settings]\n{lines}\n')
    return str(file)


def _rolled_back(bench: Bench) -> None:
    url = make_url(bench.hub.store.url).set(drivername="postgresql", username="postgres")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM journal_seal WHERE number > 1")


def test_heads_go_by_mail_and_an_older_database_is_refused(bench: Bench, tmp_path: Path) -> None:
    with email.partner(tmp_path) as partner:
        witness = _described(tmp_path / "witness.toml", "email", partner.settings)
        with _watched(bench, witness) as running:
            assert _seal(bench, running) >= 1
            assert _seal(bench, running) == 0, "one mail for a quarter of an hour"
        with _watched(bench, witness) as later:
            assert _seal(bench, later) >= 2, "and in it all that came since"
        heads = [
            note
            for letter in partner.mailbox.letters
            for part in letter.iter_attachments()
            for token in part.get_content().split()
            if (note := Note.of(token, bench.hub.signing.public))
        ]
        assert len(partner.mailbox.letters) == 2
        assert [note.number for note in heads] == list(range(heads[0].number, heads[0].number + len(heads)))
    _rolled_back(bench)
    with _watched(bench, witness) as started, pytest.raises(WrongInstallation, match=r"witness\.rolled_back"):
        started.outbox.claim()


def test_a_partner_is_sent_heads_as_it_is_sent_messages(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "court").mkdir()
    bench.hub.settings.endpoints_file().write_text(
        f'[[endpoint]]\nagency = "{COURT}"\nsystem = "hub_json"\ntransport = "folder"\n'
        f'settings = {{ path = "{tmp_path.resolve() / "court"}" }}\n'
    )
    with _watched(bench, f"partner:{COURT}") as running:
        assert _seal(bench, running) >= 1
    [file] = (tmp_path / "court").iterdir()
    assert file.name.startswith("journal_heads-")
    [token] = file.read_text().split()
    assert Note.of(token, bench.hub.signing.public) is not None


def test_a_witness_that_cannot_be_sent_to_is_reported(bench: Bench, tmp_path: Path) -> None:
    with email.partner(tmp_path) as partner:
        witness = _described(tmp_path / "witness.toml", "email", partner.settings)
        partner.go_away()
        bench.hub.access.issue_key(COURT)
        bench.hub.sealing.seal_all(bench.clock.now)
        with _watched(bench, witness, 0) as running:
            for _ in range(2):
                with pytest.raises(Exception, match="witnessed") as failed:
                    running.sweep.run()
                assert isinstance(failed.value.errors["witnessed"], WitnessesSilent)  # type: ignore[attr-defined]
            partner.come_back()
            assert running.sweep.run()["witnessed"] >= 1, "it is tried again at each sweep"


def test_a_mailbox_in_the_same_database_is_no_witness(bench: Bench) -> None:
    bench.hub.settings.endpoints_file().write_text(
        f'[[endpoint]]\nagency = "{COURT}"\nsystem = "hub_json"\ntransport = "mailbox"\n'
    )
    bench.hub.access.issue_key(COURT)
    bench.hub.sealing.seal_all(bench.clock.now)
    with _watched(bench, f"partner:{COURT}", 0) as running, pytest.raises(Exception, match="witnessed") as failed:
        running.sweep.run()
    assert "bear witness" in str(failed.value.errors["witnessed"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "content", ["transport = 'pigeon'", "transport = 'mailbox'", "transport = 'email'", "other = 1", "not toml ["]
)
def test_a_witness_that_is_described_wrongly_is_refused_at_the_start(
    bench: Bench, tmp_path: Path, content: str
) -> None:
    (tmp_path / "w.toml").write_text(content)
    for wrong in (str(tmp_path / "w.toml"), "partner:nobody"):
        with pytest.raises(SettingsWrong), _watched(bench, wrong):
            pass


def test_what_a_carried_witness_holds_is_remembered_only_once_it_was_sent(bench: Bench, tmp_path: Path) -> None:
    """Otherwise a head that nobody has would count as kept elsewhere."""

    def away() -> None:
        raise OSError("it has no endpoint")

    witness = CarriedWitness("w", "hub", away, bench.hub.knowledge.adapters, tmp_path / "memory")  # type: ignore[arg-type]
    with pytest.raises(OSError, match="no endpoint"):
        witness.put(["a"])
    assert witness.read() == []
