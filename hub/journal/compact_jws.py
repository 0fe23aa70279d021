"""Makes and verifies compact JWS with the algorithms that the caller allows, and no others.

`EdDSA` (RFC 8037) and `Ed25519` (RFC 9864) name one algorithm. The library advises the newer name whenever it sees the
older one, but most other libraries know the older one alone.
"""

from collections.abc import Collection

from joserfc import jws
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OKPKey
from joserfc.jws import JWSAlgModel, JWSRegistry  # type: ignore[attr-defined] # it is not in their list of names

from schemas.json import JsonObject


class _Allowed(JWSRegistry):
    def get_alg(self, name: str) -> JWSAlgModel:
        """As in the library, but without its advice."""
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError(f"{name} is not allowed")
        return self.algorithms[name]


def serialised(header: dict[str, str], content: bytes, key: OKPKey | ECKey) -> str:
    return jws.serialize_compact(header, content, key, registry=_Allowed(algorithms=[header["alg"]]))


def content_of(token: str, key: OKPKey | ECKey, algorithms: Collection[str]) -> bytes:
    """The signed content. Raises JoseError or ValueError."""
    return jws.deserialize_compact(token, key, registry=_Allowed(algorithms=list(algorithms))).payload


def header_of(token: str) -> JsonObject:
    """Nothing in it is verified. Raises JoseError or ValueError."""
    return dict(jws.extract_compact(token.encode()).headers())
