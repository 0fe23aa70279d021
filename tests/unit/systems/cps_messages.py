"""Small CPS messages to try things on, and short ways to read them. Everyone in them is made up."""

import base64
import copy
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import adapters.systems.cps as package
from adapters.contract import Decoded, Draft, Outbound
from adapters.systems.cps.adapter import system
from schemas.kinds.case_package.v1 import CasePackage
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused

SAMPLES = Path(package.__file__).parent / "samples"
CPS = system()
NAMESPACE = "http://www.cgi.com/CP/CP20/2020-03"


def document(content: bytes = b"%PDF-1.4 made up", name: str = "A.pdf", number: str = "D1", type_: str = "0") -> str:
    encoded = base64.b64encode(content).decode()
    return (
        f"<Document><DocumentId>{number}</DocumentId><MaterialType>{type_}</MaterialType><FileName>{name}</FileName>"
        f"<DocumentContent>{encoded}</DocumentContent></Document>"
    )


DOCUMENT = document()
DEFENDANT = """<Defendant><CMSDefendantID>1</CMSDefendantID><Surname>Sampleton</Surname>
<Forenames>Ada Fictional</Forenames><DOB>1990-02-28</DOB><OUCode>B10JQ00</OUCode>
<ASN>2499ZZ0100000000001D</ASN></Defendant>"""
MATERIAL = f"""<CP20 xmlns="{NAMESPACE}"><TransactionID>7</TransactionID><CompassCaseId>8</CompassCaseId>
<URN>16ZZ0000124</URN><ResponseEmail>a@cps.invalid</ResponseEmail><Documents>{DOCUMENT}</Documents>
<Defendants>{DEFENDANT}</Defendants></CP20>"""

CHARGE: dict[str, Any] = {
    "prosecutionSubmissionDetails": {
        "urn": "16ZZ0000124",
        "prosecutingAuthority": "A16AC00",
        "hearingDetails": {
            "courtHearingLocation": "B10JQ00",
            "dateOfHearing": "2026-06-10",
            "timeOfHearing": "10:00:00",
        },
    },
    "defendants": [
        {
            "defendantDetails": {"prosecutorDefendantId": "D-1", "asn": "2499ZZ0100000000001D"},
            "individual": {
                "nameDetails": {"forename": "Ada", "surname": "Sampleton"},
                "dateOfBirth": "1990-02-28",
                "gender": 2,
            },
            "offences": [
                {
                    "offenceDetails": {
                        "cjsOffenceCode": "TH68010",
                        "offenceSequenceNo": 1,
                        "offenceCommittedDate": "2026-02-03",
                        "offenceWording": "Took a gnome.",
                    },
                    "chargeDate": "2026-02-05",
                }
            ],
        }
    ],
}


def changed(old: str, new: str, text: str = MATERIAL) -> str:
    assert old in text
    return text.replace(old, new)


def charge_with(path: str, value: object) -> dict[str, Any]:
    """CHARGE with another value at `defendants.0.individual.gender`; without it if the value is None."""
    charge = copy.deepcopy(CHARGE)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    holder: Any = charge
    for step in steps:
        holder = holder[step]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return charge


def decode(body: str | bytes, beside: Mapping[str, Attachment] | None = None) -> Decoded:
    return CPS.decode(body if isinstance(body, bytes) else body.encode(), beside or {})


def only(body: str | bytes) -> Draft:
    (draft,) = decode(body).drafts
    return draft


def package_of(body: str | bytes) -> CasePackage:
    payload = only(body).payload
    assert isinstance(payload, CasePackage)
    return payload


def problems_of(body: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refused:
        decode(body)
    return refused.value.problems


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


def outbound(
    payload: Mapping[str, Any], attachments: tuple[Attachment, ...] = (), kind: str = "case_package"
) -> Outbound:
    sent_at = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
    return Outbound("M-1", kind, 1, "cps.example", "area.example", "R", sent_at, "C-1", payload, attachments)
