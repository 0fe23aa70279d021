"""The vault of a process makes and opens data keys. It also blinds values that must be found again by equality."""

import hashlib
import hmac
from collections.abc import Callable, Sequence

from hub.errors import SettingsWrong
from hub.settings import Settings
from hub.vault.data_key import DataKey
from hub.vault.master_keys import MasterKeyFile
from hub.vault.wrapping import Wrapped, Wrapping

_BLINDED_DIGITS = 32  # 128 bits: no two values ever become the same.


class Vault:
    """Data keys are opened for each use and not remembered, so a destroyed key is gone everywhere. The blinding key
    stays."""

    def __init__(self, wrapping: Wrapping) -> None:
        self.wrapping = wrapping
        self._blinding: DataKey | None = None
        self._prepared: hmac.HMAC | None = None

    def new_key(self) -> tuple[DataKey, Wrapped]:
        key = DataKey.random()
        (wrapped,) = self.wrapping.wrap([key.material])
        return key, wrapped

    def open(self, wrapped: Sequence[Wrapped]) -> list[DataKey]:
        return [DataKey(material) for material in self.wrapping.unwrap(wrapped)]

    def blinding_key(self, read: Callable[[], DataKey]) -> DataKey:
        """`read` is called once. The key that it returns must be committed."""
        if self._blinding is None:
            self._blinding = read()
        return self._blinding

    def blind(self, read: Callable[[], DataKey], purpose: str, text: str) -> str:
        """As `blind`, with the blinding key. The key is prepared once, which would be half of the work for a text."""
        if self._prepared is None:
            self._prepared = hmac.new(self.blinding_key(read).material, digestmod=hashlib.sha256)
        return _blinded(self._prepared.copy(), purpose, text)


def blind(key: DataKey, purpose: str, text: str) -> str:
    """HMAC-SHA-256, its first 128 bits in hexadecimal. Equal texts stay equal, and without the key nobody can find a
    text by trying. A value that is blinded for one purpose cannot be matched with one for another."""
    return _blinded(hmac.new(key.material, digestmod=hashlib.sha256), purpose, text)


def _blinded(made: hmac.HMAC, purpose: str, text: str) -> str:
    made.update(f"{purpose}\0{text}".encode())
    return made.hexdigest()[:_BLINDED_DIGITS]


def vault_for(settings: Settings) -> Vault:
    """Raises SettingsWrong."""
    if settings.key_service_url is None:
        return Vault(MasterKeyFile(settings.master_keys()))
    if settings.key_service_token_file is None:
        raise SettingsWrong("the key service needs a token", "name its file: HUB_KEY_SERVICE_TOKEN_FILE")
    from hub.vault.key_service import KeyService  # It imports an HTTP client, and most exchanges have no key service.

    return Vault(
        KeyService(
            settings.key_service_url,
            settings.key_service_key,
            settings.key_service_token_file,
            settings.key_service_ca_file,
        )
    )
