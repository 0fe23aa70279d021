"""The console in Welsh: what is translated, and that nothing English is left on those pages."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from hub.bootstrap import Knowledge
from hub.console.language import TRANSLATED, WELSH
from hub.console.visit import NAVIGATION
from hub.console.words import words
from tests.console.conftest import PASSWORD, Console
from tests.console.visitor import Answer, Visitor

_AROUND = ("shared/base.html", "shared/parts.html")
_SAYS = {"say": None, "_": None}
_FAILURES = {
    "hub/console/forms.py": {"FormRefused", "RepeatedInRequest"},
    "hub/console/mounting.py": {"Problem"},
    "hub/console/openid.py": {"ElsewhereFailed"},
    "hub/console/pages": {"NotFound", "FormRefused"},
    "hub/console/pages/entering/signing_in.py": {"Problem"},
    "hub/console/pages/entering/signing_in_elsewhere.py": {"Problem"},
    "hub/access/passwords.py": {"PasswordRefused", "LoginBusy"},
    "hub/access/sessions.py": {"LoginRefused"},
    "hub/access/staff.py": {"RightMissing", "SecondFactorMissing"},
    "hub/access/standstill.py": {"StandingStill"},
    "hub/exchange/telling/stories.py": {"NotFound"},
    "hub/store/database/engine.py": {"StoreUnavailable"},
}
"""The failures that the sign-in and the pages of errors show, by the file that writes them."""


def _of_templates() -> Iterator[str]:
    for name in (*_AROUND, *sorted(TRANSLATED)):
        with (files("hub.console") / "templates" / name).open("rb") as file:
            for _, text, *_rest in extract("jinja2.ext.babel_extract", file, keywords=_SAYS):
                yield str(text)


def _calls(file: Path, names: set[str]) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in names:
                yield node, called


def _of_pages() -> Iterator[str]:
    for file in sorted(Path(str(files("hub.console"))).rglob("*.py")):
        for call, _ in _calls(file, {"say"}):
            if isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value)


def _of_failures() -> Iterator[str]:
    for place, names in _FAILURES.items():
        where = Path(__file__).parents[2] / place
        for file in sorted(where.rglob("*.py")) if where.is_dir() else [where]:
            for call, _ in _calls(file, names):
                yield from filter(None, map(_said, call.args))


def _said(value: ast.expr) -> str | None:
    """The words of an argument, with a word in the place of each value. A code is no sentence."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and " " in value.value:
        return value.value
    if isinstance(value, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in value.values)
    return None


@pytest.mark.parametrize("text", sorted({*_of_templates(), *_of_pages(), *(each.text for each in NAVIGATION)}))
def test_each_text_of_a_translated_page_is_in_the_catalogue(text: str) -> None:
    assert WELSH.say(text) != text or text == "protocol"


def test_the_name_of_each_kind_is_in_the_catalogue(knowledge: Knowledge) -> None:
    assert {kind for kind in knowledge.catalogue.names() if WELSH.say(words(kind)) == words(kind)} == set()


def test_each_failure_of_signing_in_and_of_the_pages_of_errors_is_in_the_catalogue() -> None:
    failures = set(_of_failures())
    assert len(failures) > 40
    assert {text for text in failures if WELSH.said_of(text) is None} == set()


def test_no_text_of_the_catalogue_is_empty_doubtful_or_fills_in_something_else() -> None:
    with (files("hub.console") / "languages" / "cy.po").open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    for each in catalogue:
        if each.id:
            assert each.string, each.id
            assert not each.fuzzy, each.id
            assert sorted(re.findall(r"{\w+}", each.string)) == sorted(re.findall(r"{\w+}", str(each.id)))


