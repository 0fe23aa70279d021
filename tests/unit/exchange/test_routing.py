"""Whom a message is for: each party that it names is one agency of that day, or nobody with a reason."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.contract import Draft
from hub.exchange.message.routing import Routing, find_agency, shown_code
from hub.exchange.message.stages import Unaddressed
from hub.sharing.terms.agencies import Agencies, Agency, AgencyRole, Reception
from schemas.kind import Payload, Target

DAY = date(2026, 6, 1)
OLD = Agency("probation-old", "Old", AgencyRole.PROBATION, existed_until=DAY, successor="probation-north")
AREA = Agency("probation-north", "North", AgencyRole.PROBATION, forces=("10", "11"))
COURT = Agency("court-north", "North Court", AgencyRole.COURT, ou_codes=("B10AA",), area="probation-north")
LONELY = Agency("court-lonely", "Lonely Court", AgencyRole.COURT, ou_codes=("B99AA",))
POLICE = Agency("police-north", "North Police", AgencyRole.POLICE, forces=("10",))
CPS = Agency("cps-north", "CPS North", AgencyRole.CPS, forces=("10", "11"))
PRISON = Agency("prison-north", "HMP Northgate", AgencyRole.PRISON)
WOMEN = Agency("prison-women", "HMP Southgate", AgencyRole.PRISON)
RESEARCH = Agency("research", "Research", AgencyRole.RESEARCH)
ALL = (OLD, AREA, COURT, LONELY, POLICE, CPS, PRISON, WOMEN, RESEARCH)
RECEPTIONS = (
    Reception("probation-north", "male", "adult", "prison-north"),
    Reception("probation-north", "female", "adult", "prison-women"),
    Reception("probation-north", "male", "youth", "prison-women"),
)
AGENCIES = Agencies.of(ALL, RECEPTIONS)


class Said(Payload):
    """A message that says just these facts."""

    given: dict[str, str]
    names: tuple[str, ...] = ()

    def subject(self) -> str:
        return "subject"

    def facts(self) -> Mapping[str, str]:
        return self.given

    def counts(self) -> Mapping[str, int]:
        return {}

    def targets(self) -> tuple[Target, ...]:
        return (Target.PRISON,)

    def named(self) -> tuple[str, ...]:
        return self.names


def routed(on: date = DAY, recipient: str | None = None, names: tuple[str, ...] = (), **facts: str) -> Routing:
    draft = Draft("said", 1, None, recipient, "r", Said(given=facts, names=names))
    return Routing(AGENCIES, draft, COURT, on)


def ids(routing: Routing, target: Target) -> list[str]:
    return [found.id if isinstance(found, Agency) else found.reason for found in routing.find(target)]


@pytest.mark.parametrize(
    ("reference", "agency"),
    [
        ("court-north", "court-north"),
        ("B10AA", "court-north"),
        ("B10AA01", "court-north"),
        ("force:10", "police-north"),
        (" force:10 ", "police-north"),
        ("force:11", None),
        ("cps:10AC00", "cps-north"),
        ("cps:11", "cps-north"),
        ("cps:12", None),
        ("cps:AC", None),
        ("cps:", None),
        ("force:", None),
        ("police:10", None),
        ("nobody", None),
        ("probation-old", "probation-old"),
    ],
)
def test_an_agency_is_found_by_its_id_its_unit_its_force_or_its_prosecutors(reference: str, agency: str | None) -> None:
    found = find_agency(reference, AGENCIES, DAY)
    assert (found.id if found else None) == agency


def test_from_the_day_after_its_last_the_successor_gets_what_is_for_it() -> None:
    tomorrow = DAY + timedelta(days=1)
    assert find_agency("probation-old", AGENCIES, tomorrow) == AREA
    assert ids(routed(area="probation-old"), Target.AREA) == ["probation-old"]
    assert ids(routed(tomorrow, area="probation-old"), Target.AREA) == ["probation-north"]
    assert ids(routed(tomorrow, recipient="probation-old"), Target.NAMED) == ["probation-north"]
    agencies = Agencies.of([replace(COURT, area="probation-old"), *(each for each in ALL if each is not COURT)])
    derived = replace(routed(tomorrow, court="B10AA"), agencies=agencies)
    assert ids(derived, Target.AREA) == ["probation-north"]


@pytest.mark.parametrize(
    ("facts", "target", "expected"),
    [
        ({"court": "B10AA00"}, Target.COURT, "court-north"),
        ({"court": "B11AA00"}, Target.COURT, "the message names no court that the exchange knows"),
        ({}, Target.COURT, "the message names no court that the exchange knows"),
        ({"court": "B10AA00"}, Target.AREA, "probation-north"),
        ({"area": "probation-old", "court": "B10AA00"}, Target.AREA, "probation-old"),
        ({"force": "11"}, Target.AREA, "probation-north"),
        ({"court": "B99AA00", "force": "10"}, Target.AREA, "no probation area follows from the message"),
        ({}, Target.AREA, "no probation area follows from the message"),
        ({"force": "10"}, Target.POLICE, "police-north"),
        ({"force": "11"}, Target.POLICE, "no police force has the code '11'"),
        ({}, Target.POLICE, "no police force has the code ''"),
        ({"force": "11"}, Target.CPS, "cps-north"),
        ({"force": "12"}, Target.CPS, "no CPS area follows from the message"),
        ({"court": "B10AA00"}, Target.CPS, "cps-north"),
        ({"court": "B99AA00"}, Target.CPS, "no CPS area follows from the message"),
        ({"area": "probation-old"}, Target.CPS, "no CPS area follows from the message"),
        ({"prison": "prison-women"}, Target.PRISON, "prison-women"),
        ({"prison": "prison-none"}, Target.PRISON, "the prison that the message names is not in the registry"),
        ({"prison_as_written": "HMP Northgate, Road"}, Target.PRISON, "prison-north"),
        ({"prison_as_written": "HMP Nowhere"}, Target.PRISON, "the registry has no prison with that name"),
        ({"court": "B10AA00", "sex": "female"}, Target.PRISON, "prison-women"),
        ({"court": "B10AA00", "sex": "male"}, Target.PRISON, "prison-north"),
        ({"court": "B10AA00", "sex": "male", "age_group": "youth"}, Target.PRISON, "prison-women"),
        (
            {"court": "B10AA00"},
            Target.PRISON,
            "no prison is known to receive these people from that area",
        ),
        ({"sex": "male"}, Target.PRISON, "no prison is known to receive these people from that area"),
        ({}, Target.RESEARCH, "research"),
        ({}, Target.SENDER, "court-north"),
        ({}, Target.SUPERVISOR, "linkage finds who supervises the person"),
        ({}, Target.NAMED, "the message names no recipient"),
    ],
)
def test_each_party_follows_from_what_the_message_says(facts: dict[str, str], target: Target, expected: str) -> None:
    assert ids(routed(**facts), target) == [expected]
    [found] = routed(**facts).find(target)
    if isinstance(found, Unaddressed):
        assert found.target is target
        assert routed(**facts).first(target) is None
    else:
        assert routed(**facts).first(target) == found


def test_two_research_agencies_are_none() -> None:
    agencies = Agencies.of([*ALL, replace(RESEARCH, id="research-two", name="Another")])
    assert ids(replace(routed(), agencies=agencies), Target.RESEARCH) == ["the registry knows no research agency"]


def test_the_envelope_names_the_recipient_or_else_the_payload_names_several() -> None:
    named = routed(names=("court-lonely", "Somebody Else", "B1X99ZZ", "force:10"))
    assert ids(named, Target.NAMED) == [
        "court-lonely",
        "no agency of the exchange is the value given",
        "no agency of the exchange is B1X99ZZ",
        "police-north",
    ]
    assert {found.target for found in named.find(Target.NAMED) if isinstance(found, Unaddressed)} == {Target.NAMED}
    assert ids(routed(recipient="prison-north", names=("court-lonely",)), Target.NAMED) == ["prison-north"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, None),
        ({"court": "B10AA00", "sex": "male", "prison_as_written": "HMP Northgate"}, None),
        ({"court": "B10AA00", "prison_as_written": "HMP Northgate"}, None),
        ({"court": "B10AA00", "sex": "male", "prison_as_written": "HMP Southgate"}, "prison.not_the_usual_one"),
        ({"court": "B10AA00", "sex": "male", "prison_as_written": "HMP Nowhere"}, "prison.name_unknown"),
    ],
)
def test_an_unusual_or_unknown_prison_is_a_doubt(facts: dict[str, str], code: str | None) -> None:
    doubts = routed(**facts).doubts()
    assert [(doubt.path, doubt.code) for doubt in doubts] == ([("receiving_prison", code)] if code else [])


def test_a_message_that_is_for_no_prison_says_nothing_of_prisons() -> None:
    class ForCourts(Said):
        def targets(self) -> tuple[Target, ...]:
            return (Target.COURT,)

    draft = Draft("said", 1, None, None, "r", ForCourts(given={"prison_as_written": "HMP Nowhere"}))
    assert Routing(AGENCIES, draft, COURT, DAY).doubts() == ()


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("B10AA", True),
        ("B10AA01", True),
        ("B10A", False),
        ("B10AA012", False),
        ("SAMPLE", False),
        ("force:10", True),
        ("force:1", True),
        ("cps:10AC00", True),
        ("force:ann", False),
        ("court-north", True),
        ("probation-north-2", True),
        ("somebody-north", False),
        ("Ann Sample", False),
    ],
)
def test_only_what_looks_like_a_code_is_shown(code: str, shown: bool) -> None:
    assert shown_code(code) == (code if shown else "the value given")


@pytest.mark.parametrize("facts", [{"prison_as_written": "HMP Northgate"}, {"force": "10", "sex": "male"}])
def test_a_prison_that_has_closed_without_a_successor_is_a_doubt(facts: dict[str, str]) -> None:
    closed = replace(PRISON, existed_until=DAY - timedelta(days=1))
    agencies = Agencies.of(tuple(closed if one is PRISON else one for one in ALL), RECEPTIONS)
    given = {"court": "B10AA", "age_group": "adult"} | facts
    routing = Routing(agencies, Draft("said", 1, None, None, "r", Said(given=given)), COURT, DAY)
    assert [(flag.code, flag.path) for flag in routing.doubts()] == [("prison.closed", "receiving_prison")]
    followed = replace(closed, successor=WOMEN.id)
    agencies = Agencies.of(tuple(followed if one is PRISON else one for one in ALL), RECEPTIONS)
    doubts = replace(routing, agencies=agencies).doubts()
    assert "prison.closed" not in [flag.code for flag in doubts]


@pytest.mark.parametrize(
    ("recipient", "codes"),
    [
        (None, []),
        ("prison-north", []),
        ("prison-women", ["recipient.another"]),
        ("prison-nowhere", ["recipient.another"]),
    ],
)
def test_a_recipient_whom_the_sender_named_and_who_gets_nothing_is_a_doubt(
    recipient: str | None, codes: list[str]
) -> None:
    routing = routed(recipient=recipient, court="B10AA", sex="male", age_group="adult")
    assert [flag.code for flag in routing.doubts()] == codes
