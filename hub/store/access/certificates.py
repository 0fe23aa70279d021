"""The agencies' certificates, found by their digests."""

from dataclasses import dataclass

from hub.store.access.credentials import Credential, Credentials
from hub.store.access.tables import agency_certificate


@dataclass(frozen=True, slots=True)
class RegisteredCertificate(Credential):
    """A certificate of an agency. `certificate` holds the DER bytes."""

    thumbprint: str
    certificate: bytes


CERTIFICATES = Credentials(agency_certificate, RegisteredCertificate, "thumbprint", ("agency", "expires_at"))
