"""The pages. Each file adds its own routes. A page is a function that reads a part of the hub and fills a template."""

from importlib import import_module
from pkgutil import walk_packages

from fastapi import FastAPI


def add_pages(console: FastAPI) -> None:
    for module in walk_packages(__path__, f"{__name__}."):
        if not module.ispkg:
            import_module(module.name).add_to(console)
