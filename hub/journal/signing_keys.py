"""The keys with which the hub signs its receipts and the heads of its journal. Old keys are kept for verifying."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from hub.durable_files import make_file_once, replace_file
from hub.errors import SettingsWrong, SignatureWrong
from hub.journal.compact_jws import content_of, header_of, serialised
from schemas.json import Json, JsonMapping, JsonObject

_ALGORITHM = "EdDSA"  # RFC 8037: the name that the libraries in use know
_ALGORITHMS = [_ALGORITHM, "Ed25519"]  # RFC 9864 has another name for it, which earlier versions signed with


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """Public keys by key id. Nobody needs more than these to verify what the hub signed."""

    by_id: Mapping[str, OKPKey]

    @classmethod
    def of(cls, document: Json) -> "PublicKeys":
        """Read from a JWK set as the hub publishes it. Raises SignatureWrong if it is not such a set."""
        try:
            keys = {str(key["kid"]): OKPKey.import_key(_public_part(key)) for key in document["keys"]}
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise SignatureWrong(
                "key.unreadable",
                "the file contains no set of public keys",
                "get it from the hub: hub journal public-key",
            ) from error
        return cls(keys)

    def as_document(self) -> JsonObject:
        return {"keys": [key.as_dict(private=False) for key in self.by_id.values()]}

    def verified(self, token: str, type: str | None = None) -> bytes:
        """The signed content. Raises SignatureWrong if the key, the algorithm or the type differs, or if one byte was
        changed."""
        try:
            header = header_of(token)
            key = self.by_id.get(str(header.get("kid")))
            if key is None:
                raise SignatureWrong("key.unknown", "the key that signed it is not among these", _OTHER_KEYS)
            if header.get("typ") != type:
                raise SignatureWrong("signature.wrong", "it was signed as something else", "give the original")
            return content_of(token, key, _ALGORITHMS)
        except (JoseError, ValueError, UnicodeError) as error:
            raise SignatureWrong(
                "signature.wrong", "the signature does not match the content", "ask for the original again"
            ) from error


_OTHER_KEYS = "get the keys of the hub again; if it is not among them, the hub did not sign it"


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The current key signs. `public` verifies what any of the keys signed. `private` holds the private part of each
    by its id."""

    current: OKPKey = field(repr=False)
    public: PublicKeys
    private: Mapping[str, bytes] = field(repr=False)

    def sign(self, content: bytes, type: str | None = None) -> str:
        """A compact JWS that contains the content. What has a type is never taken for anything else."""
        header = {"alg": _ALGORITHM, "kid": str(self.current.kid)} | ({"typ": type} if type else {})
        return serialised(header, content, self.current)


def signing_keys(file: Path, now: datetime) -> SigningKeys:
    """The keys in the file. If there is no file, a first key is made. Raises SettingsWrong."""
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            make_file_once(file, _text([_new_key(now)]))
        return _read(file)
    except OSError as error:
        raise SettingsWrong(
            f"the signing keys cannot be read or made ({error.strerror})",
            "name a file that this account may read: HUB_SIGNING_KEY_FILE",
            str(file),
        ) from None


def rotate(file: Path, now: datetime) -> SigningKeys:
    """A new key signs from now on. The others are kept for verifying. Running processes use the old key until they
    restart."""
    signing_keys(file, now)
    replace_file(file, _text([*json.loads(file.read_text())["keys"], _new_key(now)]))
    return _read(file)


def _new_key(now: datetime) -> JsonObject:
    key = OKPKey.generate_key("Ed25519", parameters={"kid": f"{now:%Y%m%d}-{secrets.token_hex(4)}"}, private=True)
    return key.as_dict(private=True) | {"made_at": now.isoformat()}


def _read(file: Path) -> SigningKeys:
    try:
        entries: Sequence[JsonMapping] = json.loads(file.read_text())["keys"]
        keys = [OKPKey.import_key({k: v for k, v in entry.items() if k != "made_at"}) for entry in entries]
        public = PublicKeys.of({"keys": entries})
        private = {str(entry["kid"]): str(entry["d"]).encode() for entry in entries}
        return SigningKeys(keys[-1], public, private)
    except (JoseError, ValueError, KeyError, TypeError, IndexError):
        raise SettingsWrong("the signing keys are damaged", "restore the file from its backup", str(file)) from None


def _public_part(entry: JsonMapping) -> JsonObject:
    return {name: entry[name] for name in ("kty", "crv", "x", "kid")}


def _text(keys: list[JsonObject]) -> str:
    return json.dumps({"keys": keys}, indent=1)
