"""An agency proves who it is with a short assertion, signed with its own key and valid for one call."""

import base64
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeyParameters, OKPKey

from hub.errors import AssertionRefused, KeyUnusable
from hub.journal.compact_jws import content_of, serialised
from schemas.json import Json, JsonMapping, JsonObject

LIVES_AT_MOST = timedelta(minutes=5)
_LENGTH_MAX = 4_096
_JTI_LENGTH = range(8, 65)
_MOMENT_MAX = 32_503_680_000  # the year 3000: later ones cannot be reckoned with
ALGORITHMS: Mapping[str, frozenset[str]] = {
    "EdDSA": frozenset({"EdDSA", "Ed25519"}),  # RFC 8037 and RFC 9864 have different names for the same algorithm.
    "ES256": frozenset({"ES256"}),
}


@dataclass(frozen=True, slots=True)
class Claims:
    """What an assertion says, after its signature was verified."""

    agency: str
    jti: str
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AgencyKey:
    """A key pair. Only the agency has it."""

    id: UUID
    agency: str
    algorithm: str
    key: OKPKey | ECKey = field(repr=False)

    @classmethod
    def make(cls, agency: str, algorithm: str) -> "AgencyKey":
        """Raises KeyUnusable if the exchange does not accept the algorithm."""
        id = uuid4()
        parameters: KeyParameters = {"kid": str(id)}
        if algorithm == "EdDSA":
            return cls(id, agency, algorithm, OKPKey.generate_key("Ed25519", parameters, private=True))
        if algorithm == "ES256":
            return cls(id, agency, algorithm, ECKey.generate_key("P-256", parameters, private=True))
        raise KeyUnusable(f"the exchange does not accept {algorithm} keys", f"use one of: {', '.join(ALGORITHMS)}")

    @classmethod
    def read(cls, text: str) -> "AgencyKey":
        """Reads the file that `hub keys new` wrote. Raises KeyUnusable."""
        try:
            held = json.loads(text)
            agency = str(held.pop("agency"))
            return cls(UUID(held["kid"]), agency, *_imported(held))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeyUnusable(
                "the file contains no key pair of an agency", "use the file that `hub keys new` wrote"
            ) from error

    def as_text(self) -> str:
        return json.dumps(self.key.as_dict(private=True) | {"agency": self.agency}, indent=1)

    def public(self) -> JsonObject:
        return dict(self.key.as_dict(private=False))

    def authorization(self, now: datetime, audience: str = "justice-exchange", **claims: Json) -> str:
        """The value of the Authorization header for one call. `claims` replaces the usual claims."""
        said = {
            "iss": self.agency,
            "aud": audience,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=2)).timestamp()),
            "jti": secrets.token_urlsafe(18),
        } | claims
        header = {"alg": self.algorithm, "kid": str(self.id)}
        token = serialised(header, json.dumps(said).encode(), self.key)
        return f"Bearer {token}"

    def signature(self, body: bytes) -> str:
        """The value of the Hub-Signature header: a detached JWS over exactly these bytes."""
        header = {"alg": self.algorithm, "kid": str(self.id)}
        head, _, signature = serialised(header, body, self.key).split(".")
        return f"{head}..{signature}"


