"""A correction checked in one transaction that its item was in quarantine, and was recorded in another. If somebody
discarded the item in between, it was still sent, corrected."""

from typing import Any

import pytest

from hub.errors import NotInQuarantine
from hub.exchange.repairing.correction import Correcting
from tests.conftest import Bench
from tests.integration.repairing.test_quarantine import AREA, BY, WHY, _quarantined, _settle, _state

OTHER = "operator-two"


@pytest.mark.parametrize(("settle", "state"), [("discard", "discarded"), ("release", "delivered")])
def test_what_was_settled_between_is_not_corrected(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, settle: str, state: str
) -> None:
    message, item = _quarantined(bench)
    operate, correct = bench.hub.quarantine, Correcting.correct
    said = operate.body(item, BY, WHY)

    def after_somebody_else(self: Correcting, *given: Any) -> Any:
        getattr(operate, settle)(item, OTHER, "the sitting is over")
        return correct(self, *given)

    monkeypatch.setattr(Correcting, "correct", after_somebody_else)
    with pytest.raises(NotInQuarantine):
        operate.fix(item, said, BY, WHY)
    _settle(bench)
    assert _state(bench, message) == (state, state)
    assert len(bench.agencies.received(AREA)) == (state == "delivered")
