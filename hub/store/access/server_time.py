"""How long the exchange has run: seconds that only grow, whatever the clock of the machine does."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from hub.store.access.tables import server_time
from hub.store.database.rows import Rows


@dataclass(frozen=True, slots=True)
class ServerTime:
    """`seen_at` is what the clock said when somebody last looked."""

    elapsed_seconds: float
    seen_at: datetime | None


_TIME = Rows(ServerTime, server_time)


def read(connection: Connection) -> ServerTime:
    return _TIME.all(connection.execute(select(*_TIME.columns)))[0]


def advance(connection: Connection, elapsed_seconds: float, now: datetime) -> None:
    """Processes that count beside each other do not count twice: the one that has counted the most is believed."""
    most = func.greatest(server_time.c.elapsed_seconds, elapsed_seconds)
    connection.execute(update(server_time).values(elapsed_seconds=most, seen_at=now))
