"""Places of the journal in receipts, and the proofs of entries about state."""

import hashlib
import hmac
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hub.journal.attesting import Proofs
from hub.journal.receipt_places import ReceiptPlaces
from hub.journal.signing_keys import rotate, signing_keys

NOW = datetime(2026, 11, 30, tzinfo=UTC)


@given(st.binary(max_size=100), st.integers(0, 2**62), st.text(st.characters(exclude_categories=["Cs"])))
def test_a_proof_is_the_hmac_that_the_standard_library_makes(secret: bytes, position: int, lines: str) -> None:
    expected = hmac.digest(secret, f"state\0{position}\0{lines}".encode(), hashlib.sha256).hex()
    proofs = Proofs(secret)
    assert [proofs.of(position, lines), proofs.of(position, lines)] == [expected, expected]


def test_a_place_in_a_receipt_says_nothing_of_how_much_others_send_and_the_exchange_reads_it(tmp_path: Path) -> None:
    places = ReceiptPlaces(signing_keys(tmp_path / "keys", NOW))
    said = [places.closed(position) for position in range(200)]
    assert [places.opened(each) for each in said] == list(range(200))
    assert len({each[:4] for each in said}) > 190, "neighbours have nothing in common"
    assert said != sorted(said)
    changed = ("0" if said[7][0] != "0" else "1") + said[7][1:]
    for other in (changed, said[7][:-2], "7", "", "Ä", "zz" * 24):
        assert places.opened(other) is None


def test_a_place_is_read_after_the_signing_key_has_changed(tmp_path: Path) -> None:
    before = ReceiptPlaces(signing_keys(tmp_path / "keys", NOW)).closed(41)
    after = ReceiptPlaces(rotate(tmp_path / "keys", NOW))
    assert after.opened(before) == 41
    assert after.closed(41) != before
    assert ReceiptPlaces(signing_keys(tmp_path / "others", NOW)).opened(before) is None
