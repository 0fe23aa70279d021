"""What the tests of the embedded servers have in common: a place for them, words that they keep, and an owner."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from kombu.connection import Connection

from hub.local.process import command_line
from hub.local.servers import LocalServers, ServerUrls

IS_ROOT = os.geteuid() == 0
Broker: Any = Connection
OWNER = """
import sys, time
from pathlib import Path
from hub.local.servers import LocalServers
from hub.local.state import StateFolder

servers = LocalServers(StateFolder(Path(sys.argv[1])), shared=Path(sys.argv[2]))
print("starting", flush=True)
urls = servers.start()
print(servers.pid("postgres"), servers.pid("redis"), urls.database, urls.broker, flush=True)
if sys.argv[3] == "stop":
    servers.stop()
else:
    time.sleep(60)
"""


def passable(base: Path | None) -> Path:
    """A new folder that other accounts may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="hub-test-", dir=base))
    folder.chmod(0o755)
    return folder


def connect(urls: ServerUrls) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(urls.database.replace("postgresql+psycopg", "postgresql"), autocommit=True)


def one(urls: ServerUrls, query: str) -> object:
    with connect(urls) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row and row[0]


def remember(urls: ServerUrls, word: str) -> None:
    with connect(urls) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])


def queue(urls: ServerUrls, word: str) -> None:
    with Broker(urls.broker) as broker, broker.SimpleQueue("kept") as simple:
        simple.put(word)


def next_queued(urls: ServerUrls) -> object:
    with Broker(urls.broker) as broker, broker.SimpleQueue("kept") as simple:
        message = simple.get(timeout=2)
        message.ack()
        return message.payload


def pid_of(servers: LocalServers, name: str) -> int:
    pid = servers.pid(name)
    assert pid is not None
    return pid


def owner(place: Path, then: str, **more: object) -> "subprocess.Popen[str]":
    words = [sys.executable, "-c", OWNER, str(place / "state"), str(place / "shared"), then]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, **more)  # type: ignore[call-overload,no-any-return]


def said(process: "subprocess.Popen[str]") -> list[str]:
    assert process.stdout is not None
    return process.stdout.readline().split()


def gone(pid: int) -> bool:
    return not command_line(pid)
