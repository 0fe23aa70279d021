"""The token service for callers that know only OAuth 2: `POST /oauth2/token`, and its description (RFC 8414)."""

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from hub.access.assertions import ALGORITHMS
from hub.access.tokens.access_tokens import LIVES
from hub.access.tokens.token_requests import JWT_BEARER, METHODS, TokenRefused, TokenRequest, read_request
from hub.api.problems import WITH_BODY, open_responses
from hub.bootstrap import Hub
from schemas.json import JsonObject

TOKEN_PATH = "/oauth2/token"  # noqa: S105 # an address
_METADATA_PATH = "/.well-known/oauth-authorization-server"
_SCOPE = "exchange"  # what a client may do is decided by the protocols, not by a scope
_TEXT = {"type": "string", "minLength": 1}
_PROOFS: tuple[JsonObject, ...] = (
    {},
    {"client_id": {**_TEXT, "description": "The id of the agency."}, "client_secret": _TEXT},
    {"client_assertion_type": {"type": "string", "enum": [JWT_BEARER]}, "client_assertion": _TEXT},
)
_TOKEN = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "scope"],
    "properties": {
        "access_token": {"type": "string"},
        "token_type": {"type": "string", "enum": ["Bearer"]},
        "expires_in": {"type": "integer"},
        "scope": {"type": "string"},
    },
}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
}
_HEADERS = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def _form(audiences: list[str]) -> JsonObject:
    """A client proves itself in the header, by its secret in the body, or by an assertion."""
    said: JsonObject = {
        "grant_type": {"type": "string", "enum": ["client_credentials"]},
        "scope": {**_TEXT, "description": "Any; the answer says which scope was given."},
        "audience": {"type": "string", "enum": audiences},
    }
    ways = ({"properties": said | proof, "required": ["grant_type", *proof]} for proof in _PROOFS)
    return {"anyOf": [{"type": "object", "additionalProperties": False, **way} for way in ways]}


def add_tokens(app: FastAPI, hub: Hub, address: str) -> None:
    app.state.issuer = address
    form = _form([hub.settings.audience, address])
    refused = {"content": {"application/json": {"schema": _ERROR}}}
    answers: dict[int | str, JsonObject] = {
        200: {"description": "An access token.", "content": {"application/json": {"schema": _TOKEN}}},
        400: {"description": "The request is not one for a token.", **refused},
        401: {"description": "The client is not known, or its proof is not valid.", **refused},
    }
    app.add_api_route(
        TOKEN_PATH,
        give_token,
        methods=["POST"],
        responses={**open_responses(429, *WITH_BODY), **answers},
        openapi_extra={
            "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}},
            "security": [{}, {"client": []}],
        },
    )
    app.add_api_route(_METADATA_PATH, metadata, methods=["GET"])


async def give_token(request: Request) -> JSONResponse:
    """An access token for a client secret (in the header or in the body) or for an assertion of a registered key."""
    hub: Hub = request.app.state.hub
    body = await request.body()
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    try:
        wanted = read_request(body, media_type, request.headers.get("authorization"))
        token = await run_in_threadpool(_token, hub, wanted, request.app.state.issuer)
    except TokenRefused as refused:
        challenge = {"WWW-Authenticate": 'Basic realm="exchange"'} if refused.status == 401 else {}
        said = {"error": refused.error, "error_description": refused.description}
        return JSONResponse(said, refused.status, _HEADERS | challenge)
    seconds = int(LIVES.total_seconds())
    given = {"access_token": token, "token_type": "Bearer", "expires_in": seconds, "scope": _SCOPE}
    return JSONResponse(given, 200, _HEADERS)


def _token(hub: Hub, wanted: TokenRequest, issuer: str) -> str:
    hub.standstill.refuse()  # secrets may have been revoked since the backup
    return hub.access.tokens.token_for(wanted, issuer, issuer + TOKEN_PATH)


def metadata(request: Request) -> JSONResponse:
    """What the token service can do."""
    issuer: str = request.app.state.issuer
    return JSONResponse(
        {
            "issuer": issuer,
            "token_endpoint": issuer + TOKEN_PATH,
            "jwks_uri": f"{issuer}/.well-known/jwks.json",
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "scopes_supported": [_SCOPE],
            "token_endpoint_auth_methods_supported": list(METHODS),
            "token_endpoint_auth_signing_alg_values_supported": sorted(ALGORITHMS),
        }
    )
