"""Reads a published list: court houses, rooms, sessions, sittings, hearings, cases and their parties.

It identifies a court by its house and a person by name, date of birth and address; it has no numbers.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from adapters.contract import Draft
from adapters.fitting import joined
from adapters.systems.common_platform.decoding.drafts import built, court_named
from adapters.systems.common_platform.decoding.lists import list_draft
from adapters.systems.common_platform.decoding.moments import birth_of, day_of, moment_of, read_moment
from adapters.systems.common_platform.decoding.offences import read_words, says_what
from adapters.systems.common_platform.decoding.people import read_sex
from adapters.systems.common_platform.decoding.record import Record
from adapters.systems.common_platform.decoding.wrapping import Facts, Found
from schemas.fields import PTIURN
from schemas.kinds.court_list.v1 import Case
from schemas.problem import Problem, Refused

_BEFORE_THE_COURT = frozenset({"DEFENDANT", "RESPONDENT"})
_PROSECUTING = "PROSECUTING_AUTHORITY"


def read_publication(found: Found, refused: list[Problem]) -> Iterator[Draft]:
    """Return one list for each court house and day. Raises Refused if nothing can be accepted."""
    record = found.record()
    published = moment_of(record.only("document"), "publicationDate")
    facts = Facts(found.facts.event_id, published or found.facts.sent_at)
    houses = [listed.only("courtHouse") for listed in record.each("courtLists")]
    houses = [house.fresh() for house in _settled(houses)]
    record.leftovers()
    for house in houses:
        house.notes.include(record.notes)
        try:
            yield from _lists(house, facts, refused)
        except Refused as refusal:
            refused.extend(refusal.problems)


def _settled(houses: list[Record]) -> list[Record]:
    """Read each court house separately, because its doubts belong to its own lists."""
    for house in houses:
        house.settled()
    return houses


def _lists(house: Record, facts: Facts, refused: list[Problem]) -> Iterator[Draft]:
    court = court_named(
        house,
        house.text("courtHouseCode", "ouCode"),
        house.text("courtHouseName"),
        house.text("lja"),
    )
    before = len(refused)
    days: dict[date, list[dict[str, Any]]] = {}
    for room in house.each("courtRoom"):
        for session in room.each("session"):
            for sitting in session.each("sittings"):
                try:
                    found = _sitting(sitting, room.text("courtRoomName"), refused)
                    days.setdefault(found["on"], []).append(found)
                except Refused as refusal:
                    refused.extend(refusal.problems)
    house.leftovers()
    for on, sessions in days.items():
        values = {"court": court, "date": on, "sessions": sessions}
        try:
            yield list_draft(values, len(refused) > before, facts, house)
        except Refused as refusal:
            refused.extend(refusal.problems)


def _sitting(sitting: Record, room: str | None, refused: list[Problem]) -> dict[str, Any]:
    on = day_of(sitting, "sittingStart")
    if on is None:
        sitting.refuse("date.missing", "sittingStart", "gives no day", "send the moment at which the sitting starts")
    starts, ends = read_moment(sitting.text("sittingStart") or ""), moment_of(sitting, "sittingEnd")
    if ends is not None and ends.date() != on:
        sitting.doubt(
            "common_platform.unreadable", "sittingEnd", "is of another day; it is not passed on", "correct it"
        )
    hearings = sitting.each("hearing")
    panels = {panel for hearing in hearings if (panel := hearing.text("panel"))}
    cases = [case for hearing in hearings for case in _cases(hearing, refused)]
    return {
        "on": on,
        "room": room,
        "panel": ", ".join(sorted(panels)) or None,
        "starts_at": starts.time() if starts else None,
        "ends_at": ends.time() if ends and ends.date() == on else None,
        "cases": cases,
    }


def _cases(hearing: Record, refused: list[Problem]) -> Iterator[Case]:
    kind = hearing.text("hearingType")
    for name, reference in (("case", ("caseUrn", "caseNumber")), ("application", ("applicationReference",))):
        for case in hearing.each(name):
            try:
                fields = _case(case, reference) | {"hearing_type": kind}
            except Refused as refusal:
                refused.extend(refusal.problems)
                continue
            yield from _parties(case, fields, refused)


def _case(case: Record, reference: tuple[str, ...]) -> dict[str, Any]:
    number = case.either(*reference)
    if number is None:
        case.refuse("common_platform.no_case_number", reference[0], "has no reference", "send the case's reference")
    stated, is_restricted = case.texts("reportingRestrictionDetails"), case.flag("reportingRestriction")
    if stated and not is_restricted and case.said("reportingRestriction") is False:
        case.contradicts("reportingRestriction", "reportingRestrictionDetails")
    return {
        "number": number,
        "urn": number if PTIURN.canonical(number) else None,
        "type": case.text("applicationType"),
        "list_number": case.text("caseSequenceIndicator"),
        "marker": joined("; ", stated) or ("reporting restriction" if is_restricted else None),
    }


def _parties(case: Record, fields: dict[str, Any], refused: list[Problem]) -> Iterator[Case]:
    """Return the parties before the court; an applicant only if the application concerns them. A list has no field for
    the other parties, so they are doubted as unread."""
    parties = case.each("party")
    roles = [(party, (party.text("partyRole") or "").upper(), party.flag("subject")) for party in parties]
    # a case has one prosecutor
    informant = next(filter(None, (_informant(party) for party, role, _ in roles if role == _PROSECUTING)), None)
    before = [party for party, role, about in roles if about or role in _BEFORE_THE_COURT]
    subjects = [party for party, role, about in roles if about and role != _PROSECUTING]
    for party in subjects or before:
        try:
            who = _who(party)
            yield built(Case, fields | {"informant": informant} | who, party)
        except Refused as refusal:
            refused.extend(refusal.problems)
    if not before:
        problem, cure = "names nobody who is before the court", "send the party whose role is DEFENDANT"
        refused.append(Problem("common_platform.no_defendant", case.at("party"), problem, cure))


def _informant(party: Record) -> str | None:
    return party.only("organisationDetails").text("organisationName")


def _who(party: Record) -> dict[str, Any]:
    person, company = party.child("individualDetails"), party.child("organisationDetails")
    name = _name(person) if person else None
    organisation = company.text("organisationName") if company else None
    if name is None and organisation is None:
        party.refuse("common_platform.no_name", None, "names nobody", "send the defendant's name")
    defendant: dict[str, Any] = {}
    if company is not None and name is None:
        defendant = {"organisation": organisation, "address": _address(company.child("organisationAddress"))}
    if person is not None and name is not None:
        defendant = {
            "name": name,
            "date_of_birth": birth_of(person, "dateOfBirth"),
            "sex": read_sex(person),
            "nationality": person.text("nationality"),
            "arrest_summons_number": person.text("asn"),
            "pnc_id": person.text("pncId"),
            "address": _address(person.child("address")),
        }
    return {
        "defendant": defendant,
        "defendant_age": person.number("age", 150) if person else None,
        "bail_status": _in_custody(person),
        "offences": [found for offence in party.each("offence") if (found := _offence(offence))],
    }


def _in_custody(person: Record | None) -> str | None:
    return "in custody" if person is not None and person.flag("inCustody") else None


def _name(person: Record) -> dict[str, Any] | None:
    given = f"{person.text('individualForenames') or ''} {person.text('individualMiddleName') or ''}".split()
    surname = person.text("individualSurname") or (given.pop() if given else None)
    return {"title": person.text("title"), "forenames": given, "surname": surname} if surname else None


def _address(address: Record | None) -> dict[str, Any] | None:
    if address is None:
        return None
    lines = [*address.texts("line"), *(text for name in ("town", "county") if (text := address.text(name)))]
    code = address.text("postCode", "postcode")
    return {"lines": lines, "postcode": code} if lines or code else None


def _offence(offence: Record) -> dict[str, Any] | None:
    """None for one that does not say what it is: it is left out, with a doubt."""
    plea, details = offence.text("plea"), offence.texts("reportingRestrictionDetails")
    if offence.flag("reportingRestriction") and not details:
        details = ["reporting restriction"]
    found = {
        "code": offence.text("offenceCode"),
        "title": offence.text("offenceTitle"),
        "wording": offence.text("offenceWording"),
        "legislation": offence.text("offenceLegislation"),
        "maximum_penalty": offence.text("offenceMaxPen"),
        "plea": None if plea == "NONE" else read_words(plea),
        "pleaded_on": day_of(offence, "pleaDate"),
        "convicted_on": day_of(offence, "convictionDate"),
        "adjourned_on": day_of(offence, "adjournedDate"),
        "reporting_restrictions": [{"reason": reason} for reason in details],
    }
    return found if says_what(offence, found) else None
