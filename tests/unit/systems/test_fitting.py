"""A value that does not fit is cut or left out, and the rest of the payload is made."""

from typing import Any

from adapters.fitting import Fitted, Misfit, fitted
from schemas.kinds.hearing_result.v1 import HearingResult
from schemas.parts.offence import Court


def made(**changes: Any) -> Fitted[HearingResult]:
    whole: dict[str, Any] = {
        "court": Court(ou_code="B99ZZ00"),
        "hearing_at": "2030-07-08T10:00:00+01:00",
        "urn": "99ZZ0000130",
        "defendant": {"name": {"surname": "Thistlewick"}},
        "offences": [{"code": "TH68010", "results": [{"code": "1002", "text": "Imprisonment."}]}],
    }
    return fitted(HearingResult, whole | changes)


def test_a_payload_that_fits_is_made_as_it_is() -> None:
    assert made().misfits == () and made().payload is not None


def test_a_text_that_is_too_long_is_cut_and_reported() -> None:
    offence = {"code": "TH68010", "wording": "x" * 20_001, "results": [{"code": "1002"}]}
    found = made(offences=[offence])
    assert found.payload is not None and found.misfits == (Misfit("offences[0].wording", 20_000),)
    assert len(found.payload.offences[0].wording or "") == 20_000
    assert found.payload.offences[0].results[0].code == "1002"


def test_a_number_that_is_too_long_is_left_out_and_never_cut() -> None:
    found = made(defendant={"name": {"surname": "T"}, "pnc_id": "9" * 300})
    assert found.payload is not None and found.payload.defendant.pnc_id is None
    assert found.misfits == (Misfit("defendant.pnc_id"),)


def test_several_bad_values_leave_their_neighbours_alone() -> None:
    results = [
        {"code": "1015", "penalty_points": -1},
        {"code": "1002", "durations": [{"value": 1}, {"value": 99_999, "unit": "M"}, {"value": 3, "unit": "M"}]},
    ]
    found = made(offences=[{"code": "TH68010", "started_on": "2030-02-30", "results": results}], shared_at="noon")
    assert found.payload is not None
    (offence,) = found.payload.offences
    assert [one.code for one in offence.results] == ["1015", "1002"] and offence.started_on is None
    assert [one.value for one in offence.results[1].durations] == [1, None, 3]
    assert {one.path for one in found.misfits} == {
        "shared_at",
        "offences[0].started_on",
        "offences[0].results[0].penalty_points",
        "offences[0].results[1].durations[1].value",
    }


def test_what_a_part_cannot_be_without_takes_the_part_along() -> None:
    aliases = [{"forenames": ["Alun"]}, {"surname": "Madeup"}, "?"]
    found = made(defendant={"name": {"surname": "T"}, "aliases": aliases})
    assert found.payload is not None
    assert [alias.surname for alias in found.payload.defendant.aliases] == ["Madeup"]
    assert {one.path for one in found.misfits} == {"defendant.aliases[0]", "defendant.aliases[2]"}


def test_a_list_that_is_too_long_keeps_its_beginning() -> None:
    found = made(offences=[{"code": "TH68010", "sequence": number} for number in range(1_001)])
    assert found.payload is not None and len(found.payload.offences) == 1_000
    assert found.misfits == (Misfit("offences", 1_000),)


def test_what_the_payload_cannot_be_without_makes_none() -> None:
    assert made(hearing_at="noon").payload is None
    assert made(defendant={"name": {"forenames": ["Alun"]}}).payload is None
    assert made(offences=[]).lacking == ("offences",)
    assert made(court=None).lacking == ("court",)
