"""What the `spi` system writes, it reads back the same."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.systems.spi.decoding.codes import FINDINGS, PLEAS
from adapters.xml import parse
from schemas.kinds.hearing_result.v1 import HearingResult
from schemas.problem import Refused
from tests.effort import tries
from tests.unit.systems.spi_messages import SPI, outbound

_words = st.text("abcdefgh ABC'-&<>\"éŵ12", min_size=1, max_size=35).map(str.strip).filter(bool)
_long = st.text("abcdefgh <&>\n\té.", min_size=1, max_size=300).map(str.strip).filter(bool)
_days = st.dates(date(1950, 1, 1), date(2060, 12, 31))
_letter = st.sampled_from("ABCLNUY")
_clock = st.times(max_value=time(23, 59)).map(lambda moment: moment.replace(microsecond=0))


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


_postcode = st.sampled_from(["ZX99 9ZZ", "AB1 2CD"])
_lines = st.lists(_words.filter(lambda line: not line[-1].isalnum() or line.islower()), min_size=1, max_size=4)
_address = st.fixed_dictionaries({"lines": _lines}, optional={"postcode": _postcode})
_emails = st.lists(st.from_regex(r"[a-z]{1,9}\.[a-z]{1,9}@example\.invalid", fullmatch=True), max_size=2)
_phone = st.from_regex(r"0[0-9]{4} [0-9]{6}", fullmatch=True)
_name = st.fixed_dictionaries(
    {"surname": _words, "forenames": st.lists(_words, max_size=3)}, optional={"title": _words}
)
_identifiers = {
    "pnc_id": st.sampled_from(["2024/9000001Z", "20249X", "ZZ"]),
    "arrest_summons_number": st.sampled_from(["2499ZZ0100000000001D", "NOT-AN-ASN"]),
    "address": _address,
    "emails": _emails,
}
_person = st.fixed_dictionaries(
    {"name": _name},
    optional={
        "date_of_birth": _days.map(date.isoformat),
        "sex": st.sampled_from(["male", "female", "not_known", "not_specified"]),
        "nationality": st.sampled_from(["GBR", "001"]),
        "telephones": st.lists(_phone, max_size=3),
        **_identifiers,
    },
)
_organisation = st.fixed_dictionaries(
    {"organisation": _words}, optional={"telephones": st.lists(_phone, max_size=1), **_identifiers}
)


@st.composite
def _durations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Periods as the interface holds them: a main one, a secondary one, and further pairs of dates."""
    pair = st.fixed_dictionaries({"starts_on": _days, "ends_on": _days})
    period = st.fixed_dictionaries({"value": st.integers(0, 999), "unit": st.sampled_from("HDWMYL")})
    found: list[dict[str, Any]] = []
    if draw(st.booleans()):
        found.append(draw(period) | draw(st.one_of(pair, _some(starts_on=_days), _some(ends_on=_days))))
        if draw(st.booleans()):
            found.append(draw(period) | {"secondary": True})
        if "starts_on" in found[0] and "ends_on" in found[0]:
            found += draw(st.lists(pair, max_size=2))
    return found


