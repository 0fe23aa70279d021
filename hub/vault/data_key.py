"""The key of one message or document: AES-256-GCM, bound to the column and the row that the ciphertext belongs to."""

import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.errors import ContentDamaged

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class DataKey:
    """A ciphertext is a version byte, a random nonce, and the output of AES-256-GCM, which ends with its tag."""

    material: bytes = field(repr=False)

    @classmethod
    def random(cls) -> "DataKey":
        return cls(secrets.token_bytes(KEY_BYTES))

    def encrypt(self, plain: bytes, column: str, row: object) -> bytes:
        """`column` is `table.column`, `row` its primary key. The ciphertext opens only there."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + AESGCM(self.material).encrypt(nonce, plain, _place(column, row))

    def decrypt(self, kept: bytes, column: str, row: object) -> bytes:
        """Raises ContentDamaged if a bit has changed, or if the ciphertext was in another row or column."""
        version, nonce, sealed = kept[:1], kept[1 : 1 + _NONCE_BYTES], kept[1 + _NONCE_BYTES :]
        if version != _VERSION or len(sealed) < _TAG_BYTES:
            raise _damaged(column, row)
        try:
            return AESGCM(self.material).decrypt(nonce, sealed, _place(column, row))
        except InvalidTag:
            raise _damaged(column, row) from None


def _place(column: str, row: object) -> bytes:
    return b"\0".join((_VERSION, column.encode(), str(row).encode()))


def _damaged(column: str, row: object) -> ContentDamaged:
    return ContentDamaged(
        "the stored value was changed, or belongs to another row",
        "restore the row from a backup, and find out who may write to the database",
        f"{column} of {row}",
    )
