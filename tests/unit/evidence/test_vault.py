"""A ciphertext can be opened only in its own place, complete and with its own key."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import ContentDamaged, KeysUnusable, SettingsWrong
from hub.settings import Settings
from hub.vault.data_key import DataKey
from hub.vault.key_service import KeyService
from hub.vault.master_keys import MasterKeyFile
from hub.vault.vault import blind, vault_for
from hub.vault.wrapping import Wrapped

OVERHEAD_BYTES = 1 + 12 + 16
"""Version, nonce and tag: how much longer a ciphertext is than its plaintext."""

KEY = DataKey.random()
COLUMN, ROW = "message.payload", "4c8b"


@given(st.binary(max_size=2_000))
def test_what_was_encrypted_opens_as_it_was_and_never_looks_alike_twice(plain: bytes) -> None:
    kept = KEY.encrypt(plain, COLUMN, ROW)
    assert KEY.decrypt(kept, COLUMN, ROW) == plain
    assert len(kept) == len(plain) + OVERHEAD_BYTES
    assert KEY.encrypt(plain, COLUMN, ROW) != kept
    assert len(plain) < 4 or plain not in kept


@given(st.binary(max_size=200), st.data())
def test_a_changed_bit_anywhere_is_refused(plain: bytes, data: st.DataObject) -> None:
    kept = bytearray(KEY.encrypt(plain, COLUMN, ROW))
    kept[data.draw(st.integers(0, len(kept) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(ContentDamaged):
        KEY.decrypt(bytes(kept), COLUMN, ROW)


@given(st.binary(max_size=200), st.integers(0, OVERHEAD_BYTES + 199))
def test_a_cut_one_is_refused(plain: bytes, length: int) -> None:
    kept = KEY.encrypt(plain, COLUMN, ROW)
    if length < len(kept):
        with pytest.raises(ContentDamaged):
            KEY.decrypt(kept[:length], COLUMN, ROW)


@pytest.mark.parametrize(("column", "row"), [("message.reference", ROW), (COLUMN, "4c8c"), ("message", "payload4c8b")])
def test_in_another_row_or_column_it_is_refused(column: str, row: str) -> None:
    with pytest.raises(ContentDamaged) as refused:
        KEY.decrypt(KEY.encrypt(b"Quillfeather", COLUMN, ROW), column, row)
    assert "Quillfeather" not in str(refused.value.as_problem())


def test_with_another_key_it_is_refused() -> None:
    with pytest.raises(ContentDamaged):
        DataKey.random().decrypt(KEY.encrypt(b"x", COLUMN, ROW), COLUMN, ROW)


@given(st.text(), st.text())
def test_blinded_texts_are_equal_just_when_the_texts_are(one: str, other: str) -> None:
    assert (blind(KEY, "subject", one) == blind(KEY, "subject", other)) == (one == other)
    assert blind(KEY, "subject", one) != blind(KEY, "reference", one)
    assert blind(KEY, "subject", one) != blind(DataKey.random(), "subject", one)


def test_no_key_shows_when_it_is_printed(tmp_path: Path) -> None:
    keys = MasterKeyFile(tmp_path / "master.keys")
    keys.prepare()
    [secret] = [each["key"] for each in json.loads((tmp_path / "master.keys").read_text())["keys"]]
    assert secret not in repr(keys) + repr(keys._keys())
    assert str(KEY.material) not in repr(KEY)


def test_the_file_is_for_its_account_alone_and_is_made_once(tmp_path: Path) -> None:
    file = tmp_path / "state" / "master.keys"
    MasterKeyFile(file).prepare()
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    first = file.read_bytes()
    MasterKeyFile(file).prepare()
    assert file.read_bytes() == first
    assert [each.name for each in file.parent.iterdir()] == ["master.keys"]


def test_a_running_process_uses_a_new_master_key_at_once(tmp_path: Path) -> None:
    running, rotating = MasterKeyFile(tmp_path / "master.keys"), MasterKeyFile(tmp_path / "master.keys")
    running.prepare()
    before = running.wrap([KEY.material])
    new = rotating.renew()
    assert [each.by for each in running.wrap([KEY.material])] == [new]
    assert running.unwrap(before) == [KEY.material]


@given(st.integers(0, 39), st.integers(0, 7))
def test_a_wrapped_key_with_a_changed_bit_is_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    keys = MasterKeyFile(tmp_path_factory.getbasetemp() / "master.keys")
    keys.prepare()
    [wrapped] = keys.wrap([KEY.material])
    changed = bytearray(wrapped.key)
    changed[at] ^= 1 << bit
    with pytest.raises(KeysUnusable) as refused:
        keys.unwrap([Wrapped(wrapped.by, bytes(changed))])
    assert refused.value.code == "vault.key_wrong"


@pytest.mark.parametrize("text", ["", "{}", '{"keys": []}', '{"keys": [{"id": "a", "key": "c2hvcnQ="}]}', "\x00"])
def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, text: str) -> None:
    (tmp_path / "master.keys").write_text(text)
    with pytest.raises(KeysUnusable) as refused:
        MasterKeyFile(tmp_path / "master.keys").current()
    assert refused.value.code == "vault.key_damaged"


@pytest.mark.parametrize("url", ["http://vault.example/v1/transit", "ftp://127.0.0.1/x", "vault.example"])
def test_a_key_service_elsewhere_is_asked_by_https_alone(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsWrong):
        KeyService(url, "k", tmp_path / "token")


def test_a_key_service_needs_a_token(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong):
        vault_for(Settings(state_dir=tmp_path, key_service_url="https://vault.example/v1/transit"))


def test_the_master_keys_are_among_the_keys_that_a_backup_may_hold(tmp_path: Path) -> None:
    own = Settings(state_dir=tmp_path, master_key_file=None, key_service_url=None)
    assert tmp_path / "master.keys" in own.key_files()
    kept_apart = own.model_copy(update={"key_service_url": "https://vault.example/v1/transit"})
    assert tmp_path / "master.keys" not in kept_apart.key_files()
