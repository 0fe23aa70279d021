"""The Merkle tree: every leaf can be proved, and nothing else can."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.journal.merkle import canonical, index_by, leaf_hash, path_of, root_by, root_of

_LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40)


@given(_LEAVES, st.data())
def test_every_leaf_is_proved_by_its_path_and_by_no_other_leaf(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = path_of(leaves, index)
    assert root_by(leaves[index], path) == root_of(leaves)
    assert root_by(bytes(32 * [7]) if leaves[index] != bytes(32 * [7]) else bytes(32), path) != root_of(leaves)


@given(_LEAVES, st.data())
def test_a_changed_or_missing_leaf_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves]
    changed[index] = bytes([changed[index][0] ^ 1]) + changed[index][1:]
    assert root_of(changed) != root_of(leaves)
    assert root_of(leaves[:index] + leaves[index + 1 :]) != root_of(leaves)


def test_a_node_never_passes_for_a_leaf() -> None:
    assert leaf_hash({"a": 1}) != leaf_hash({"a": 2})
    assert root_of([leaf_hash({"a": 1}), leaf_hash({"a": 2})]) != leaf_hash({"a": 1})


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 8])
@pytest.mark.parametrize("beyond", [-2, -1, 0, 1])
def test_a_leaf_that_is_not_there_has_no_path(count: int, beyond: int) -> None:
    leaves = [leaf_hash({"n": n}) for n in range(count)]
    with pytest.raises(IndexError):
        path_of(leaves, beyond if beyond < 0 else count + beyond)


@pytest.mark.parametrize("count", range(1, 20))
def test_the_sides_of_a_path_lead_to_its_leaf_and_to_no_other_count(count: int) -> None:
    leaves = [leaf_hash({"n": n}) for n in range(count)]
    for index in range(count):
        path = path_of(leaves, index)
        assert index_by(path, count) == index
        assert index_by((*path_of([b"", b""], 0), *path), count) is None, "a path that goes on below the leaf"
        if path:
            assert index_by(path[1:], count) is None, "a path that begins above the leaf"


def test_the_tree_is_that_of_rfc_6962() -> None:
    def node(left: bytes, right: bytes) -> bytes:
        return hashlib.sha256(b"\x01" + left + right).digest()

    assert root_of([]) == hashlib.sha256(b"").digest()
    assert leaf_hash({"b": 1, "a": "é"}) == hashlib.sha256(b'\x00{"a":"\\u00e9","b":1}').digest()
    a, b, c, d, e = (bytes([n]) * 32 for n in range(5))
    assert root_of([a]) == a
    assert root_of([a, b, c]) == node(node(a, b), c)
    assert root_of([a, b, c, d, e]) == node(node(node(a, b), node(c, d)), e)


def test_a_moment_is_hashed_as_it_is_in_utc_and_what_has_no_form_is_refused() -> None:
    moment = datetime(2026, 7, 9, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    id = UUID("12345678-1234-5678-1234-567812345678")
    written = canonical({"at": moment, "id": id})
    assert written == b'{"at":"2026-07-09T09:00:00.000000+00:00","id":"12345678-1234-5678-1234-567812345678"}'
    assert written == canonical({"id": id, "at": moment.astimezone(UTC)})
    with pytest.raises(TypeError, match="bytes"):
        canonical({"at": b""})
