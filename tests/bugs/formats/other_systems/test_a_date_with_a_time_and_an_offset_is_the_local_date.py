"""Midnight of 15 June in London, written with an offset, made somebody a day older in two systems."""

from schemas.kinds.case_package.v1 import CasePackage
from schemas.kinds.hearing_result.v1 import HearingResult
from tests.bugs.formats.other_systems.reading import read


def test_in_the_prosecutors_charge() -> None:
    (draft,) = read("cps", "charge_with_offset.json").drafts
    assert isinstance(draft.payload, CasePackage)
    assert draft.payload.defendants[0].defendant.date_of_birth == "1990-06-15"


def test_in_the_result_for_the_police() -> None:
    (draft,) = read("spi", "result_with_offset.xml").drafts
    assert isinstance(draft.payload, HearingResult)
    assert draft.payload.defendant.date_of_birth == "1990-06-15"
    assert draft.payload.hearing_at.date().isoformat() == "2026-03-10"
