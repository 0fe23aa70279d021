"""Which addresses may be pushed to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contract import Endpoint
from adapters.transports.https_push.adapter import HttpsPush


def codes(**settings: str) -> list[str]:
    endpoint = Endpoint("area-1", "hub_json", "https_push", settings)
    return [problem.code for problem in HttpsPush().check(endpoint)]


@pytest.mark.parametrize(
    "url",
    [
        "https://agency.example/in",
        "https://agency.example:8443/in?box=2",
        "https://192.0.2.7/",
        "https://[2001:db8::1]/in",
        "http://127.0.0.1:8080/in",
        "http://127.9.9.9/in",
        "http://localhost/in",
        "http://[::1]:8080/in",
    ],
)
def test_https_and_the_own_machine_are_taken(url: str) -> None:
    assert codes(url=url) == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://agency.example/in", "settings.url_insecure"),
        ("http://localhost.agency.example/in", "settings.url_insecure"),
        ("http://127.0.0.1.agency.example/in", "settings.url_insecure"),
        ("http://10.0.0.1/in", "settings.url_insecure"),
        ("https://hub:secret@agency.example/in", "settings.url_userinfo"),
        ("https://hub@agency.example/in", "settings.url_userinfo"),
        ("http://127.0.0.1@agency.example/in", "settings.url_userinfo"),
        ("https://:@agency.example/in", "settings.url_userinfo"),
        ("ftp://agency.example/in", "settings.url"),
        ("file:///etc/passwd", "settings.url"),
        ("agency.example/in", "settings.url"),
        ("https:///in", "settings.url"),
        ("https://agency..example/in", "settings.url"),
        ("https://%61gency.example/in", "settings.url"),
        ("https://agency.example:99999/in", "settings.url"),
        ("https://[::1/in", "settings.url"),
        ("https://agency.example/in#here", "settings.url"),
        ("https://agency.example/in\r\nX: y", "settings.value"),
        ("https://agency.example/a b", "settings.value"),
        ("https://ägency.example/in", "settings.value"),
        ("", "settings.value"),
    ],
)
def test_other_addresses_are_refused(url: str, code: str) -> None:
    assert codes(url=url) == [code]


def test_plain_http_may_be_allowed_by_name() -> None:
    assert codes(url="http://agency.example/in", allow_http="true") == []
    assert codes(url="http://agency.example/in", allow_http="false") == ["settings.url_insecure"]


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "601", "", "soon"])
@pytest.mark.parametrize("name", ["connect_timeout_seconds", "read_timeout_seconds", "total_timeout_seconds"])
def test_an_invalid_time_is_refused(name: str, seconds: str) -> None:
    assert codes(url="https://agency.example/in", **{name: seconds}) == ["settings.value"]


def test_two_tokens_are_one_too_many() -> None:
    assert codes(url="https://agency.example/in", token="one", token_file="/two") == ["settings.token"]


def test_every_problem_is_reported_at_once() -> None:
    assert sorted(codes(token="", rtries="3")) == ["settings.missing", "settings.token", "settings.unknown"]


@given(st.text(min_size=12, alphabet=st.characters(codec="utf-8", exclude_characters=" ")))
def test_no_problem_repeats_a_secret(text: str) -> None:
    secret = f"{text}-secret"  # otherwise hypothesis finds a word that the problems themselves use
    settings = {"url": f"http://{secret}:{secret}@agency.example/", "token": f"{secret} {secret}", "allow_http": secret}
    problems = HttpsPush().check(Endpoint("area-1", "hub_json", "https_push", settings))
    assert problems
    assert all(secret not in repr(problem) for problem in problems)
