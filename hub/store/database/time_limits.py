"""Limits how long the exchange waits for the database, and when it does not ask at all.

A server that is frozen, or whose disk has stopped, does not close its connections. It accepts a statement and never
answers. Without a limit the caller would wait for ever.
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
    """A connection that closes itself if an answer does not come in time."""

    answer_seconds_max: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.answer_seconds_max)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:  # the error is not from the server: it did not answer, or the connection broke
                self.close()
            raise


class TimeLimits:
    """The time limits of one engine. `answer_seconds_max` is for each statement; None means no limit.

    When a connection attempt times out, the database is not asked for some seconds. Otherwise all threads of a
    process would wait for it, and no caller would get an answer.
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
        if self.is_silent():  # another thread found this out while this one waited to connect
            raise psycopg.errors.ConnectionTimeout("the database did not answer a moment ago")
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
    """Raise InvalidatePoolError unless the database still answers.

    This runs only after a pause, not before every use. If the connection breaks during a use, that use fails, and every
    connection opened before then is replaced.
    """
    connection.answer_seconds_max = CONNECTING_SECONDS_MAX
    try:
        connection.execute("SELECT 1")
        connection.commit()  # after a rollback the driver would forget every prepared statement
    except psycopg.Error as error:
        raise InvalidatePoolError from error
