"""`hub doctor` finds each thing that can be wrong with an installation, and says what to do about it."""

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.access.staff import Staff
from hub.local.examination import here
from hub.local.examination.examining import CHECKS
from hub.local.ports import HeldPort
from hub.settings import Servers
from tests.conftest import own_keys, run_hub

JUDGED = {"good", "attend", "wrong", "left out"}


@dataclass
class Installation:
    """One that is well. A test breaks it: it changes the environment, a file, or what a part says."""

    state: Path
    environment: dict[str, str]
    monkeypatch: pytest.MonkeyPatch

    def key_file(self, content: bytes | None = None) -> Path:
        """Return an own copy of the pseudonym key, or a file with this content."""
        file = self.state / "pseudonym.key"
        file.write_bytes(content or Path(self.environment["HUB_PSEUDONYM_KEY_FILE"]).read_bytes())
        file.chmod(0o600)
        self.environment["HUB_PSEUDONYM_KEY_FILE"] = str(file)
        return file

    def findings(self, exit_code: int) -> dict[str, list[dict[str, str]]]:
        ran = run_hub("doctor", "--json", state=self.state, **self.environment)
        assert ran.returncode == exit_code, ran.stdout + ran.stderr
        found: dict[str, list[dict[str, str]]] = {}
        for each in json.loads(ran.stdout):
            assert each["judgement"] in JUDGED
            assert each["words"]
            found.setdefault(each["what"], []).append(each)
        assert list(found) == [check.what for check in CHECKS]
        return found