class _Texts(HTMLParser):
    """What a reader sees or hears of a page, and each language that is named in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: set[str] = set()
        self.languages: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if known.get("lang"):
            self.languages.append((tag, str(known["lang"])))
        self.said.update(str(known[name]) for name in ("aria-label", "title", "alt", "placeholder") if known.get(name))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.said.add(" ".join(data.split()))


def _welsh(visitor: Visitor) -> Visitor:
    visitor.get("/console/language/cy")
    return visitor


def _same_in_both(console: Console) -> set[str]:
    """What has no language: names, codes, what a person types."""
    hub = console.bench.hub
    names = {each.name for each in hub.status.now().ending} | {each.name for each in hub.staff.accounts.listed()}
    return names | {"hub people add", "protocol"}


def _shows_no_english(console: Console, english: Answer, welsh: Answer) -> None:
    before, after = _Texts(english.text), _Texts(welsh.text)
    left = {text for text in before.said & after.said if re.search("[A-Za-z]", text)} - _same_in_both(console)
    assert {text for text in left if not re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)+", text)} == set()
    assert after.languages[0] == ("html", "cy")
    assert [each for each in after.languages if each[1] == "en"] == [("a", "en")], "the link to the English page"
    assert english.status == welsh.status


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (None, "sign-in"),
        ("viewer", "today"),
        ("viewer", "today?refresh=on"),
        ("viewer", "password"),
        ("viewer", "nowhere"),
        ("viewer", "journal"),
        ("viewer", "messages/not-an-id"),
        ("viewer", "messages/0f170b9e-bbb3-5a96-8378-1ce238dea0ea"),
        ("viewer", "protocols/nothing"),
    ],
)
def test_no_english_is_left_on_a_page_in_welsh(console: Console, name: str | None, path: str) -> None:
    visitor = console.visitor(name)
    english = visitor.get(f"/console/{path}")
    _shows_no_english(console, english, _welsh(visitor).get(f"/console/{path}"))


@pytest.mark.parametrize(
    ("page", "path", "form", "headers"),
    [
        ("sign-in", "sign-in", {"name": "viewer", "password": "wrong"}, {}),
        ("password", "password", {"old": PASSWORD, "new": "nine quiet otters", "again": "nine"}, {}),
        ("password", "password", {"old": PASSWORD, "new": "short", "again": "short"}, {}),
        ("password", "password", {"old": "wrong", "new": "nine quiet otters", "again": "nine quiet otters"}, {}),
        (None, "sign-out", {}, {}),
        ("password", "sign-out", {}, {"Origin": "https://elsewhere.example"}),
        ("password", "today", {}, {}),
    ],
)
def test_no_english_is_left_in_an_error_in_welsh(
    console: Console, page: str | None, path: str, form: dict[str, str], headers: dict[str, str]
) -> None:
    answers = []
    for visitor in (console.visitor("viewer"), _welsh(console.visitor("viewer"))):
        shown = None if page is None else f"/console/{page}"
        answers.append(visitor.post(f"/console/{path}", form, page=shown, **headers))
    assert answers[1].status >= 400
    _shows_no_english(console, *answers)


def test_a_sentence_that_nobody_has_translated_is_marked_as_english(console: Console) -> None:
    visitor = _welsh(console.visitor("operator"))
    answer = visitor.get("/console/agencies/nobody")
    assert "Ni weithiodd hynny" in answer.text
    assert re.search(r'<span lang="en">[A-Z]', answer.text)


def test_a_page_that_is_not_translated_says_so_and_names_its_language(console: Console) -> None:
    text = _welsh(console.visitor("viewer")).get("/console/messages").text
    assert '<html lang="cy"' in text
    assert re.search(r'<main[^>]* lang="en"', text)
    assert "dudalen hon ar gael yn Gymraeg eto." in text
    assert "Negeseuon" in text, "the sections are in Welsh"
    assert "Find messages" in text


def test_the_language_is_kept_through_signing_in_and_out(console: Console) -> None:
    visitor = _welsh(console.visitor())
    visitor.sign_in("viewer", PASSWORD)
    assert ">Heddiw</h1>" in visitor.get("/console/today").text
    visitor.post("/console/sign-out", {}, page="/console/today")
    assert ">Mewngofnodi</h1>" in visitor.get("/console/sign-in").text
    visitor.get("/console/language/en")
    assert ">Sign in</h1>" in visitor.get("/console/sign-in").text


def test_the_switch_leads_back_to_the_same_page_with_what_was_asked(console: Console) -> None:
    visitor = console.visitor("viewer")
    page = visitor.get("/console/deadlines?agency=prison-durham&only=overdue")
    switch = next(link for link in page.links if "/language/" in link)
    assert visitor.get(switch).leads_to == "/console/deadlines?agency=prison-durham&only=overdue"


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example", "/console/../v1", "/console/a%0d%0aX:1", "\\\\x"]
)
def test_the_switch_leads_to_no_other_place(console: Console, wanted: str) -> None:
    answer = console.visitor().get(f"/console/language/cy?next={wanted}")
    assert answer.leads_to == "/console/"
    assert "x" not in answer.headers
    cookie = answer.headers["set-cookie"].casefold()
    assert all(word in cookie for word in ("secure", "httponly", "samesite=lax", "path=/"))


def test_there_are_no_other_languages(console: Console) -> None:
    assert console.visitor().get("/console/language/fr").status == 404


def test_times_are_written_in_welsh() -> None:
    assert WELSH.moment("2026-03-02T09:00:00+00:00") == "2 Maw 2026, 09:00 GMT"
    assert WELSH.day("2026-07-02T23:30:00+00:00") == "3 Gorffennaf 2026"
