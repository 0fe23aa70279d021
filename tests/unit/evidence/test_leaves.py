"""The leaf of an entry is the same, read fast or column by column: seals of years must still fit."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hub.journal.leaves import leaf_of
from hub.journal.merkle import ProofStep, leaf_hash, root_by, root_of
from hub.store.journal.tables import journal

_MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_IDS = st.none() | st.uuids()


def _id(given_id: UUID | None) -> str:
    return "null" if given_id is None else f'"{given_id}"'


@given(
    st.none() | st.text(), _MOMENTS, _IDS, _IDS, st.text(), st.text(), _IDS, st.integers(1, 2**62), _IDS
)  # fmt: skip
def test_a_leaf_that_is_read_fast_is_the_leaf_of_the_entry(
    agency: str | None, at: datetime, clock: UUID | None, delivery: UUID | None, detail: str, event: str,
    message: UUID | None, position: int, document: UUID | None,
) -> None:  # fmt: skip
    fast = leaf_of(
        (
            agency, at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"), _id(clock), _id(delivery), detail, event, _id(message),
            position, _id(document), False,
        )
    )  # fmt: skip
    values = (agency, at, clock, delivery, detail, event, message, position, document)
    assert fast == leaf_hash(dict(zip(sorted(column.name for column in journal.c), values, strict=True)))


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=70))
def test_the_root_is_that_of_the_two_halves_of_rfc_6962(leaves: list[bytes]) -> None:
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, right = root_of(leaves[:split]), root_of(leaves[split:])
    assert root_of(leaves) == root_by(left, [ProofStep(right, left=False)])