def public_key_in(text: str) -> JsonObject:
    """The JWK of a public key that is written as a JWK, or in PEM as openssl writes it. Raises KeyUnusable."""
    cure = "give a public key as JWK, or in PEM: openssl pkey -in KEY -pubout"
    if not text.lstrip().startswith("-----BEGIN"):
        try:
            document: JsonObject = json.loads(text)
        except ValueError as error:
            raise KeyUnusable("the file contains neither JSON nor PEM", cure) from error
        return document
    try:
        read = load_pem_public_key(text.encode())
        of = (
            OKPKey
            if isinstance(read, Ed25519PublicKey)
            else ECKey
            if isinstance(read, EllipticCurvePublicKey)
            else None
        )
        if of is None:
            raise ValueError("another kind of key")
        return dict(of.import_key(text.encode()).as_dict(private=False))
    except (JoseError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnusable("the file contains no public key that can be used", cure) from error


def public_key_of(document: Json) -> tuple[str, JsonObject]:
    """(algorithm, public part) of a JWK. Raises KeyUnusable."""
    try:
        algorithm, key = _imported(document)
    except (ValueError, KeyError, TypeError) as error:
        raise KeyUnusable("this key cannot be used", "make an Ed25519 or a P-256 key, as a JWK") from error
    return algorithm, dict(key.as_dict(private=False))


def key_id_of(token: str) -> tuple[UUID, str]:
    """(key id, algorithm) that an assertion names. Nothing in it is verified yet. Raises AssertionRefused."""
    try:
        header = jws.extract_compact(token[: _LENGTH_MAX + 1].encode()).headers()
        # A very long token costs work, and a critical header could change the meaning of the rest.
        if len(token) > _LENGTH_MAX or header.get("crit"):
            raise not_known()
        return UUID(str(header["kid"])), str(header["alg"])
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise not_known() from error


def check_signature(signature: str, body: bytes, algorithm: str, named: str, public_key: JsonMapping) -> None:
    """Raises AssertionRefused unless this key signed exactly these bytes."""
    parts = signature.split(".")
    try:
        # The registered algorithm counts: a caller must not choose a weaker one.
        if named not in ALGORITHMS[algorithm] or len(parts) != 3 or parts[1]:
            raise signature_wrong()
        content = base64.urlsafe_b64encode(body).rstrip(b"=").decode()
        _, key = _imported(public_key)
        content_of(f"{parts[0]}.{content}.{parts[2]}", key, [named])
    except (JoseError, ValueError) as error:
        raise signature_wrong() from error


def signature_wrong() -> AssertionRefused:
    return AssertionRefused(
        "signature.invalid",
        "no registered key of yours signed these bytes",
        "sign the bytes exactly as they are posted: hub keys sign FILE --key KEY",
    )


def verified_claims(token: str, algorithm: str, named: str, public_key: JsonMapping) -> Claims:
    """`algorithm` is that of the key; `named` is the one that the assertion gives. Raises AssertionRefused."""
    # The registered algorithm counts: a caller must not choose a weaker one.
    if named not in ALGORITHMS[algorithm]:
        raise not_known()
    try:
        _, key = _imported(public_key)
        said = json.loads(content_of(token, key, [named]))
    except (JoseError, ValueError, RecursionError) as error:
        raise not_known() from error
    return _claims(said)


def check_claims(
    claims: Claims, agency: str, now: datetime, skew: timedelta, lives_at_most: timedelta = LIVES_AT_MOST
) -> None:
    """Raises AssertionRefused. The signature is already verified, so the codes may say what is wrong."""
    # A key may speak only for the agency that it is registered for.
    if claims.agency != agency:
        raise not_known()
    if claims.expires_at - claims.issued_at > lives_at_most:
        raise AssertionRefused(
            "assertion.too_long", "the assertion is valid for more than five minutes", "let it expire sooner"
        )
    if claims.expires_at + skew < now:
        raise AssertionRefused(
            "assertion.expired", "the assertion has expired", "sign a new one for each call; check your clock"
        )
    if claims.issued_at - skew > now:
        raise AssertionRefused("assertion.not_yet", "the assertion is dated in the future", "check your clock")


def check_audience(token: str, audiences: Collection[str]) -> None:
    """Call it after the signature was verified. Raises AssertionRefused."""
    said = _payload(token).get("aud")
    named = said[0] if isinstance(said, list) and len(said) == 1 else said
    if not isinstance(named, str) or named not in audiences:
        raise AssertionRefused(
            "assertion.wrong_audience",
            "the assertion was made for another service",
            f"name {' or '.join(sorted(audiences))} in aud",
        )


def check_client(token: str, agency: str) -> None:
    """Call it after the signature was verified, for an assertion that asks for a token. Raises AssertionRefused."""
    if _payload(token).get("sub") != agency:
        raise not_known()


def _payload(token: str) -> JsonObject:
    said: JsonObject = json.loads(jws.extract_compact(token.encode()).payload)
    return said


def not_known() -> AssertionRefused:
    """One answer for every fault before the signature is verified, so that nobody can learn anything from it."""
    return AssertionRefused(
        "access.unauthenticated",
        "the call has no assertion that a known key signed",
        "send the header: Authorization: Bearer <assertion>; see README.md, Joining as an agency",
    )


def _imported(document: Json) -> tuple[str, OKPKey | ECKey]:
    """Raises ValueError, KeyError or TypeError."""
    try:
        if (document["kty"], document["crv"]) == ("OKP", "Ed25519"):
            return "EdDSA", OKPKey.import_key(dict(document))
        if (document["kty"], document["crv"]) == ("EC", "P-256"):
            return "ES256", ECKey.import_key(dict(document))
    except JoseError as error:
        raise ValueError("no key") from error
    raise ValueError("another kind of key")


def _claims(said: Json) -> Claims:
    try:
        if any(not 0 < said[name] < _MOMENT_MAX for name in ("iat", "exp")):
            raise ValueError("moment")
        issued_at, expires_at = (datetime.fromtimestamp(said[name], UTC) for name in ("iat", "exp"))
        if not (isinstance(said["jti"], str) and len(said["jti"]) in _JTI_LENGTH and isinstance(said["iss"], str)):
            raise ValueError("jti")
        # A lone surrogate or a NUL could not be kept.
        if not (said["jti"].isascii() and said["jti"].isprintable()):
            raise ValueError("jti")
        return Claims(said["iss"], said["jti"], issued_at, expires_at)
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise AssertionRefused(
            "assertion.malformed", "a claim is missing or has the wrong type", "give iss, aud, iat, exp and jti"
        ) from error
