"""The master keys in a file of the state folder. The last one in the file wraps. Data keys are wrapped with AES key
wrap (RFC 3394), which needs no nonce and notices every change."""

import base64
import binascii
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from hub.durable_files import make_file_once, replace_file
from hub.errors import KeysUnusable
from hub.vault.data_key import KEY_BYTES
from hub.vault.wrapping import Wrapped

_Version = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Keys:
    by_id: Mapping[str, bytes] = field(repr=False)
    current: str


class MasterKeyFile:
    """Reads the file again whenever it has changed, so that a rotation reaches every process at once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[_Version, _Keys] | None = None

    def prepare(self) -> None:
        if not self._file.exists():
            self._file.parent.mkdir(parents=True, exist_ok=True)
            make_file_once(self._file, _text({_new_id(): secrets.token_bytes(KEY_BYTES)}))

    def current(self) -> str:
        return self._keys().current

    def known(self) -> frozenset[str]:
        return frozenset(self._keys().by_id)

    def wrap(self, keys: Sequence[bytes]) -> list[Wrapped]:
        held = self._keys()
        master = held.by_id[held.current]
        return [Wrapped(held.current, aes_key_wrap(master, key)) for key in keys]

    def unwrap(self, wrapped: Sequence[Wrapped]) -> list[bytes]:
        held = self._keys()
        return [self._unwrapped(held, each) for each in wrapped]

    def renew(self) -> str:
        """The key is on the disk before it is used. Otherwise a crash would lose it, and everything that it wraps."""
        id = _new_id()
        replace_file(self._file, _text({**self._keys().by_id, id: secrets.token_bytes(KEY_BYTES)}))
        return id

    def retired_with(self, id: str) -> frozenset[str]:
        return frozenset({id})

    def retire(self, id: str) -> None:
        replace_file(self._file, _text({known: key for known, key in self._keys().by_id.items() if known != id}))

    def _unwrapped(self, held: _Keys, wrapped: Wrapped) -> bytes:
        master = held.by_id.get(wrapped.by)
        if master is None:
            raise KeysUnusable(
                "vault.key_missing",
                f"the master key {wrapped.by} is not in the file",
                "restore the file that was kept with the backups",
            )
        try:
            return aes_key_unwrap(master, wrapped.key)
        except (InvalidUnwrap, ValueError):
            raise KeysUnusable(
                "vault.key_wrong",
                f"the master key {wrapped.by} of the file cannot decrypt the keys that it encrypted",
                "restore the file that belongs to this database",
            ) from None

    def _keys(self) -> _Keys:
        try:
            state = self._file.stat()
            version = (state.st_ino, state.st_mtime_ns, state.st_size)
            if self._seen is None or self._seen[0] != version:
                self._seen = version, self._read()
        except OSError as error:
            raise KeysUnusable(
                "vault.key_missing",
                f"the master keys cannot be read ({error.strerror}), and the database holds keys that they encrypt",
                "restore the file that was kept with the backups, or name it: HUB_MASTER_KEY_FILE",
            ) from None
        return self._seen[1]

    def _read(self) -> _Keys:
        try:
            entries = json.loads(self._file.read_text())["keys"]
            by_id = {str(each["id"]): base64.b64decode(each["key"], validate=True) for each in entries}
        except (ValueError, KeyError, TypeError, binascii.Error):
            by_id = {}
        if not by_id or any(len(key) != KEY_BYTES for key in by_id.values()):
            raise KeysUnusable("vault.key_damaged", "the master keys are damaged", "restore the file from its backup")
        return _Keys(by_id, list(by_id)[-1])


def _text(keys: Mapping[str, bytes]) -> str:
    return json.dumps(
        {"keys": [{"id": id, "key": base64.b64encode(key).decode()} for id, key in keys.items()]}, indent=1
    )


def _new_id() -> str:
    return f"file-{secrets.token_hex(6)}"
