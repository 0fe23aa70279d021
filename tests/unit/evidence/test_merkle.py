"""The Merkle tree: every leaf can be proved, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from hub.journal.merkle import leaf_hash, path_of, root_by, root_of

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
