"""The exchange's own certificate: it signs its answers with it, and callers encrypt for it.

The file holds a private key and its certificate, in PEM. An operator may put one of another issuer there.
"""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from adapters.interfacing.ws_security.securing import OwnPair
from hub.durable_files import make_file_once
from hub.errors import SettingsWrong

_BITS = 3072
_VALID_FOR = timedelta(days=1096)
_BEGIN = b"-----BEGIN CERTIFICATE-----"


def made(file: Path, name: str, now: datetime) -> OwnPair:
    """The pair in the file. If there is no file, a self-signed certificate is made. Raises SettingsWrong."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        make_file_once(file, _new(name, now))
    return read(file)


def read(file: Path) -> OwnPair:
    """Raises SettingsWrong."""
    try:
        text = file.read_bytes()
        place = text.index(_BEGIN)
        key = load_pem_private_key(text, None)
        certificate = x509.load_pem_x509_certificate(text[place:])
    except (OSError, ValueError, TypeError):
        raise _wrong(file, "cannot be read as a private key and its certificate in PEM") from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < 2048 or _public(key) != _public(certificate):
        raise _wrong(file, "must hold an RSA key of at least 2048 bits, and its own certificate")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return OwnPair(pem, certificate.public_bytes(Encoding.PEM))


def _public(holder: rsa.RSAPrivateKey | x509.Certificate) -> bytes:
    return holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _new(name: str, now: datetime) -> str:
    key = rsa.generate_private_key(65537, _BITS)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _VALID_FOR)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return (pem + certificate.public_bytes(Encoding.PEM)).decode()


def _wrong(file: Path, problem: str) -> SettingsWrong:
    cure = "put both into the file, or let the exchange make them: hub certificates own"
    return SettingsWrong(f"{file.name} {problem}", cure, str(file))
