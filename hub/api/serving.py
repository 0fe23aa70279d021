"""How the API is served. Every process that starts it uses this one configuration."""

import uvicorn

from hub.api.app import create_app
from hub.api.limits.head_timeout import HeadTimeout
from hub.api.limits.idle_connections import IdleConnections
from hub.bootstrap import Hub


def configuration(hub: Hub, host: str, port: int) -> uvicorn.Config:
    settings = hub.settings
    idle = IdleConnections(settings.idle_connections_max, settings.idle_connections_of_one_address_max)
    return uvicorn.Config(
        create_app(hub, f"http://{host}:{port}"),
        host=host,
        port=port,
        http=HeadTimeout.bounded_by(idle),
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
    )
