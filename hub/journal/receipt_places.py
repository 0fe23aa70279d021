"""Where an entry is in the journal, as a receipt says it to a sender. The positions themselves count what all agencies
do, so a receipt holds the position in a form that only this exchange can read."""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from hub.journal.signing_keys import SigningKeys

_ABOUT = [b"the place of an entry, in a receipt"]
_BYTES = 8


class ReceiptPlaces:
    def __init__(self, keys: SigningKeys) -> None:
        self._keys = keys
        self._ciphers: dict[str, AESSIV] = {}

    def closed(self, position: int) -> str:
        """48 hexadecimal digits that name the position. They stay the same until the key changes."""
        return self._with(str(self._keys.current.kid)).encrypt(position.to_bytes(_BYTES, "big"), _ABOUT).hex()

    def opened(self, place: str) -> int | None:
        """The position, by whichever of our keys it was closed; None if it was closed by none of them."""
        try:
            closed = bytes.fromhex(place)
        except ValueError:
            return None
        for key in self._keys.private:
            try:
                return int.from_bytes(self._with(key).decrypt(closed, _ABOUT), "big")
            except (InvalidTag, ValueError):
                continue
        return None

    def _with(self, key: str) -> AESSIV:
        if key not in self._ciphers:
            secret = hashlib.sha256(b"places in receipts\0" + self._keys.private[key]).digest()
            self._ciphers[key] = AESSIV(secret)
        return self._ciphers[key]
