"""Opens the hub for a command: on the servers that the settings name, or on those of the running `hub up`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hub.errors import NotRunning
from hub.starting import quick_start

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.settings import Settings
    from hub.sharing.terms.protocols import SharingRegistry
    from schemas.catalogue import Catalogue


def own_settings() -> "Settings":
    """The settings of this process. Their module takes long to import, and the help of a command needs none."""
    from hub.settings import Settings

    return Settings()


@contextmanager
def open_hub(settings: "Settings | None" = None) -> "Iterator[Hub]":
    """Raises NotRunning when no database is named and none is running here."""
    with quick_start():
        from hub.bootstrap import build_hub
        from hub.telemetry.logs import configure_logs

        settings = settings or own_settings()
        hub = build_hub(settings, _database(settings), configure_logs("cli"))
    try:
        yield hub
    finally:
        hub.close()


def agreed() -> "tuple[SharingRegistry, Catalogue]":
    """What the exchange that runs here has agreed; where none runs, what the folder of protocols says."""
    from hub.bootstrap import build_knowledge

    try:
        with open_hub() as hub:
            return hub.wiring.live.current(), hub.knowledge.catalogue
    except NotRunning:
        knowledge = build_knowledge(own_settings())
        return knowledge.registry, knowledge.catalogue


def _database(settings: "Settings") -> str:
    from hub.local.servers import running_urls
    from hub.local.state import StateFolder

    if settings.database_url is not None:
        return settings.database_url
    running = running_urls(StateFolder(settings.state_dir))
    if running is None:
        raise NotRunning(
            f"no exchange is running in {settings.state_dir}",
            "start it with: hub up (or set HUB_STATE_DIR or HUB_DATABASE_URL to where it runs)",
        )
    return running.database
