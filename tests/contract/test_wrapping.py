"""What must be true of everything that keeps the master keys: a file, or a key service."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.errors import KeyServiceUnavailable, KeysUnusable
from hub.vault.key_service import KeyService
from hub.vault.master_keys import MasterKeyFile
from hub.vault.wrapping import Wrapped, Wrapping
from tests.contract.transports.partners.key_service import KEY, TransitService, token_file, transit_service

KEYS = [secrets.token_bytes(32) for _ in range(5)]


@pytest.fixture
def service() -> Iterator[TransitService]:
    with transit_service() as service:
        yield service


@pytest.fixture(params=["file", "service"])
def wrapping(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Wrapping]:
    if request.param == "file":
        yield MasterKeyFile(tmp_path / "master.keys")
        return
    with transit_service() as service:
        yield KeyService(service.url, KEY, token_file(tmp_path))


def test_it_opens_what_it_wrapped_and_in_order(wrapping: Wrapping) -> None:
    wrapping.prepare()
    wrapped = wrapping.wrap(KEYS)
    assert {each.by for each in wrapped} == {wrapping.current()}
    assert wrapping.unwrap(wrapped) == KEYS
    assert not any(key in each.key for key in KEYS for each in wrapped)
    assert wrapping.wrap([]) == [] and wrapping.unwrap([]) == []


def test_a_new_master_key_wraps_and_the_former_still_unwraps(wrapping: Wrapping) -> None:
    wrapping.prepare()
    former, before = wrapping.current(), wrapping.wrap(KEYS)
    new = wrapping.renew()
    assert new == wrapping.current() != former
    assert {each.by for each in wrapping.wrap(KEYS)} == {new}
    assert wrapping.unwrap(before + wrapping.wrap(KEYS)) == KEYS * 2
    assert wrapping.known() == {former, new}


def test_what_a_retired_one_wrapped_stays_shut(wrapping: Wrapping) -> None:
    wrapping.prepare()
    former, before = wrapping.current(), wrapping.wrap(KEYS)
    new = wrapping.renew()
    assert wrapping.retired_with(former) == {former}
    wrapping.retire(former)
    assert wrapping.known() == {new}
    with pytest.raises(KeysUnusable):
        wrapping.unwrap(before)


@pytest.mark.parametrize("instead", [b"A", b"\x00", b"!", b"\xff"])
def test_one_that_was_changed_spoils_the_batch_and_says_so(wrapping: Wrapping, instead: bytes) -> None:
    wrapping.prepare()
    good, bad = wrapping.wrap(KEYS[:2])
    if bad.key[-5:-4] == instead:  # otherwise it would not be changed
        instead = b"C"
    changed = bad.key[:-5] + instead + bad.key[-4:]
    with pytest.raises(KeysUnusable) as refused:
        wrapping.unwrap([good, Wrapped(bad.by, changed)])
    assert refused.value.code == "vault.key_wrong"


def test_many_keys_are_one_call(service: TransitService, tmp_path: Path) -> None:
    wrapping = KeyService(service.url, KEY, token_file(tmp_path))
    wrapping.unwrap(wrapping.wrap(KEYS))
    assert service.calls == [f"POST encrypt/{KEY}", f"POST decrypt/{KEY}"]


@pytest.mark.parametrize("broken", [500, 503, 429, 302])
def test_a_service_that_fails_may_be_asked_again(service: TransitService, tmp_path: Path, broken: int) -> None:
    service.broken = broken
    with pytest.raises(KeyServiceUnavailable) as failed:
        KeyService(service.url, KEY, token_file(tmp_path)).wrap(KEYS)
    assert failed.value.retryable and failed.value.status == 503


@pytest.mark.parametrize(
    "broken",
    [
        400,
        403,
        404,
        b"no JSON",
        b"[]",
        b'{"data": {"batch_results": [{}]}}',
        b'{"data": {"batch_results": [1, 2, 3, 4, 5]}}',
        b'{"data": {"batch_results": [{"ciphertext": 1}, {}, {}, {}, {}]}}',
        b'{"data": {"batch_results": [%s]}}' % b",".join([b'{"ciphertext": "no version"}'] * len(KEYS)),
        b'{"data": 1}',
    ],
)
def test_a_service_that_refuses_or_answers_something_else_is_not_asked_again(
    service: TransitService, tmp_path: Path, broken: int | bytes
) -> None:
    service.broken = broken
    with pytest.raises(KeysUnusable):
        KeyService(service.url, KEY, token_file(tmp_path)).wrap(KEYS)


def test_a_service_that_is_away_may_be_asked_again(tmp_path: Path) -> None:
    with transit_service() as service:
        url = service.url
    with pytest.raises(KeyServiceUnavailable):
        KeyService(url, KEY, token_file(tmp_path)).wrap(KEYS)


def test_a_wrong_or_missing_token_is_reported_and_never_shown(service: TransitService, tmp_path: Path) -> None:
    file = tmp_path / "token"
    for written in (None, "another-token"):
        if written:
            file.write_text(written)
        with pytest.raises(KeysUnusable) as refused:
            KeyService(service.url, KEY, file).wrap(KEYS)
        assert "another-token" not in str(refused.value)


def test_a_renewed_token_is_used_at_once(service: TransitService, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("expired")
    wrapping = KeyService(service.url, KEY, file)
    with pytest.raises(KeysUnusable):
        wrapping.wrap(KEYS)
    token_file(tmp_path)
    assert len(wrapping.wrap(KEYS)) == len(KEYS)
