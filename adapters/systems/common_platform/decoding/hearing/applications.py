"""Reads applications: each concerns a defendant, and one case or several.

The platform reports an application with results to the police as an offence with the code of its type. It is read in
the same way here. If it concerns several cases, each case gets a result of its own, with its offences and the
application.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from adapters.fitting import joined
from adapters.systems.common_platform.decoding.hearing.entries import Entry, Party, entry_of, read_case
from adapters.systems.common_platform.decoding.losses import Losses
from adapters.systems.common_platform.decoding.offences import read_application, read_offence
from adapters.systems.common_platform.decoding.people import read_custody, read_defendant
from adapters.systems.common_platform.decoding.record import Record
from adapters.systems.common_platform.decoding.sharing import Sharing
from schemas.problem import Problem, Refused


@dataclass(frozen=True, slots=True)
class _Group:
    """One of the cases that the application concerns. `of_order` says that only the order behind the application names
    the case; then the application itself is not added to it."""

    number: str | None
    case: dict[str, Any]
    where: str
    of_order: bool
    offences: tuple[Record, ...] = ()


def add_applications(hearing: Record, entries: list[Entry], losses: Losses) -> None:
    """Add each application to the listed defendant that it concerns; otherwise it is an entry of its own. Bad ones go
    to `losses`."""
    for application in losses.of_each(hearing, "courtApplications", apart=True):
        try:
            _add(application, hearing, entries, losses)
        except Refused as refusal:
            losses.refuse(refusal, application.path)


def _add(application: Record, hearing: Record, entries: list[Entry], losses: Losses) -> None:
    who, groups = _who(application), list(_groups(application))
    if who is None or all(group.number is None for group in groups):
        _about_nobody(application, groups, hearing, entries)
        return
    made: list[tuple[Entry, bool]] = []
    for group in groups:
        try:
            made.append((_entry(application, who, group, hearing, entries), group.of_order))
        except Refused as refusal:
            losses.refuse(refusal, application.path)
    _add_application(application, hearing.text("id"), [entry for entry, of_order in made if not of_order])
    _other_parties(application, who, [entry for entry, _ in made])
    who.settled()  # it was read separately for each entry
    application.leftovers()
    for entry, _ in made:
        entry.notes.include(application.notes)


def _add_application(application: Record, hearing_id: str | None, entries: list[Entry]) -> None:
    if not application.has("judicialResults"):
        return
    sharing = Sharing(hearing_id)
    own = read_application(application, sharing)
    for entry in entries:
        entry.sharing.withdrawn.extend(sharing.withdrawn)
        if own is not None:
            entry.offences.append(own | {"results": list(own["results"])})


def _who(application: Record) -> Record | None:
    """Return the person whom it concerns: its subject, otherwise its applicant."""
    for name in ("subject", "applicant"):
        party = application.child(name)
        found = party.child("masterDefendant", "defendant") if party else None
        if found is not None:
            return found
    return None


def _groups(application: Record) -> Iterator[_Group]:
    """Yield the cases, each with its offences. Without a case, the application's own reference is used as the case
    number."""
    reference, kind = application.text("applicationReference"), _kind(application)
    made_in, of_order = application.each("courtApplicationCases"), application.only("courtOrder")
    parts: dict[str | None, list[_Group]] = {}
    for case in [*made_in, *of_order.each("courtOrderOffences")]:
        fields, number = read_case(case)
        fields |= {"id": case.text("prosecutionCaseId"), "type": kind}
        offences = (*case.each("offences"), *filter(None, [case.child("offence")]))
        only_of_order = bool(made_in) and case not in made_in
        part = _Group(number or reference, fields, case.path, only_of_order, offences)
        parts.setdefault(part.number, []).append(part)
    if not parts:
        none = {"urn": None, "informant": None, "id": None, "type": kind}
        parts[reference] = [_Group(reference, none, application.path, False)]
    numbers = [number for number in parts if number]
    application.names("applicationReference", *numbers, ",".join(numbers))
    for same in parts.values():
        offences = tuple(offence for part in same for offence in part.offences)
        # the parts of one case give the same fields
        yield replace(same[0], of_order=all(part.of_order for part in same), offences=offences)


def _kind(application: Record) -> str | None:
    return application.only("type").either("type", "applicationType") or application.text("applicationType")


def _about_nobody(application: Record, groups: list[_Group], hearing: Record, entries: list[Entry]) -> None:
    """Report an application that concerns no defendant. Nothing is lost only if it has no results and the hearing has
    other entries."""
    decides = any(one.has("judicialResults") for one in (application, *(o for group in groups for o in group.offences)))
    if not entries or decides:
        application.refuse(
            "common_platform.no_defendant",
            None,
            "is an application that does not concern a defendant of a case",
            "send it to its own recipient: it is neither a listed case nor a result",
        )
    problem = "an application does not concern a defendant of a case; it is not passed on"
    application.left_out("common_platform.application", problem, "nothing: it is neither a listed case nor a result")
    hearing.notes.include(application.notes)


def _entry(application: Record, who: Record, group: _Group, hearing: Record, entries: list[Entry]) -> Entry:
    """Return the entry for one case. Raises Refused if the case has no reference, or nobody is named."""
    # a case has each defendant once
    entry = next((one for one in entries if one.number == group.number and one.is_of(_ids(who))), None)
    if entry is None:
        party = Party(who.fresh(), list(group.offences), group.case, [], group.number, group.where, hearing.text("id"))
        entry = entry_of(party)
        entry.where = application.path
        entry.ids |= _ids(who)
        entries.append(entry)
        return entry
    kinds = dict.fromkeys(filter(None, (entry.case["type"], group.case["type"])))
    entry.case["type"] = joined("; ", kinds) or None
    informant = group.case["informant"]
    if informant and entry.case["informant"] not in (None, informant):
        problem = "its case names a different prosecutor from the listed case; that of the listed case was used"
        application.doubt_here("common_platform.contradiction", problem, "correct the one that is wrong")
    entry.case["informant"] = entry.case["informant"] or informant
    for offence in group.offences:
        _merge(entry, offence)
    _compare(entry, who)
    return entry


def _merge(entry: Entry, record: Record) -> None:
    """Merge an offence that is in the prosecution case too: it is one offence, and its results may be in either
    place."""
    same = next((one for one in entry.offences if one["id"] and one["id"] == record.text("id", "offenceId")), None)
    if same is None:
        offence = read_offence(record, entry.sharing)
        if offence is not None:
            entry.offences.append(offence)
        return
    again = read_offence(record, entry.sharing) or {"results": []}
    for name, value in again.items():
        if name == "results":
            held = [one.written() for one in same["results"]]
            same["results"] += [result for result in value if result.written() not in held]
        elif value not in (None, [], ()) and same.get(name) in (None, [], ()):
            same[name] = value
        elif value not in (None, [], ()) and value != same[name]:
            problem = f"the offence's {name} differs from that of the case; that of the case was used"
            record.doubt_here("common_platform.contradiction", problem, "correct the one that is wrong")


def _compare(entry: Entry, again: Record) -> None:
    """Compare a defendant who is in the prosecution case too. The prosecution case is used; details only in the
    application are added, and differences are doubted."""
    again = again.fresh()
    who, custody = read_defendant(again), read_custody(again)
    for held, said in (
        (entry.defendant, who),
        (entry.custody.listed, custody.listed),
        (entry.custody.resulted, custody.resulted),
    ):
        for name, value in said.items():
            if value in (None, [], ()):
                continue
            if held.get(name) in (None, [], ()):
                held[name] = value
            elif held[name] != value:
                problem = f"the defendant's {name} differs from that of the case; that of the case was used"
                where = Problem("common_platform.contradiction", again.path, problem, "correct the one that is wrong")
                entry.notes.add(where, f"{again.path}:{name}")
    _ids(again)
    again.leftovers()
    entry.notes.include(again.notes)


def _ids(who: Record) -> frozenset[str]:
    cases = [one.text("defendantId") for one in who.each("defendantCase")]
    return frozenset(filter(None, (who.text("masterDefendantId"), who.text("id"), *cases)))


def _other_parties(application: Record, who: Record, made: list[Entry]) -> None:
    """If another party is the defendant again, differences are doubted. Other parties are doubted as unread."""
    for name in ("respondents", "thirdParties"):
        for party in application.each(name):
            again = party.child("masterDefendant", "defendant")
            if again is None or not (_ids(again) & _ids(who)):
                continue
            for entry in made:
                _compare(entry, again)
            again.settled()
