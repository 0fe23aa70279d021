"""The probation adapter: its systems by name, the agencies that their files name, and the documents of a case."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import adapters.systems.probation
from adapters.catalogue import Adapters, shipped_profiles
from adapters.contract import System
from adapters.systems.probation.adapter import systems
from schemas.parts.document import Attachment
from schemas.problem import Refused
from tests.unit.mapping.mapping_profiles import outbound

SAMPLES = Path(adapters.systems.probation.__path__[0]) / "samples"
SYSTEMS = {system.name: system for system in systems(shipped_profiles("probation"))}
PDF = b"%PDF-1.4\n%%EOF\n"
CASE: dict[str, Any] = {
    "transfer_reference": "TR-1",
    "to_area": "probation-kent",
    "requested_at": "2026-03-02T00:00:00Z",
    "offender": {"name": {"surname": "Mockford", "forenames": ["Pat"]}, "crn": "D271828"},
}
ATTACHMENT = Attachment("report.pdf", "application/pdf", sha256(PDF).hexdigest(), PDF)
DOCUMENT = {"name": "report.pdf", "media_type": "application/pdf", "sha256": ATTACHMENT.sha256, "size_bytes": len(PDF)}


def system(name: str) -> System:
    return SYSTEMS[f"probation.{name}"]


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def test_every_profile_is_a_system_of_the_exchange() -> None:
    found = Adapters.discover().systems
    assert SYSTEMS.keys() <= found.keys() and len(SYSTEMS) == 12
    assert "probation" not in found


def test_an_operators_folder_adds_to_the_shipped_profiles(tmp_path: Path) -> None:
    (text,) = [source.text for source in shipped_profiles("probation") if source.name == "cornwall.toml"]
    other = text.replace('name = "cornwall"', 'name = "ourtown"').replace("KERNOW-CASES", "OURTOWN")
    (tmp_path / "ourtown.toml").write_text(other, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a profile")
    assert Adapters.discover(tmp_path).systems.keys() - Adapters.discover().systems.keys() == {"probation.ourtown"}


def test_an_operators_profile_takes_the_place_of_the_shipped_one_with_its_file_name(tmp_path: Path) -> None:
    (text,) = [source.text for source in shipped_profiles("probation") if source.name == "cornwall.toml"]
    (tmp_path / "cornwall.toml").write_text(text.replace("KERNOW-CASES", "THE-REAL-ONE"), encoding="utf-8")
    found = Adapters.discover(tmp_path).systems
    assert found.keys() == Adapters.discover().systems.keys()
    real = sample("cornwall/transfers.json").replace(b"KERNOW-CASES", b"THE-REAL-ONE")
    assert found["probation.cornwall"].recognises(real)
    assert not found["probation.cornwall"].recognises(sample("cornwall/transfers.json"))


def test_an_operators_profile_that_is_wrong_is_left_out_with_its_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "ourtown.toml").write_text('name = "ourtown"\n')
    (tmp_path / "icms.toml").write_bytes(b"\xff\xfe")
    found = Adapters.discover(tmp_path)
    assert {problem.where for problem in found.systems.broken_profiles["ourtown"]} == {"ourtown.toml line 1"}
    assert [problem.code for problem in found.systems.broken_profiles["icms"]] == ["profile.not_utf8"]
    assert found.systems.keys() == Adapters.discover().systems.keys() - {"probation.icms"}
    with pytest.raises(Refused, match=r"profiles\.unreadable"):
        Adapters.discover(tmp_path / "nowhere")


def test_the_sender_and_its_number_for_the_message_are_those_of_the_file() -> None:
    first, second = system("icms").decode(sample("icms/transfers.csv"), {}).drafts
    assert (first.sender, first.reference, second.reference) == ("probation-suffolk", "1001", "1002")
    assert first.payload.named() == ("probation-essex",)


def test_a_record_without_a_number_gets_one_from_its_content() -> None:
    body = sample("crams/transfer_reply.csv")
    first, second = system("crams").decode(body, {}).drafts
    assert first.reference != second.reference and len(first.reference) == 32
    header, one, two, _ = body.split(b"\r\n", 3)
    turned = b"\r\n".join([header, two, one, b"END,2", b""])
    assert [d.reference for d in system("crams").decode(turned, {}).drafts] == [second.reference, first.reference]
    result = system("crams").decode(b"\r\n".join([header, one, one, b"END,2", b""]), {})
    assert [problem.code for problem in result.refused] == ["reference.duplicate"]


def test_a_constant_sender_is_used_where_the_file_names_none() -> None:
    body = sample("cornwall/transfers.json").replace(b'"sender": "probation-cornwall",', b"")
    assert {draft.sender for draft in system("cornwall").decode(body, {}).drafts} == {"probation-cornwall"}


def test_a_moment_of_sending_is_read() -> None:
    first, _ = system("dmp").decode(sample("dmp/transfers.xml"), {}).drafts
    assert first.sent_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_a_document_travels_from_one_layout_to_another() -> None:
    (case,) = [d for d in system("crams").decode(sample("crams/case_transfer.csv"), {}).drafts if d.attachments]
    payload = case.payload.model_dump(mode="json", exclude_none=True)
    for name in ("dmp", "promise", "ioss", "lotus_notes", "word_processed"):
        written = system(name).encode(outbound("case_transfer", payload, *case.attachments))
        assert not [path for path in written.unexpressed if path.startswith("documents")]
        (back,) = system(name).decode(written.body, {}).drafts
        assert [one.content for one in back.attachments] == [one.content for one in case.attachments]


@pytest.mark.parametrize("name", ["clio", "npims", "cornwall", "crams_limited", "probis", "icms"])
def test_a_layout_that_cannot_carry_a_document_says_so_and_does_not_name_it(name: str) -> None:
    payload = CASE | {"documents": [DOCUMENT]}
    written = system(name).encode(outbound("case_transfer", payload, ATTACHMENT))
    assert {f"documents[0].{key}" for key in DOCUMENT} <= set(written.unexpressed)
    assert b"report.pdf" not in written.body


def test_a_document_whose_bytes_the_recipient_may_not_have_is_not_named() -> None:
    payload = CASE | {"documents": [DOCUMENT]}
    assert b"report.pdf" in system("dmp").encode(outbound("case_transfer", payload, ATTACHMENT)).body
    written = system("dmp").encode(outbound("case_transfer", payload))
    assert b"report.pdf" not in written.body and "documents[0].name" in written.unexpressed


def test_json_has_true_numbers_and_truth_values_where_the_profile_asks_for_them() -> None:
    offence = {"sequence": 2, "final_disposal": False, "code": "TH68010"}
    orders = [{"type": "order", "hours_ordered": "120"}, {"type": "order", "hours_ordered": "about 120"}]
    payload = CASE | {"offences": [offence], "orders": orders}
    written = system("promise").encode(outbound("case_transfer", payload))
    (case,) = json.loads(written.body)["transfers"]
    assert case["offences"] == [{"number": 2, "code": "TH68010", "final": False}]
    assert [order["hours"] for order in case["orders"]] == [120, "about 120"]
    assert written.unexpressed == ()


def test_what_an_entry_of_a_group_lacks_is_reported_at_its_own_line() -> None:
    body = sample("icms/transfers.csv").replace(b"OR;Probation order", b"OR;")
    result = system("icms").decode(body, {})
    assert result.refused == ()
    doubts = [(one.code, one.where) for one in result.drafts[0].doubts]
    assert doubts == [("field.missing", "record 1, line 7, column type")]


def icms_with_document(name: str = "report.pdf") -> bytes:
    body = sample("icms/transfers.csv")
    row = f"DC;{name};the report\r\n".encode()
    return body.replace(b"TR;1002", row + b"TR;1002").replace(
        b"ZZ;2", row.replace(name.encode(), b"other.pdf") + b"ZZ;2"
    )


def test_a_document_beside_the_file_is_taken_by_the_record_that_names_it() -> None:
    beside = {"report.pdf": ATTACHMENT, "other.pdf": Attachment("other.pdf", "application/pdf", "", PDF + b" ")}
    result = system("icms").decode(icms_with_document(), beside)
    assert result.refused == ()
    assert [[one.name for one in draft.attachments] for draft in result.drafts] == [["report.pdf"], ["other.pdf"]]
    documents = result.drafts[0].payload.model_dump()["documents"]
    assert (documents[0]["media_type"], documents[0]["sha256"]) == ("application/pdf", ATTACHMENT.sha256)


def test_a_document_that_did_not_come_and_one_that_nobody_names_are_reported_without_their_names() -> None:
    beside = {"report.pdf": ATTACHMENT, "Mockford.pdf": ATTACHMENT}
    result = system("icms").decode(icms_with_document(), beside)
    assert [draft.reference for draft in result.drafts] == ["1001"]
    assert [problem.code for problem in result.refused] == ["document.missing", "document.unreferenced"]
    assert not [problem for problem in result.refused if "Mockford" in problem.where + problem.problem]


def test_a_document_declared_as_pdf_that_is_not_one_is_refused() -> None:
    beside = {name: Attachment(name, "application/pdf", "", b"PK\x03\x04") for name in ("report.pdf", "other.pdf")}
    with pytest.raises(Refused, match=r"document\.not_pdf"):
        system("icms").decode(icms_with_document(), beside)


def test_an_unknown_code_is_kept_and_flagged_and_an_unknown_answer_refused() -> None:
    body = sample("crams/case_transfer.csv").replace(b",CO,", b",XYZ,")
    draft = system("crams").decode(body, {}).drafts[0]
    assert draft.payload.model_dump()["orders"][0]["type"] == "XYZ"
    assert [doubt.code for doubt in draft.doubts] == ["profile.code_unknown"]
    assert draft.doubts[0].where == "record 1, line 2, number 1, column ORDER#_TYPE"


def test_what_the_system_only_takes_is_not_taken_from_it() -> None:
    payload = {"requested_at": "2026-01-20T11:15:00Z", "court": {"ou_code": "B10JQ00"}, "defendant": {"crn": "D271828"}}
    body = system("dmp").encode(outbound("report_request", payload)).body
    with pytest.raises(Refused, match=r"profile\.one_way"):
        system("dmp").decode(body, {})


def test_a_kind_or_version_without_an_exchange_is_refused() -> None:
    with pytest.raises(Refused, match=r"profile\.no_exchange"):
        system("clio").encode(outbound("never_agreed", {}))
    with pytest.raises(Refused, match=r"profile\.no_exchange"):
        system("clio").encode(outbound("case_transfer", {}, version=2))


def test_a_case_of_more_orders_than_there_are_columns_says_which_were_left_out() -> None:
    orders = [{"type": f"order {number}"} for number in range(5)]
    payload = CASE | {"orders": orders}
    assert system("crams").encode(outbound("case_transfer", payload)).unexpressed == (
        "orders[3].type",
        "orders[4].type",
    )
    assert system("dmp").encode(outbound("case_transfer", payload)).unexpressed == ()
