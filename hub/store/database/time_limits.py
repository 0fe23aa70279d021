"""How long an answer of the database is waited for, and when it is not asked at all.

A server that is frozen, or whose disk stands still, ends no connection: it takes what it is told and says nothing, and
whoever waits for it would wait for as long.
"""

import time
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.rows import TupleRow
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

CONNECTING_SECONDS_MAX = 5
_IDLE_SECONDS_MAX = 1.0
_SILENT_SECONDS = 5.0


class TimedConnection(psycopg.Connection[TupleRow]):
    """A connection that is given up when an answer does not come in time."""

    answer_seconds_max: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.answer_seconds_max)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:  # not the server's word: it said nothing, or has gone
                self.close()
            raise


class Patience:
    """One for each engine. `answer_seconds_max` is for one statement; with None it takes as long as it takes.

    Where the database was not even heard to connect, it is not asked for some seconds:
    otherwise all threads of a process would spend their time with waiting, and nobody would be told anything.
    """

    def __init__(self) -> None:
        self.answer_seconds_max: float | None = None
        self._silent_until = 0.0

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "do_connect", self._connect)
        event.listen(engine, "checkin", _note_when)
        event.listen(engine, "checkout", self._check_out)

    def is_silent(self) -> bool:
        return time.monotonic() < self._silent_until

    def _connect(self, _: Dialect, __: ConnectionPoolEntry, given: Any, named: Any) -> TimedConnection:
        if self.is_silent():  # found by another thread, while this one waited for its turn
            raise psycopg.errors.ConnectionTimeout("it did not answer a moment ago")
        try:
            connection = TimedConnection.connect(*given, **named)
        except psycopg.errors.ConnectionTimeout:
            self._silent_until = time.monotonic() + _SILENT_SECONDS
            raise
        connection.answer_seconds_max = self.answer_seconds_max
        return connection

    def _check_out(self, connection: TimedConnection, record: ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - record.info.get("given_back_at", time.monotonic()) > _IDLE_SECONDS_MAX:
            _ask(connection)
        connection.answer_seconds_max = self.answer_seconds_max


def _note_when(_: object, record: ConnectionPoolEntry) -> None:
    record.info["given_back_at"] = time.monotonic()


def _ask(connection: TimedConnection) -> None:
    """Whether the database is still there. Not before every use: what goes away in the middle of one is told anyway,
    and then no connection of that time is used again."""
    connection.answer_seconds_max = CONNECTING_SECONDS_MAX
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise InvalidatePoolError from error
