"""Reads a published list: court houses, rooms, sessions, sittings, hearings, cases and their parties.

It identifies a court by its house and a person by name, date of birth and address; it has no numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from adapters.contract import Draft
from adapters.fitting import joined, words_of
from adapters.systems.common_platform.decoding.drafts import built, court_named
from adapters.systems.common_platform.decoding.lists import list_draft
from adapters.systems.common_platform.decoding.losses import Losses
from adapters.systems.common_platform.decoding.moments import birth_of, day_of, moment_of, read_moment
from adapters.systems.common_platform.decoding.offences import read_words, says_what
from adapters.systems.common_platform.decoding.people import doubt_no_name, read_sex
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
    facts = replace(Facts(found.facts.event_id, published or found.facts.sent_at), court=found.facts.court)
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
        house.text("courtHouseCode", "ouCode") or facts.court,
        house.text("courtHouseName"),
        house.text("lja"),
    )
    of_any_day = Losses(refused)  # a sitting without a day may be of any of the days
    days: dict[date, tuple[Losses, list[dict[str, Any]]]] = {}
    for room in of_any_day.of_each(house, "courtRoom"):
        for session in of_any_day.of_each(room, "session"):
            for sitting in of_any_day.of_each(session, "sittings"):
                on = day_of(sitting, "sittingStart")
                if on is None:
                    _refuse_sitting(sitting, of_any_day)
                    continue
                losses, sittings = days.setdefault(on, (Losses(refused), []))
                sittings.append(_sitting(sitting, on, room.text("courtRoomName"), losses))
    house.leftovers()
    for on, (losses, sittings) in days.items():
        values = {"court": court, "date": on, "sessions": sittings}
        try:
            yield list_draft(values, (*losses.places, *of_any_day.places), facts, house)
        except Refused as refusal:
            refused.extend(refusal.problems)


def _refuse_sitting(sitting: Record, losses: Losses) -> None:
    where, cure = sitting.at("sittingStart"), "send the moment at which the sitting starts"
    cases = [case for hearing in sitting.each("hearing") for case in hearing.each("case", "application")]
    entries = [party.path for case in cases for party in _parties(case).before]
    sitting.settled()
    losses.refuse(Refused(Problem("date.missing", where, "gives no day", cure)), where, entries)


def _sitting(sitting: Record, on: date, room: str | None, losses: Losses) -> dict[str, Any]:
    starts, ends = read_moment(sitting.text("sittingStart") or ""), moment_of(sitting, "sittingEnd")
    if ends is not None and ends.date() != on:
        sitting.doubt(
            "common_platform.unreadable", "sittingEnd", "is of another day; it is not passed on", "correct it"
        )
    hearings = losses.of_each(sitting, "hearing")
    panels = {panel for hearing in hearings if (panel := hearing.text("panel"))}
    cases = [case for hearing in hearings for case in _cases(hearing, losses)]
    return {
        "on": on,
        "room": room,
        "panel": joined(", ", sorted(panels)) or None,
        "starts_at": starts.time() if starts else None,
        "ends_at": ends.time() if ends and ends.date() == on else None,
        "cases": cases,
    }


def _cases(hearing: Record, losses: Losses) -> Iterator[Case]:
    kind = hearing.text("hearingType")
    for name, reference in (("case", ("caseUrn", "caseNumber")), ("application", ("applicationReference",))):
        for case in losses.of_each(hearing, name):
            try:
                fields = _case(case, reference) | {"hearing_type": kind}
            except Refused as refusal:
                entries = _parties(case.fresh()).before  # the content of what is refused stays unread
                losses.refuse(refusal, case.path, [party.path for party in entries])
                continue
            parties = _parties(case)
            yield from _entries(case, parties, fields | {"informant": parties.informant}, losses)


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


@dataclass(frozen=True, slots=True)
class _Parties:
    """`before` are those who are before the court. A list has no field for others, so they are doubted as unread."""

    informant: str | None
    before: list[Record]


def _parties(case: Record) -> _Parties:
    """Return who is in the case. An applicant is before the court only if the application concerns them."""
    roles = [(party, (party.text("partyRole") or "").upper(), party.flag("subject")) for party in case.each("party")]
    # a case has one prosecutor
    informing = [party for party, role, _ in roles if role == _PROSECUTING and _names_organisation(party)][:1]
    subjects = [party for party, role, about in roles if about and role != _PROSECUTING]
    before = subjects or [party for party, role, _ in roles if role in _BEFORE_THE_COURT]
    for party, role, _ in roles:
        if role and not any(party is one for one in (*informing, *before)):
            party.no_place(party.at("partyRole"), "a court list")
    return _Parties(_informant(informing[0]) if informing else None, before)


def _entries(case: Record, parties: _Parties, fields: dict[str, Any], losses: Losses) -> Iterator[Case]:
    losses.of_each(case, "party")
    for party in parties.before:
        try:
            yield built(Case, fields | _who(party), party)
        except Refused as refusal:
            losses.refuse(refusal, party.path)
    if not parties.before and not case.malformed("party"):
        where, cure = case.at("party"), "send the party whose role is DEFENDANT"
        problem = Problem("common_platform.no_defendant", where, "names nobody who is before the court", cure)
        losses.refuse(Refused(problem), where)


def _names_organisation(party: Record) -> bool:
    return party.only("organisationDetails").has("organisationName")


def _informant(party: Record) -> str | None:
    return party.only("organisationDetails").text("organisationName")


def _who(party: Record) -> dict[str, Any]:
    person, company = party.child("individualDetails"), party.child("organisationDetails")
    name = _name(person) if person else None
    organisation = company.text("organisationName") if company else None
    numbers = {"arrest_summons_number": person.text("asn"), "pnc_id": person.text("pncId")} if person else {}
    if name is None and organisation is None:
        doubt_no_name(person or party, "individualSurname", any(numbers.values()))
    return {
        "defendant": _company(company) if company and name is None and organisation else _person(person, name, numbers),
        "defendant_age": person.number("age", 150) if person else None,
        "bail_status": _in_custody(person),
        "offences": [found for offence in party.each("offence") if (found := _offence(offence))],
    }


def _company(company: Record) -> dict[str, Any]:
    return {
        "organisation": company.text("organisationName"),
        "address": _address(company.child("organisationAddress")),
    }


def _person(person: Record | None, name: dict[str, Any] | None, numbers: dict[str, Any]) -> dict[str, Any]:
    if person is None:
        return {}
    return numbers | {
        "name": name,
        "date_of_birth": birth_of(person, "dateOfBirth"),
        "sex": read_sex(person),
        "nationality": person.text("nationality"),
        "address": _address(person.child("address")),
    }


def _in_custody(person: Record | None) -> str | None:
    return "in custody" if person is not None and person.flag("inCustody") else None


def _name(person: Record) -> dict[str, Any] | None:
    given = [word for name in ("individualForenames", "individualMiddleName") for word in words_of(person.text(name))]
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
