"""A real browser: the distribution's Chromium, installed where that can be done."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.console.conftest import PASSWORD

SCREENSHOTS = Path(__file__).parents[2] / ".screenshots"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@cache
def _chromium() -> str | None:
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
        subprocess.run(install, capture_output=True, timeout=300, check=False)
        found = next(filter(None, map(shutil.which, _NAMES)), None)
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """Skips the test if this machine has no Chromium and it cannot be installed."""
    chromium = _chromium()
    if chromium is None:
        pytest.skip("there is no Chromium here, and it cannot be installed: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(_QUIET))
        try:
            yield launched
        finally:
            launched.close()


def sign_in(context: BrowserContext, url: str, name: str) -> None:
    page = context.new_page()
    page.goto(f"{url}/console/sign-in")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/console/**")
    page.close()
