"""Reads one defendant in one prosecution case of a hearing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from adapters.systems.common_platform.decoding.drafts import usable_code
from adapters.systems.common_platform.decoding.losses import Losses
from adapters.systems.common_platform.decoding.notes import Notes
from adapters.systems.common_platform.decoding.offences import read_offence
from adapters.systems.common_platform.decoding.people import Custody, read_associated, read_custody, read_defendant
from adapters.systems.common_platform.decoding.record import Record
from adapters.systems.common_platform.decoding.results import ReadResult, read_results
from adapters.systems.common_platform.decoding.sharing import Release, Sharing
from schemas.problem import Problem, Refused


@dataclass(frozen=True, slots=True)
class Attendance:
    """One day of `attendanceDays`, as it is passed on, and its place."""

    values: dict[str, Any]
    place: str


@dataclass(slots=True)
class Entry:
    """`case` holds the fields of the case, `markers` its markers. A value for which a list or a result has no field is
    doubted when the list or result is made."""

    where: str
    number: str
    case: dict[str, Any]
    markers: list[str]
    defendant: dict[str, Any]
    custody: Custody
    associated: list[dict[str, Any]]
    offences: list[dict[str, Any]]
    sharing: Sharing
    notes: Notes
    defendant_id: str | None
    ids: frozenset[str] = frozenset()
    attendance: list[Attendance] = field(default_factory=list)

    def is_of(self, ids: frozenset[str]) -> bool:
        return not self.ids.isdisjoint(ids)

    def results(self) -> list[ReadResult]:
        return [result for offence in self.offences for result in offence["results"]]

    def releases(self) -> list[Release]:
        """Return the releases of everything that this hearing decided about the defendant, including results that were
        withdrawn since."""
        releases = [*(result.release for result in self.results()), *self.sharing.withdrawn]
        return [release for release in releases if release.own]

    def restrictions(self) -> list[str]:
        return [one["reason"] for offence in self.offences for one in offence.get("reporting_restrictions", ())]


@dataclass(frozen=True, slots=True)
class Party:
    """A defendant and their offences, with the case that they are in."""

    defendant: Record
    offences: list[Record]
    case: dict[str, Any]
    markers: list[str]
    number: str | None
    numbered_at: str
    hearing_id: str | None


def read_entries(hearing: Record, losses: Losses) -> list[Entry]:
    """Read the entries. Bad ones go to `losses`."""
    entries: list[Entry] = []
    for party in _parties(hearing, losses):
        try:
            entries.append(entry_of(party))
        except Refused as refusal:
            losses.refuse(refusal, party.defendant.path)
    return entries


def _parties(hearing: Record, losses: Losses) -> Iterator[Party]:
    for case in losses.of_each(hearing, "prosecutionCases", apart=True):
        fields, number = read_case(case)
        fields["id"], fields["type"] = case.text("id"), case.text("initiationCode")
        markers = [text for marker in case.each("caseMarkers") if (text := marker.either(*_MARKER))]
        defendants = losses.of_each(case, "defendants", apart=True)
        case.leftovers()
        if not defendants and not case.malformed("defendants"):
            where, cure = case.at("defendants"), "send the defendants of the case"
            losses.refuse(Refused(Problem("common_platform.no_defendant", where, "names nobody", cure)), where)
        for defendant in defendants:
            defendant.notes.include(case.notes)
            offences = defendant.each("offences")
            yield Party(defendant, offences, fields, markers, number, f"{case.path}.{_NUMBER}", hearing.text("id"))


_LABEL_MAX = 250
_NUMBER = "prosecutionCaseIdentifier.caseURN"
_MARKER = ("markerTypeDescription", "markerTypeCode")


def read_case(case: Record) -> tuple[dict[str, Any], str | None]:
    """Return the fields that the case's identifier gives, and the reference of the case."""
    named = case.only("prosecutionCaseIdentifier")
    urn = named.text("caseURN", "caseUrn")
    if urn is not None and (len(urn) > _LABEL_MAX or named.has("prosecutionAuthorityReference")):
        urn = usable_code(named, urn, "reference of the case")
    informant = named.either("prosecutionAuthorityName", "prosecutionAuthorityCode")
    return {"urn": urn, "informant": informant}, urn or named.text("prosecutionAuthorityReference")


def entry_of(party: Party) -> Entry:
    """Return the entry. Raises Refused if nobody, or no case, is named. Then the place is that of the reference that is
    missing or cannot be used."""
    defendant, sharing = party.defendant, Sharing(party.hearing_id)
    if party.number is None:
        problem = f"is no reference of a case, so {defendant.path} cannot be accepted"
        cure = "send the reference of the case"
        raise Refused(Problem("common_platform.no_case_number", party.numbered_at, problem, cure))
    who, custody = read_defendant(defendant), read_custody(defendant)
    offences = [found for offence in party.offences if (found := read_offence(offence, sharing))]
    whole = defendant.each("defendantCaseJudicialResults", "judicialResults")
    add_to_case(defendant, offences, read_results(whole, sharing))
    own = defendant.text("id", "defendantId")
    master = defendant.text("masterDefendantId")
    associated = read_associated(defendant)
    defendant.leftovers()
    return Entry(
        where=defendant.path,
        number=party.number,
        case=dict(party.case),
        markers=party.markers,
        defendant=who,
        custody=custody,
        associated=associated,
        offences=offences,
        sharing=sharing,
        notes=defendant.notes,
        defendant_id=own,
        ids=frozenset(filter(None, (own, master))),
    )


def add_to_case(holder: Record, offences: list[dict[str, Any]], results: list[ReadResult]) -> None:
    """Add results of the whole case. A result that names its offence goes to it. A message has no place for the others,
    so they go to the first offence, as in the platform's results for the police."""
    for result in results:
        named = next((one for one in offences if one["id"] and one["id"] == result.offence_id), None)
        if named is not None:
            named["results"].append(result)
            continue
        if not offences:
            offences.append({"id": None, "results": []})  # a sentence must not be lost because it has no offence
            holder.doubt_here("common_platform.no_offences", "has results but no offence", "send the offences too")
        offences[0]["results"].append(result)
        problem = "is decided for the whole case; it is passed on as a result of the first offence"
        cure = "nothing"
        result.record.doubt_here("common_platform.result_of_case", problem, cure)
