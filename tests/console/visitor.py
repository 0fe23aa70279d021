"""Somebody who uses the console as a browser without scripts does: cookies, forms, redirects."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3

FORM_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')


@dataclass(frozen=True)
class Answer:
    status: int
    headers: urllib3.HTTPHeaderDict
    text: str

    @property
    def leads_to(self) -> str:
        return str(self.headers.get("location", ""))

    @property
    def links(self) -> list[str]:
        found = _Links()
        found.feed(self.text)
        return found.addresses


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.addresses.append(href)


@dataclass
class Visitor:
    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, form: dict[str, str], *, page: str | None = None, **headers: str) -> Answer:
        """With the form token of `page`, which this visitor was shown before; without one if it is None."""
        token = {} if page is None else {"form_token": self.form_token(page)}
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._ask("POST", path, urlencode({**token, **form}), sent)

    def form_token(self, page: str) -> str:
        found = FORM_TOKEN.search(self.get(page).text)
        assert found is not None, page
        return found[1]

    def sign_in(self, name: str, password: str) -> Answer:
        answer = self.post("/console/sign-in", {"name": name, "password": password}, page="/console/sign-in")
        assert answer.status == 303, answer.text
        return answer

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        sent = {"Connection": "close", **headers}  # a busy machine may leave a kept one idle for too long
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        address = urljoin(self.url, urlsplit(path)._replace(scheme="", netloc="").geturl())
        response = self.http.request(method, address, body=body, headers=sent, redirect=False, timeout=30)
        for set_cookie in response.headers.getlist("set-cookie"):
            name, _, value = set_cookie.partition(";")[0].partition("=")
            if "Max-Age=0" in set_cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value.strip('"')
        return Answer(response.status, response.headers, response.data.decode("utf-8", errors="replace"))
