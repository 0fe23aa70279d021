"""What every kind must declare so that only parties act on what another message began. Kinds are found by discovery."""

import pytest

from schemas.kind import Keeping, MessageKind, Payload, SaidBy
from tests.contract.test_kinds import CATALOGUE, KINDS, read, sample_files, stopped_by


def _samples(kind: MessageKind) -> list[Payload]:
    return [read(kind, path) for path in sample_files(kind)]


def _matters(kind: MessageKind) -> set[str]:
    return {matter.name for sample in _samples(kind) if (matter := sample.matter()) is not None}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_others_find_by_a_reference_declares_its_matter(kind: MessageKind) -> None:
    references = [reference for sample in _samples(kind) for reference in sample.case_references()]
    assert bool(references) == bool(_matters(kind))
    assert all(sample.matter() is not None for sample in _samples(kind) if sample.case_references())


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_stops_the_clock_of_another_kind_is_of_the_same_matter(kind: MessageKind) -> None:
    for clock in stopped_by(kind) - set(kind.starts):
        starts = [other for other in CATALOGUE.kinds.values() if clock in other.starts]
        assert starts, f"nothing starts {clock}"
        for other in starts:
            assert _matters(kind) == _matters(other), f"{kind.name} stops {clock} of {other.name}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_forwards_a_message_is_of_the_same_matter(kind: MessageKind) -> None:
    for forward in {forward.kind for sample in _samples(kind) for forward in sample.forwards()}:
        others = [other for other in CATALOGUE.kinds.values() if other.name == forward]
        assert all(_matters(kind) == _matters(other) for other in others)


@pytest.mark.parametrize("kind", KINDS)
def test_what_only_one_party_may_say_answers_a_matter(kind: MessageKind) -> None:
    for sample in _samples(kind):
        matter = sample.matter()
        assert matter is None or matter.said_by is SaidBy.ANY or matter.keeping is Keeping.ANSWERS
