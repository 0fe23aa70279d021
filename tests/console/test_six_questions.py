"""What a stranger asks is answered from the first page in at most five clicks: each link, box and button counts."""

import re

import pytest

from tests.console.conftest import PASSWORD, Console
from tests.console.visitor import Answer, Visitor


class Stranger:
    """Follows what is on the page, and counts each click."""

    def __init__(self, console: Console, name: str) -> None:
        self._visitor = Visitor(console.url)
        self._visitor.sign_in(name, PASSWORD)
        self.page: Answer = self._visitor.get(self._visitor.get("/console/").leads_to)
        self.clicks = 0

    def follow(self, part: str) -> None:
        """The first link on the page whose address has this part."""
        self.clicks += 1
        self.page = self._visitor.get(next(link for link in self.page.links if part in link))

    def ask(self, path: str, **fields: str) -> None:
        """Each field is a click, and so is the button."""
        self.clicks += len(fields) + 1
        query = "&".join(f"{name}={value.replace(' ', '+')}" for name, value in fields.items())
        self.page = self._visitor.get(f"{path}?{query}")

    def sends(self, path: str, page: str, **fields: str) -> None:
        self.clicks += len(fields) + 1
        self.page = self._visitor.post(path, fields, page=page)


@pytest.fixture(scope="module")
def late_agency(console: Console) -> str:
    late = next(each for each in console.bench.hub.deadlines.listed() if each["overdue"] and each["toward"])
    return str(late["toward"])


def test_which_reports_are_late_for_a_prison_and_whose_are_they(console: Console, late_agency: str) -> None:
    stranger = Stranger(console, "viewer")
    stranger.follow("/deadlines")
    stranger.ask("/console/deadlines", agency=late_agency, only="overdue")
    assert "probation-northumbria" in stranger.page.text or "police-northumbria" in stranger.page.text
    assert stranger.clicks <= 5


def test_what_did_the_prison_not_get_of_a_report_and_why(console: Console) -> None:
    stranger = Stranger(console, "viewer")
    stranger.follow("/messages")
    stranger.sends("/console/messages", "/console/messages", agency="prison-durham")
    stranger.page = stranger._visitor.get(stranger.page.leads_to) if stranger.page.leads_to else stranger.page
    report = next(
        each
        for each in console.bench.hub.messages.search(_of("pre_sentence_report")).messages
        if len(each.deliveries) > 1
    )
    stranger.follow(f"/messages/{report.id}")
    assert "What prison-durham did not get" in stranger.page.text
    stranger.follow("/shared-with/prison-durham")
    assert "withheld" in stranger.page.text
    assert stranger.clicks <= 5


def test_why_does_a_message_wait(console: Console) -> None:
    stranger = Stranger(console, "viewer")
    stranger.follow("/quarantine")
    stranger.follow("/console/quarantine/")
    assert "What to do" in stranger.page.text
    assert stranger.clicks <= 5


def test_what_has_changed_in_the_list_of_a_court(console: Console) -> None:
    told = console.bench.story()
    for name in ("list", "second_list"):
        console.bench.send(told[name])
    newest = console.bench.hub.messages.search(_of("court_list")).messages[0]
    stranger = Stranger(console, "operator")
    stranger.follow("/messages?kind=court_list")
    stranger.follow(f"/messages/{newest.id}")
    stranger.follow("/content")
    page = f"/console/messages/{newest.id}/content"
    stranger.sends(page, page, reason="what has changed in the list")
    assert re.search(r"changes&#34;: \[\s*\{", stranger.page.text)
    assert "what has changed in the list" not in stranger.page.text
    assert stranger.clicks <= 5


def test_who_read_a_body(console: Console) -> None:
    hub = console.bench.hub
    report = hub.messages.search(_of("pre_sentence_report")).messages[0]
    hub.reading.body(report.id, "operator", "a question of a stranger")
    stranger = Stranger(console, "auditor")
    assert "/console/journal" in stranger.page.links
    stranger.follow("/journal")
    stranger.ask("/console/journal", event="body.read")
    assert "operator" in stranger.page.text
    assert stranger.clicks <= 5


def test_when_does_a_protocol_end(console: Console) -> None:
    stranger = Stranger(console, "viewer")
    stranger.follow("/protocols")
    assert "Time left" in stranger.page.text
    assert "reports-to-prisons" in stranger.page.text
    assert stranger.clicks <= 5


def _of(kind: str) -> object:
    from hub.store.overview.searching import MessageCriteria

    return MessageCriteria(kind=kind)
