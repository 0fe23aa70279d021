"""The real processes play every story. Then everything that they left behind is searched, byte by byte, for what the
messages say about people. It may be where it was delivered, and nowhere else."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
import urllib3
from sqlalchemy import make_url

from hub.local.demonstration.demonstration import Demonstration, SentStep, failures
from hub.store.messages import contents
from hub.watching.exposition import exposition
from schemas.category import Category
from schemas.shape import leaves_of, values_at
from tests.conftest import ROOT, SAMPLES
from tests.played import Played

ABOUT_PEOPLE = frozenset(
    {Category.IDENTITY, Category.CONTACT, Category.NARRATIVE, Category.VICTIM, Category.RISK, Category.HEALTH}
)
PLANTED = "Quillfeather-1979-05-17"
SHORTEST = 6  # a shorter text occurs in any large file by chance


@dataclass
class LeftBehind:
    """The content of each place. `marks` are what must not be in it."""

    marks: frozenset[str]
    places: dict[str, bytes] = field(default_factory=dict)
    refusals: list[tuple[int, str]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    delivered: bytes = b""


def found_in(marks: frozenset[str], held: bytes) -> set[str]:
    """Return the marks that are in the text, in any case, with or without punctuation, plain, escaped or as hex."""
    low = held.lower()
    squeezed = re.sub(rb"[\s/.-]", b"", low)
    return {
        mark
        for mark in marks
        if any(form in low for form in _forms(mark)) or (len(_letters(mark)) >= 10 and _letters(mark) in squeezed)
    }


def _forms(mark: str) -> set[bytes]:
    low = mark.lower()
    return {low.encode(), json.dumps(low)[1:-1].encode(), mark.encode().hex().encode(), low.encode().hex().encode()}


def _letters(mark: str) -> bytes:
    return re.sub(r"[\s/.-]", "", mark.lower()).encode()


@pytest.fixture(scope="module")
def left(played: Played) -> LeftBehind:
    """Return what is there after the exchange was stopped, so that what it does when it stops is searched too."""
    demonstration, told = played.demonstration, played.told
    assert failures(told) == []
    left = LeftBehind(_marks(demonstration, told))
    left.refusals = list(_refusals(demonstration, told))
    _tables(demonstration, left.places)
    _queue(demonstration, left.places)
    left.places["metrics"] = exposition(demonstration.exchange.hub.measuring.now())
    left.delivered = b"".join(file.read_bytes() for file in played.inboxes.rglob("*") if file.is_file())
    demonstration.exchange.stop()
    left.files = _files(played.state, played.inboxes)
    return left


def _marks(demonstration: Demonstration, told: list[SentStep]) -> frozenset[str]:
    """Return what the messages say about people, and the senders' references, by the category of each field."""
    hub, marks = demonstration.exchange.hub, {PLANTED}
    with hub.store.transaction() as connection:
        ids = connection.exec_driver_sql("SELECT id, kind, version, sender FROM message").all()
        for row in ids:
            held = contents.content_of(connection, row.id)
            model = hub.knowledge.catalogue.kinds[(row.kind, row.version)].payload
            if row.sender != "hub":
                marks.add(held.reference)
            for leaf in leaves_of(model):
                if leaf.category in ABOUT_PEOPLE:
                    marks |= {str(value) for _, value in values_at(held.payload, leaf.path)}
            marks |= {each.name for each in held.attachments}
    agreed = _shipped()
    return frozenset(mark for mark in marks if len(mark) >= SHORTEST and mark.lower() not in agreed)


def _shipped() -> str:
    """Return what is public: the agencies, the protocols and the kinds."""
    files = [file for file in (ROOT / "schemas").rglob("*") if file.suffix in (".toml", ".py")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files).lower()


def _tables(demonstration: Demonstration, places: dict[str, bytes]) -> None:
    """Yield every column of every table, with binary columns as they are."""
    url = make_url(demonstration.exchange.servers.database).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        for table, places_of in _columns(connection).items():
            for column, read in places_of:
                rows = connection.execute(f'SELECT {read} FROM "{table}"').fetchall()  # noqa: S608
                held = [row[0] if isinstance(row[0], bytes) else str(row[0]).encode() for row in rows]
                places[f"table {table}.{column}"] = b"\n".join(held)


def _columns(connection: "psycopg.Connection[tuple[str, ...]]") -> Mapping[str, list[tuple[str, str]]]:
    """Return the columns of each table, with how each is read: what is not binary, as PostgreSQL writes it."""
    found: dict[str, list[tuple[str, str]]] = {}
    query = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
    for table, column, data_type in connection.execute(query).fetchall():
        read = f'"{column}"' if data_type == "bytea" else f'"{column}"::text'
        found.setdefault(table, []).append((column, read))
    return found


