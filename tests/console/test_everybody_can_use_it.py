"""axe looks at every page: on a wide screen in `make test`, and also narrow and with forced colours in `make
test-long`. A screenshot of each is written to .screenshots, to be looked at."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.console.browser import SCREENSHOTS, browser, sign_in
from tests.console.conftest import Console
from tests.effort import LONG

_WIDE, _NARROW = {"width": 1100, "height": 900}, {"width": 320, "height": 640}
"""320 pixels are also what is left of 1,280 at 400%."""
_WIDEST = {"messages", "deadlines", "protocols", "matrix?agency=prison-durham"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as launched:
        yield launched


def _pages(console: Console) -> dict[str, tuple[str, str]]:
    """Each page by its name: who looks at it, and its address."""
    hub = console.bench.hub
    story = hub.messages.search(_wanted()).messages
    report = next(each for each in story if each.kind == "pre_sentence_report")
    clock = hub.deadlines.listed()[0]
    delivery, part = (
        next(each["id"] for each in hub.quarantine.listed() if each["what"] == what)
        for what in ("delivery", "document")
    )
    proposal = next(each for each in hub.protocols.versions() if each.state == "proposed")
    paths = {
        "today": "today",
        "messages": "messages",
        "messages-wrong": "messages?agency=nobody&since=yesterday",
        "messages-empty": "messages?since=2001-01-01&until=2001-01-02",
        "message": f"messages/{report.id}",
        "shared-with": f"messages/{report.id}/shared-with/prison-durham",
        "content": f"messages/{report.id}/content",
        "deadlines": "deadlines",
        "deadlines-wrong": "deadlines?agency=nobody",
        "deadline": f"deadlines/{clock['id']}",
        "reports": "reports?indicator=report_at_prison_48_hours&every=month",
        "board": "reports/board",
        "quarantine": "quarantine",
        "quarantined-delivery": f"quarantine/{delivery}",
        "quarantined-part": f"quarantine/{part}",
        "bulk": "bulk",
        "links": "links?state=all",
        "agencies": "agencies?name=durham",
        "agency": "agencies/prison-durham",
        "protocols": "protocols",
        "protocol": f"protocols/{proposal.protocol}",
        "proposal": f"proposals/{proposal.id}",
        "matrix": "matrix?agency=prison-durham",
        "holds": "holds",
        "password": "password",
        "nowhere": "nowhere",
    }
    pages = {name: ("operator", path) for name, path in paths.items()}
    pages |= {"holds-to-change": ("officer", "holds"), "protocols-to-propose": ("officer", "protocols")}
    pages |= {"subject-report": ("officer", "subject-report"), "journal": ("auditor", "journal")}
    return pages | {"people": ("manager", "people"), "person": ("manager", "people/viewer")}


def _wanted() -> object:
    from hub.store.overview.searching import MessageCriteria

    return MessageCriteria()


def _violations(page: Page) -> list[str]:
    return [f"{each['id']}: {each['nodes'][0]['target']}" for each in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("state", ["wide", *(("narrow", "forced-colours") if LONG else ())])
def test_axe_finds_nothing_on_any_page_and_nothing_is_cut_off(console: Console, chromium: Browser, state: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    pages = _pages(console)
    for person in sorted({who for who, _ in pages.values()}):
        context = chromium.new_context(
            viewport=_NARROW if state == "narrow" else _WIDE,
            forced_colors="active" if state == "forced-colours" else "none",
            bypass_csp=True,  # axe is a script, and the pages allow none
        )
        sign_in(context, console.url, person)
        page = context.new_page()
        for name, (who, path) in pages.items():
            if who == person:
                page.goto(f"{console.url}/console/{path}")
                page.screenshot(path=str(SCREENSHOTS / f"{name}-{state}.png"), full_page=True)
                assert _violations(page) == [], name
                wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wider <= 0, f"{name} is {wider} pixels wider than the screen"
        context.close()


def test_nothing_is_cut_off_on_a_narrow_screen(console: Console, chromium: Browser) -> None:
    for who, path in _pages(console).values():
        if path in _WIDEST:
            context = chromium.new_context(viewport=_NARROW)
            sign_in(context, console.url, who)
            page = context.new_page()
            page.goto(f"{console.url}/console/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= _NARROW["width"], path
            context.close()


def test_the_sign_in_page_is_sound_too_before_and_after_a_wrong_password(console: Console, chromium: Browser) -> None:
    page = chromium.new_context(bypass_csp=True).new_page()
    page.goto(f"{console.url}/console/")
    assert _violations(page) == []
    page.fill("#name", "nobody")
    page.fill("#password", "wrong wrong wrong")
    page.press("#password", "Enter")
    page.wait_for_selector(".govuk-error-summary")
    assert _violations(page) == []
