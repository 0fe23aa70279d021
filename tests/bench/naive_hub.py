"""A hub of an afternoon: one row, one Celery task and one commit on each side for a message, and nothing that an
exchange promises. `python -m tests.bench.naive_hub api PORT` and `… worker`.

It reads YARDSTICK_DATABASE (SQLAlchemy; it makes a database of its own there), YARDSTICK_BROKER (Celery) and
YARDSTICK_RECIPIENT (an address).
"""

import json
import os
import sys
import uuid

import urllib3
import uvicorn
from celery import Celery
from fastapi import FastAPI, Response
from pydantic import BaseModel
from sqlalchemy import (
    Column,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    Uuid,
    create_engine,
    func,
    insert,
    make_url,
    select,
    text,
    update,
)

metadata = MetaData()
message = Table(
    "naive_message",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("accepted_at", DateTime(timezone=True), server_default=func.now(), nullable=False),
    Column("delivered_at", DateTime(timezone=True)),
)
server = make_url(os.environ["YARDSTICK_DATABASE"])
engine = create_engine(server.set(database="naive_hub"), pool_size=20)
app = Celery("naive", broker=os.environ["YARDSTICK_BROKER"])
app.conf.update(
    task_default_queue="naive",
    task_ignore_result=True,
    worker_concurrency=2,
    worker_hijack_root_logger=False,
    broker_transport_options={"global_keyprefix": "naive:"},
)
http = urllib3.PoolManager(retries=False)
api = FastAPI()


class Message(BaseModel):
    kind: str
    version: int
    sender: str
    reference: str
    sent_at: str
    payload: dict[str, object]


@api.post("/v1/messages", status_code=202)
def post_message(posted: Message) -> Response:
    id = uuid.uuid4()
    with engine.begin() as connection:
        connection.execute(insert(message).values(id=id, body=posted.model_dump_json().encode()))
    deliver.delay(str(id))
    return Response(json.dumps({"id": str(id)}), 202, media_type="application/json")


@api.get("/done")
def done() -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count(message.c.delivered_at))).scalar_one())


@app.task(name="naive.deliver")
def deliver(id: str) -> None:
    with engine.connect() as connection:
        body = connection.execute(select(message.c.body).where(message.c.id == uuid.UUID(id))).scalar_one()
    headers = {"Content-Type": "application/json", "Hub-Message-Id": id}
    response = http.request("POST", os.environ["YARDSTICK_RECIPIENT"], body=body, headers=headers)
    if response.status != 200 or response.json()["receipt"]["message_id"] != id:
        raise RuntimeError("no receipt")
    with engine.begin() as connection:
        connection.execute(update(message).where(message.c.id == uuid.UUID(id)).values(delivered_at=func.now()))


def main(arguments: list[str]) -> None:
    if arguments[0] == "worker":
        app.worker_main(["worker", "--loglevel=ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat"])
    else:
        with create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("CREATE DATABASE naive_hub"))
        metadata.create_all(engine)
        uvicorn.run(api, host="127.0.0.1", port=int(arguments[1]), log_level="warning", access_log=False)


if __name__ == "__main__":
    main(sys.argv[1:])
