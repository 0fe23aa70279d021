"""Signatures over documents: another agency's, over other bytes, or missing although required. None is accepted."""

import pytest

from hub.access.assertions import AgencyKey
from hub.errors import AssertionRefused
from hub.exchange.accepting.demands import Demands
from tests.conftest import Bench

COURT, GATEWAY = "court-b10jq", "gateway-libra"


def _refused(bench: Bench, text: str, body: bytes) -> None:
    with pytest.raises(AssertionRefused) as refused:
        bench.hub.access.signature(bench.hub.knowledge.registry.agencies.named(GATEWAY), text, body)
    assert refused.value.code == "signature.invalid"


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_what_the_sender_signed_is_in_the_sealed_journal(bench: Bench, algorithm: str) -> None:
    body, gateway = bench.story()["list"].body, bench.hub.knowledge.registry.agencies.named(GATEWAY)
    text = bench.hub.access.issue_key(GATEWAY, algorithm).signature(body)
    answer = bench.hub.intake.receive(gateway, body, signature=bench.hub.access.signature(gateway, text, body))
    assert answer.receipt is not None
    entry = bench.hub.stories.show(answer.receipt["messages"][0]["id"])["journal"][0]
    assert (entry["event"], entry["signature"]) == ("document.received", text)


def test_a_signature_over_other_bytes_by_another_or_of_another_shape_is_refused(bench: Bench) -> None:
    key, body = bench.hub.access.issue_key(GATEWAY), b"<list/>"
    text = key.signature(body)
    _refused(bench, text, body + b" ")
    _refused(bench, bench.hub.access.issue_key(COURT).signature(body), body)
    _refused(bench, AgencyKey.make(GATEWAY, "EdDSA").signature(body), body)
    head, _, signature = text.split(".")
    for wrong in ("", "..", head, f"{head}.e30.{signature}", f"{head}..", f"eyJhbGciOiJub25lIn0..{signature}", "\x00"):
        _refused(bench, wrong, body)
    bench.hub.access.revoke_key(key.id)
    _refused(bench, text, body)


def test_where_signatures_are_required_none_is_refused_before_anything_is_kept(bench: Bench) -> None:
    with pytest.raises(AssertionRefused) as refused:
        bench.hub.intake.receive(
            bench.hub.knowledge.registry.agencies.named(GATEWAY), b"<list/>", demands=Demands(signature=True)
        )
    assert refused.value.code == "signature.missing"
