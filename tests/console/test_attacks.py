"""Attacks at the console: a line end in a header, somebody else's session, a form without its token."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.console.conftest import PASSWORD, Console
from tests.console.test_pages import routes
from tests.console.visitor import Visitor

_LINE_END = "%0d%0aX-Injected:%20yes"


@pytest.fixture(scope="module")
def message(console: Console) -> str:
    from hub.store.overview.searching import MessageCriteria

    found = console.bench.hub.messages.search(MessageCriteria(kind="pre_sentence_report")).messages
    return str(found[0].id)


def _paths(message: str) -> Iterator[str]:
    for place in (_LINE_END, "%0aX-Injected:yes", "%22%3b%20filename%3d%22x.exe", "%e2%80%a8", "%00"):
        yield f"/console/messages/{message}/shared-with/prison-durham{place}?format=csv"
        yield f"/console/agencies?format=csv&name={place}"
        yield f"/console/matrix?format=csv&agency={place}"
        yield f"/console/journal?format=csv&event={place}"
        yield f"/console/protocols/{place}?format=csv"
        yield f"/console/language/cy?next=/console/today{place}"
        yield f"/console/sign-in?next=/console/today{place}"
        yield f"/console/today?done={place}"


def test_no_line_end_of_an_address_reaches_a_header_or_the_name_of_a_download(console: Console, message: str) -> None:
    visitor = console.visitor("auditor")
    for path in _paths(message):
        answer = visitor.get(path)
        assert answer.status < 500, path
        assert "x-injected" not in {name.casefold() for name in answer.headers}, path
        name = answer.headers.get("content-disposition")
        assert name is None or re.fullmatch(r'attachment; filename="[a-z0-9.-]+"', name), (path, name)


def test_no_line_end_of_a_form_reaches_a_header(console: Console) -> None:
    for wanted in (
        "/console/today\r\nX-Injected: yes",
        "/console/\r\n\r\n<html>",
        "/console/messages?a=\nSet-Cookie:a=b",
    ):
        visitor = console.visitor()
        form = {"name": "viewer", "password": PASSWORD, "next": wanted}
        answer = visitor.post("/console/sign-in", form, page="/console/sign-in")
        assert answer.leads_to == "/console/"
        assert "x-injected" not in answer.headers
    operator = console.visitor("operator")
    form = {"kind": "court_list\r\nX-Injected: yes", "agency": "a\nb"}
    answer = operator.post("/console/messages", form, page="/console/messages")
    assert "x-injected" not in answer.headers
    assert "\n" not in answer.leads_to


def test_every_form_of_every_page_needs_the_token_of_its_session(console: Console, message: str) -> None:
    """Found by the routes: whatever a POST would do, it is refused before anything is looked up."""
    tried = 0
    for name in ("operator", "officer", "auditor", "manager"):
        visitor = console.visitor(name)
        for route in set(routes("POST")) - {"/console/sign-in"}:
            path = re.sub(r"\{[a-z_]*id\}", message, route).replace("{name}", "viewer").replace("{change}", "disable")
            answer = visitor.post(re.sub(r"\{[^}]+\}", "1", path), {"reason": "x", "form_token": "0" * 64})
            assert answer.status == 403, (name, route)
            tried += 1
        assert visitor.get("/console/password").status == 200, "sign-out did nothing either"
    assert tried > 60
    assert console.visitor("viewer").get("/console/today").status == 200


def test_every_form_that_a_page_shows_carries_a_token_and_is_sent_to_the_console(console: Console) -> None:
    forms = 0
    for name, paths in (
        ("operator", ("today", "messages", "quarantine", "agencies/prison-durham", "links", "bulk", "password")),
        ("officer", ("holds", "subject-report", "protocols")),
        ("manager", ("people", "people/viewer")),
        ("auditor", ("journal",)),
    ):
        visitor = console.visitor(name)
        for path in paths:
            text = visitor.get(f"/console/{path}").text
            for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
                action = re.search(r'action="([^"]*)"', form)
                assert action and action[1].startswith("/console/"), (path, form[:80])
                if 'method="post"' in form:
                    assert re.search(r'name="form_token" value="[0-9a-f]{64}"', form), (path, form[:80])
                    forms += 1
    assert forms > 20


def _stolen(visitor: Visitor, console: Console) -> Visitor:
    thief = console.visitor()
    thief.cookies = dict(visitor.cookies)
    return thief


@pytest.fixture
def somebody(console: Console) -> Iterator[Visitor]:
    accounts = console.bench.hub.staff.accounts
    name = "leaver"
    if all(each.name != name for each in accounts.listed()):
        accounts.add(name, ["operator"], [], "first password of theirs", "manager")
        accounts.change_own_password(name, "first password of theirs", PASSWORD)
    yield console.visitor(name)
    accounts.enable(name, "manager")


def test_a_session_is_worth_nothing_after_its_person_was_blocked(console: Console, somebody: Visitor) -> None:
    assert _stolen(somebody, console).get("/console/today").status == 200
    console.bench.hub.staff.accounts.disable("leaver", "manager")
    assert _stolen(somebody, console).get("/console/today").status == 303


def test_a_role_that_was_taken_away_is_gone_from_a_session_that_is_open(console: Console, somebody: Visitor) -> None:
    page = "/console/agencies/prison-durham"
    token = somebody.form_token(page)
    console.bench.hub.staff.accounts.set_roles("leaver", ["viewer"], [], "manager")
    answer = somebody.post(f"{page}/pause", {"reason": "x", "form_token": token})
    assert answer.status in (303, 403)
    assert answer.status == 403 or "sign-in" in answer.leads_to
    assert all(each["paused_at"] is None for each in console.bench.hub.partners.listed())


def test_a_session_ends_when_another_person_sets_the_password(console: Console, somebody: Visitor) -> None:
    kept = _stolen(somebody, console)
    console.bench.hub.staff.accounts.set_password("leaver", "another first password", "manager")
    assert kept.get("/console/today").status == 303
    visitor = console.visitor()
    visitor.sign_in("leaver", "another first password")
    form = {"old": "another first password", "new": PASSWORD, "again": PASSWORD}
    assert visitor.post("/console/password", form, page="/console/password").leads_to == "/console/sign-in"
    assert visitor.get("/console/today").status == 303, "the session that changed the password ends too"


def test_a_token_of_a_form_is_worth_nothing_in_the_session_of_somebody_else(console: Console) -> None:
    theirs = console.visitor("second").form_token("/console/agencies/prison-durham")
    before = console.visitor()
    own = before.form_token("/console/sign-in")
    visitor = console.visitor("operator")
    for token in (theirs, own):
        answer = visitor.post("/console/agencies/prison-durham/pause", {"reason": "x", "form_token": token})
        assert answer.status == 403


_HTML = "<img src=x onerror=alert(1)>"


def test_html_in_a_name_in_a_reference_and_in_the_name_of_a_document_is_shown_as_text(console: Console) -> None:
    step = console.bench.story()["report"]
    text = step.body.decode()
    body = json.loads(text)
    found = re.findall(r'"(?:surname|reference|file_name|name|title)": ?"([^"]+)"', text)
    assert body and found
    for value in set(found):
        text = text.replace(f'"{value}"', json.dumps(f"{value}{_HTML}"))
    court = console.bench.hub.knowledge.registry.agencies.named(step.caller)
    answer = console.bench.hub.intake.receive(court, text.encode(), step.media_type)
    operator = console.visitor("operator")
    pages = [operator.get("/console/messages"), operator.get("/console/quarantine")]
    if answer.receipt is not None:
        id = answer.receipt["messages"][0]["id"]
        path = f"/console/messages/{id}/content"
        pages.append(operator.get(f"/console/messages/{id}"))
        pages.append(operator.post(path, {"reason": "what is in the names"}, page=path))
    else:
        item = next(each for each in console.bench.hub.quarantine.listed() if each["what"] == "document")
        pages.append(operator.get(f"/console/quarantine/{item['id']}"))
    assert all("<img" not in page.text for page in pages)