def _files(state: Path, inboxes: Path) -> dict[str, bytes]:
    """Yield everything that processes and servers wrote, except what was delivered: each content once, without empty
    pages."""
    once: dict[bytes, str] = {}
    for file in state.rglob("*"):
        if file.is_file() and not file.is_relative_to(inboxes):
            once.setdefault(file.read_bytes().replace(bytes(64), b""), str(file.relative_to(state)))
    return {name: held for held, name in once.items()}


def _queue(demonstration: Demonstration, places: dict[str, bytes]) -> None:
    """Yield every key of Redis with its value, as Redis itself would write it to the disk."""
    socket = urlsplit(demonstration.exchange.servers.broker).path
    client = redis.Redis(unix_socket_path=socket)
    for key in client.scan_iter():
        places[f"redis {key!r}"] = key + b"\n" + (client.dump(key) or b"")
    client.close()


def _refusals(demonstration: Demonstration, told: list[SentStep]) -> Iterator[tuple[int, str]]:
    """Yield (status, answer) for each document that was damaged in several ways."""
    hub, keys = demonstration.exchange.hub, {}
    with urllib3.PoolManager(retries=False) as http:
        for each in (each for each in told if not each.step.real):
            for body in (spoil(each.step.body) for spoil in _SPOILT):
                caller = each.step.caller
                keys.setdefault(caller, hub.access.issue_key(caller))
                headers = {"Authorization": keys[caller].authorization(datetime.now(UTC))}
                answer = http.request(
                    "POST", f"{demonstration.exchange.address}/v1/messages", body=body, headers=headers, timeout=30
                )
                yield answer.status, answer.data.decode()


_SPOILT: tuple[Callable[[bytes], bytes], ...] = (
    lambda body: body[: len(body) * 2 // 3],
    lambda body: re.sub(rb"(19|20)\d\d-\d\d-\d\d", PLANTED.encode(), body),
    lambda body: re.sub(rb"\b[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}\b", PLANTED.encode(), body),
    lambda body: body.replace(b"surname", PLANTED.encode()),
)


def test_the_search_would_find_it(left: LeftBehind) -> None:
    """There are many marks, they were delivered, and the search finds one wherever it is and however it is written."""
    assert len(left.marks) > (100 if SAMPLES.is_dir() else 80)  # the real samples are played too if they are there
    assert len(found_in(left.marks, left.delivered)) > len(left.marks) // 3
    sealed = left.places["table message.payload"]
    for written in (PLANTED, PLANTED.upper(), PLANTED.replace("-", ""), PLANTED.encode().hex()):
        assert found_in(left.marks, sealed + written.encode() + sealed) == {PLANTED}
    assert found_in(frozenset({"Siân Brontë"}), json.dumps("Siân Brontë").encode())
    assert len(left.places["table message.payload"]) > 10_000
    assert any(name.endswith(".log") and held for name, held in left.files.items())
    assert b"hub_messages_accepted_recently{" in left.places["metrics"]
    assert any("journal" in place for place in left.places) and any("redis" in place for place in left.places)
    assert {status // 100 for status, _ in left.refusals} >= {4}


def test_no_column_of_no_table_holds_it(left: LeftBehind) -> None:
    assert {place: found for place, held in left.places.items() if (found := found_in(left.marks, held))} == {}


def test_no_file_of_the_servers_and_no_log_holds_it(left: LeftBehind) -> None:
    """Data files, the write-ahead log, the append-only file of Redis, and the logs of every process."""
    assert {name: found for name, held in left.files.items() if (found := found_in(left.marks, held))} == {}


def test_no_refusal_repeats_it(left: LeftBehind) -> None:
    refused = [answer for status, answer in left.refusals if status >= 400]
    assert len(refused) > 40
    assert {answer: found for answer in refused if (found := found_in(left.marks, answer.encode()))} == {}


def test_no_address_takes_it(left: LeftBehind, api) -> None:  # type: ignore[no-untyped-def]
    """Every machine on the way writes down paths and queries, so both contain only ids, codes and numbers."""
    described = api.http.request("GET", f"{api.url}/openapi.json").json()
    names = {
        parameter["name"]
        for path in described["paths"].values()
        for operation in path.values()
        for parameter in operation.get("parameters", ())
        if parameter["in"] in ("path", "query")
    }
    own = {"after", "clock", "event", "limit", "message", "message_id", "sha256", "stopped_too", "wait"}
    of_agencies_systems = {"id", "wsdl", "WSDL"}  # a hearing's id, the description of a service
    assert names <= own | of_agencies_systems


def test_the_files_searched_are_those_of_postgres_redis_and_the_logs(left: LeftBehind) -> None:
    assert all(any(part in name for name in left.files) for part in ("pg_wal", "base/", "appendonly", ".log"))
