"""Finding the agencies."""

from datetime import date

import pytest

from hub.sharing.terms.agencies import Agencies, Agency, AgencyRole, Reception

AREA = Agency("probation-north", "North", AgencyRole.PROBATION, forces=("10",))
COURT = Agency("court-north", "North Court", AgencyRole.COURT, ("B10AA",), "probation-north")
LOST = Agency("court-lost", "Lost Court", AgencyRole.COURT, ("B99ZZ",))
POLICE = Agency("police-north", "North Police", AgencyRole.POLICE, forces=("10", "1X"))
MEN, YOUNG = Agency("prison-men", "Men", AgencyRole.PRISON), Agency("prison-young", "Young", AgencyRole.PRISON)
WOMEN = Agency("prison-women", "Women", AgencyRole.PRISON)
GATEWAY = Agency("gateway-courts", "Court gateway", AgencyRole.GATEWAY, acts_for=(AgencyRole.COURT,))
PROSECUTOR = Agency("cps-north", "North Prosecutors", AgencyRole.CPS, forces=("10", "1X"), names=("NPS",))
WEST = Agency(
    "probation-west", "West", AgencyRole.PROBATION, existed_until=date(2001, 3, 31), successor="probation-wide"
)
EAST = Agency(
    "probation-east", "East", AgencyRole.PROBATION, existed_until=date(1999, 6, 30), successor="probation-west"
)
WIDE = Agency("probation-wide", "Wide", AgencyRole.PROBATION, existed_from=date(2001, 4, 1))
CLOSED = Agency("prison-closed", "Closed", AgencyRole.PRISON, existed_until=date(2001, 3, 31))
PRETENDER = Agency("police-other", "Other Police", AgencyRole.POLICE, acts_for=(AgencyRole.COURT,))
ALL = Agencies.of(
    [AREA, COURT, LOST, POLICE, MEN, YOUNG, WOMEN, GATEWAY, PRETENDER, PROSECUTOR, WIDE, WEST, EAST, CLOSED],
    [
        Reception("probation-north", "male", "adult", "prison-men"),
        Reception("probation-north", "male", "young_adult", "prison-young"),
        Reception("probation-north", "female", "adult", "prison-women"),
    ],
)


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("court-north", COURT),
        ("B10AA", COURT),
        ("B10AA00", COURT),
        ("b10aa15", COURT),
        (" B10AA00 ", COURT),
        ("B10AA0", None),
        ("B10A", None),
        ("B10AB00", None),
        ("COURT-NORTH", None),
        ("", None),
        ("A10AA00", PROSECUTOR),  # a unit of the CPS in the force 10
        ("a1xzz", PROSECUTOR),
        ("A99AA00", None),
        ("A10", None),
        ("nps", PROSECUTOR),
        (" NORTH COURT ", COURT),
        ("North", AREA),
        ("Nort", None),
    ],
)
def test_a_reference_is_an_id_or_a_name_or_an_ou_code_of_five_or_seven_characters(
    reference: str, found: Agency | None
) -> None:
    assert ALL.resolve(reference) == found


def test_a_court_has_the_area_that_it_names() -> None:
    assert ALL.area_of(COURT) == AREA
    assert ALL.area_of(LOST) is None


def test_a_force_code_finds_the_police_and_not_the_area_that_shares_it() -> None:
    assert ALL.police_of("10") == POLICE
    assert ALL.police_of("1x") == POLICE
    assert ALL.police_of("99") is None


def test_a_force_code_finds_the_prosecutors_and_the_area_of_the_force() -> None:
    assert ALL.cps_of("10") == ALL.cps_of("1x") == PROSECUTOR
    assert ALL.area_of_force("10") == AREA
    assert ALL.cps_of("99") is ALL.area_of_force("1X") is None


def test_a_role_that_one_agency_has_leads_to_it() -> None:
    assert ALL.only(AgencyRole.COURT) is None
    assert ALL.only(AgencyRole.RESEARCH) is None
    assert ALL.only(AgencyRole.CPS) == PROSECUTOR


@pytest.mark.parametrize(
    ("agency", "on", "reached"),
    [
        (WEST, date(2001, 3, 31), WEST),
        (WEST, date(2001, 4, 1), WIDE),
        (EAST, date(1999, 6, 30), EAST),
        (EAST, date(1999, 7, 1), WEST),
        (EAST, date(2001, 4, 1), WIDE),  # through the one between them
        (WIDE, date(2026, 1, 1), WIDE),
        (WIDE, date(1990, 1, 1), WIDE),
        (CLOSED, date(2026, 1, 1), CLOSED),  # no agency does its work since then
    ],
)
def test_an_agency_that_has_merged_is_reached_through_its_successor_from_the_day(
    agency: Agency, on: date, reached: Agency
) -> None:
    assert ALL.current(agency.id, on) == reached


def test_an_agency_that_was_never_there_is_not_reached() -> None:
    with pytest.raises(KeyError):
        ALL.current("probation-nowhere", date(2026, 1, 1))


def test_an_agency_knows_whose_work_it_carries_on() -> None:
    assert ALL.history_of(WIDE.id) == (WEST, EAST)
    assert ALL.history_of(WEST.id) == (EAST,)
    assert ALL.history_of(EAST.id) == ALL.history_of("nobody") == ()


@pytest.mark.parametrize(
    ("agency", "on", "exists"),
    [
        (WEST, date(2001, 3, 31), True),
        (WEST, date(2001, 4, 1), False),
        (WIDE, date(2001, 3, 31), False),
        (WIDE, date(2001, 4, 1), True),
        (COURT, date.min, True),
    ],
)
def test_an_agency_exists_on_its_first_and_last_day(agency: Agency, on: date, exists: bool) -> None:
    assert agency.exists(on) is exists


@pytest.mark.parametrize(
    ("sex", "age_group", "prison"),
    [
        ("male", "adult", MEN),
        ("male", None, MEN),
        ("male", "young_adult", YOUNG),
        ("female", "adult", WOMEN),
        ("female", None, WOMEN),
        ("male", "youth", None),  # never an adult prison for a child
        ("female", "young_adult", None),
        ("not_known", "adult", None),
        ("not_specified", None, None),
    ],
)
def test_a_prison_is_found_only_where_there_is_no_doubt(sex: str, age_group: str | None, prison: Agency | None) -> None:
    assert ALL.prison_for("probation-north", sex, age_group) == prison
    assert ALL.prison_for("probation-south", sex, age_group) is None


@pytest.mark.parametrize(
    ("caller", "sender", "may"),
    [
        (COURT, COURT, True),
        (COURT, LOST, False),
        (GATEWAY, COURT, True),
        (GATEWAY, LOST, True),
        (GATEWAY, AREA, False),
        (PRETENDER, COURT, False),  # only a gateway acts for others
    ],
)
def test_a_gateway_sends_for_its_roles_and_others_for_themselves(caller: Agency, sender: Agency, may: bool) -> None:
    assert ALL.may_send_for(caller, sender) is may
