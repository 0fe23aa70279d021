"""The agency files as shipped: what each says must be whole, and agree with what the others say."""

import tomllib
from collections import Counter
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import pytest

ROLES = {"court", "probation", "police", "prison", "gateway", "hub", "cps", "research"}
KEYS = {
    "court": {"ou_codes", "area"},
    "probation": {"forces"},
    "police": {"forces"},
    "prison": set(),
    "gateway": {"acts_for"},
    "hub": set(),
}


@cache
def documents() -> dict[str, dict[str, Any]]:
    folder = files("schemas") / "agencies"
    return {
        file.name: tomllib.loads(file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }


def agencies(role: str | None = None) -> list[dict[str, Any]]:
    found = [agency for document in documents().values() for agency in document.get("agency", ())]
    return [agency for agency in found if role in (None, agency["role"])]


def receptions() -> list[dict[str, str]]:
    return [row for document in documents().values() for row in document.get("reception", ())]


def ids(role: str) -> set[str]:
    return {agency["id"] for agency in agencies(role)}


def repeated(values: list[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def test_the_files_hold_agencies_and_receptions_and_nothing_else() -> None:
    assert len(documents()) >= 6
    assert {key for document in documents().values() for key in document} == {"agency", "reception"}


def test_every_agency_has_an_id_a_name_a_known_role_and_the_keys_of_its_role() -> None:
    for agency in agencies():
        assert agency["role"] in ROLES
        assert agency["name"].strip() == agency["name"] != ""
        if agency["role"] in KEYS:
            assert set(agency) == {"id", "name", "role"} | KEYS[agency["role"]], agency["id"]


def test_ids_are_unique_and_say_their_role() -> None:
    assert repeated([agency["id"] for agency in agencies()]) == []
    assert [a["id"] for a in agencies() if a["role"] != "hub" and not a["id"].startswith(a["role"] + "-")] == []


def test_names_are_unique() -> None:
    assert repeated([agency["name"] for agency in agencies()]) == []


def test_an_ou_code_leads_to_one_agency_whose_id_it_is() -> None:
    assert repeated([code for agency in agencies() for code in agency.get("ou_codes", ())]) == []
    assert len(agencies("court")) > 350
    for court in agencies("court"):
        assert court["id"] == f"court-{court['ou_codes'][0].lower()}"
        assert all(len(code) == 5 and code.isalnum() and code.isupper() for code in court["ou_codes"])


def test_every_court_is_served_by_an_area_that_exists_and_every_area_serves_both_kinds_of_court() -> None:
    assert {court["area"] for court in agencies("court")} == ids("probation")


@pytest.mark.parametrize(("role", "count"), [("probation", 42), ("police", 43)])
def test_there_are_as_many_areas_and_forces_as_the_law_made(role: str, count: int) -> None:
    assert len(agencies(role)) == count


def test_areas_and_police_forces_cover_the_same_force_codes_once() -> None:
    area_codes = [code for agency in agencies("probation") for code in agency["forces"]]
    police_codes = [code for agency in agencies("police") for code in agency["forces"]]
    assert repeated(area_codes) == repeated(police_codes) == []
    assert sorted(area_codes) == sorted(police_codes)
    assert len(area_codes) == 44


def test_london_probation_covers_the_metropolitan_and_the_city_police() -> None:
    london = next(agency for agency in agencies("probation") if agency["id"] == "probation-london")
    assert london["forces"] == ["01", "02", "48"]


def test_a_magistrates_court_is_in_the_area_of_the_force_in_its_code() -> None:
    area = {code: agency["id"] for agency in agencies("probation") for code in agency["forces"]}
    for court in agencies("court"):
        if court["ou_codes"][0].startswith("B"):
            assert court["area"] == area[court["ou_codes"][0][1:3]], court["id"]


def test_a_crown_court_outside_the_force_of_its_code_is_one_of_the_known_eight() -> None:
    area = {code: agency["id"] for agency in agencies("probation") for code in agency["forces"]}
    moved = {
        code
        for court in agencies("court")
        for code in court["ou_codes"]
        if code.startswith("C") and court["area"] != area[code[1:3]]
    }
    assert moved == {"C04BF", "C07CA", "C07DO", "C07MO", "C07WE", "C62CH", "C62HV", "C62NG"}


def test_every_reception_names_an_area_and_a_prison_that_exist() -> None:
    assert {row["prison"] for row in receptions()} <= ids("prison")
    assert {row["area"] for row in receptions()} <= ids("probation")


def test_everybody_sent_from_any_area_is_received_by_exactly_one_prison() -> None:
    found = Counter((row["area"], row["sex"], row["age_group"]) for row in receptions())
    wanted = set(product(ids("probation"), ("male", "female"), ("adult", "young_adult", "youth")))
    assert set(found) == wanted
    assert set(found.values()) == {1}


def test_men_and_women_share_only_the_establishments_that_hold_both() -> None:
    men, women = ({row["prison"] for row in receptions() if row["sex"] == sex} for sex in ("male", "female"))
    assert men & women <= {"prison-peterborough", "prison-wetherby"}


def test_youths_go_only_to_establishments_that_hold_youths() -> None:
    youths = {row["prison"] for row in receptions() if row["age_group"] == "youth"}
    assert youths <= {"prison-feltham", "prison-parc", "prison-werrington", "prison-wetherby"}


def test_gateways_act_for_roles_and_the_exchange_is_one() -> None:
    assert ids("gateway") >= {"gateway-libra", "gateway-cjse"}
    assert all(set(agency["acts_for"]) <= ROLES for agency in agencies("gateway"))
    assert ids("hub") == {"hub"}
