"""What the last verification found right: the state as the journal says, up to a seal. The next one begins there."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hub.durable_files import replace_file
from hub.journal.signing_keys import SigningKeys


@dataclass(frozen=True, slots=True)
class Verified:
    """`said` are the digests of all rows as the entries up to `position` say; `head` is that of the seal that ends
    there."""

    position: int = 0
    head: str | None = None
    said: Mapping[str, str] = field(default_factory=dict)


class VerifiedState:
    """A file that only a holder of the hub's keys can write. One that is damaged or gone counts as none."""

    def __init__(self, file: Path, keys: SigningKeys) -> None:
        self._file = file
        self._keys = keys

    def read(self) -> Verified:
        try:
            first, _, body = self._file.read_text(encoding="utf-8").partition("\n")
            said = json.loads(first)
            position, head, secret = int(said["position"]), str(said["head"]), self._keys.private[said["by"]]
            if hmac.compare_digest(_proof(secret, position, head, body), said["proof"]):
                return Verified(position, head, dict(line.rsplit(" ", 1) for line in body.splitlines()))
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return Verified()

    def keep(self, found: Verified) -> None:
        body = "\n".join(f"{row} {digest}" for row, digest in found.said.items())
        by, head = str(self._keys.current.kid), found.head or ""
        proof = _proof(self._keys.private[by], found.position, head, body)
        first = json.dumps({"position": found.position, "head": head, "by": by, "proof": proof})
        self._file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(self._file, f"{first}\n{body}")


def _proof(secret: bytes, position: int, head: str, body: str) -> str:
    return hmac.digest(secret, f"verified\0{position}\0{head}\0{body}".encode(), hashlib.sha256).hex()
