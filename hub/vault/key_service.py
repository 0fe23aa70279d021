"""The master key in a key service with the transit interface of OpenBao and HashiCorp Vault. The key never leaves the
service, which wraps and unwraps for every holder of the token."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import urllib3

from hub.errors import KeyServiceUnavailable, KeysUnusable, SettingsWrong
from hub.vault.wrapping import Wrapped
from schemas.json import Json, JsonMapping, JsonObject

_TIMEOUT = urllib3.Timeout(connect=3, read=10)
_PREFIX = "service-"
_REFUSED = frozenset({400, 403, 404})
_CIPHERTEXT = re.compile(r"vault:v([0-9]+):[A-Za-z0-9+/=]+\Z")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class KeyService:
    """`url` is the address of the transit engine, such as https://vault.example/v1/transit. `key` is the name of a key
    in it."""

    def __init__(self, url: str, key: str, token_file: Path, ca_file: Path | None = None) -> None:
        """Raises SettingsWrong if `url` uses plain HTTP to another machine."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise SettingsWrong(
                "the address of the key service is not https", "name an https address: HUB_KEY_SERVICE_URL", url
            )
        self._url = url.rstrip("/")
        self._key = key
        self._token_file = token_file
        self._http = urllib3.PoolManager(
            retries=False, timeout=_TIMEOUT, ca_certs=str(ca_file) if ca_file else None, cert_reqs="CERT_REQUIRED"
        )

    def prepare(self) -> None:
        """Does nothing: the operator of the service makes the key there."""

    def current(self) -> str:
        return f"{_PREFIX}v{self._described()['latest_version']}"

    def known(self) -> frozenset[str]:
        described = self._described()
        first, last = int(described.get("min_decryption_version", 1)), int(described["latest_version"])
        return frozenset(f"{_PREFIX}v{version}" for version in range(max(first, 1), last + 1))

    def wrap(self, keys: Sequence[bytes]) -> list[Wrapped]:
        batch = [{"plaintext": base64.b64encode(key).decode()} for key in keys]
        return [self._wrapped(each) for each in self._batch("encrypt", batch, "ciphertext")]

    def unwrap(self, wrapped: Sequence[Wrapped]) -> list[bytes]:
        try:
            batch = [{"ciphertext": each.key.decode("ascii")} for each in wrapped]
        except UnicodeDecodeError:
            raise self._not_its_own() from None
        try:
            return [base64.b64decode(each, validate=True) for each in self._batch("decrypt", batch, "plaintext")]
        except (binascii.Error, TypeError):
            raise self._unreadable() from None

    def renew(self) -> str:
        self._ask("POST", f"keys/{self._key}/rotate", {})
        return self.current()

    def retired_with(self, id: str) -> frozenset[str]:
        """The service can destroy only its oldest versions: this one and all before it."""
        return frozenset(each for each in self.known() if _version(each) <= _version(id))

    def retire(self, id: str) -> None:
        self._ask("POST", f"keys/{self._key}/config", {"min_decryption_version": _version(id) + 1})

    def _described(self) -> JsonMapping:
        described = self._ask("GET", f"keys/{self._key}", None)
        if not isinstance(described.get("latest_version"), int):
            raise self._unreadable()
        return described

    def _batch(self, action: str, batch: list[dict[str, str]], wanted: str) -> list[Json]:
        if not batch:
            return []
        answered = self._ask("POST", f"{action}/{self._key}", {"batch_input": batch}).get("batch_results")
        if not isinstance(answered, list) or len(answered) != len(batch):
            raise self._unreadable()
        if not all(isinstance(each, dict) for each in answered):
            raise self._unreadable()
        if not all(wanted in each for each in answered):
            raise self._not_its_own()
        return [each[wanted] for each in answered]

    def _ask(self, method: str, path: str, body: JsonMapping | None) -> JsonMapping:
        """The content of `data` in the answer, if there is any."""
        try:
            answer = self._http.request(
                method,
                f"{self._url}/{path}",
                headers={"X-Vault-Token": self._token(), "Content-Type": "application/json"},
                body=None if body is None else json.dumps(body),
            )
        except urllib3.exceptions.HTTPError as error:
            raise KeyServiceUnavailable(
                f"the key service does not answer ({type(error).__name__})", "try again in a moment"
            ) from None
        # If a batch fails in part, the answer is 400, with an error for each item that failed.
        data = _data(answer.data)
        if answer.status in _REFUSED and "batch_results" not in data:
            raise KeysUnusable(
                "vault.key_refused",
                f"the key service refuses the request ({answer.status})",
                "give the token the right to use that key: HUB_KEY_SERVICE_TOKEN_FILE, HUB_KEY_SERVICE_KEY",
            )
        if answer.status >= 300 and answer.status not in _REFUSED:
            raise KeyServiceUnavailable(f"the key service answers {answer.status}", "try again in a moment")
        return data

    def _token(self) -> str:
        """Read for each call: tokens of services are short-lived, and another process renews the file."""
        try:
            return self._token_file.read_text().strip()
        except OSError as error:
            raise KeysUnusable(
                "vault.key_missing",
                f"the token of the key service cannot be read ({error.strerror})",
                "name a file that this account may read: HUB_KEY_SERVICE_TOKEN_FILE",
            ) from None

    def _wrapped(self, ciphertext: object) -> Wrapped:
        """A ciphertext begins with `vault:vN:`, where N is the version of the key."""
        form = _CIPHERTEXT.match(ciphertext) if isinstance(ciphertext, str) else None
        if form is None:
            raise self._unreadable()
        return Wrapped(f"{_PREFIX}v{form[1]}", form[0].encode())

    def _not_its_own(self) -> KeysUnusable:
        return KeysUnusable(
            "vault.key_wrong",
            "the key service cannot decrypt the keys that it encrypted",
            "name the key that belongs to this database: HUB_KEY_SERVICE_KEY",
        )

    def _unreadable(self) -> KeysUnusable:
        return KeysUnusable(
            "vault.key_refused",
            "the answer of the key service is not that of a transit engine",
            "name the address of its transit engine: HUB_KEY_SERVICE_URL",
        )


def _version(id: str) -> int:
    return int(id.removeprefix(f"{_PREFIX}v"))


def _data(body: bytes) -> JsonObject:
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    data = answer.get("data") if isinstance(answer, dict) else None
    return data if isinstance(data, dict) else {}
