"""The pages. Each file adds its own routes. A page is a function that reads a part of the hub and fills a template."""

from importlib import import_module
from pkgutil import iter_modules

from fastapi import FastAPI


def add_pages(console: FastAPI) -> None:
    for module in iter_modules(__path__, f"{__name__}."):
        import_module(module.name).add_to(console)
