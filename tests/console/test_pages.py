"""Every page of the console, found by its routes and by following links: it answers, and it is sound HTML of ours."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from jinja2 import meta

from hub.console.pages import add_pages
from hub.console.rendering import environment
from tests.console.conftest import Console, next_version
from tests.console.visitor import Answer, Visitor
from tests.effort import tries

_PAGES_MAX = 250


def routes(method: str) -> list[str]:
    """The paths of the console's routes, from its own application."""
    app = FastAPI()
    add_pages(app)
    return sorted(f"/console{r.path}" for r in app.routes if isinstance(r, APIRoute) and method in r.methods)


def everything_reachable(visitor: Visitor) -> Iterator[tuple[str, Answer]]:
    """Follows every link of every page, but of each shape of address one or a few."""
    seen: dict[str, int] = {}
    visited, waiting = set(), ["/console/"]
    while waiting and len(visited) < _PAGES_MAX:
        path = waiting.pop(0)
        shape = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)[a-z]+-[a-z0-9-]+(?=$|/)|[0-9]+|=[^&]*", "*", path)
        if path in visited or seen.get(shape, 0) >= tries(1, 3):
            continue
        visited.add(path)
        seen[shape] = seen.get(shape, 0) + 1
        answer = visitor.get(path)
        yield path, answer
        targets = [answer.leads_to] if answer.status == 303 else answer.links
        waiting += [each for each in targets if each.startswith("/console") and "/language/" not in each]


@pytest.fixture(scope="module")
def reached(console: Console) -> dict[str, dict[str, Answer]]:
    """What each person reaches by links: the address and its answer."""
    names = ("viewer", "operator", "officer", "auditor", "manager")
    return {name: dict(everything_reachable(console.visitor(name))) for name in names}


@pytest.fixture(scope="module")
def pages(reached: dict[str, dict[str, Answer]]) -> list[tuple[str, str]]:
    """The address and the HTML of every page that somebody reaches."""
    return [
        (path, answer.text)
        for answers in reached.values()
        for path, answer in answers.items()
        if answer.status == 200 and "text/html" in answer.headers.get("content-type", "")
    ]


def test_every_link_of_every_page_leads_to_a_page_that_this_person_may_see(
    reached: dict[str, dict[str, Answer]],
) -> None:
    for name, answers in reached.items():
        assert len(answers) > (5 if name == "manager" else 20)
        assert {path: answer.status for path, answer in answers.items() if answer.status not in (200, 303)} == {}, name


_ONLY_BY_A_FORM = {"/console/", "/console/sign-in", "/console/bulk/{plan_id}", "/console/links/{link_id}"}
_STYLE = {"/console/reports/board.css"}
_IN_ANOTHER_LANGUAGE = {"/console/language/{code}"}
_BY_THE_PROVIDER = {"/console/sign-in/elsewhere", "/console/sign-in/back"}
"""Where sign-in is left to a provider of OpenID Connect."""


def test_every_route_that_shows_a_page_is_reached_by_links(reached: dict[str, dict[str, Answer]]) -> None:
    shown = {path.partition("?")[0] for answers in reached.values() for path in answers}
    for route in set(routes("GET")) - _ONLY_BY_A_FORM - _BY_THE_PROVIDER - _STYLE - _IN_ANOTHER_LANGUAGE:
        shape = re.sub(r"\{[^}]+\}", "[^/]+", route)
        assert any(re.fullmatch(shape, path) for path in shown), route


def test_no_page_has_a_script_or_a_style_of_its_own(pages: list[tuple[str, str]]) -> None:
    for path, text in pages:
        assert re.findall(r"<script|\son[a-z]+=|\sstyle=|<style|javascript:", text, re.IGNORECASE) == [], path


def test_every_page_has_one_heading_of_the_first_level_a_title_and_a_main_part(pages: list[tuple[str, str]]) -> None:
    for path, text in pages:
        assert len(re.findall(r"<h1[ >]", text)) == 1, path
        assert re.search(r"<title>\s*\S.*Interagency exchange</title>", text), path
        assert 'id="main"' in text, path


def test_no_id_is_twice_in_a_page(pages: list[tuple[str, str]]) -> None:
    for path, text in pages:
        ids = re.findall(r'\sid="([^"]*)"', text)
        assert len(ids) == len(set(ids)), path


def test_a_template_asks_for_nothing_that_no_page_gives() -> None:
    """A name that is mistyped in a template would be shown as nothing."""
    made, given = environment(), _given_in_pages()
    assert made.loader is not None
    for name in made.list_templates():
        if not name.startswith("govuk_frontend_jinja") and name.endswith(".html"):
            source = made.loader.get_source(made, name)[0]
            imported = {word.strip() for line in re.findall(r"import ([\w, ]+) %}", source) for word in line.split(",")}
            own = imported | set(re.findall(r"{% (?:set|macro) (\w+)", source))
            assert meta.find_undeclared_variables(made.parse(source)) - given - own <= {"undefined"}, name


