"""`python -m hub.api`: serves the API until it is told to stop."""

import uvicorn

from hub.api.app import create_app
from hub.bootstrap import build_hub
from hub.settings import Settings
from hub.telemetry.logs import configure_logs


def main() -> None:
    settings = Settings()
    hub = build_hub(settings, settings.servers().database, configure_logs("api"))
    try:
        uvicorn.run(
            create_app(hub),
            host=settings.api_host,
            port=settings.api_port,
            log_level="warning",
            access_log=False,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=10,
        )
    finally:
        hub.close()


if __name__ == "__main__":
    main()
