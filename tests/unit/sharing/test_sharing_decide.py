"""The decision: who may send what to whom today."""

import dataclasses
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.sharing.decision.decide import Denial, Permit, decide
from hub.sharing.terms.agencies import Agencies, Agency
from hub.sharing.terms.protocols import SharingProtocol, SharingRegistry
from hub.sharing.terms.selecting import Party, read_party
from tests.unit.sharing.sharing_world import (
    AGENCIES,
    AREA,
    COURT,
    KINDS,
    SOUTH,
    TODAY,
    ask,
    clause,
    kind_of,
    permit,
    protocol,
)


def code(decision: Permit | Denial) -> str | None:
    return decision.code if isinstance(decision, Denial) else None


@given(
    st.permutations(
        [
            protocol(clause("urn"), id="live"),
            protocol(clause("urn"), id="old", starts=TODAY - timedelta(9), expires=TODAY - timedelta(2)),
            protocol(clause("urn"), id="older", starts=TODAY - timedelta(9), expires=TODAY - timedelta(3)),
            protocol(clause("urn"), id="next", starts=TODAY + timedelta(3), expires=TODAY + timedelta(4)),
            protocol(clause("urn", recipient="role:prison"), id="elsewhere"),
        ]
    ),
    st.integers(-12, 6),
)
def test_the_order_of_protocols_does_not_matter(shuffled: list[SharingProtocol], days: int) -> None:
    on = TODAY + timedelta(days)
    assert ask(*shuffled, on=on) == ask(*sorted(shuffled, key=lambda item: item.id), on=on)


@given(st.dates(), st.dates(), st.dates())
def test_a_protocol_permits_on_its_own_days_and_on_no_other(starts: date, expires: date, on: date) -> None:
    decision = ask(protocol(clause("urn"), starts=starts, expires=expires), on=on)
    assert isinstance(decision, Permit) is (starts <= on <= expires)
    if isinstance(decision, Denial):
        assert decision.code in {"protocol.expired", "protocol.not_begun"}
        assert (decision.protocol_id, decision.protocol_version) == ("p", 1)


def test_a_permit_says_on_what_it_rests() -> None:
    decision = ask(protocol(clause("urn"), version=3), kind=kind_of("hearing_result"))
    assert isinstance(decision, Permit)
    assert (decision.protocol_id, decision.protocol_version, decision.on) == ("p", 3, TODAY)
    assert (decision.sender, decision.recipient, decision.kind) == (COURT.id, AREA.id, "hearing_result")
    assert (decision.legal_basis, decision.purpose, decision.retention_days) == (("Act",), "Purpose", 30)


@pytest.mark.parametrize(
    ("sender", "recipient", "expected"),
    [
        ("role:court", "role:probation", None),
        ("court-north", "probation-north", None),
        ("role:court", "probation-south", "protocol.none"),
        ("role:probation", "role:court", "protocol.none"),
        ("role:police", "role:probation", "protocol.none"),
    ],
)
def test_only_the_parties_that_a_clause_names_are_permitted(sender: str, recipient: str, expected: str | None) -> None:
    assert code(ask(protocol(clause("urn", sender=sender, recipient=recipient)))) == expected


def test_a_kind_that_no_clause_names_is_denied() -> None:
    other = dataclasses.replace(clause("urn"), kinds=("something_else",))
    assert code(ask(protocol(other))) == "protocol.none"


def test_no_protocol_permits_nothing() -> None:
    assert code(ask()) == "protocol.none"


def test_an_agency_that_is_not_registered_is_denied() -> None:
    assert code(ask(protocol(clause("urn")), to="probation-nowhere")) == "agency.unknown"


@pytest.mark.parametrize(
    ("recipient", "code", "says"),
    [
        (replace(AREA, existed_until=TODAY), None, ""),
        (replace(AREA, existed_until=TODAY - timedelta(1)), "agency.ended", "ended on 2026-05-31"),
        (
            replace(AREA, existed_until=TODAY - timedelta(1), successor=SOUTH.id),
            "agency.ended",
            "probation-south has taken over its work",
        ),
        (replace(AREA, existed_from=TODAY + timedelta(1)), "agency.not_begun", "begins on 2026-06-02"),
    ],
)
def test_nothing_goes_to_an_agency_that_does_not_exist_that_day(recipient: Agency, code: str | None, says: str) -> None:
    world = SharingRegistry(Agencies.of([COURT, SOUTH, recipient]), (protocol(clause("urn")),))
    decision = decide(world, sender=COURT.id, recipient=AREA.id, kind=KINDS[0], on=TODAY)
    assert (decision.code if isinstance(decision, Denial) else None) == code
    assert says in (decision.reason if isinstance(decision, Denial) else "")