_next_hearing = _some(court_ou_code=st.just("B01EF00"), on=_days, at=_clock, reason=_words, bail_status=_letter).filter(
    bool
)
_result = st.fixed_dictionaries(
    {"text": _long},
    optional={
        "code": st.from_regex(r"[1-9][0-9]{3}", fullmatch=True),
        "qualifiers": st.lists(st.sampled_from(["S", "EF", "C"]), max_size=4),
        "durations": _durations(),
        "amounts_pounds": st.lists(st.sampled_from(["0", "100.00", "12.5"]), max_size=1),
        "penalty_points": st.integers(0, 99),
        "next_hearing": _next_hearing,
    },
)
_offence = st.fixed_dictionaries(
    {"code": st.sampled_from(["TH68010", "RT88191A"]), "results": st.lists(_result, max_size=3)},
    optional={
        "sequence": st.integers(0, 999),
        "wording": _long,
        "started_on": _days,
        "ended_on": _days,
        "started_at": _clock,
        "ended_at": _clock,
        "date_code": st.sampled_from("123456"),
        "location": _words,
        "alcohol_level": st.integers(0, 999),
        "alcohol_method": _letter,
        "vehicle_code": _letter,
        "vehicle_registration": st.just("ZX99 ZZZ"),
        "arrested_on": _days,
        "charged_on": _days,
        "initiated_on": _days,
        "plea": st.sampled_from([*PLEAS.values(), "77"]),
        "finding": st.sampled_from([*FINDINGS.values(), "Z"]),
        "convicted_on": _days,
        "convicting_court": st.just("2576"),
        "mode_of_trial": st.sampled_from(["01", "7"]),
        "final_disposal": st.booleans(),
    },
)
_moments = st.builds(datetime.combine, _days, _clock, st.just(UTC))
_clock_changes = st.builds(
    lambda around, minutes: around + timedelta(minutes=minutes),
    st.sampled_from([datetime(2024, 3, 31, 1, tzinfo=UTC), datetime(2024, 10, 27, 1, tzinfo=UTC)]),
    st.integers(-180, 180),
)


def _decides(offences: list[dict[str, Any]]) -> bool:
    return any(offence["results"] for offence in offences)


def test_a_result_without_results_is_not_written_because_the_interface_takes_nothing_back() -> None:
    values = {"court": {"ou_code": "B01EF01"}, "hearing_at": datetime(2024, 3, 4, tzinfo=UTC), "urn": "99ZZ0000124"}
    offences = [{"code": "TH68010", "results": []}]
    payload = HearingResult.model_validate(
        values | {"defendant": {"organisation": "Made Up Ltd"}, "offences": offences}
    )
    with pytest.raises(Refused, match=r"spi\.cannot_express at offences"):
        SPI.encode(outbound(payload.model_dump(mode="json", exclude_none=True)))


@st.composite
def expressible(draw: st.DrawFn) -> HearingResult:
    person = draw(st.booleans())
    fields = {
        "court": draw(st.fixed_dictionaries({"ou_code": st.just("B01EF01")}, optional={"psa_code": st.just("2576")})),
        "hearing_at": draw(st.one_of(_moments, _clock_changes)),
        "urn": "99ZZ0000124",
        "defendant": draw(_person if person else _organisation),
        "offences": draw(st.lists(_offence, min_size=1, max_size=2).filter(_decides)),
        **draw(_some(bail_status=_letter, present_at_hearing=_letter)),
    }
    if person:
        fields |= draw(_some(bail_conditions=_long, reason_for_bail_or_custody=_long))
    return HearingResult.model_validate(fields)


@settings(max_examples=tries(40, 1_000), deadline=None)
@given(expressible())
def test_what_is_written_reads_back_the_same_and_nothing_is_left_over(payload: HearingResult) -> None:
    encoded = SPI.encode(outbound(payload.model_dump(mode="json", exclude_none=True)))
    assert encoded.unexpressed == ()
    decoded = SPI.decode(encoded.body, {})
    assert decoded.refused == ()
    assert [draft.payload for draft in decoded.drafts] == [payload]
    assert not [doubt for doubt in decoded.drafts[0].doubts if doubt.code == "spi.unmapped"]


def _thinned(value: Any, keep: Any) -> Any:
    if isinstance(value, dict):
        return {name: _thinned(inner, keep) for name, inner in value.items() if keep()}
    return [_thinned(inner, keep) for inner in value] if isinstance(value, list) else value


@settings(max_examples=tries(40, 1_000), deadline=None)
@given(expressible(), st.randoms(use_true_random=False))
def test_any_minimised_payload_is_written_or_refused(payload: HearingResult, dice: Any) -> None:
    thin = _thinned(payload.model_dump(mode="json"), lambda: dice.random() < 0.85)
    try:
        encoded = SPI.encode(outbound(thin))
    except Refused as refused:
        assert [problem.code for problem in refused.problems] == ["spi.cannot_express"]
    else:
        # A second period that lost its mark has no element; everything else has one.
        assert all(".durations[1]." in path for path in encoded.unexpressed)
        parse(encoded.body)
