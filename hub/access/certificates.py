"""The agencies' certificates. Each is registered individually, so no certificate authority has to be trusted.

A thumbprint is the SHA-256 of the certificate's DER bytes in 64 hexadecimal digits, as openssl and proxies show it.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from adapters.xml_signature import SignedDocument
from hub.access.keys import Signature
from hub.errors import AssertionRefused, CertificateRefused, KeyUnusable, ValueUnusable
from hub.journal.record.keys import record_key_added, record_key_revoked
from hub.store.access.certificates import CERTIFICATES, RegisteredCertificate
from hub.store.database.engine import Store, Transaction
from schemas.problem import Refused

if TYPE_CHECKING:
    from adapters.interfacing.ws_security.opening import Signer

_RSA_BITS_MIN = 2048


def register(store: Store, agency: str, file: Path, now: datetime, by: str) -> RegisteredCertificate:
    """Registers a certificate in PEM or DER. Raises KeyUnusable."""
    certificate = _read(file.read_bytes())
    der = certificate.public_bytes(Encoding.DER)
    thumbprint = hashlib.sha256(der).hexdigest()
    if certificate.not_valid_after_utc <= now:
        raise KeyUnusable("the certificate has expired", "register its successor")
    new = RegisteredCertificate(
        agency, certificate.not_valid_before_utc, certificate.not_valid_after_utc, None, thumbprint, der
    )
    with store.transaction() as connection:
        if not CERTIFICATES.add(connection, new):
            raise KeyUnusable("this certificate is registered already", "see: hub certificates list")
        record_key_added(connection, now, agency=agency, key=thumbprint, algorithm="X509", by=by)
    return new


def revoke(store: Store, thumbprint: str, now: datetime, by: str) -> str:
    """Returns the agency whose certificate it was. Raises ValueUnusable."""
    with store.transaction() as connection:
        agency = CERTIFICATES.revoke(connection, plain(thumbprint), now)
        if agency is None:
            raise ValueUnusable("value.unknown", "no certificate in use has that id", "see: hub certificates list")
        record_key_revoked(connection, now, agency=agency, key=plain(thumbprint), by=by)
    return agency


def listed(store: Store, agency: str | None) -> tuple[RegisteredCertificate, ...]:
    with store.transaction() as connection:
        return CERTIFICATES.listed(connection, agency)


def in_use(store: Store, agency: str, thumbprint: str, now: datetime) -> bytes | None:
    """The certificate (DER), if it belongs to this agency and is valid now."""
    found = owner_of(store, thumbprint, now)
    # A valid certificate of another agency proves nothing about this one.
    return found.certificate if found is not None and found.agency == agency else None


@dataclass(frozen=True, slots=True)
class CalledWithCertificate:
    """The agency that calls, and the certificate by which that is known."""

    agency: str
    thumbprint: str


def owner_of(store: Store, thumbprint: str, now: datetime) -> RegisteredCertificate | None:
    """The certificate that is registered under this thumbprint and valid now."""
    with store.transaction() as connection:
        return _in_use(store, connection, thumbprint, now)


def named_by(store: Store, signer: "Signer", now: datetime) -> tuple[RegisteredCertificate, ...]:
    """The certificates in use that a message may have been signed with."""
    with store.transaction() as connection:
        every = CERTIFICATES.listed(connection, None)
        matching = [one for one in every if one.is_valid(now) and signer.is_of(one.certificate)]
        proved = store.proved(connection, "agency_certificate", *(one.thumbprint for one in matching))
    return tuple(one for one in matching if one.thumbprint in proved)


def refuse_if_revoked(store: Store, connection: Transaction, called: CalledWithCertificate, now: datetime) -> None:
    """Raises CertificateRefused."""
    found = _in_use(store, connection, called.thumbprint, now)
    if found is None or found.agency != called.agency:
        raise certificate_refused()


def certificate_refused() -> CertificateRefused:
    return CertificateRefused(
        "the call has no registered certificate of yours", "connect with a registered client certificate"
    )


def _in_use(store: Store, connection: Transaction, thumbprint: str, now: datetime) -> RegisteredCertificate | None:
    found = CERTIFICATES.find(connection, thumbprint)
    if found is None or not found.is_valid(now) or not store.proved(connection, "agency_certificate", thumbprint):
        return None
    return found


def xml_signature_of(store: Store, agency: str, body: bytes, now: datetime) -> Signature | None:
    """The signature inside an unpacked XML document. None if it has none. Raises AssertionRefused."""
    try:
        signed = SignedDocument.found_in(body)
        if signed is None:
            return None
        thumbprint = hashlib.sha256(signed.certificate).hexdigest()
        certificate = in_use(store, agency, thumbprint, now)
        if certificate is None:
            raise AssertionRefused(
                "signature.invalid", "no registered certificate of yours signed the document", "register it first"
            )
        return Signature(thumbprint, signed.text, signed.content(certificate))
    except Refused as refused:
        if not refused.problems[0].code.startswith("signature."):
            return None  # It is not readable XML; the code that reads it later reports that.
        first = refused.problems[0]
        raise AssertionRefused(first.code, first.problem, first.cure) from refused


def plain(thumbprint: str) -> str:
    """The thumbprint in the form in which it is kept. It can also be given as `AA:BB…` or `sha256:…`."""
    return re.sub(r"[:\s]", "", thumbprint.lower().removeprefix("sha256:").removeprefix("sha256 fingerprint="))


def _read(held: bytes) -> x509.Certificate:
    try:
        pem = held.lstrip().startswith(b"-----BEGIN")
        certificate = x509.load_pem_x509_certificate(held) if pem else x509.load_der_x509_certificate(held)
        key = certificate.public_key()
    except ValueError as error:
        raise KeyUnusable("the file contains no certificate", "give an X.509 certificate in PEM or DER") from error
    strong = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1)
    if not strong and not (isinstance(key, rsa.RSAPublicKey) and key.key_size >= _RSA_BITS_MIN):
        raise KeyUnusable(
            "the key of the certificate is too weak or of another kind",
            "use RSA with at least 2048 bits, P-256 or P-384",
        )
    return certificate