def _given_in_pages() -> set[str]:
    """The names that pages give: the words before `=` in a call, and the keys of what all pages have."""
    sources = "".join(each.read_text(encoding="utf-8") for each in Path(str(files("hub.console"))).rglob("*.py"))
    return set(re.findall(r"\b(\w+)=", sources)) | set(re.findall(r'"(\w+)":', sources))


def test_a_list_is_given_as_csv_too_and_a_formula_in_it_is_harmless(console: Console) -> None:
    console.bench.hub.partners.pause("prison-durham", "operator", '=HYPERLINK("http://example.org","look")')
    try:
        answer = console.visitor("viewer").get("/console/agencies?name=durham&format=csv")
    finally:
        console.bench.hub.partners.resume("prison-durham", "operator")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert "\"'=HYPERLINK(" in answer.text


def test_a_test_message_is_sent_from_the_page_of_an_agency_by_who_may_pause_it(console: Console) -> None:
    page = "/console/agencies/probation-northumbria"
    viewer = console.visitor("viewer")
    assert "Send a test message" not in viewer.get(page).text
    assert viewer.post(f"{page}/test", {}, page="/console/password").status == 403
    operator = console.visitor("operator")
    answer = operator.post(f"{page}/test", {}, page=page)
    assert console.bench.drain() == 1
    story = operator.get(answer.leads_to).text
    assert ("The test message is on its way" in story, "Connection test from hub" in story) == (True, True)
    assert "delivered" in story
    answer = operator.post("/console/agencies/hub/test", {}, page=page)
    assert (answer.status, "has no endpoint" in answer.text) == (422, True)


def test_the_late_ones_are_counted_by_agency_and_step_and_each_number_leads_to_its_list(console: Console) -> None:
    operator = console.visitor("operator")
    page = operator.get("/console/deadlines?only=overdue")
    assert "To the division" in page.text
    late = next(link for link in page.links if "&step=" in link)
    number = int(re.search(rf'href="{re.escape(late.replace("&", "&amp;"))}">(\d+)</a>', page.text)[1])  # type: ignore[index]
    listed = operator.get(late)
    clocks = [link for link in listed.links if re.fullmatch("/console/deadlines/[0-9a-f-]{36}", link)]
    assert len(clocks) == number
    one = operator.get(clocks[0]).text
    assert ("What can be done" in one, "Has gone to" in one) == (True, True)
    assert "Send the message again" in one or "Settle it in quarantine" in one or "gets nothing" in one
    assert operator.get("/console/deadlines?step=teem").status == 422


def test_what_others_wrote_is_shown_as_text(console: Console) -> None:
    console.bench.hub.partners.pause("prison-durham", "operator", "<img src=x onerror=alert(1)>")
    try:
        page = console.visitor("viewer").get("/console/agencies/prison-durham").text
    finally:
        console.bench.hub.partners.resume("prison-durham", "operator")
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img" not in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("agencies/nobody", 422),
        ("quarantine?recipient=nobody", 422),
        ("quarantine/zzzz", 422),
        ("messages?agency=nobody", 422),
        ("deadlines?agency=nobody", 422),
        ("messages/not-an-id", 422),
        ("reports?agency=nobody", 422),
        ("reports?period=2026-13&by=moon", 422),
        ("reports/messages?indicator=nothing", 422),
        ("reports/board?agency=nobody", 422),
        ("messages/0f170b9e-bbb3-5a96-8378-1ce238dea0ea", 404),
        ("protocols/nothing", 404),
        ("journal?event=nothing", 403),
    ],
)
def test_what_names_nothing_is_said_in_a_page_with_what_to_do(console: Console, path: str, status: int) -> None:
    answer = console.visitor("operator").get(f"/console/{path}")
    assert (answer.status, "Traceback" in answer.text) == (status, False), answer.text
    assert "There is a problem" in answer.text or "What to do:" in answer.text


def test_a_form_may_hold_a_whole_protocol_or_a_corrected_message(console: Console) -> None:
    officer = console.visitor("officer")
    text = next_version(console.bench) + "# a long note\n" * 8_000
    assert len(text) > 100_000
    answer = officer.post("/console/protocols", {"text": text}, page="/console/protocols")
    assert answer.status == 422, "another version is proposed already"
    assert answer.text.count("# a long note") == 8_000, "what was typed is kept"
    answer = officer.post("/console/protocols", {"text": text * 6}, page="/console/protocols")
    assert (answer.status, "512 KB" in answer.text, "What to do:" in answer.text) == (413, True, True)
