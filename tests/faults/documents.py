"""What the senders of a fault run send: made-up people, one unit of business at a time, in the hub's own JSON.

Words that a recipient's role may not see contain `withheld_from(role)`, so that a recipient can recognise them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from schemas.fields import check_letter

Message = dict[str, Any]


@dataclass(frozen=True)
class Area:
    """A probation area with the agencies that it works with."""

    probation: str
    court: str
    ou_code: str
    police: str
    force: str
    prison: str


AREAS = (
    Area("probation-northumbria", "court-b10jq", "B10JQ00", "police-northumbria", "10", "prison-durham"),
    Area("probation-cheshire", "court-b07dm", "B07DM00", "police-cheshire", "07", "prison-altcourse"),
    Area("probation-kent", "court-b46db", "B46DB00", "police-kent", "46", "prison-elmley"),
    Area("probation-lancashire", "court-b04ah", "B04AH00", "police-lancashire", "04", "prison-preston"),
    Area("probation-essex", "court-b42az", "B42AZ00", "police-essex", "42", "prison-chelmsford"),
)


def withheld_from(role: str) -> str:
    return f"withheld-from-{role}"


@dataclass(frozen=True)
class Person:
    """`number` makes the person, the case and every reference different from all others of the run."""

    number: int
    area: Area
    now: datetime

    def message(self, kind: str, sender: str, payload: Message, step: str) -> Message:
        return {
            "kind": kind,
            "version": 1,
            "sender": sender,
            "reference": f"F{self.number:06d}-{step}",
            "sent_at": self.now.isoformat(),
            "payload": payload,
        }

    def as_defendant(self) -> Message:
        year, serial = self.number % 30 + 1970, f"{self.number:07d}"
        return {
            "name": {"title": "Mr", "forenames": ["Sample"], "surname": f"Fieldmark {_letters(self.number)}"},
            "date_of_birth": f"{year}-{self.number % 12 + 1:02d}-{self.number % 28 + 1:02d}",
            "sex": "male",
            "pnc_id": f"2009/{serial}{check_letter(int('09' + serial))}",
        }

    def at_home(self) -> Message:
        home = {"lines": [withheld_from("prison"), "Nowhere"], "postcode": "ZX99 9ZZ"}
        return self.as_defendant() | {"address": home, "telephones": [f"01632 {self.number % 1_000_000:06d}"]}

    def as_offender(self) -> Message:
        return self.as_defendant() | {"noms_number": f"{_letters(self.number)[0]}{self.number % 10_000:04d}ZZ"}

    def urn(self) -> str:
        letters = _letters(self.number // 100_000)
        return f"{self.area.force}{letters[-2:]}{self.number % 100_000:05d}{self.now.year % 100:02d}"

    def court(self) -> Message:
        return {"ou_code": self.area.ou_code}


def result(person: Person, edition: int, custodial: bool) -> Message:
    code, text = ("1002", "Imprisonment for 6 months") if custodial else ("1015", "Fine")
    payload = {
        "court": person.court(),
        "hearing_at": person.now.isoformat(),
        "urn": person.urn(),
        "defendant": person.at_home(),
        "bail_conditions": withheld_from("prison"),
        "offences": [
            {
                "sequence": 1,
                "code": "TH68036",
                "wording": f"Took goods. {withheld_from('prison')}",
                "finding": "G",
                "results": [{"code": code, "text": f"{text}, edition {edition}."}],
            }
        ],
    }
    return person.message("hearing_result", person.area.court, payload, f"result-{edition}")


def warrant(person: Person) -> Message:
    payload = {
        "warrant_reference": f"W-{person.number:07d}",
        "issued_at": person.now.isoformat(),
        "court": person.court(),
        "urn": person.urn(),
        "bail": "not_backed_for_bail",
        "defendant": person.as_defendant(),
        "order_breached": "Community order with unpaid work",
        "circumstances": f"Missed three appointments. {withheld_from('probation')}",
    }
    return person.message("breach_warrant", person.area.court, payload, "warrant")


def warrant_update(person: Person, status: str) -> Message:
    payload = {
        "warrant_reference": f"W-{person.number:07d}",
        "status": status,
        "at": person.now.isoformat(),
        "court": person.court(),
        "urn": person.urn(),
        "defendant": person.as_defendant(),
    }
    return person.message("warrant_update", person.area.police, payload, status)


def supervision_started(person: Person, by: Area | None = None) -> Message:
    area = by or person.area
    payload = {
        "supervision_reference": f"SUP-{person.number:07d}",
        "type": "community_order",
        "started_on": person.now.date().isoformat(),
        "offender": person.as_defendant() | {"crn": f"X{person.number:06d}"},
    }
    return person.message("supervision_started", area.probation, payload, f"start-{area.probation}")


def supervision_ended(person: Person, reason: str = "completed", by: Area | None = None) -> Message:
    area = by or person.area
    payload = {
        "supervision_reference": f"SUP-{person.number:07d}",
        "ended_on": person.now.date().isoformat(),
        "reason": reason,
        "offender": person.as_defendant(),
    }
    return person.message("supervision_ended", area.probation, payload, f"end-{area.probation}")


def transfer(person: Person, to: Area) -> Message:
    payload = {
        "transfer_reference": f"T-{person.number:07d}-{to.force}",
        "to_area": to.probation,
        "requested_at": person.now.isoformat(),
        "offender": person.as_defendant(),
    }
    return person.message("case_transfer", person.area.probation, payload, f"transfer-{to.force}")


def transfer_reply(person: Person, by: Area, decision: str = "accepted") -> Message:
    payload = {
        "transfer_reference": f"T-{person.number:07d}-{by.force}",
        "to_area": person.area.probation,
        "decision": decision,
        "decided_at": person.now.isoformat(),
        "offender": person.as_defendant(),
    }
    return person.message("transfer_reply", by.probation, payload, f"reply-{by.force}")


def reconviction(person: Person, reference: str, **named: str) -> Message:
    payload = {
        "record_reference": f"{reference}-{person.number}",
        "offender": person.as_defendant(),
        "convicted_on": person.now.date().isoformat(),
        "offences": [{"sequence": 1, "code": "TH68036", "results": [{"code": "1002"}]}],
    }
    return person.message("reconviction_link", person.area.police, payload | named, reference)


def report_request(person: Person, words: str = "Is unpaid work suitable?") -> Message:
    payload = {
        "purpose": "sentence",
        "report_type": "standard",
        "requested_at": person.now.isoformat(),
        "hearing_at": (person.now + timedelta(days=21)).isoformat(),
        "court": person.court(),
        "urn": person.urn(),
        "instructions": words,
        "defendant": person.at_home(),
        "offences": [{"sequence": 1, "code": "TH68036", "plea": "guilty"}],
    }
    return person.message("report_request", person.area.court, payload, "request")


def report(person: Person) -> Message:
    payload = {
        "court": person.court(),
        "urn": person.urn(),
        "completed_at": person.now.isoformat(),
        "defendant": person.at_home(),
        "author": {"name": "Duty officer", "role": "Probation officer"},
        "offence_analysis": "Planned the same day and committed alone.",
        "likelihood_of_reoffending": "Medium",
        "victim_impact": withheld_from("prison"),
        "proposal": "A community order with unpaid work.",
    }
    return person.message("pre_sentence_report", person.area.probation, payload, "report")


def release(person: Person) -> Message:
    payload = {
        "release_reference": f"R-{person.number:07d}",
        "prison": person.area.prison,
        "area": person.area.probation,
        "released_at": person.now.isoformat(),
        "release_type": "Home Detention Curfew",
        "offender": person.as_offender(),
        "sentence": "6 months",
    }
    return person.message("release_notice", person.area.prison, payload, "release")


def feedback(person: Person) -> Message:
    payload = {
        "release_reference": f"R-{person.number:07d}",
        "prison": person.area.prison,
        "completed_at": person.now.isoformat(),
        "offender": person.as_offender(),
        "summary": "Settled, and in work since the second month.",
    }
    return person.message("sentence_plan_feedback", person.area.probation, payload, "feedback")


def bad_row(person: Person) -> Message:
    """A message that lacks what its kind requires."""
    payload = {"court": person.court(), "defendant": person.as_defendant()}
    return person.message("hearing_result", person.area.court, payload, "bad")


def _letters(number: int) -> str:
    """Return letters for a number, so that every surname is different: B, C, … BB."""

    def digits(rest: int) -> Iterator[str]:
        while True:
            yield chr(ord("A") + rest % 26)
            rest //= 26
            if not rest:
                return

    return "".join(reversed(list(digits(number)))).rjust(2, "A")
