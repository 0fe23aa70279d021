"""`/metrics`, for a monitor that has the token of the file in `HUB_METRICS_TOKEN_FILE`. Without that setting there is
no such path. No credential of an agency or of a person opens it."""

from hmac import compare_digest
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, Response

from hub.bootstrap import Hub
from hub.errors import SettingsWrong, Unauthenticated

TOKEN_LENGTH_MIN = 32


def add_metrics(app: FastAPI) -> None:
    app.add_api_route("/metrics", metrics, methods=["GET"], include_in_schema=False)


def metrics(request: Request) -> Response:
    """The figures of the whole exchange, in the format of Prometheus."""
    hub: Hub = request.app.state.hub
    file = hub.settings.metrics_token_file
    if file is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not compare_digest(given.strip().encode(), _token(file)):
        raise Unauthenticated("the token is missing or wrong", "send the token of HUB_METRICS_TOKEN_FILE as Bearer")
    from hub.watching.exposition import CONTENT_TYPE, exposition  # only who is asked for figures needs it

    return Response(exposition(hub.measuring.now()), media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _token(file: Path) -> bytes:
    """Read each time, so that it can be changed while the exchange runs. Raises SettingsWrong."""
    try:
        token = file.read_bytes().strip()
    except OSError:
        token = b""
    if len(token) < TOKEN_LENGTH_MIN:
        cure = f"write at least {TOKEN_LENGTH_MIN} random characters into it, readable by the exchange alone"
        raise SettingsWrong("HUB_METRICS_TOKEN_FILE has no token that can be used", cure)
    return token
