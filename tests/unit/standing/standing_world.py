"""A small world for the tests of standing: three areas with their agencies, and what was said about a case."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hub.sharing.decision.parties import EarlierMessage
from hub.sharing.decision.standing import (
    Claim,
    NoStanding,
    Standing,
    stand,
)
from hub.sharing.terms.agencies import Agencies, Agency, AgencyRole
from schemas.kind import Keeping, Matter

TODAY = date(2026, 6, 1)


def _area_with_its_agencies(name: str, force: str) -> tuple[Agency, ...]:
    area = f"probation-{name}"
    return (
        Agency(f"court-{name}", f"Court {name}", AgencyRole.COURT, area=area),
        Agency(area, f"Area {name}", AgencyRole.PROBATION, forces=(force,)),
        Agency(f"police-{name}", f"Police {name}", AgencyRole.POLICE, forces=(force,)),
        Agency(f"cps-{name}", f"Prosecutors {name}", AgencyRole.CPS, forces=(force,)),
        Agency(f"prison-{name}", f"Prison {name}", AgencyRole.PRISON, area=area),
    )


AGENCIES = Agencies.of(
    [
        *_area_with_its_agencies("home", "01"),
        *_area_with_its_agencies("away", "02"),
        *_area_with_its_agencies("third", "03"),
        Agency("court-night", "Night court", AgencyRole.COURT, stands_for=("court-home",)),
        Agency(
            "court-former",
            "Former court",
            AgencyRole.COURT,
            existed_until=date(2020, 1, 1),
            successor="court-home",
        ),
        Agency("court-alone", "Court without an area", AgencyRole.COURT),
        Agency("hub", "Exchange", AgencyRole.HUB),
    ]
)
NUMBER: dict[str, Any] = {"keys": {"case": "01"}}
SERVING_HOME = {"court-home", "probation-home", "police-home", "cps-home"}
SERVING_AWAY = {"court-away", "probation-away", "police-away", "cps-away"}


def said_by(
    sender: str,
    keeper: str | None = None,
    *parties: str,
    key: str = "case",
    acts_for: tuple[str, ...] | None = None,
    within: str | None = None,
    is_believed: bool = False,
) -> EarlierMessage:
    acting = acts_for if acts_for is not None else (keeper,) if keeper else ()
    return EarlierMessage(frozenset({key}), keeper, sender, parties, acting, within or keeper or sender, is_believed)


def judge(
    sender: str,
    *said: EarlierMessage,
    keeper: str | None = "court-home",
    keeping: Keeping = Keeping.ANSWERS,
    keys: Mapping[str, str | None] | None = None,
    parties: tuple[str, ...] = (),
    handed_over: tuple[str, ...] = (),
) -> Standing | NoStanding:
    claim = Claim(
        AGENCIES.by_id[sender],
        Matter("case", keeper, keeping),
        AGENCIES.by_id[keeper] if keeper else None,
        {"case": None} if keys is None else keys,
        frozenset(parties),
        dict.fromkeys({"case": None} if keys is None else keys, frozenset(handed_over)),
    )
    return stand(claim, said, AGENCIES, TODAY)


def acting_for(judged: Standing | NoStanding) -> set[str]:
    assert isinstance(judged, Standing), judged
    return set(judged.acts_for)


def refused(judged: Standing | NoStanding) -> str:
    assert isinstance(judged, NoStanding), judged
    assert judged.code == "standing.none"
    return judged.reason


def claim_of(sender: str, *said: EarlierMessage, keys: Mapping[str, str | None]) -> Standing | NoStanding:
    """Return the standing of a court that acts as the keeper of a case."""
    return judge(sender, *said, keeper=sender, keeping=Keeping.ALONE, keys=keys)
