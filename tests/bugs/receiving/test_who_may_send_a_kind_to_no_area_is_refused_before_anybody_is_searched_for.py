"""A court has no protocol for the notice of a release. It was accepted, and waited for an area that nobody may tell."""

import json
from pathlib import Path
from uuid import uuid4

from schemas.catalogue import Catalogue
from tests.conftest import ROOT, Bench

SAMPLES = sorted((ROOT / "schemas" / "kinds").glob("*/samples/*.json"))


def test_what_its_sender_may_send_to_nobody_is_refused(bench: Bench) -> None:
    agency = bench.hub.knowledge.registry.agencies.named("research-home-office")
    for sample in SAMPLES:
        assert bench.hub.intake.receive(agency, _frame(sample)).receipt is None, sample


def test_a_court_that_tells_of_a_release_is_told_that_no_protocol_permits_it(bench: Bench) -> None:
    [release] = [sample for sample in SAMPLES if sample.parts[-3:] == ("release_notice", "samples", "minimal.json")]
    answer = bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named("court-b10jq"), _frame(release))
    assert answer.receipt is None
    assert [problem.code for problem in answer.refused] == ["protocol.none"]


def _frame(sample: Path) -> bytes:
    kind = next(each for each in Catalogue.discover().kinds.values() if each.name == sample.parent.parent.name)
    said = {"kind": kind.name, "version": kind.version, "reference": uuid4().hex}
    return json.dumps(said | {"payload": json.loads(sample.read_text())}).encode()
