"""The agencies' certificates, by the digest of each."""

from dataclasses import dataclass

from hub.store.access.credentials import Credential, Credentials
from hub.store.access.tables import agency_certificate


@dataclass(frozen=True, slots=True)
class RegisteredCertificate(Credential):
    """`certificate` is its DER bytes."""

    thumbprint: str
    certificate: bytes


CERTIFICATES = Credentials(agency_certificate, RegisteredCertificate, "thumbprint", ("agency", "expires_at"))
