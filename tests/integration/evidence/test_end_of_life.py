"""Content at the end of its retention is destroyed, content under a hold stays, and the evidence outlives the
content."""

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import MetaData, text

from hub.disposal.person_named import Given
from hub.disposal.report_files import ReportFormat, as_html, write_report
from hub.errors import ContentDestroyed
from hub.journal.events import Event
from hub.local.demonstration.stories import Step
from hub.store.messages import contents
from schemas.fields import PNC_ID
from tests.conftest import Bench

BY = "officer-one"
LONG = timedelta(days=4_000)


def _fact(body: bytes, name: str) -> str:
    found = re.search(rf'"{name}"\s*:\s*"([^"]+)"'.encode(), body)
    assert found is not None, name
    return found[1].decode()


@dataclass(frozen=True)
class Told:
    """Play the story of a report that reaches the prison: returns its documents, and the ids of its messages."""

    report: bytes
    steps: dict[str, Step]
    ids: dict[str, UUID]

    def fact(self, name: str) -> str:
        return _fact(self.report, name)


@pytest.fixture
def told(bench: Bench) -> Told:
    steps = bench.story()
    ids = {}
    for name in ("report", "sentence"):
        ids[name] = _first(bench.send(steps[name]))
        bench.drain()
    return Told(steps["report"].body, steps, ids)


def _first(receipt: dict[str, Any]) -> UUID:
    return UUID(receipt["messages"][0]["id"])


def _everything(bench: Bench) -> str:
    """Return everything in the database as text, including encrypted columns."""
    with bench.hub.store.transaction() as connection:
        known = MetaData()
        known.reflect(connection)
        rows = [str(tuple(row)) for table in known.sorted_tables for row in connection.execute(table.select())]
        bodies = [
            bytes(row).decode(errors="replace")
            for query in (
                "SELECT payload FROM message",
                "SELECT body FROM raw_document",
                "SELECT content FROM attachment",
            )
            for row in connection.execute(text(query)).scalars()
        ]
    return "\n".join(rows + bodies)


def _opens(bench: Bench, id: UUID) -> bool:
    try:
        with bench.hub.store.transaction() as connection:
            return bool(contents.payload_of(connection, id))
    except ContentDestroyed:
        return False


def test_nothing_is_destroyed_before_its_time(bench: Bench, told: Told) -> None:
    done = bench.hub.end_of_life.run_retention(BY)
    assert not done.messages
    assert all(_opens(bench, id) for id in told.ids.values())


def test_what_is_due_cannot_be_opened_and_nothing_of_it_is_unencrypted(bench: Bench, told: Told) -> None:
    pnc, surname = told.fact("pnc_id"), told.fact("surname")
    bench.clock.advance(LONG)
    done = bench.hub.end_of_life.run_retention(BY)
    assert sum(done.messages.values()) == 2, done.as_plain()["kept"]
    for id in told.ids.values():
        with pytest.raises(ContentDestroyed), bench.hub.store.transaction() as connection:
            contents.payload_of(connection, id)
    left = _everything(bench)
    for mark in (pnc, surname, pnc.replace("/", ""), told.fact("reference"), "1988-02-14"):
        assert mark.casefold() not in left.casefold()
    story = bench.hub.stories.show(str(told.ids["report"]))
    assert story["deliveries"][0]["state"] == "delivered"
    assert Event.CONTENT_DESTROYED in [entry["event"] for entry in story["journal"]]


def test_a_dry_run_counts_and_destroys_nothing(bench: Bench, told: Told) -> None:
    bench.clock.advance(LONG)
    first = bench.hub.end_of_life.run_retention(BY, dry_run=True)
    assert first.messages
    assert _opens(bench, told.ids["report"])
    assert bench.hub.end_of_life.run_retention(BY).messages == first.messages
    assert not bench.hub.end_of_life.run_retention(BY).messages


