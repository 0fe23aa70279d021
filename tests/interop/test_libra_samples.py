"""The courts' own made-up lists, from beside the repository, read unchanged."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.contract import Outbound
from adapters.systems.libra.adapter import system
from schemas.problem import Refused

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not beside this repository")


def read(name: str) -> bytes:
    return (SAMPLES / "libra" / name).read_bytes()


def test_the_list_of_two_cases_is_read_whole() -> None:
    decoded = system().decode(read("sample-request.xml"), {})
    (draft,) = decoded.drafts
    assert (decoded.refused, draft.doubts) == ((), ())
    assert draft.reference == "09233523-345b-4351-b623-5dsf35sgs5d6/B10JQ00/2020-10-26"
    counts = draft.payload.counts()
    assert (counts["sessions"], counts["cases"], counts["offences"]) == (1, 2, 2)
    assert [who.cro_number for who in draft.payload.about()] == ["CR0006100061", "CR0006200062"]
    name = draft.payload.about()[1].name
    assert name is not None and name.forenames == ("Theremin", "Flux", "Capacitor")


def test_the_file_of_several_days_and_rooms_becomes_three_lists() -> None:
    decoded = system().decode(read("multi-day-and-court-room-request.xml"), {})
    assert decoded.refused == ()
    assert [draft.reference.partition("/")[2] for draft in decoded.drafts] == [
        "B10JQ01/2020-10-26",
        "B10JQ02/2020-10-26",
        "B10JQ01/2020-02-27",
    ]
    assert [draft.payload.counts()["cases"] for draft in decoded.drafts] == [1, 1, 1]
    doubts = [[problem.code for problem in draft.doubts] for draft in decoded.drafts]
    assert doubts == [[], [], ["libra.dates_disagree"]]


def test_the_request_without_a_document_is_refused() -> None:
    with pytest.raises(Refused, match=r"libra\.no_documents at line 14"):
        system().decode(read("sample-request-invalid-xml.xml"), {})


def test_every_list_comes_back_the_same() -> None:
    for name in ("sample-request.xml", "multi-day-and-court-room-request.xml"):
        for draft in system().decode(read(name), {}).drafts:
            payload = draft.payload.model_dump(mode="json")
            sent_at = datetime(2030, 1, 1, tzinfo=UTC)
            encoded = system().encode(Outbound("id", "court_list", 1, "a", "b", "r", sent_at, "c", payload))
            assert encoded.unexpressed == ()
            assert system().decode(encoded.body, {}).drafts[0].payload == draft.payload


def test_only_the_lists_are_recognised() -> None:
    found = {path.parent.name for path in SAMPLES.rglob("*.xml") if system().recognises(path.read_bytes())}
    assert found == {"libra"}
    assert not any(system().recognises(path.read_bytes()) for path in SAMPLES.rglob("*.json"))
