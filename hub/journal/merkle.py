"""The Merkle tree over journal entries: leaves, roots, and the path that proves one leaf under a root. Pure.

The shape is that of RFC 6962. Leaves and nodes are hashed with different first bytes, so a node cannot be used as a
leaf.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

_LEAF, _NODE = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class ProofStep:
    """A neighbour on the way to the root: its hash, and whether it is on the left."""

    hash: bytes
    left: bool


def canonical(value: Mapping[str, object]) -> bytes:
    """The only form in which it is written as JSON: keys sorted, no spaces, moments in UTC to the microsecond."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=_plain).encode()


def leaf_hash(entry: Mapping[str, object]) -> bytes:
    """The hash of every column of an entry. If any byte changes, the hash changes."""
    return hashlib.sha256(_LEAF + canonical(entry)).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root. Without leaves, it is the hash of an empty text."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        pairs = [hashlib.sha256(_NODE + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + level[2 * len(pairs) :]  # one without a neighbour goes up as it is
    return level[0]


def path_of(leaves: Sequence[bytes], index: int) -> tuple[ProofStep, ...]:
    """The path from the leaf upwards. IndexError if there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if index < split:
        return (*path_of(leaves[:split], index), ProofStep(root_of(leaves[split:]), left=False))
    return (*path_of(leaves[split:], index - split), ProofStep(root_of(leaves[:split]), left=True))


def root_by(leaf: bytes, path: Sequence[ProofStep]) -> bytes:
    """The root that follows from the leaf and its neighbours."""
    for step in path:
        leaf = _node(step.hash, leaf) if step.left else _node(leaf, step.hash)
    return leaf


def index_by(path: Sequence[ProofStep], count: int) -> int | None:
    """The leaf that the sides of the path lead to in a tree of `count` leaves. None if they lead to no leaf."""
    index = 0
    for step in reversed(path):
        if count < 2:
            return None
        split = _split(count)
        index, count = (index + split, count - split) if step.left else (index, split)
    return index if count == 1 else None


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"a journal entry cannot contain a {type(value).__name__}")
