"""The real CPS messages in ../shared/samples, read by the `cps` system. They are not part of this repository."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.contract import Decoded, Outbound
from adapters.systems.cps.adapter import system
from schemas.kinds.case_package.v1 import CasePackage
from schemas.shape import flags_of

SHARED = Path(__file__).resolve().parents[3] / "shared" / "samples"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the real samples (../shared/samples) are not here")
CPS = system()
MATERIAL, CHARGE = "CP20_defendantLevel.xml", "hmcts.cjs.charge-prosecution.json"


def decode(name: str) -> Decoded:
    body = (SHARED / "cps" / name).read_bytes()
    assert CPS.recognises(body)
    return CPS.decode(body, {})


def package(name: str) -> CasePackage:
    (draft,) = decode(name).drafts
    assert isinstance(draft.payload, CasePackage)
    return draft.payload


@pytest.mark.parametrize(
    ("name", "sender", "defendants", "offences", "documents", "doubts"),
    [
        (MATERIAL, "cps:45", 2, 0, 1, []),
        (CHARGE, "cps:01", 2, 4, 0, ["cps.unmapped"] * 14 + ["cps.other_prosecutor"]),
    ],
)
def test_a_case_is_read_whole(
    name: str, sender: str, defendants: int, offences: int, documents: int, doubts: list[str]
) -> None:
    decoded = decode(name)
    (draft,) = decoded.drafts
    assert decoded.refused == ()
    assert (draft.kind, draft.sender) == ("case_package", sender)
    assert draft.payload.counts() == {
        "cases": 1,
        "defendants": defendants,
        "offences": offences,
        "results": 0,
        "victims": 0,
        "documents": documents,
    }
    assert [doubt.code for doubt in draft.doubts] == doubts


def test_the_material_carries_its_document() -> None:
    (draft,) = decode(MATERIAL).drafts
    assert draft.reference == "CP20/230189/45MD0000220"
    (held,) = draft.attachments
    assert held.content.startswith(b"%PDF-1.7") and held.content.rstrip().endswith(b"%%EOF")
    (document,) = package(MATERIAL).documents
    assert (document.media_type, document.size_bytes, document.reference, document.type) == (
        "application/pdf",
        len(held.content),
        "B33622",
        "11",
    )
    assert held.sha256 == document.sha256


def test_the_material_says_whom_it_concerns() -> None:
    material = package(MATERIAL)
    assert [(who.name.surname, who.date_of_birth) for who in material.about() if who.name] == [
        ("PACKET", "1990-03-15"),
        ("DARRY", "1993-01-12"),
    ]
    assert material.facts() == {"force": "45", "court": "B45GC00"}
    assert {flag.path for flag in flags_of(material)} == {
        f"defendants[{n}].defendant.arrest_summons_number" for n in range(2)
    }


def test_the_charge_says_who_is_charged_with_what() -> None:
    charge = package(CHARGE)
    assert [[offence.code for offence in entry.offences] for entry in charge.defendants] == [
        ["CA03013", "TH68023A"],
        ["CD98066", "TH68023"],
    ]
    assert [entry.previous_convictions for entry in charge.defendants] == [3, 3]
    assert charge.facts()["court"] == "B01BH00"


@pytest.mark.parametrize("name", [MATERIAL, CHARGE])
def test_what_was_read_is_written_and_read_again_without_loss(name: str) -> None:
    (draft,) = decode(name).drafts
    payload = draft.payload.model_dump(mode="json", exclude_none=True)
    sent_at = datetime(2030, 1, 1, tzinfo=UTC)
    message = Outbound("M-1", draft.kind, 1, "a", "b", "r", sent_at, "c", payload, draft.attachments)
    encoded = CPS.encode(message)
    assert encoded.unexpressed == ()
    (back,) = CPS.decode(encoded.body, {}).drafts
    assert (back.payload, back.attachments) == (draft.payload, draft.attachments)


def test_the_messages_of_others_are_left_to_them() -> None:
    found = {path.name for path in SHARED.rglob("*") if path.is_file() and CPS.recognises(path.read_bytes())}
    assert {name for name in found if not name.endswith(".xsd")} == {MATERIAL, CHARGE}
