"""The composition root: the one place where the parts are put together. Nothing is built at import."""

from hub.bootstrap.hub import Hub, build_hub, keyed_knowledge, open_hub
from hub.bootstrap.knowledge import Knowledge, build_knowledge, registry_folders

__all__ = ["Hub", "Knowledge", "build_hub", "build_knowledge", "keyed_knowledge", "open_hub", "registry_folders"]
