"""The relay never gives up while the broker is away. What the broker does not accept is due again at once."""

import uuid

import pytest

from hub.settings import Servers
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench
from workers.app import create_app
from workers.relay import Relay


def test_what_a_missing_broker_does_not_take_is_given_back(bench: Bench) -> None:
    bench.send(bench.story()["list"])
    app = create_app("redis+socket:///nowhere/at/all.sock?virtual_host=0", 1)
    relay = Relay(bench.hub, app, configure_logs("test"))
    assert relay.publish_due() == 0
    assert bench.drain() == 1, "given back, it could be claimed again at once"


def test_what_is_due_goes_to_the_queue_as_ids_and_nothing_else(bench: Bench, servers: Servers) -> None:
    if not servers.broker.startswith("redis"):
        pytest.skip("the broker that HUB_BROKER_URL names is not Redis")
    bench.send(bench.story()["sentence"])
    app = create_app(servers.broker, 1)
    queue = f"test_{uuid.uuid4().hex}"
    relay = Relay(bench.hub, app, configure_logs("test"), queue)
    assert relay.publish_due() == 3
    with app.connection_for_read() as connection:
        client = connection.default_channel.client
        raw = b"".join(client.lrange(f"hub:{queue}", 0, -1))
        client.delete(queue)
    assert raw
    assert b"ASHBROOK" not in raw.upper()
    app.close()
