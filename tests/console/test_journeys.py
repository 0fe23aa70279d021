"""What people come to do, in a real browser without scripts, by the keyboard alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from hub.lifecycle import LinkState
from tests.attacks.two_people.doubted import doubtful_link
from tests.console.browser import browser
from tests.console.conftest import FORCE, PASSWORD, Console, next_version

_TABS_MAX = 150


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as launched:
        yield launched


class Keyboard:
    """Somebody who has no mouse. Every page is left by a key."""

    def __init__(self, chromium: Browser, console: Console, name: str) -> None:
        self.page: Page = chromium.new_context(java_script_enabled=False).new_page()
        self.page.goto(f"{console.url}/console/")
        self.write("Name of your account", name)
        self.write("Password", PASSWORD)
        self.press("Sign in")

    def _focus(self, words: str, *, whole: bool = False) -> None:
        """Press Tab until what has the focus is called so, as a screen reader would say it."""
        for _ in range(_TABS_MAX):
            self.page.keyboard.press("Tab")
            called = self.page.evaluate(_CALLED).strip()
            if called == words or (not whole and words in called):
                return
        raise AssertionError(f"no Tab leads to {words!r} on {self.page.url}")

    def press(self, words: str) -> None:
        """Follow a link, or press a button."""
        self._focus(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        self._focus(label, whole=True)
        self.page.keyboard.insert_text(text)

    def choose(self, label: str) -> None:
        """Tick the box or the circle of that name."""
        self._focus(label)
        self.page.keyboard.press("Space")

    def sees(self, words: str) -> bool:
        return words in self.page.inner_text("main")


_CALLED = """() => {
    const focused = document.activeElement;
    if (focused === document.body || focused.getAttribute('role') === 'region') return '';
    const labels = focused.labels ? [...focused.labels].map(label => label.innerText).join(' ') : '';
    return labels || focused.innerText || focused.value || '';
}"""


def test_the_report_that_is_late_for_a_prison_is_found_and_its_cause_is_shown(
    console: Console, chromium: Browser
) -> None:
    person = Keyboard(chromium, console, "operator")
    person.press("deadlines overdue")
    person.press("report to prison")
    assert person.sees("overdue by")
    person.press("Report request from hub")
    assert person.sees("probation-northumbria")
    person.write("Reason", "the area did not answer")
    person.press("Send it again")
    assert person.sees("The message is sent again.")


def test_what_a_prison_did_not_get_is_explained(console: Console, chromium: Browser) -> None:
    person = Keyboard(chromium, console, "viewer")
    person.press("Messages")
    person.write("Agency", "prison-durham")
    person.press("Find messages")
    person.press("pre-sentence report")
    assert person.sees("What prison-durham did not get")


def test_a_delivery_in_quarantine_is_sent_again(console: Console, chromium: Browser) -> None:
    console.bench.agencies.behave(FORCE, "ok")
    person = Keyboard(chromium, console, "operator")
    person.press("in quarantine")
    person.press("quarantined after 4 attempts")
    assert person.sees("What to do")
    person.press("Send it again")
    assert person.sees("There is a problem"), "without a reason nothing is done"
    person.write("Reason", "the force answers again")
    person.press("Send it again")
    assert person.sees("It is sent again.")
    console.bench.drain()
    assert not any(each["what"] == "delivery" for each in console.bench.hub.quarantine.listed())


def test_many_deliveries_are_sent_again_by_two_people(console: Console, chromium: Browser) -> None:
    bench = console.bench
    bench.agree(alone_up_to=0)
    bench.agencies.behave(FORCE, "error")
    bench.send(bench.story()["warrant"])
    for _ in range(bench.hub.settings.attempts_max + 1):
        bench.clock.advance(timedelta(hours=1))
        bench.drain()
    bench.agencies.behave(FORCE, "ok")
    operator = Keyboard(chromium, console, "operator")
    operator.press("in quarantine")
    operator.press("Preview a plan for these deliveries")
    assert operator.sees("Another person must approve the plan.")
    operator.write("Reason", "the force answers again")
    operator.press("Make the plan")
    assert operator.sees("It waits for approval.")
    operator.press("Approve the plan")
    assert operator.sees("There is a problem"), "nobody approves their own plan"
    second = Keyboard(chromium, console, "second")
    second.press("Quarantine")
    second.press("Plans for bulk work")
    second.press("release 1")
    second.press("Approve the plan")
    assert second.sees("Approved.")
    bench.hub.sweep.run()
    bench.drain()
    assert not any(each["what"] == "delivery" for each in bench.hub.quarantine.listed())


def test_an_agency_is_paused_and_resumed(console: Console, chromium: Browser) -> None:
    person = Keyboard(chromium, console, "operator")
    person.press("Agencies")
    person.write("Part of its name", "durham")
    person.press("Show these")
    person.press("HM Prison Durham")
    person.write("Reason", "its system is moved")
    person.press("Pause")
    assert person.sees("The partner is paused.")
    assert person.sees("its system is moved")
    person.press("Resume")
    assert person.sees("The pause has ended.")


def test_two_people_agree_on_a_version_of_a_protocol(console: Console, chromium: Browser) -> None:
    waiting = next(each for each in console.bench.hub.protocols.versions() if each.state == "proposed")
    console.bench.hub.protocols.reject(waiting.id, "officer", "it is proposed again in the page")
    officer = Keyboard(chromium, console, "officer")
    officer.press("Protocols")
    officer.write("The whole text of the version, as TOML", next_version(console.bench))
    officer.press("Propose it")
    assert officer.sees("Another person must approve it.")
    second = Keyboard(chromium, console, "second")
    second.press("Protocols")
    second.press("court-lists version")
    second.press("Approve this version")
    assert second.sees("Approved.")


def test_a_person_is_told_what_is_held_about_them(console: Console, chromium: Browser) -> None:
    hub = console.bench.hub
    report = next(each for each in hub.messages.search(_reports()).messages)
    defendant = hub.reading.body(report.id, "officer", "a test").payload["defendant"]
    person = Keyboard(chromium, console, "officer")
    person.press("Holds")
    person.press("Report to a person about their data")
    person.write("CRN", defendant["crn"])
    person.write("Reason", "the person asked")
    person.press("Make the report")
    assert defendant["name"]["surname"] in person.page.content()
    assert defendant["crn"] not in person.page.url


def test_a_doubtful_link_is_decided(console: Console, chromium: Browser) -> None:
    link = doubtful_link(console.bench)
    person = Keyboard(chromium, console, "operator")
    person.press("links that a person must decide")
    person.press("reconviction")
    assert person.page.url.endswith(f"/links/{link}")
    person.press("Record the decision")
    assert person.sees("There is a problem"), "nothing is decided before somebody has chosen"
    person.choose("Yes: the message is sent to the area")
    person.press("Record the decision")
    assert person.sees("Your decision is recorded.")
    assert console.bench.hub.linking.listed(LinkState.DOUBTFUL) == ()


def _reports() -> object:
    from hub.store.overview.searching import MessageCriteria

    return MessageCriteria(kind="pre_sentence_report")
