"""Makes the message of what the court decided about one defendant in one case."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from adapters.contract import Draft
from adapters.says_nothing import steps_of
from adapters.systems.common_platform.decoding.drafts import built, draft
from adapters.systems.common_platform.decoding.hearing.entries import Entry
from adapters.systems.common_platform.decoding.hearing.sittings import Sitting
from adapters.systems.common_platform.decoding.moments import at_start_of
from adapters.systems.common_platform.decoding.notes import Notes
from adapters.systems.common_platform.decoding.prompts import same_name
from adapters.systems.common_platform.decoding.record import Record
from adapters.systems.common_platform.decoding.results import ReadResult
from adapters.systems.common_platform.decoding.wrapping import Facts
from schemas.custody.decide import Custody, custody_of
from schemas.kinds.hearing_result.v1 import HearingResult
from schemas.parts.offence import Court, Offence, Result
from schemas.problem import Problem

_ORDER_CURE = "send orderedDate and the sittings with their times; until then treat the time of the result as uncertain"
_PROMOTED = {
    "receiving_prison": "common_platform.several_prisons",
    "probation_team": "common_platform.several_teams",
}


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a hearing, or a session that the police are informed of, says once for all of its results."""

    facts: Facts
    path: str
    court: Court
    id: str | None
    type: str | None
    room: str | None
    restriction: str | None
    sittings: tuple[Sitting, ...]
    notes: Notes


def result_draft(hearing: Hearing, entry: Entry) -> Draft:
    """Make the result of one defendant in one case. Raises Refused if something is missing that the message
    requires."""
    notes = Notes()
    at = Record({}, entry.where, notes)
    releases = entry.releases()
    shared = [*(release.shared for release in releases), hearing.facts.shared_at]
    shared_at = max(filter(None, shared), default=None)
    days = {release.ordered for release in releases if release.ordered}
    hearing_at = _hearing_at(at, days, hearing, shared_at)
    named = _named(at, [result for result in entry.results() if result.release.own])
    values = {
        "court": hearing.court,
        "hearing_id": hearing.id,
        "hearing_type": hearing.type,
        "room": hearing.room,
        "hearing_at": hearing_at,
        "shared_at": shared_at,
        "sittings": _sittings(hearing.sittings, hearing_at),
        "urn": entry.number,
        "case_type": entry.case.get("type"),
        "informant": entry.case.get("informant"),
        "case_markers": entry.markers,
        "reporting_restrictions": [{"reason": hearing.restriction}] if hearing.restriction else [],
        "defendant": entry.defendant,
        "associated_persons": [{name: one[name] for name in ("role", "name", "address")} for one in entry.associated],
        **entry.custody.listed,
        **entry.custody.resulted,
        **_presence(entry, hearing_at.date()),
        **named,
        "offences": [_offence(offence, named, at) for offence in entry.offences] or None,
    }
    _doubt_age(at, entry, hearing_at.date())
    payload = built(HearingResult, values, at)
    notes.include(entry.notes)
    notes.include(hearing.notes)
    parts = (hearing.id, entry.number, entry.defendant_id)
    return draft("hearing_result", payload, hearing.court.ou_code, parts, hearing.facts, notes, entry.where)


def _offence(offence: dict[str, Any], named: dict[str, str], at: Record) -> dict[str, Any]:
    """Return the offence without results of another hearing, because they are sent with the result of that hearing."""
    results = []
    for result in offence["results"]:
        if result.release.own:
            results.append(result.written(named))
        else:
            problem = "repeats the decision of another hearing; it is sent with the results of that hearing"
            where = result.record.path
            cure = "nothing, if those were sent"
            at.notes.add(Problem("common_platform.earlier_result", where, problem, cure), ".".join(steps_of(where)))
    return offence | {"results": results}


# ---- when ----


