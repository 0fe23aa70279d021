"""How the API is served. Every process that starts it uses this one configuration."""

import uvicorn

from hub.api.app import create_app
from hub.api.head_timeout import HeadTimeout
from hub.bootstrap import Hub


def configuration(hub: Hub, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(hub),
        host=host,
        port=port,
        http=HeadTimeout,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
    )
