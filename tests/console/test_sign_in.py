"""Signing in: what a stranger, another site and an old page cannot do."""

import re

import pytest

from tests.console.conftest import PASSWORD, Console
from tests.console.test_pages import routes


def test_every_page_leads_somebody_who_has_not_signed_in_to_the_sign_in_page(console: Console) -> None:
    for route in routes("GET"):
        if route.startswith(("/console/sign-in", "/console/language")):
            continue
        path = re.sub(r"\{[a-z_]*id\}", "0f170b9e-bbb3-5a96-8378-1ce238dea0ea", route)
        answer = console.visitor().get(re.sub(r"\{[^}]+\}", "1", path))
        assert (answer.status, answer.leads_to.partition("?")[0]) == (303, "/console/sign-in"), route


def test_nobody_does_anything_without_signing_in(console: Console) -> None:
    for route in set(routes("POST")) - {"/console/sign-in"}:
        path = re.sub(r"\{[a-z_]*id\}", "0f170b9e-bbb3-5a96-8378-1ce238dea0ea", route)
        answer = console.visitor().post(re.sub(r"\{[^}]+\}", "1", path), {"reason": "none"})
        assert answer.status in (303, 403), route
        assert answer.status == 403 or answer.leads_to.startswith("/console/sign-in"), route


def test_a_form_without_the_token_of_this_session_does_nothing(console: Console) -> None:
    operator, other = console.visitor("operator"), console.visitor("second")
    theirs = other.form_token("/console/agencies/prison-durham")
    for form in ({"reason": "x"}, {"reason": "x", "form_token": "0" * 64}, {"reason": "x", "form_token": theirs}):
        answer = operator.post("/console/agencies/prison-durham/pause", form)
        assert answer.status == 403
        assert "open it again" in answer.text.casefold()
    assert console.bench.hub.partners.listed() == [] or all(
        each["paused_at"] is None for each in console.bench.hub.partners.listed()
    )


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_a_form_from_another_site_does_nothing_even_with_the_right_token(
    console: Console, headers: dict[str, str]
) -> None:
    operator = console.visitor("operator")
    page = "/console/agencies/prison-durham"
    answer = operator.post(f"{page}/pause", {"reason": "x"}, page=page, **headers)
    assert (answer.status, "another site" in answer.text) == (403, True)


def test_a_session_that_somebody_else_chose_is_not_taken_up(console: Console) -> None:
    visitor = console.visitor()
    visitor.cookies["__Host-session"] = "chosen-by-an-attacker"
    visitor.sign_in("viewer", PASSWORD)
    assert visitor.cookies["__Host-session"] != "chosen-by-an-attacker"
    chosen = console.visitor()
    chosen.cookies["__Host-session"] = "chosen-by-an-attacker"
    assert chosen.get("/console/today").status == 303


def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(console: Console) -> None:
    answer = console.visitor().sign_in("viewer", PASSWORD)
    cookie = next(each for each in answer.headers.getlist("set-cookie") if each.startswith("__Host-session="))
    words = {word.strip().casefold() for word in cookie.split(";")}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= words
    assert not any(word.startswith("domain") for word in words)


def test_after_signing_out_the_token_opens_nothing(console: Console) -> None:
    visitor = console.visitor("viewer")
    kept = dict(visitor.cookies)
    assert visitor.post("/console/sign-out", {}, page="/console/today").status == 303
    assert "__Host-session" not in visitor.cookies
    visitor.cookies = kept
    assert visitor.get("/console/today").status == 303


@pytest.mark.parametrize(
    "wanted",
    ["https://elsewhere.example/", "//elsewhere.example", "/console/../v1/messages", "/console//elsewhere", "\\\\x"],
)
def test_signing_in_leads_to_no_other_place(console: Console, wanted: str) -> None:
    visitor = console.visitor()
    form = {"name": "viewer", "password": PASSWORD, "next": wanted}
    answer = visitor.post("/console/sign-in", form, page="/console/sign-in")
    assert re.fullmatch(r"/console/[a-z]*(/[a-z]+)*", answer.leads_to)


def test_a_wrong_password_says_so_in_a_summary_and_keeps_the_name_but_not_the_password(console: Console) -> None:
    visitor = console.visitor()
    form = {"name": "viewer", "password": "seven quiet badgers"}
    answer = visitor.post("/console/sign-in", form, page="/console/sign-in")
    assert answer.status == 401
    assert "There is a problem" in answer.text
    assert 'value="viewer"' in answer.text
    assert "seven quiet badgers" not in answer.text
    assert "<title>Error:" in answer.text


def test_who_was_given_a_password_chooses_another_before_anything_else(console: Console) -> None:
    console.bench.hub.staff.accounts.add("newcomer", [], [], "a password of somebody", "manager")
    visitor = console.visitor()
    assert visitor.sign_in("newcomer", "a password of somebody").leads_to == "/console/password"
    assert visitor.get("/console/today").leads_to == "/console/password"
    form = {"old": "a password of somebody", "new": "nine quiet otters", "again": "nine quiet badgers"}
    answer = visitor.post("/console/password", form, page="/console/password")
    assert (answer.status, "differ" in answer.text) == (422, True)
    answer = visitor.post("/console/password", {**form, "again": "nine quiet otters"}, page="/console/password")
    assert answer.leads_to == "/console/sign-in"


def test_a_field_that_is_given_twice_is_refused(console: Console) -> None:
    operator, page = console.visitor("operator"), "/console/agencies/prison-durham"
    body = f"form_token={operator.form_token(page)}&reason=one&reason=two"
    answer = operator._ask("POST", f"{page}/pause", body, {"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status, "given twice" in answer.text) == (422, True)


def test_every_answer_forbids_frames_scripts_and_keeping(console: Console) -> None:
    visitor = console.visitor("viewer")
    for path in ("/console/today", "/console/nowhere", "/console/people", "/console/messages?format=csv"):
        headers = visitor.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
    visitor = console.visitor()
    assert "frame-ancestors 'none'" in visitor.get("/console/sign-in").headers["content-security-policy"]
