"""`python -m hub.api`: serves the API until it is asked to stop."""

import uvicorn

from hub.api.serving import configuration
from hub.bootstrap import build_hub
from hub.settings import Settings
from hub.telemetry.logs import configure_logs


def main() -> None:
    settings = Settings()
    hub = build_hub(settings, settings.servers().database, configure_logs("api"))
    try:
        uvicorn.Server(configuration(hub, settings.api_host, settings.api_port)).run()
    finally:
        hub.close()


if __name__ == "__main__":
    main()