def test_the_time_runs_by_the_longest_protocol_from_the_last_delivery(bench: Bench, told: Told) -> None:
    protocols = {(each.id, each.version): each.retention_days for each in bench.hub.knowledge.registry.protocols}
    with bench.hub.store.transaction() as connection:
        rows = connection.execute(
            text("SELECT protocol, protocol_version FROM delivery WHERE message_id = :id"), {"id": told.ids["report"]}
        ).all()
    longest = max(protocols[tuple(row)] for row in rows)
    bench.clock.advance(timedelta(days=longest, hours=-1))
    bench.hub.end_of_life.run_retention(BY)
    assert _opens(bench, told.ids["report"])
    bench.clock.advance(timedelta(hours=2))
    bench.hub.end_of_life.run_retention(BY)
    assert not _opens(bench, told.ids["report"])


def test_a_hold_on_the_person_stops_it_and_ending_the_hold_resumes(bench: Bench, told: Told) -> None:
    wanted = Given(pnc=told.fact("pnc_id")).one()
    placed = bench.hub.end_of_life.place_hold(wanted, BY, "an inquiry")
    assert placed["covers"] == 2
    bench.clock.advance(LONG)
    done = bench.hub.end_of_life.run_retention(BY).as_plain()
    assert {"why": "legal_hold", "kind": "pre_sentence_report", "count": 1} in done["kept"]
    assert _opens(bench, told.ids["report"])
    bench.hub.end_of_life.end_hold(UUID(placed["id"]), BY, "the inquiry is over")
    bench.hub.end_of_life.run_retention(BY)
    assert not _opens(bench, told.ids["report"])


def test_a_hold_on_the_case_alone_is_enough(bench: Bench, told: Told) -> None:
    wanted = Given(case=told.fact("urn")).one()
    assert bench.hub.end_of_life.place_hold(wanted, BY, "an appeal")["covers"] == 2
    bench.clock.advance(LONG)
    bench.hub.end_of_life.run_retention(BY)
    assert _opens(bench, told.ids["report"])


def test_the_journal_never_learns_whom_a_hold_is_on(bench: Bench, told: Told) -> None:
    pnc = told.fact("pnc_id")
    bench.hub.end_of_life.place_hold(Given(pnc=pnc).one(), BY, "an inquiry")
    with bench.hub.store.transaction() as connection:
        rows = connection.execute(text("SELECT detail::text FROM journal WHERE event LIKE 'hold.%'")).scalars().all()
        held = connection.execute(text("SELECT to_jsonb(h)::text FROM legal_hold h")).scalar_one()
    assert rows and pnc not in "".join(rows) + held


def test_a_clock_that_runs_and_a_quarantined_delivery_hold_it_back(bench: Bench) -> None:
    steps = bench.story()
    bench.send(steps["warrant"])
    bench.drain()
    bench.send(steps["list"])
    with bench.hub.store.transaction() as connection:
        for state in ("sending", "quarantined"):
            connection.execute(text("UPDATE delivery SET state = :state WHERE state <> 'delivered'"), {"state": state})
    bench.clock.advance(LONG)
    kept = bench.hub.end_of_life.run_retention(BY).as_plain()["kept"]
    assert {"why": "clock.open", "kind": "breach_warrant", "count": 1} in kept
    assert {"why": "delivery.quarantined", "kind": "court_list", "count": 1} in kept


def test_the_same_document_sent_again_is_not_taken_for_new(bench: Bench, told: Told) -> None:
    bench.clock.advance(LONG)
    bench.hub.end_of_life.run_retention(BY)
    again = bench.send(told.steps["report"])
    assert UUID(again["messages"][0]["id"]) == told.ids["report"]
    assert "content_destroyed_at" in again


def test_a_refused_document_goes_after_its_own_time(bench: Bench) -> None:
    bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named("court-b10jq"), b"<nothing>to read</nothing>")
    bench.clock.advance(timedelta(days=89))
    assert not bench.hub.end_of_life.run_retention(BY).documents["not_accepted"]
    bench.clock.advance(timedelta(days=2))
    assert bench.hub.end_of_life.run_retention(BY).documents["not_accepted"] == 1
    assert "to read" not in _everything(bench)


