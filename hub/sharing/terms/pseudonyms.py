"""Names that let a recipient distinguish people without learning who they are. Pure; the caller gives the key."""

import hmac
import unicodedata
from base64 import b32encode
from dataclasses import dataclass, field

from hub.sharing.terms.masks import can_hold
from schemas.category import Category
from schemas.fields import CASE_REFERENCE, PTIURN, IdentifierRule
from schemas.json import Json
from schemas.problem import Problem, Refused
from schemas.shape import Leaf

KEY_BYTES_MIN = 32
_CHARACTERS = 26  # Of five bits each.


def can_be_pseudonym(leaf: Leaf) -> bool:
    """Only values that distinguish people or cases: names, and the identifiers of a person or of a case."""
    tells_apart = leaf.category is Category.IDENTITY or leaf.rule in (PTIURN, CASE_REFERENCE)
    return tells_apart and can_hold(leaf, "P-" + "A" * _CHARACTERS)


@dataclass(frozen=True, slots=True)
class Pseudonymiser:
    """`P-` and 26 characters of base32, by HMAC-SHA-256. Raises Refused if the key is missing or short.

    For one recipient, an identifier always gives the same pseudonym, in every message and kind and however it is
    written. Another recipient gets another pseudonym. For a name, the same spelling gives the same pseudonym, so two
    people with the same surname share it.
    """

    key: bytes = field(repr=False)
    recipient: str

    @classmethod
    def made_with(cls, key: bytes | None, recipient: str, protocol: str) -> "Pseudonymiser":
        where = f"protocol {protocol}"
        if key is None:
            says = "it sends pseudonyms, and the exchange has no key to make them"
            raise Refused(Problem("pseudonym.key_missing", where, says, "give the exchange its pseudonym key"))
        if len(key) < KEY_BYTES_MIN:
            says = f"the pseudonym key of the exchange is shorter than {KEY_BYTES_MIN} bytes, so it could be guessed"
            raise Refused(Problem("pseudonym.key_short", where, says, f"make one of {KEY_BYTES_MIN} random bytes"))
        return cls(key, recipient)

    def of(self, rule: IdentifierRule | None, value: Json) -> str:
        text = str(value)
        canonical = (rule.canonical(text) if rule else None) or _as_spelt(text)
        said = "\x1f".join((self.recipient, rule.name if rule else "name", canonical))
        digest = hmac.digest(self.key, said.encode("utf-8", "surrogatepass"), "sha256")
        return "P-" + b32encode(digest)[:_CHARACTERS].decode()


def _as_spelt(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
