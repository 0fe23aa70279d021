"""`python -m hub.api`: serves the API until it is asked to stop."""

from hub.starting import quick_start


def main() -> None:
    with quick_start():
        import uvicorn

        from hub.api.limits.idle_connections import raise_open_files_limit
        from hub.api.serving import configuration
        from hub.bootstrap import build_hub
        from hub.settings import Settings
        from hub.telemetry.logs import configure_logs

        settings = Settings()
        hub = build_hub(settings, settings.servers().database, configure_logs("api"))
        hub.knowledge.adapters.systems.load()
    raise_open_files_limit()
    try:
        hub.refuse_wrong_database()
        hub.load()
        uvicorn.Server(configuration(hub, settings.api_host, settings.api_port)).run()
    finally:
        hub.close()


if __name__ == "__main__":
    main()
