"""Many deliveries in quarantine, for tests of what people do about them."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, text

from hub.store.messages.tables import delivery
from tests.conftest import Bench

AREA = "probation-northumbria"


def quarantined(bench: Bench, count: int) -> list[UUID]:
    """So many deliveries in quarantine, each about a subject of its own: one that failed, and copies of it."""
    bench.agencies.behave(AREA, "error")
    bench.send(bench.story()["list"])
    for _ in range(bench.hub.settings.attempts_max + 1):
        bench.drain()
        bench.clock.advance(timedelta(hours=2))
    bench.agencies.behave(AREA, "ok")
    with bench.hub.store.transaction() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        connection.execute(text("ALTER TABLE delivery DROP CONSTRAINT delivery_once"))
        [first] = connection.execute(select(delivery.c.id)).scalars().all()
        columns = [column.name for column in delivery.c if column.name not in ("id", "subject", "position")]
        for _ in range(count - 1):
            names = ", ".join(columns)
            connection.execute(
                text(
                    f"INSERT INTO delivery (id, subject, {names})"  # noqa: S608 - our own column names
                    f" SELECT :id, :subject, {names} FROM delivery WHERE id = :first"
                ),
                {"id": uuid4(), "subject": str(uuid4()), "first": first},
            )
        return list(connection.execute(select(delivery.c.id).order_by(delivery.c.position)).scalars())
