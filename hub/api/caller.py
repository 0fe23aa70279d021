"""Finds the agency that calls, by the key that signed its assertion, or by its access token."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from hub.access.assertions import not_known
from hub.api.limits.doors import place_of
from hub.bootstrap import Hub
from hub.exchange.partners.agency_access import Called
from hub.sharing.terms.agencies import Agency

_bearer = HTTPBearer(
    auto_error=False,
    description="An assertion that the agency signed with its own key, good for one call; or an access token.",
)


def _caller(request: Request, key: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Agency:
    if key is None:
        raise not_known()
    hub: Hub = request.app.state.hub
    hub.standstill.refuse()  # the keys of agencies may have been revoked since the backup
    called = hub.access.called(key.credentials)
    caller = hub.access.agency_of(called)
    place_of(request).taken_by(caller.id)
    request.state.called_with = called
    check_certificate(request, caller)
    return caller


def check_certificate(request: Request, caller: Agency) -> None:
    """Where mutual TLS is required. Raises CertificateRefused, also if the certificate was revoked meanwhile."""
    hub: Hub = request.app.state.hub
    if hub.certificates.header is not None:
        named = tuple(request.headers.getlist(hub.certificates.header))
        hub.certificates.check_call(caller, request.client.host if request.client else None, named)


def called_with(request: Request) -> Called:
    """The key or token of this call, which a `Caller` was found by."""
    found: Called = request.state.called_with
    return found


Caller = Annotated[Agency, Depends(_caller)]