def test_what_an_agency_sent_stays_valid_after_it_has_ended() -> None:
    gone = replace(COURT, existed_until=TODAY - timedelta(1))
    world = SharingRegistry(Agencies.of([gone, AREA]), (protocol(clause("urn")),))
    assert isinstance(decide(world, sender=COURT.id, recipient=AREA.id, kind=KINDS[0], on=TODAY), Permit)


def test_two_live_protocols_for_one_message_permit_nothing() -> None:
    assert code(ask(protocol(clause("urn"), id="a"), protocol(clause("urn"), id="b"))) == "protocol.ambiguous"


def test_an_expired_protocol_is_named_before_one_that_has_not_begun() -> None:
    old = protocol(clause("urn"), id="old", starts=TODAY - timedelta(9), expires=TODAY - timedelta(1))
    new = protocol(clause("urn"), id="new", starts=TODAY + timedelta(1), expires=TODAY + timedelta(2))
    decision = ask(new, old)
    assert isinstance(decision, Denial)
    assert (decision.code, decision.protocol_id) == ("protocol.expired", "old")


def test_of_several_that_missed_the_day_the_nearest_is_named() -> None:
    expired = [
        protocol(clause("urn"), id=f"old-{days}", starts=TODAY - timedelta(9), expires=TODAY - timedelta(days))
        for days in (3, 1, 2)
    ]
    to_come = [
        protocol(clause("urn"), id=f"new-{days}", starts=TODAY + timedelta(days), expires=TODAY + timedelta(9))
        for days in (3, 1, 2)
    ]
    last, first = ask(*expired, *to_come), ask(*to_come)
    assert isinstance(last, Denial) and isinstance(first, Denial)
    assert (last.code, last.protocol_id) == ("protocol.expired", "old-1")
    assert "expired on 2026-05-31" in last.reason
    assert (first.code, first.protocol_id) == ("protocol.not_begun", "new-1")
    assert "begins on 2026-06-02" in first.reason


def test_of_several_that_replaced_what_covered_it_the_last_is_named() -> None:
    former = [protocol(clause("urn"), id=id, starts=TODAY - timedelta(9), expires=TODAY + timedelta(9)) for id in "ab"]
    later = [
        protocol(clause("urn", sender="role:police"), id=id, version=2, starts=starts, expires=TODAY + timedelta(9))
        for id, starts in (("a", TODAY - timedelta(2)), ("b", TODAY - timedelta(4)))
    ]
    decision = ask(*former, *later)
    assert isinstance(decision, Denial)
    assert (decision.code, decision.protocol_id, decision.protocol_version) == ("protocol.replaced", "a", 2)


def test_from_its_first_day_a_later_version_decides_alone_and_the_former_never_comes_back() -> None:
    first = protocol(clause("urn"), starts=TODAY - timedelta(9), expires=TODAY + timedelta(99))
    second = protocol(clause("urn"), version=2, starts=TODAY, expires=TODAY + timedelta(9))
    decided = {}
    for days in (-1, 0, 9, 10):
        decision = ask(first, second, on=TODAY + timedelta(days))
        decided[days] = decision.code if isinstance(decision, Denial) else decision.protocol_version
    assert decided == {-1: 1, 0: 2, 9: 2, 10: "protocol.expired"}


def test_what_a_later_version_no_longer_covers_is_denied_and_says_since_when() -> None:
    first = protocol(clause("urn"), starts=TODAY - timedelta(9), expires=TODAY + timedelta(99))
    second = protocol(clause("urn", sender="role:police"), version=2, expires=TODAY + timedelta(99))
    decision = ask(first, second)
    assert isinstance(decision, Denial)
    assert (decision.code, decision.protocol_version) == ("protocol.replaced", 2)
    assert "version 2 replaced it on 2026-06-01" in decision.reason


def test_a_permit_is_made_by_decide_alone() -> None:
    real = permit(KINDS[0], clause("urn"))
    fields = {field.name: getattr(real, field.name) for field in dataclasses.fields(Permit)}
    with pytest.raises(PermissionError):
        Permit(**fields, issued=object())
    with pytest.raises(ValueError, match="issued"):
        dataclasses.replace(real, clauses=())  # type: ignore[call-arg]  # mypy refuses it too


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Permit)])
def test_a_permit_never_changes_once_it_is_issued(name: str) -> None:
    real = permit(KINDS[0], clause("urn"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(real, name, getattr(real, name))


def test_parties_meet_when_some_agency_is_both() -> None:
    role, north, south = read_party("role:probation"), read_party("probation-north"), read_party("probation-south")
    assert role.meets(role, AGENCIES) and role.meets(north, AGENCIES) and north.meets(role, AGENCIES)
    assert not north.meets(south, AGENCIES)
    assert not role.meets(read_party("role:prison"), AGENCIES)
    assert not role.meets(Party("prison-north", None), AGENCIES)
    assert not role.meets(Party("nobody", None), AGENCIES)
