"""Finds the agency that calls an interface, by what its operation accepts as proof."""

from dataclasses import dataclass

from fastapi import Request

from adapters.calls import Operation, Proof
from hub.access.assertions import not_known
from hub.api.caller import check_certificate
from hub.api.limits.doors import place_of
from hub.bootstrap import Hub
from hub.exchange.partners.agency_access import Called
from hub.sharing.terms.agencies import Agency


@dataclass(frozen=True, slots=True)
class Proved:
    """The agency that calls, and what it called with."""

    agency: Agency
    called: Called


def proved_by_headers(hub: Hub, request: Request, operation: Operation) -> Proved | None:
    """None if only the message itself can prove who sent it. Raises AssertionRefused, CertificateRefused, TooManyCalls,
    TooManyAtOnce or StandingStill."""
    hub.standstill.refuse()
    authorization = request.headers.get("authorization")
    if authorization is not None and Proof.TOKEN in operation.proofs:
        scheme, _, credential = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise not_known()
        called = hub.access.called(credential.strip())
        agency = hub.access.agency_of(called)
        place_of(request).taken_by(agency.id)
        check_certificate(request, agency)
        return Proved(agency, called)
    if Proof.CERTIFICATE in operation.proofs and hub.certificates.header is not None:
        return _by_certificate(hub, request)
    if Proof.SIGNATURE in operation.proofs:
        return None
    raise not_known()


def _by_certificate(hub: Hub, request: Request) -> Proved:
    named = tuple(request.headers.getlist(hub.certificates.header or ""))
    found = hub.certificates.caller(request.client.host if request.client else None, named)
    called = hub.access.called_with_certificate(found.agency, found.thumbprint)
    agency = hub.access.agency_of(called)
    place_of(request).taken_by(agency.id)
    return Proved(agency, called)
