"""Finding the agencies."""

import pytest

from hub.sharing.agencies import Agencies, Agency, Reception, Role

AREA = Agency("probation-north", "North", Role.PROBATION, forces=("10",))
COURT = Agency("court-north", "North Court", Role.COURT, ("B10AA",), "probation-north")
LOST = Agency("court-lost", "Lost Court", Role.COURT, ("B99ZZ",))
POLICE = Agency("police-north", "North Police", Role.POLICE, forces=("10", "1X"))
MEN, YOUNG = Agency("prison-men", "Men", Role.PRISON), Agency("prison-young", "Young", Role.PRISON)
WOMEN = Agency("prison-women", "Women", Role.PRISON)
GATEWAY = Agency("gateway-courts", "Court gateway", Role.GATEWAY, acts_for=(Role.COURT,))
PRETENDER = Agency("police-other", "Other Police", Role.POLICE, acts_for=(Role.COURT,))
ALL = Agencies.of(
    [AREA, COURT, LOST, POLICE, MEN, YOUNG, WOMEN, GATEWAY, PRETENDER],
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
    ],
)
def test_a_reference_is_an_id_or_an_ou_code_of_five_or_seven_characters(reference: str, found: Agency | None) -> None:
    assert ALL.resolve(reference) == found


def test_a_court_has_the_area_that_it_names() -> None:
    assert ALL.area_of(COURT) == AREA
    assert ALL.area_of(LOST) is None


def test_a_force_code_finds_the_police_and_not_the_area_that_shares_it() -> None:
    assert ALL.police_of("10") == POLICE
    assert ALL.police_of("1x") == POLICE
    assert ALL.police_of("99") is None


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
