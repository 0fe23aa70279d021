"""Finds the agency that calls, by the key that signed its assertion, or by its access token."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from hub.access.assertions import not_known
from hub.access.tokens.access_tokens import is_access_token
from hub.api.limits.doors import place_of
from hub.bootstrap import Hub
from hub.errors import Failure
from hub.exchange.accepting.demands import AskedTogether
from hub.exchange.partners.agency_access import AgencyAccess, Called
from hub.sharing.terms.agencies import Agency
from hub.store.database.engine import Transaction

_bearer = HTTPBearer(
    auto_error=False,
    description="An assertion that the agency signed with its own key, good for one call; or an access token.",
)


async def calling(request: Request) -> Agency:
    """The agency that calls, for a route without FastAPI's dependencies. Raises AssertionRefused."""
    return await _caller(request, await _bearer(request))


async def _caller(request: Request, key: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Agency:
    if key is None:
        raise not_known()
    hub: Hub = request.app.state.hub
    if not hub.standstill.is_over():
        await run_in_threadpool(hub.standstill.refuse)  # the keys of agencies may have been revoked since the backup
    called: Called
    if is_access_token(key.credentials):
        called = await run_in_threadpool(hub.access.called, key.credentials)
    else:
        called = await hub.access.called_soon(key.credentials)
    caller = hub.access.agency_of(called)
    place_of(request).taken_by(caller.id)
    request.state.called_with = called
    await check_certificate_aside(request, caller)
    return caller


async def check_certificate_aside(request: Request, caller: Agency) -> None:
    """The same as `check_certificate`, in a thread of its own if there is anything to check."""
    hub: Hub = request.app.state.hub
    if hub.certificates.header is not None:
        await run_in_threadpool(check_certificate, request, caller)


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


@dataclass(frozen=True, slots=True)
class StillHasKey(AskedTogether):
    """Asked where a document is recorded: the key may have been revoked since the call began. Calls with one key ask
    the same."""

    access: AgencyAccess
    called: Called

    def __call__(self, connection: Transaction) -> None:
        """Raises AssertionRefused."""
        self.access.refuse_if_revoked(connection, self.called)

    @classmethod
    def ask_all(cls, connection: Transaction, asked: Sequence["StillHasKey"]) -> Sequence[Failure | None]:
        return asked[0].access.refusals_if_revoked(connection, [each.called for each in asked])


Caller = Annotated[Agency, Depends(_caller)]
