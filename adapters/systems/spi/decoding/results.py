"""Reads a ResultedCaseMessage into hearing results: one for each defendant of each case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from adapters.contract import Draft
from adapters.dates import instant, read_day, read_moment, read_time
from adapters.systems.spi.decoding.defendants import read_defendant
from adapters.systems.spi.decoding.drafts import Drafts
from adapters.systems.spi.decoding.envelope import Found
from adapters.systems.spi.decoding.findings import REFUSALS_MAX, Findings
from adapters.systems.spi.decoding.offences import read_offence
from adapters.systems.spi.decoding.reading import Element
from schemas.kinds.hearing_result.v1 import HearingResult
from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class Results:
    """Reads messages into the drafts of their document."""

    drafts: Drafts

    def read(self, found: Found, doubts: tuple[Problem, ...]) -> None:
        """Read one message. `doubts` concern the whole message and go to each of its drafts."""
        message = Element.of(found.message)
        findings = Findings()
        findings.unread(message.leftovers(skip={"Session"}))
        sessions = list(message.all("Session"))
        if not sessions:
            findings.refuse("spi.no_sessions", message, "contains no Session", "send the session with its cases")
            self.drafts.refused += findings.refusals
        message_id = found.message_id()
        for session in sessions:
            self._session(session, found, message_id, (*doubts, *findings.doubts))

    def _session(self, session: Element, found: Found, message_id: str, doubts: tuple[Problem, ...]) -> None:
        findings = Findings()
        cases = list(session.all("Case"))
        if not cases:
            findings.refuse("spi.no_cases", session, "contains no Case", "send the session with its cases")
        court, hearing_at = _hearing(session, findings, len(cases))
        findings.unread(session.leftovers(skip={"Case"}))
        if findings.refusals or hearing_at is None:
            self.drafts.refused += findings.refusals
            return
        for case in cases:
            for found_values, findings_of_one, at in self._defendants(case):
                values = {"court": court, "hearing_at": hearing_at, **found_values}
                payload = None if findings_of_one.refusals else findings_of_one.checked(HearingResult, values, at)
                if payload is None:
                    self.drafts.refused += findings_of_one.refusals[:REFUSALS_MAX]
                else:
                    self._draft(payload, found, message_id, (*doubts, *findings.doubts, *findings_of_one.doubts), at)

    def _defendants(self, case: Element) -> Iterator[tuple[dict[str, Any], Findings, Element]]:
        of_case = Findings()
        urn = case.text("PTIURN")
        defendants = list(case.all("Defendant"))
        if urn is None:
            of_case.refuse("spi.no_urn", case, "has no PTIURN", "send the case with its unique reference number")
        if not defendants:
            of_case.refuse("spi.no_defendants", case, "names no Defendant", "send the case with its defendants")
        self.drafts.refused += of_case.refusals
        if urn is None:
            return
        others = case.leftovers(skip={"Defendant"})
        for defendant in defendants:
            findings = Findings()
            values = {"urn": urn, **read_defendant(defendant, findings)}
            values["offences"] = [read_offence(offence, findings) for offence in defendant.all("Offence")]
            if not values["offences"]:
                findings.refuse("spi.no_offences", defendant, "has no Offence", "send the offences with their results")
            elif not any(offence["results"] for offence in values["offences"]):
                # What was sent before stays valid: a case that has not been reached takes nothing back.
                problem = "has no Result, so nothing is decided yet, and nothing is passed on about this defendant"
                findings.refuse("spi.not_reached", defendant, problem, "send the results when there are any")
            findings.unread([*others, *defendant.leftovers()])
            yield values, findings, defendant

    def _draft(
        self, payload: HearingResult, found: Found, message_id: str, doubts: tuple[Problem, ...], at: Element
    ) -> None:
        asn = payload.defendant.arrest_summons_number or "-"
        self.drafts.add(
            Draft(
                kind="hearing_result",
                version=1,
                sender=payload.court.ou_code,
                recipient=None,
                reference=f"{message_id}/{payload.urn}/{asn}/{payload.hearing_at.date().isoformat()}",
                payload=payload,
                sent_at=found.facts.sent_at,
                doubts=doubts,
                where=at.where,
            ),
            at,
        )


def _hearing(session: Element, findings: Findings, cases: int) -> tuple[dict[str, Any], datetime | None]:
    """Return the court, and the moment from which the clocks count; None if it was refused."""
    hearing = session.child("CourtHearing/Hearing") or session.child("CourtHearing") or session
    court = {"ou_code": hearing.text("CourtHearingLocation"), "psa_code": session.text("CourtHearing/PSAcode")}
    lost = f"so none of its cases ({cases}) is accepted"
    if court["ou_code"] is None:
        findings.refuse("court.missing", hearing, f"names no CourtHearingLocation, {lost}", "send the court's OU code")
    day = hearing.child("DateOfHearing")
    text = day.take() if day else None
    if day is None or text is None:
        findings.refuse("date.missing", hearing, f"gives no DateOfHearing, {lost}", "send the date of the hearing")
        return court, None
    on = read_day(text)
    if on is None:
        findings.refuse("date.impossible", day, f"is not a possible date, {lost}", "correct it: YYYY-MM-DD")
        return court, None
    return court, instant(on, _time_of_hearing(hearing, read_moment(text), findings))


def _time_of_hearing(hearing: Element, stated: datetime | None, findings: Findings) -> time:
    """Return the time. `stated` is the date, if it has a time of its own. Without any time it is the first moment of
    the day, because a clock that counts from the sentence may end early but never late."""
    at = hearing.child("TimeOfHearing")
    found = read_time(text) if at and (text := at.take()) else None
    if found is None and stated is not None and stated.time() != time(0, 0):
        found = stated.time()
    if found is None:
        findings.doubt(
            "spi.no_time",
            at or hearing,
            "gives no TimeOfHearing that can be read, so the clocks count from the start of that day",
            "write HH:MM:SS; until then treat the time as unknown",
        )
    return found or time(0, 0)
