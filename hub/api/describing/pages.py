"""Pages for those who write to the exchange: `/docs`, what each code means, and the schemas of the kinds. They need no
other host, no script and no style sheet."""

from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from hub.api.describing.asyncapi import asyncapi
from hub.bootstrap import Hub
from hub.errors import NotFound
from schemas.codes.registry import Code, code_registry, problem_type
from schemas.json import JsonMapping, JsonObject

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_HEADERS = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_STYLE = (
    "body{font:1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "code{background:#f3f2f1;padding:0 .2em}table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;"
    "text-align:left;vertical-align:top}h2{margin-top:2.5rem}"
)
_METHODS = ("get", "post", "put", "delete")


def add_pages(app: FastAPI, address: str) -> None:
    """`address` is the one by which agencies reach the exchange."""
    app.state.described_at = address
    for path, page in (
        ("/docs", docs),
        ("/asyncapi.json", messages),
        ("/problems/{code}", problem),
        ("/schemas", schemas),
        ("/schemas/{kind}/{version}", schema),
    ):
        app.add_api_route(path, page, methods=["GET"], include_in_schema=False)


def docs(request: Request) -> Response:
    """Every call, from the OpenAPI document."""
    document: JsonObject = request.app.openapi()
    return _page(document["info"]["title"], "".join(_calls(document)))


def messages(request: Request) -> JSONResponse:
    hub: Hub = request.app.state.hub
    return JSONResponse(asyncapi(hub.knowledge.catalogue, request.app.state.described_at))


def problem(request: Request, code: str) -> Response:
    """What a code means: the address that stands in `type` of every refusal with it."""
    found = code_registry().by_code.get(code)
    if found is None:
        raise NotFound("there is no such code", "see docs/errors.md, or ask: hub error CODE")
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(_code(found))
    example = {"type": problem_type(code), "status": found.status, "code": code}
    shown = "".join(f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>" for name, value in example.items())
    again = "The same may succeed later without a change." if found.retryable else "The same again will fail again."
    body = (
        f"<h2>Cause</h2><p>{escape(found.cause)}</p><h2>Cure</h2><p>{escape(found.cure)} {again}</p>"
        f"<h2>Example</h2><p>What the answer holds; its own <code>problem</code>, <code>where</code> and "
        f"<code>cure</code> are more exact than these words.</p><table>{shown}</table>"
    )
    return _page(code, body)


def schemas(request: Request) -> JSONResponse:
    """The addresses of the schemas."""
    hub: Hub = request.app.state.hub
    kinds = sorted(hub.knowledge.catalogue.kinds)
    return JSONResponse({"schemas": [f"/schemas/{name}/{version}" for name, version in kinds]})


def schema(request: Request, kind: str, version: str) -> Response:
    hub: Hub = request.app.state.hub
    if not version.isdecimal() or len(version) > 4 or hub.knowledge.catalogue.find(kind, int(version)) is None:
        raise NotFound("there is no such kind or version", "list them: GET /schemas")
    text = (files("schemas.kinds") / kind / f"v{int(version)}.schema.json").read_text("utf-8")
    return Response(text, media_type="application/schema+json", headers={"Cache-Control": "public, max-age=3600"})


def _code(code: Code) -> JsonObject:
    return {
        "code": code.code,
        "status": code.status,
        "retryable": code.retryable,
        "cause": code.cause,
        "cure": code.cure,
    }


def _calls(document: JsonMapping) -> Iterator[str]:
    yield f"<p>{escape(document['info']['description'])}</p>"
    yield '<p>As files: <a href="/openapi.json">OpenAPI</a>, <a href="/asyncapi.json">AsyncAPI</a>, '
    yield '<a href="/schemas">JSON Schemas</a>.</p><ul>'
    calls = [
        (path, method, described)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
        if method in _METHODS
    ]
    for path, method, _ in calls:
        yield f'<li><a href="#{_mark(path, method)}"><code>{method.upper()} {escape(path)}</code></a></li>'
    yield "</ul>"
    for path, method, described in calls:
        yield f'<h2 id="{_mark(path, method)}"><code>{method.upper()} {escape(path)}</code></h2>'
        yield from _call(described)


def _call(described: JsonMapping) -> Iterator[str]:
    yield f"<p>{escape(str(described.get('description') or described.get('summary', '')))}</p>"
    proofs = sorted({name for each in described.get("security", []) for name in each})
    if proofs:
        yield f"<p>Proof: {escape(', '.join(proofs))}.</p>"
    if parameters := described.get("parameters"):
        yield "<table><tr><th>parameter</th><th>in</th><th></th></tr>"
        for each in parameters:
            words = escape(str(each.get("description", "")))
            yield f"<tr><td><code>{escape(each['name'])}</code></td><td>{each['in']}</td><td>{words}</td></tr>"
        yield "</table>"
    if content := described.get("requestBody", {}).get("content"):
        yield f"<p>Body: {escape(', '.join(content))}.</p>"
    yield "<table><tr><th>answer</th><th></th></tr>"
    for status, answer in sorted(described.get("responses", {}).items()):
        yield f"<tr><td>{status}</td><td>{escape(answer.get('description', ''))}{_link(answer)}</td></tr>"
    yield "</table>"


def _link(answer: Mapping[str, JsonObject]) -> str:
    names = {each.get("schema", {}).get("$ref", "").rpartition("/")[2] for each in answer.get("content", {}).values()}
    named = ", ".join(sorted(name for name in names if name))
    return f" ({escape(named)})" if named else ""


def _mark(path: str, method: str) -> str:
    return escape(f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}")


def _page(title: str, body: str) -> HTMLResponse:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    page = f'<!doctype html><html lang="en"><head>{head}<style>{_STYLE}</style></head>'
    return HTMLResponse(f"{page}<body><main><h1>{escape(title)}</h1>{body}</main></body></html>", headers=_HEADERS)
