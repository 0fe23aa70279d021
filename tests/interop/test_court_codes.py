"""The courts of the registry, compared with real documents and with the published list of organisation units."""

import json
import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/samples is absent")

COURT_CODE = re.compile(r"(?<![A-Za-z0-9])[BC]\d{2}[A-Z]{2}[0-9A-Z]{2}(?![A-Za-z0-9])")
SERVICE_CENTRES = {"B21BH"}  # these administer courts and are not courts


@cache
def registered() -> frozenset[str]:
    folder = files("schemas") / "agencies"
    documents = [
        tomllib.loads(file.read_text(encoding="utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")
    ]
    return frozenset(
        code for document in documents for agency in document.get("agency", ()) for code in agency.get("ou_codes", ())
    )


def codes_in(folder: str) -> set[str]:
    found = [path for path in (SAMPLES / folder).iterdir() if path.suffix in (".xml", ".json")]
    return {code for path in found for code in COURT_CODE.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize(("folder", "known"), [("libra", "B10JQ01"), ("spi", "B01EF01")])
def test_every_court_in_a_real_feed_is_an_agency(folder: str, known: str) -> None:
    codes = codes_in(folder)
    assert known in codes
    assert {code for code in codes if code[:5] not in registered()} == set()


def test_every_published_court_house_is_an_agency() -> None:
    units = json.loads((SAMPLES / "standing-data" / "organisation-unit.json").read_text(encoding="utf-8"))
    published = {
        unit["topLevelCode"] + unit["secondLevelCode"] + unit["thirdLevelCode"]
        for unit in units
        if unit["topLevelCode"] in ("B", "C") and unit["thirdLevelCode"] != "00"
    }
    assert len(published) > 390
    assert published - registered() == SERVICE_CENTRES
