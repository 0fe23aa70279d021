"""Finds the agency that calls an interface, by what its operation accepts as proof."""

from dataclasses import dataclass

from fastapi import Request

from adapters.calls import Operation, Proof
from hub.access.assertions import not_known
from hub.access.certificates import CalledWithCertificate
from hub.access.message_security.signed_messages import SignedMessage
from hub.api.caller import check_certificate
from hub.api.limits.doors import place_of
from hub.bootstrap import Hub
from hub.errors import AssertionRefused
from hub.exchange.partners.agency_access import Called
from hub.sharing.terms.agencies import Agency


@dataclass(frozen=True, slots=True)
class Proved:
    """The agency that calls, and what it called with. `message` is the signed message, if it is one."""

    agency: Agency
    called: Called
    message: SignedMessage | None = None


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


def proved_by_message(hub: Hub, body: bytes, proved: Proved | None) -> Proved:
    """The agency that signed the message. If it is `proved` otherwise already, the message may have no signature, or
    one of the same agency. Raises AssertionRefused or TooManyCalls."""
    message = hub.signed_calls.opened(body)
    if message is None:
        if proved is None:
            raise not_known()
        return proved
    if proved is not None and proved.agency.id != message.certificate.agency:
        raise AssertionRefused(
            "ws_security.signature", "another agency signed the message than the one that calls", "sign it yourself"
        )
    hub.signed_calls.use_once(message)
    called = CalledWithCertificate(message.certificate.agency, message.certificate.thumbprint)
    return Proved(hub.access.agency_of(called), called, message)


def _by_certificate(hub: Hub, request: Request) -> Proved:
    named = tuple(request.headers.getlist(hub.certificates.header or ""))
    found = hub.certificates.caller(request.client.host if request.client else None, named)
    called = hub.access.called_with_certificate(found.agency, found.thumbprint)
    agency = hub.access.agency_of(called)
    place_of(request).taken_by(agency.id)
    return Proved(agency, called)