@pytest.fixture
def well(tmp_path: Path, database_url: str, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Installation:
    environment = {"HUB_DATABASE_URL": database_url, "HUB_BROKER_URL": servers.broker}
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    environment |= {f"HUB_{name.upper()}": str(file) for name, file in own_keys().items()}
    monkeypatch.setattr("hub.cli.running.doctor.acting", lambda *_: "ada.first")
    monkeypatch.setattr("hub.access.accounts.Accounts.listed", lambda _: ("ada.first",))
    monkeypatch.setattr(here, "STYLES", Path(__file__))
    return Installation(state, environment, monkeypatch)


def _writable_by_all(it: Installation) -> None:
    it.state.chmod(0o777)


def _full_disk(it: Installation) -> None:
    it.environment["HUB_DISK_FREE_BYTES_MIN"] = str(10**18)


def _nearly_full_disk(it: Installation) -> None:
    it.environment["HUB_DISK_FREE_BYTES_MIN"] = str(here.free_bytes(it.state) // 2)


def _readable_key(it: Installation) -> None:
    it.key_file().chmod(0o644)


def _broken_registry(it: Installation) -> None:
    folder = it.state / "protocols"
    folder.mkdir()
    (folder / "court-lists.toml").write_text("[protocol\n")
    it.environment["HUB_PROTOCOLS_DIR"] = str(folder)


def _broken_endpoints(it: Installation) -> None:
    (it.state / "endpoints.toml").write_text('[[endpoint]]\nagency = "nobody"\nsystem = "x"\ntransport = "y"\n')


def _broken_limits(it: Installation) -> None:
    (it.state / "limits.toml").write_text("[[agency]]\nid = 7\n")


def _no_style_sheet(it: Installation) -> None:
    it.monkeypatch.setattr(here, "STYLES", it.state / "missing.css")


def _no_servers(it: Installation) -> None:
    del it.environment["HUB_BROKER_URL"]


def _no_redis(it: Installation) -> None:
    it.environment["HUB_BROKER_URL"] = f"redis://127.0.0.1:{_free_port()}/0"


def _no_database(it: Installation) -> None:
    it.environment["HUB_DATABASE_URL"] = f"postgresql+psycopg://nobody@127.0.0.1:{_free_port()}/hub"


def _other_key(it: Installation) -> None:
    it.findings(exit_code=0)  # from now on the database knows its key
    it.key_file(b"0" * 64)


def _lost_key(it: Installation) -> None:
    it.environment["HUB_PSEUDONYM_KEY_FILE"] = str(it.state / "lost.key")


def _wrong_clock(it: Installation) -> None:
    it.monkeypatch.setattr(Staff, "seconds_from_server", lambda _: -300.0)


def _nobody(it: Installation) -> None:
    it.monkeypatch.setattr("hub.access.accounts.Accounts.listed", lambda _: ())


def _not_logged_in(it: Installation) -> None:
    it.monkeypatch.undo()
    it.monkeypatch.setattr(here, "STYLES", Path(__file__))
    words = ("people", "add", "ada.first", "--role", "operator", "--password-stdin")
    added = run_hub(*words, state=it.state, typed="seven quiet otters\n", **it.environment)
    assert added.returncode == 0, added.stderr


def _free_port() -> int:
    with HeldPort("127.0.0.1") as held:
        return held.number


BREAKS: tuple[tuple[str, Callable[[Installation], None], str, str], ...] = (
    ("state folder", _writable_by_all, "wrong", "chmod go-w"),
    ("disk", _full_disk, "wrong", "make room"),
    ("disk", _nearly_full_disk, "attend", "make room"),
    ("keys", _readable_key, "wrong", "chmod 600"),
    ("agencies and protocols", _broken_registry, "wrong", "hub lint"),
    ("operator's files", _broken_endpoints, "wrong", "id of the registry"),
    ("operator's files", _broken_limits, "wrong", ""),
    ("style sheet", _no_style_sheet, "attend", "npm"),
    ("servers", _no_servers, "wrong", "hub up"),
    ("broker", _no_redis, "wrong", "start Redis"),
    ("database", _no_database, "wrong", ""),
    ("database", _other_key, "wrong", "put"),
    ("database", _lost_key, "wrong", "put the keys back"),
    ("clock", _wrong_clock, "wrong", "same time server"),
    ("accounts", _nobody, "attend", "hub people add"),
    ("work", _not_logged_in, "wrong", "hub login"),
)


def test_every_check_is_broken_by_a_test() -> None:
    assert {what for what, *_ in BREAKS} == {check.what for check in CHECKS}


def test_an_installation_that_is_well_has_nothing_to_do(well: Installation) -> None:
    well.environment["HUB_DISK_FREE_BYTES_MIN"] = "0"
    found = well.findings(exit_code=0)
    judged = {what: {each["judgement"] for each in all} for what, all in found.items()}
    assert judged.pop("work") <= {"good", "attend"}  # the journal may not be sealed yet
    assert judged == {what: {"good"} for what in judged}


@pytest.mark.parametrize(
    ("what", "breaks", "judgement", "cure"), BREAKS, ids=[breaks.__name__.strip("_") for _, breaks, _, _ in BREAKS]
)
def test_what_is_wrong_is_named_with_what_to_do(
    well: Installation, what: str, breaks: Callable[[Installation], None], judgement: str, cure: str
) -> None:
    breaks(well)
    found = well.findings(exit_code=1 if judgement == "wrong" else 0)
    [first, *_] = found[what]
    assert first["judgement"] == judgement, first
    assert cure in first["cure"], first
    assert first["cure"]
    needing = [check.what for check in CHECKS if what in check.needs]
    if judgement == "wrong":
        assert all(found[other][0]["judgement"] == "left out" for other in needing)
    others = {check.what for check in CHECKS} - {what, "work", "disk"}
    assert not any(each["judgement"] == "wrong" for other in others for each in found[other]), found


def test_a_new_database_is_said_to_need_its_schema(well: Installation, empty_database_url: str) -> None:
    well.environment["HUB_DATABASE_URL"] = empty_database_url
    [database] = well.findings(exit_code=1)["database"]
    assert "hub migrate" in database["cure"]


def test_something_else_at_the_address_of_redis_is_not_redis(well: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(20)
        well.environment["HUB_BROKER_URL"] = f"redis://127.0.0.1:{other.getsockname()[1]}/0"
        answering = threading.Thread(target=_answer_as_http, args=(other,))
        answering.start()
        [broker] = well.findings(exit_code=1)["broker"]
        answering.join()
    assert "not Redis" in broker["words"]


def _answer_as_http(door: socket.socket) -> None:
    connection, _ = door.accept()
    with connection:
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n")


def test_a_person_reads_one_line_for_each_and_what_to_do(well: Installation) -> None:
    _no_redis(well)
    ran = run_hub("doctor", state=well.state, **well.environment)
    assert ran.returncode == 1
    lines = ran.stdout.splitlines()
    [broker] = [number for number, line in enumerate(lines) if line.startswith("wrong")]
    assert "broker: Redis does not answer" in lines[broker]
    assert lines[broker + 1].strip().startswith("What to do: start Redis")
