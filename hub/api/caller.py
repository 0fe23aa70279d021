"""Who calls: an agency, by the key that it was given."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from hub.bootstrap import Hub
from hub.errors import Unauthenticated
from hub.sharing.agencies import Agency

_bearer = HTTPBearer(auto_error=False, description="The agency's own key, issued by `hub keys issue`.")


def _caller(request: Request, key: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Agency:
    if key is None:
        raise Unauthenticated("no key was given", "send the header: Authorization: Bearer <your key>")
    hub: Hub = request.app.state.hub
    return hub.caller(key.credentials)


Caller = Annotated[Agency, Depends(_caller)]
