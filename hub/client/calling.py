"""One call of the exchange, made until it is answered. Nothing is accepted twice, so a call whose answer was lost is
made again as it was, with an assertion of its own."""

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import urllib3

from hub.access.assertions import AgencyKey
from hub.client.answers import problem_of
from schemas.json import JsonObject
from schemas.problem import Problem

_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_PROBLEM = "application/problem+json"


class NotAnswered(Exception):
    """The exchange did not answer, or asked to come again, until the client gave up. The same call may be made again
    at any time: nothing is accepted twice."""


class RefusedByExchange(Exception):
    """The exchange refused the call. `code` is stable; `problems` give place, cause and cure of each fault."""

    def __init__(self, status: int, code: str, detail: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Retrying:
    """How long the client tries. The waits grow, vary at random, and follow Retry-After where it asks for more."""

    give_up_after_seconds: float = 300.0
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 60.0
    call_seconds_max: float = 60.0

    def wait(self, attempt: int, asked: float) -> float:
        own = min(self.first_wait_seconds * 2.0 ** min(attempt - 1, 20), self.longest_wait_seconds)
        return max(asked, own * (0.5 + random.random()))


class Calling:
    """Signed calls to one exchange. Several threads may use it."""

    def __init__(self, address: str, key: AgencyKey, audience: str, retrying: Retrying, ca_file: str | None) -> None:
        self._address = address.rstrip("/")
        self._key = key
        self._audience = audience
        self._retrying = retrying
        self._http = (
            urllib3.PoolManager(retries=False, ca_certs=ca_file) if ca_file else urllib3.PoolManager(retries=False)
        )

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> urllib3.BaseHTTPResponse:
        """The answer, if it is 2xx. Raises RefusedByExchange or NotAnswered."""
        until, attempt = time.monotonic() + self._retrying.give_up_after_seconds, 0
        while True:
            attempt += 1
            answer, why = self._once(method, path, body, dict(headers or {}))
            if answer is not None and answer.status not in _AGAIN:
                return _taken(answer)
            wait = self._retrying.wait(attempt, _asked(answer))
            if time.monotonic() + wait > until:
                raise NotAnswered(f"no answer after {attempt} attempts; the last one: {why}")
            sleep(wait)

    def close(self) -> None:
        self._http.clear()

    def _once(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[urllib3.BaseHTTPResponse | None, str]:
        signed = {"Authorization": self._key.authorization(datetime.now(UTC), self._audience)}
        try:
            answer = self._http.request(
                method,
                f"{self._address}{path}",
                body=body,
                headers=headers | signed,
                timeout=self._retrying.call_seconds_max,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            return None, type(error).__name__  # its words contain the address
        return answer, f"status {answer.status}"


def _taken(answer: urllib3.BaseHTTPResponse) -> urllib3.BaseHTTPResponse:
    if 200 <= answer.status < 300:
        return answer
    said = _problem(answer)
    problems = said.get("problems", [])
    raise RefusedByExchange(
        answer.status,
        str(said.get("code", f"http.{answer.status}")),
        str(said.get("detail", "the exchange refused the call")),
        tuple(map(problem_of, problems if isinstance(problems, list) else [])),
    )


def _problem(answer: urllib3.BaseHTTPResponse) -> JsonObject:
    if answer.headers.get("Content-Type", "").partition(";")[0] != _PROBLEM:
        return {}
    try:
        said = json.loads(answer.data)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _asked(answer: urllib3.BaseHTTPResponse | None) -> float:
    text = "" if answer is None else answer.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() and len(text) < 7 else 0.0
