"""Completes the OpenAPI document that FastAPI makes of the routes: where the exchange is, how callers prove who they
are, and what each answer looks like."""

from collections.abc import Mapping
from typing import TypedDict

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from hub.api.describing import examples
from hub.api.describing.shapes import PLACE, schemas_of
from hub.exchange.message.receipts import Receipt
from hub.exchange.sending.mailbox import WaitingItem
from hub.exchange.telling.story_views import RecipientStory, SenderStory
from schemas.json import JsonMapping, JsonObject

_PROBLEM_JSON, _JSON = "application/problem+json", "application/json"
_ABOUT = (
    "Agencies hand in documents in the formats of their own systems, and get a signed receipt once a document is kept. "
    "The same document again gets the same receipt. Agencies' own systems call `/interfaces` unchanged. Every refusal "
    "has a stable code, whose meaning stands at the address in `type`. The kinds of messages are described at "
    "`/asyncapi.json` and `/schemas`."
)


class Accepted(TypedDict):
    """A receipt; keep it, it proves that the exchange took the document."""

    receipt: Receipt


class WaitingList(TypedDict):
    """The messages that wait in the mailbox, the oldest first."""

    items: list[WaitingItem]


_ANSWERS: Mapping[tuple[str, str, str], tuple[type, JsonMapping] | None] = {
    ("/v1/messages", "post", "202"): (Accepted, examples.RECEIPT),
    ("/v1/mailbox", "get", "200"): (WaitingList, examples.MAILBOX),
}
_SCHEMES: JsonMapping = {
    "certificate": {"type": "mutualTLS", "description": "A registered certificate; a proxy ends the connection."},
    "signature": {
        "type": "http",
        "scheme": "ws-security",
        "description": "WS-Security in the envelope: body and time stamp signed with a registered certificate.",
    },
    "client": {"type": "http", "scheme": "basic", "description": "The agency's id and a client secret."},
}


def describe(app: FastAPI, address: str) -> None:
    """`address` is the one by which agencies reach the exchange."""

    def openapi() -> JsonObject:
        if not app.openapi_schema:
            app.openapi_schema = _complete(_made(app, address), address)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _made(app: FastAPI, address: str) -> JsonObject:
    return get_openapi(
        title="Interagency exchange for criminal justice",
        version=app.version,
        summary="Standardised messages between courts, prosecutors, police, prisons and probation areas.",
        description=_ABOUT,
        routes=app.routes,
        servers=[{"url": address}],
        license_info={"name": "MIT", "identifier": "MIT"},
    )


def _complete(document: JsonObject, address: str) -> JsonObject:
    held = document.setdefault("components", {})
    schemas = held.setdefault("schemas", {})
    schemas |= schemas_of(Accepted, WaitingList, SenderStory, RecipientStory)
    schemas["Acknowledged"] = _ACKNOWLEDGED
    token = {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": f"{address}/oauth2/token", "scopes": {}}}}
    held["securitySchemes"] = {**held.get("securitySchemes", {}), **_SCHEMES, "token": token}
    for (path, method, status), answer in _ANSWERS.items():
        if answer is not None:
            _answer(document, path, method, status, {"$ref": f"{PLACE}{answer[0].__name__}"}, answer[1])
    story = {"anyOf": [{"$ref": f"{PLACE}{each.__name__}"} for each in (SenderStory, RecipientStory)]}
    _answer(document, "/v1/messages/{message_id}", "get", "200", story, examples.STORY)
    path = "/v1/mailbox/{message_id}/receipt"
    _answer(document, path, "post", "200", {"$ref": f"{PLACE}Acknowledged"}, examples.ACKNOWLEDGED)
    _name_problems(document, schemas)
    return document


def _answer(
    document: JsonObject, path: str, method: str, status: str, schema: JsonObject, example: JsonMapping
) -> None:
    content = {_JSON: {"schema": schema, "example": dict(example)}}
    document["paths"][path][method]["responses"][status]["content"] = content


def _name_problems(document: JsonObject, schemas: JsonObject) -> None:
    """Each refusal has the same form, so it is described once."""
    for methods in document["paths"].values():
        for described in methods.values():
            for answer in described.get("responses", {}).values():
                content = answer.get("content", {})
                if _PROBLEM_JSON in content:
                    schemas.setdefault("Problem", content[_PROBLEM_JSON]["schema"])
                    content[_PROBLEM_JSON] = {
                        "schema": {"$ref": f"{PLACE}Problem"},
                        "example": dict(examples.PROBLEM),
                    }


_ACKNOWLEDGED: JsonObject = {
    "type": "object",
    "description": "The receipt of a message that its recipient has.",
    "properties": {
        "receipt": {
            "type": "object",
            "properties": {
                "message_id": {"type": "string"},
                "received_at": {"type": "string", "format": "date-time"},
                "reference": {"type": ["string", "null"]},
            },
            "required": ["message_id", "received_at"],
        }
    },
    "required": ["receipt"],
}