def test_a_report_holds_the_subjects_data_and_each_sharing_with_its_clause(
    bench: Bench, told: Told, tmp_path: Path
) -> None:
    wanted = Given(pnc=told.fact("pnc_id"), name=told.fact("surname"), born="1988-02-14").wanted()
    report = bench.hub.end_of_life.subject_report(wanted, BY, "asked by the subject")
    by_id = {message["id"]: message for message in report["messages"]}
    assert set(map(str, told.ids.values())) <= set(by_id)
    mine = by_id[str(told.ids["report"])]
    assert told.fact("surname") in [each["value"] for each in mine["data"]]
    shared = [sharing for sharing in mine["sharings"] if sharing["shared"]]
    assert len(shared) == 2
    assert all(field["clause"] for sharing in shared for field in sharing["fields"])
    assert {"withheld", "passed"} <= {field["action"] for sharing in shared for field in sharing["fields"]}
    whole = json.dumps(report)
    assert told.fact("victim_impact") not in whole
    assert {held["reason"] for held in mine["held_back"]} >= {"about a victim or a witness", "names an official"}
    assert report["counts"]["sharings"] >= 3 and report["supervised"]
    written = write_report(report, tmp_path, list(ReportFormat))
    assert [oct(file.stat().st_mode & 0o777) for file in written] == ["0o600", "0o600"]


def test_a_number_alone_finds_what_other_numbers_of_the_person_lead_to(bench: Bench, told: Told) -> None:
    report = bench.hub.end_of_life.subject_report(Given(crn="X100001").wanted(), BY, "asked by the subject")
    assert {"scheme": "pnc_id", "value": PNC_ID.canonical(told.fact("pnc_id"))} in report["found_by"]


def test_the_journal_says_who_asked_and_why_and_never_about_whom(bench: Bench, told: Told) -> None:
    wanted = Given(pnc=told.fact("pnc_id")).wanted()
    bench.hub.end_of_life.subject_report(wanted, BY, "asked by the subject")
    with bench.hub.store.transaction() as connection:
        query = text("SELECT detail::text FROM journal WHERE event = 'subject.reported'")
        detail = connection.execute(query).scalar_one()
    assert BY in detail and "asked by the subject" in detail and str(told.ids["report"]) in detail
    assert told.fact("pnc_id") not in detail and told.fact("surname") not in detail


def test_a_name_that_is_markup_is_shown_as_text(bench: Bench, told: Told) -> None:
    marked = told.report.replace(b'"surname": "Ashbrook"', b'"surname": "<script>alert(1)</script>"')
    marked = marked.replace(b'-report"', b'-marked"', 1)
    step = told.steps["report"]
    bench.send(replace(step, body=marked))
    wanted = Given(pnc=told.fact("pnc_id")).wanted()
    page = as_html(bench.hub.end_of_life.subject_report(wanted, BY, "asked by <b>the</b> subject"))
    assert "<script>" not in page and "&lt;script&gt;alert(1)" in page
    assert "<b>the" not in page


def test_another_defendant_of_the_same_list_is_held_back(bench: Bench) -> None:
    receipt = bench.send(bench.story()["list"])
    with bench.hub.store.transaction() as connection:
        payload = contents.payload_of(connection, UUID(receipt["messages"][0]["id"]))
    people = [case["defendant"] for session in payload["sessions"] for case in session["cases"]]
    mine, others = people[0], people[1:]
    assert others
    wanted = Given(name=mine["name"]["surname"], born=mine["date_of_birth"]).wanted()
    report = bench.hub.end_of_life.subject_report(wanted, BY, "asked by the subject")
    whole = json.dumps(report)
    assert mine["name"]["surname"] in whole
    for other in others:
        if other["name"]["surname"] != mine["name"]["surname"]:
            assert other["name"]["surname"] not in whole
        assert other.get("date_of_birth") == mine["date_of_birth"] or other["date_of_birth"] not in whole
    held = {each["reason"]: each["count"] for each in report["messages"][0]["held_back"]}
    assert held["about another person of the same message"] > 0
