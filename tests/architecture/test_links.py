"""Every link of a page, and every page that a message names, must exist."""

import re
from pathlib import Path

from tests.architecture.modules import MODULES, PACKAGES
from tests.conftest import ROOT

FOLDERS = (*PACKAGES, "docs", "tests")
PAGES = [ROOT / "README.md", *sorted(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))]
TEXTS = [*PAGES, *MODULES, *(ROOT / "schemas" / "codes").rglob("*.toml")]
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)")


def _headings(page: Path) -> set[str]:
    """Return each heading as a link writes it: lower-case letters, no marks, hyphens for spaces."""
    found = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {"#" + re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


def test_every_link_of_every_page_leads_somewhere() -> None:
    links = [(page, *link) for page in PAGES for link in LINK.findall(page.read_text())]
    assert len(links) > 40
    nowhere = []
    for page, path, heading in links:
        target = (page.parent / path) if path else page
        if not target.exists() or (heading and heading not in _headings(target)):
            nowhere.append(f"{page.relative_to(ROOT)}: {path}{heading}")
    assert nowhere == []


def test_every_page_that_is_named_is_there() -> None:
    named = {(text, name) for text in TEXTS for name in re.findall(r"\bdocs/[\w/]+\.md", text.read_text())}
    assert len(named) > 20
    assert [f"{text}: {name}" for text, name in sorted(named) if not (ROOT / name).is_file()] == []
