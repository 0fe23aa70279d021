"""The shipped agency files: each entry must be complete, and agree with the others."""

import re
import tomllib
from collections import Counter
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import pytest

ROLES = {"court", "probation", "police", "prison", "gateway", "hub", "cps", "research", "directorate", "inspectorate"}
KEYS = {
    "court": {"ou_codes", "area"},
    "police": {"forces"},
    "cps": {"forces"},
    "prison": {"names"},
    "gateway": {"acts_for"},
    "hub": set(),
    "research": set(),
    "directorate": {"names"},
    "inspectorate": set(),
}
BEFORE, SINCE = date(2000, 3, 31), date(2001, 4, 1)
MERGES = {
    "avon-and-somerset": {"avon", "somerset"},
    "devon-and-cornwall": {"cornwall", "devon"},
    "dyfed-powys": {"dyfed", "powys"},
    "london": {"inner-london", "middlesex", "north-east-london", "south-east-london", "south-west-london"},
    "south-wales": {"mid-glamorgan", "south-glamorgan", "west-glamorgan"},
    "sussex": {"east-sussex", "west-sussex"},
    "thames-valley": {"berkshire", "oxfordshire-and-buckinghamshire"},
    "west-mercia": {"hereford-and-worcester", "shropshire"},
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


def areas(on: date) -> list[dict[str, Any]]:
    return [
        area
        for area in agencies("probation")
        if area.get("existed_from", date.min) <= on <= area.get("existed_until", date.max)
    ]


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


def test_ids_are_unique_and_contain_their_role() -> None:
    assert repeated([agency["id"] for agency in agencies()]) == []
    assert [a["id"] for a in agencies() if a["role"] != "hub" and not a["id"].startswith(a["role"] + "-")] == []


def test_names_are_unique() -> None:
    names = [name for agency in agencies() for name in (agency["name"], *agency.get("names", ()))]
    assert repeated([name.casefold() for name in names]) == []


def test_an_ou_code_leads_to_one_agency_whose_id_it_is() -> None:
    assert repeated([code for agency in agencies() for code in agency.get("ou_codes", ())]) == []
    assert len(agencies("court")) > 350
    for court in agencies("court"):
        assert court["id"] == f"court-{court['ou_codes'][0].lower()}"
        assert all(len(code) == 5 and code.isalnum() and code.isupper() for code in court["ou_codes"])


def test_every_court_is_served_by_an_area_that_exists_and_every_area_serves_both_kinds_of_court() -> None:
    assert {court["area"] for court in agencies("court")} == {area["id"] for area in areas(SINCE)}


@pytest.mark.parametrize(("role", "count"), [("probation", 62), ("police", 43), ("cps", 42), ("research", 1)])
def test_there_are_as_many_areas_and_forces_as_the_law_made(role: str, count: int) -> None:
    assert len(agencies(role)) == count


def test_54_areas_became_42() -> None:
    assert len(areas(BEFORE)) == len(areas(date(2001, 3, 31))) == 54
    assert len(areas(SINCE)) == 42


def test_the_areas_that_merged_are_those_that_did() -> None:
    merged: dict[str, set[str]] = {}
    for area in agencies("probation"):
        if "successor" in area:
            assert area["existed_until"] == date(2001, 3, 31)
            merged.setdefault(area["successor"], set()).add(area["id"].removeprefix("probation-"))
    assert merged == {f"probation-{name}": made_of for name, made_of in MERGES.items()}
    begun = {area["id"]: area["existed_from"] for area in agencies("probation") if "existed_from" in area}
    assert begun == dict.fromkeys(merged, SINCE)


def test_every_area_of_2000_says_its_system_and_its_budget_and_no_later_one_does() -> None:
    assert Counter(area["system"] for area in areas(BEFORE)) == {
        "crams-limited": 23,
        "crams": 16,
        "icms": 6,
        "ioss": 2,
        "none": 2,
        "own": 1,
        "clio": 1,
        "dmp": 1,
        "promise": 1,
        "probis": 1,
    }
    assert round(sum(area["budget_millions"] for area in areas(BEFORE)), 1) == 461.2
    new = [area for area in agencies("probation") if "existed_from" in area]
    assert not [area["id"] for area in new if {"system", "system_note", "budget_millions"} & set(area)]


@pytest.mark.parametrize(
    ("area", "system", "budget"),
    [
        ("cornwall", "own", 3.0),
        ("inner-london", "clio", 43.1),
        ("greater-manchester", "dmp", 28.9),
        ("west-midlands", "promise", 29.1),
        ("oxfordshire-and-buckinghamshire", "probis", 8.6),
        ("shropshire", "ioss", 2.9),
        ("east-sussex", "icms", 5.0),
        ("kent", "none", 11.9),
        ("powys", "crams", 1.0),
        ("north-yorkshire", "crams", 4.6),
    ],
)
def test_an_area_has_the_system_that_it_had(area: str, system: str, budget: float) -> None:
    (found,) = [item for item in agencies("probation") if item["id"] == f"probation-{area}"]
    assert (found["system"], found["budget_millions"]) == (system, budget)


def test_an_area_that_went_on_keeps_the_name_that_it_had() -> None:
    for area in areas(BEFORE):
        then = [name for name in (area["name"], *area.get("names", ())) if name.endswith(" Probation Service")]
        assert len(then) == 1, area["id"]


def test_areas_and_police_forces_and_prosecutors_cover_the_same_force_codes_once() -> None:
    area_codes = [code for agency in areas(SINCE) for code in agency["forces"]]
    police_codes = [code for agency in agencies("police") for code in agency["forces"]]
    cps_codes = [code for agency in agencies("cps") for code in agency["forces"]]
    assert repeated(area_codes) == repeated(police_codes) == repeated(cps_codes) == []
    assert sorted(area_codes) == sorted(police_codes) == sorted(cps_codes)
    assert len(area_codes) == 44


def test_prosecutors_are_coterminous_with_the_areas() -> None:
    assert sorted(a["forces"] for a in agencies("cps")) == sorted(a["forces"] for a in areas(SINCE))


@pytest.mark.parametrize("agency_id", ["probation-london", "cps-london"])
def test_london_covers_the_metropolitan_and_the_city_police(agency_id: str) -> None:
    (london,) = [agency for agency in agencies() if agency["id"] == agency_id]
    assert london["forces"] == ["01", "02", "48"]


def test_a_prison_is_found_by_the_codes_of_its_own_system() -> None:
    for prison in agencies("prison"):
        codes = [name for name in prison["names"] if re.fullmatch(r"[A-Z]{2}I", name)]
        assert len(codes) == (2 if prison["id"] == "prison-peterborough" else 1)
        assert prison["names"][: len(codes)] == codes, "other names come after the codes"


def test_a_magistrates_court_is_in_the_area_of_the_force_in_its_code() -> None:
    area = {code: agency["id"] for agency in areas(SINCE) for code in agency["forces"]}
    for court in agencies("court"):
        if court["ou_codes"][0].startswith("B"):
            assert court["area"] == area[court["ou_codes"][0][1:3]], court["id"]


def test_a_crown_court_outside_the_force_of_its_code_is_one_of_the_known_eight() -> None:
    area = {code: agency["id"] for agency in areas(SINCE) for code in agency["forces"]}
    moved = {
        code
        for court in agencies("court")
        for code in court["ou_codes"]
        if code.startswith("C") and court["area"] != area[code[1:3]]
    }
    assert moved == {"C04BF", "C07CA", "C07DO", "C07MO", "C07WE", "C62CH", "C62HV", "C62NG"}


def test_every_reception_names_an_area_and_a_prison_that_exist() -> None:
    assert {row["prison"] for row in receptions()} <= ids("prison")
    assert {row["area"] for row in receptions()} <= {area["id"] for area in areas(SINCE)}


def test_everybody_sent_from_any_area_is_received_by_exactly_one_prison() -> None:
    found = Counter((row["area"], row["sex"], row["age_group"]) for row in receptions())
    wanted = set(product((area["id"] for area in areas(SINCE)), ("male", "female"), ("adult", "young_adult", "youth")))
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
