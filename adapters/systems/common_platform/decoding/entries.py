"""One defendant in one prosecution case of a hearing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from adapters.systems.common_platform.decoding.offences import read_offence
from adapters.systems.common_platform.decoding.people import read_bail, read_defendant, read_guardian
from adapters.systems.common_platform.decoding.record import Notes, Record
from adapters.systems.common_platform.decoding.results import Sharing, read_results
from schemas.problem import Problem, Refused


@dataclass(slots=True)
class Entry:
    """`case` holds the fields of a listed case, `bail` those that only a result has."""

    where: str
    number: str
    case: dict[str, Any]
    defendant: dict[str, Any]
    bail: dict[str, Any]
    guardian: dict[str, Any] | None
    offences: list[dict[str, Any]]
    sharing: Sharing
    notes: Notes
    defendant_id: str | None
    ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Party:
    """Where a defendant and their offences stand."""

    defendant: Record
    offences: list[Record]
    case: dict[str, Any]
    number: str | None
    hearing_id: str | None


def read_entries(hearing: Record, refused: list[Problem]) -> list[Entry]:
    """Bad ones go to `refused`; the others go on."""
    entries: list[Entry] = []
    for party in _parties(hearing, refused):
        try:
            entries.append(entry_of(party))
        except Refused as refusal:
            refused.extend(refusal.problems)
    return entries


def _parties(hearing: Record, refused: list[Problem]) -> Iterator[Party]:
    for case in hearing.apart("prosecutionCases"):
        fields, number = _case(case)
        defendants = case.apart("defendants")
        case.leftovers()
        if not defendants:
            refused.append(
                Problem(
                    "common_platform.no_defendant",
                    case.at("defendants"),
                    "names nobody",
                    "send the defendants of the case",
                )
            )
        for defendant in defendants:
            defendant.notes.include(case.notes)
            yield Party(defendant, defendant.each("offences"), fields, number, hearing.text("id"))


def _case(case: Record) -> tuple[dict[str, Any], str | None]:
    named = case.only("prosecutionCaseIdentifier").ignore()
    urn = named.text("caseURN", "caseUrn")
    markers = [text for marker in case.each("caseMarkers") if (text := marker.text("markerTypeDescription"))]
    fields = {
        "id": case.text("id"),
        "urn": urn,
        "type": case.text("initiationCode"),
        "informant": named.text("prosecutionAuthorityName", "prosecutionAuthorityCode"),
        "marker": "; ".join(markers) or None,
    }
    return fields, urn or named.text("prosecutionAuthorityReference")


def entry_of(party: Party) -> Entry:
    defendant, sharing = party.defendant, Sharing(party.hearing_id)
    if party.number is None:
        defendant.refuse(
            "common_platform.no_case_number", None, "its case has no caseURN", "send the reference of the case"
        )
    who, bail = read_defendant(defendant), read_bail(defendant)
    offences = [read_offence(offence, sharing) for offence in party.offences]
    whole = read_results(defendant, sharing, "defendantCaseJudicialResults", "judicialResults")
    add_to_first(defendant, offences, whole)
    guardian, marker = read_guardian(defendant), _marker(party)
    own = defendant.text("id", "defendantId")
    master = defendant.text("masterDefendantId")
    defendant.leftovers()
    return Entry(
        where=defendant.path,
        number=party.number,
        case=party.case | {"marker": marker},
        defendant=who,
        bail=bail,
        guardian=guardian,
        offences=offences,
        sharing=sharing,
        notes=defendant.notes,
        defendant_id=own,
        ids=frozenset(filter(None, (own, master))),
    )


def _marker(party: Party) -> str | None:
    """The markers of the case, and the reporting restrictions of its offences, which bind whoever reads the list."""
    restricted = [one for offence in party.offences for one in offence.each("reportingRestrictions")]
    restrictions = [one.ignore().text("label") for one in restricted]
    return "; ".join(dict.fromkeys(filter(None, [party.case["marker"], *restrictions]))) or None


def add_to_first(holder: Record, offences: list[dict[str, Any]], results: list[dict[str, Any]]) -> None:
    """A result of the whole case has no place of its own in a message: it stands with the first offence."""
    if not results:
        return
    if not offences:
        holder.refuse("common_platform.no_offences", None, "has results and no offence", "send the offences too")
    offences[0]["results"] = [*offences[0]["results"], *results]
    holder.doubt(
        "common_platform.result_of_case",
        "defendantCaseJudicialResults",
        "is decided for the whole case; it stands with the first offence",
        "nothing, if that is understood",
    )