def _hearing_at(at: Record, days: set[date], hearing: Hearing, shared_at: datetime | None) -> datetime:
    """Return the sitting on the day of the latest order. A clock counts from it, so when the time is uncertain, the
    earliest is used."""
    told = hearing.facts.hearing_day
    if not days:
        return _without_order(at, told, hearing.sittings, shared_at)
    if told is not None and told not in days:
        problem = "the hearing day of the event differs from the day on which its results were ordered"
        at.doubt_here("common_platform.other_day", problem, "check which of the two is meant")
    if len(days) > 1:
        problem = "its results were ordered on several days; the last day was used"
        at.doubt_here("common_platform.several_days", problem, _ORDER_CURE)
    moments = [sitting.moment for sitting in hearing.sittings if sitting.day == max(days) and sitting.moment]
    if not moments:
        problem = "no sitting gives a time on the day of the order, so the clocks count from the start of that day"
        at.doubt_here("common_platform.no_time", problem, _ORDER_CURE)
    return min(moments, default=at_start_of(max(days)))


def _without_order(
    at: Record, told: date | None, sittings: tuple[Sitting, ...], shared_at: datetime | None
) -> datetime:
    """Return the sitting on the hearing day of the event; otherwise the last one that began before the results were
    shared."""
    moments = sorted(sitting.moment or at_start_of(sitting.day) for sitting in sittings)
    of_that_day = [moment for moment in moments if moment.date() == told]
    if of_that_day:
        return min(of_that_day)
    if not moments:
        at.refuse("date.missing", None, "gives neither a sitting day nor a day of an order", "send the sitting day")
    if len(moments) > 1:
        problem = "no result gives the sitting day on which it was ordered"
        at.doubt_here("common_platform.no_order_date", problem, _ORDER_CURE)
    past = [moment for moment in moments if shared_at and moment <= shared_at]
    return max(past) if past else min(moments)


def _sittings(sittings: tuple[Sitting, ...], hearing_at: datetime) -> list[dict[str, Any]]:
    """Return the sittings, but only if they say more than the moment of the result."""
    if [sitting.moment for sitting in sittings] == [hearing_at]:
        return []
    return [{"on": sitting.day, "at": sitting.starts_at} for sitting in sittings]


# ---- who ----


def _presence(entry: Entry, day: date) -> dict[str, Any]:
    """Return whether the defendant was present on the day of the order, and attendance on each of the other days."""
    days = [attended.values for attended in entry.attendance]
    that_day = [one["presence"] for one in days if one["on"] == day]
    said = entry.custody.resulted["present_at_hearing"]
    return {"present_at_hearing": said or (that_day[0] if len(set(that_day)) == 1 else None), "attendance": days}


def _doubt_age(at: Record, entry: Entry, day: date) -> None:
    """Doubt a youth whose date of birth makes an adult: the date or the court's mark is wrong or out of date."""
    born = entry.defendant.get("date_of_birth") or ""
    if entry.defendant.get("youth") and len(born) == len("YYYY-MM-DD"):
        of_age = f"{int(born[:4]) + 18:04}{born[4:]}"
        if of_age <= day.isoformat():
            problem = "is marked as a youth, but is 18 or older by the date of birth; the date of birth is used"
            at.doubt_here("common_platform.youth_of_age", problem, "check both")


# ---- what the prompts name ----


def _named(at: Record, results: list[ReadResult]) -> dict[str, str]:
    """Return the prison and the team that the court named.

    Several results of one sentence repeat the name. If the names differ, the one beside the custodial sentence is used.
    If that does not decide it, none is used, and all of them stay as they were entered.
    """
    found: dict[str, str] = {}
    for place, code in _PROMOTED.items():
        said = [(prompt.value, result) for result in results for prompt in result.prompts if prompt.names == place]
        names = _distinct([value for value, _ in said])
        if len(names) > 1:
            problem = f"its results name more than one {place.replace('_', ' ')}"
            at.doubt_here(code, problem, "check which one is meant")
            names = _distinct([value for value, result in said if _is_custodial(result)])
        if len(names) == 1:
            found[place] = names[0]
    return found


def _distinct(names: list[str | None]) -> list[str]:
    return list({same_name(name): name for name in reversed(names) if name}.values())


def _is_custodial(result: ReadResult) -> bool:
    code, qualifiers = result.values.get("code"), tuple(result.values.get("qualifiers") or ())
    offence = Offence.model_construct(results=(Result.model_construct(code=code, qualifiers=qualifiers),))
    return custody_of((offence,)).custody is Custody.IMMEDIATE
