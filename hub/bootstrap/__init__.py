"""The composition root: the one place where the parts are put together. Nothing is built at import."""

from hub.bootstrap.hub import Hub, Knowledge, build_hub, build_knowledge, open_hub, registry_folders

__all__ = ["Hub", "Knowledge", "build_hub", "build_knowledge", "open_hub", "registry_folders"]
