"""Refuses a request that repeats a value which may occur only once, or has a parameter that its path does not know.
Otherwise a value would be lost unseen, and a proxy could choose another of two values than the exchange."""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.api.problems import problem_response
from hub.errors import RepeatedInRequest, ValueUnusable
from hub.settings import Settings
from schemas.json import Json, JsonObject
from schemas.nearest import did_you_mean

_HEADERS = {
    *("authorization", "content-type", "content-encoding", "content-length", "transfer-encoding", "host"),
    *("hub-signature", "x-forwarded-for"),
}


class SingleValues:
    """ASGI: refuses a request that repeats one of these headers, or a parameter of its address."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._headers = _HEADERS | {(settings.client_certificate_header or "authorization").lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        failure = self._repeated(scope) if scope["type"] == "http" else None
        if failure is None:
            await self._app(scope, receive, send)
        else:
            answer = problem_response(failure.status, failure.code, failure.problem, [failure.as_problem()])
            await answer(scope, receive, send)

    def _repeated(self, scope: Scope) -> RepeatedInRequest | None:
        given = [name.decode("latin-1").lower() for name, _ in scope["headers"]]
        header = _twice(name for name in given if name in self._headers)
        if header is not None:
            return RepeatedInRequest(f"the header {header} is given twice", "send it once", "headers")
        for name, value in scope["headers"]:
            if name.lower() == b"content-type" and repeated_parameter(value):
                return RepeatedInRequest("the header content-type repeats a parameter", "send it once", "headers")
        query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        if _twice(name for name, _ in query) is not None:
            return RepeatedInRequest("a parameter of the address is given twice", "send each once", "query")
        return None


class SingleKeys(APIRoute):
    """A route whose JSON body may not repeat a key, and whose address may have only the parameters of the route."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[None, None, Response]]:
        handle = super().get_route_handler()
        known = set(_parameters(self.dependant))

        async def strictly(request: Request) -> Response:
            refuse_unknown_parameters(request, known)
            return await handle(_StrictRequest(request.scope, request.receive))

        return strictly


def refuse_unknown_parameters(request: Request, known: Collection[str]) -> None:
    """Raises ValueUnusable."""
    for name in request.query_params:
        if name not in known:
            cure = did_you_mean(name, known) if known else "this path takes no parameters"
            problem = "the address has a parameter that this path does not know"
            raise ValueUnusable("value.unknown", problem, cure, "query")


def _parameters(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for below in dependant.dependencies:
        yield from _parameters(below)


class _StrictRequest(Request):
    async def json(self) -> Json:
        """Raises RepeatedInRequest, or JSONDecodeError."""
        return json.loads(await self.body(), object_pairs_hook=_object)


def repeated_parameter(header: bytes) -> bool:
    """Whether a header such as `form-data; name="a"; name="b"` has a parameter twice."""
    named = re.findall(rb";\s*([^=;\s]+)\s*=", re.sub(rb'"(?:[^"\\]|\\.)*"', b'""', header))
    return _twice(name.lower().decode("latin-1") for name in named) is not None


def _object(pairs: list[tuple[str, Json]]) -> JsonObject:
    if _twice(name for name, _ in pairs) is not None:
        raise RepeatedInRequest("an object of the body has the same key twice", "send each key once", "body")
    return dict(pairs)


def _twice(names: Iterable[str]) -> str | None:
    return next((name for name, count in Counter(names).items() if count > 1), None)
