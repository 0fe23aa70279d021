"""A changed protocol is a new version: one person proposes it, another approves it, and it is in force from a later
day."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.approval.proposals import ApprovalRefused
from hub.bootstrap import Hub, build_knowledge
from hub.deadlines.london import LONDON
from hub.errors import ProtocolRefused, ValueUnusable
from hub.lifecycle import VersionState
from hub.settings import Settings
from hub.store.sharing.protocols import KeptVersion
from hub.telemetry.logs import configure_logs
from schemas.problem import Refused
from tests.conftest import Bench, open_store

AREA = "probation-northumbria"
SHIPPED = (files("schemas") / "protocols" / "court-lists.toml").read_text(encoding="utf-8")
FIRST = int(re.findall(r"version = (\d+)", SHIPPED)[0])
ONE, OTHER = "Officer One", "Officer Two"


def today(bench: Bench) -> date:
    return bench.clock.now().astimezone(LONDON).date()


def wording(bench: Bench, version: int = FIRST + 1, days: int = 0, **changes: str) -> str:
    """Court lists without contact data: a version with this number, in force after so many days."""
    starts = today(bench) + timedelta(days=days)
    new = (
        SHIPPED[: SHIPPED.index("[[message]]")]
        .replace(f"version = {FIRST}", f"version = {version}")
        .replace('  "category:contact",\n', "")
    )
    new = new.replace('["sessions[].cases[].defendant",', '["sessions[].cases[].defendant.name",')
    new = re.sub(r"starts = .*", f"starts = {starts}", new)
    new = re.sub(r"review = .*", f"review = {starts + timedelta(days=30)}", new)
    for old, changed in changes.items():
        new = new.replace(old, changed)
    return new


def approved(bench: Bench, text: str) -> KeptVersion:
    id = bench.hub.protocols.propose("new.toml", text, ONE).id
    return bench.hub.protocols.approve(id, OTHER, bench.seen(id))


def delivery(bench: Bench, receipt: dict[str, object]) -> dict[str, object]:
    [message] = receipt["messages"]  # type: ignore[misc]
    [found] = bench.hub.stories.show(message["id"])["deliveries"]
    return found


def journalled(bench: Bench, event: str) -> list[dict[str, object]]:
    with bench.hub.store.transaction() as connection:
        return list(connection.execute(text("SELECT detail FROM journal WHERE event = :e"), {"e": event}).scalars())


@pytest.fixture
def other_process(bench: Bench) -> Iterator[Hub]:
    """Another hub on the same database, as a worker beside the API."""
    hub = Hub(bench.hub.knowledge, open_store(bench.hub.store.url), bench.clock, configure_logs("test"))
    yield hub
    hub.store.close()


def test_what_the_folder_holds_is_adopted_once_as_the_first_version(bench: Bench, other_process: Hub) -> None:
    versions = bench.hub.protocols.versions()
    assert {(each.state, each.proposed_by) for each in versions} == {(VersionState.ADOPTED, None)}
    assert len(versions) == len(bench.hub.knowledge.registry.protocols)
    assert other_process.protocols.versions() == versions
    assert len(journalled(bench, "protocol.adopted")) == len(versions)
    assert bench.hub.wiring.live.not_agreed() == ()


def test_a_proposal_decides_nothing_until_another_person_has_approved_it(bench: Bench) -> None:
    proposal = bench.hub.protocols.propose("new.toml", wording(bench), ONE)
    before = delivery(bench, bench.send(bench.story()["list"]))
    assert before["protocol"] == f"court-lists v{FIRST}"
    bench.hub.protocols.approve(proposal.id, OTHER, bench.seen(proposal.id))
    after = delivery(bench, bench.send(bench.story()["second_list"]))
    assert after["protocol"] == f"court-lists v{FIRST + 1}"
    told = [(each["by"], each["protocol"], each["protocol_version"]) for each in journalled(bench, "protocol.approved")]
    assert told == [(OTHER, "court-lists", FIRST + 1)]
    assert [each["by"] for each in journalled(bench, "protocol.proposed")] == [ONE]


@pytest.mark.parametrize("by", [ONE, "officer one", "  Officer   One "])
def test_whoever_proposed_a_version_cannot_approve_it(bench: Bench, by: str) -> None:
    proposal = bench.hub.protocols.propose("new.toml", wording(bench), ONE)
    with pytest.raises(ApprovalRefused) as refused:
        bench.hub.protocols.approve(proposal.id, by, bench.seen(proposal.id))
    assert refused.value.code == "protocol.same_person"
    assert bench.hub.protocols.versions("court-lists")[-1].state is VersionState.PROPOSED
    with pytest.raises(DBAPIError, match="two_persons"), bench.hub.store.transaction() as connection:
        connection.execute(
            text(
                "UPDATE protocol_version SET state = 'approved', decided_by = 'OFFICER ONE', decided_at = now()"
                " WHERE state = 'proposed'"
            )
        )


def test_a_decision_keeps_its_version_and_a_new_decision_uses_the_new_one(bench: Bench) -> None:
    """A version takes over between acceptance and delivery, so the delivery is sent under the new one."""
    delivered, waiting = bench.send(bench.story()["list"]), None
    assert bench.drain() == 1
    waiting = bench.send(bench.story()["second_list"])
    approved(bench, wording(bench))
    bench.drain()
    assert delivery(bench, delivered)["protocol"] == f"court-lists v{FIRST}"
    assert delivery(bench, waiting)["protocol"] == f"court-lists v{FIRST + 1}"
    first, second = (bench.agencies.received(AREA)[n].body() for n in (0, 1))
    assert b"postcode" in first and b"postcode" not in second

    [message] = delivered["messages"]  # type: ignore[misc]
    explained = bench.hub.evidence.explain(message["id"], AREA)
    assert (explained.decision.protocol_version, explained.today.protocol_version) == (FIRST, FIRST + 1)
    passed = {field.path for field in explained.fields if field.passed}
    assert "sessions[].cases[].defendant.address.postcode" in passed, "explained by the version that decided"


def test_a_version_that_covers_the_way_no_longer_holds_the_delivery_and_says_so(bench: Bench) -> None:
    receipt = bench.send(bench.story()["list"])
    approved(
        bench,
        wording(
            bench,
            **{
                'recipients = ["role:probation"]': 'recipients = ["probation-cumbria"]',
                'recipient = "role:probation"': 'recipient = "probation-cumbria"',
            },
        ),
    )
    assert bench.drain() == 0
    held = delivery(bench, receipt)
    assert (held["state"], held["why_code"], held["attempts"]) == ("held", "protocol.replaced", 0)
    assert bench.agencies.received(AREA) == []


def test_a_version_approved_elsewhere_is_used_without_a_restart(bench: Bench, other_process: Hub) -> None:
    assert other_process.protocols.live.current().protocols
    approved(bench, wording(bench))
    other_process.protocols.live._looked_at = 0.0  # one second later
    other_process.protocols.live.refresh()
    versions = {each.version for each in other_process.protocols.live.current().protocols if each.id == "court-lists"}
    assert versions == {FIRST, FIRST + 1}


def test_a_version_for_later_leaves_today_as_it_is(bench: Bench) -> None:
    approved(bench, wording(bench, days=3))
    assert delivery(bench, bench.send(bench.story()["list"]))["protocol"] == f"court-lists v{FIRST}"
    bench.clock.advance(timedelta(days=4))
    assert delivery(bench, bench.send(bench.story()["second_list"]))["protocol"] == f"court-lists v{FIRST + 1}"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": FIRST + 2}, "protocol.version_not_next"),
        ({"version": FIRST}, "protocol.version_not_next"),
        ({"days": -1}, "protocol.starts_in_the_past"),
        ({"category:offence": "category:offense"}, "category.unknown"),
        ({'kinds = ["court_list"]': 'kinds = ["court_list", "hearing_result"]'}, "protocol.overlap"),
    ],
)
def test_a_wording_that_is_not_right_cannot_be_proposed(bench: Bench, changes: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        bench.hub.protocols.propose("new.toml", wording(bench, **changes), ONE)  # type: ignore[arg-type]
    assert code in {problem.code for problem in refused.value.problems}
    assert all(each.state is VersionState.ADOPTED for each in bench.hub.protocols.versions())


def test_a_wording_that_does_not_do_what_its_example_messages_say_cannot_be_proposed(bench: Bench) -> None:
    messages = re.sub(r"(?m)^on = .*", f"on = {today(bench)}", SHIPPED[SHIPPED.index("[[message]]") :])
    narrower = wording(bench) + messages
    with pytest.raises(Refused) as refused:
        bench.hub.protocols.propose("new.toml", narrower, ONE)
    assert {problem.code for problem in refused.value.problems} == {"example.differs"}
    assert any("is withheld and should be sent" in problem.problem for problem in refused.value.problems)


def test_a_proposal_that_waited_past_its_first_day_is_not_approved(bench: Bench) -> None:
    proposal = bench.hub.protocols.propose("new.toml", wording(bench), ONE)
    bench.clock.advance(timedelta(days=2))
    with pytest.raises(Refused) as refused:
        bench.hub.protocols.approve(proposal.id, OTHER, bench.seen(proposal.id))
    assert [problem.code for problem in refused.value.problems] == ["protocol.starts_in_the_past"]


def test_one_proposal_of_a_protocol_waits_at_a_time_and_is_decided_once(bench: Bench) -> None:
    proposal = bench.hub.protocols.propose("new.toml", wording(bench), ONE)
    with pytest.raises(ProtocolRefused) as refused:
        bench.hub.protocols.propose("new.toml", wording(bench), OTHER)
    assert refused.value.code == "protocol.proposal_waits"
    assert bench.hub.protocols.waiting(str(proposal.id)[:8]) == proposal.id
    bench.hub.protocols.reject(proposal.id, OTHER, "not before the review")
    for act in (
        lambda: bench.hub.protocols.approve(proposal.id, OTHER, bench.seen(proposal.id)),
        lambda: bench.hub.protocols.reject(proposal.id, OTHER, "again"),
        lambda: bench.hub.protocols.approve(uuid4(), OTHER, "anything"),
        lambda: bench.hub.protocols.waiting(str(proposal.id)),
        lambda: bench.hub.protocols.waiting(""),
    ):
        with pytest.raises((ProtocolRefused, ValueUnusable)) as refused:
            act()
        assert refused.value.code in ("protocol.no_open_proposal", "value.unknown")
    assert [each["reason"] for each in journalled(bench, "protocol.rejected")] == ["not before the review"]
    assert approved(bench, wording(bench)).version == FIRST + 1, "its number is free again"


def test_the_person_who_acts_must_be_named(bench: Bench) -> None:
    with pytest.raises(ProtocolRefused) as refused:
        bench.hub.protocols.propose("new.toml", wording(bench), "  ")
    assert refused.value.code == "protocol.nobody_named"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE protocol_version SET text = 'x'",
        "UPDATE protocol_version SET state = 'rejected', decided_by = 'x', decided_at = now() WHERE state = 'adopted'",
        "DELETE FROM protocol_version",
        "TRUNCATE protocol_version",
    ],
)
def test_what_was_agreed_cannot_be_changed_in_the_database_either(bench: Bench, statement: str) -> None:
    approved(bench, wording(bench))
    refused = pytest.raises(DBAPIError, match=r"permission denied|never changed|append-only")
    with refused, bench.hub.store.transaction() as connection:
        connection.execute(text(statement))


def with_folder(bench: Bench, tmp_path: object, **changed: str) -> Hub:
    """A hub that starts with other files in its folder of protocols."""
    folder = tmp_path / "protocols"  # type: ignore[operator]
    folder.mkdir()
    for file in (files("schemas") / "protocols").iterdir():
        if file.name.endswith(".toml"):
            (folder / file.name).write_text(changed.get(file.name) or file.read_text(encoding="utf-8"))
    for name in changed:
        (folder / name).write_text(changed[name])
    settings = bench.hub.settings.model_copy(update={"protocols_dir": folder})
    known = build_knowledge(Settings(state_dir=tmp_path / "nowhere", agencies_dir=None, protocols_dir=folder))  # type: ignore[operator]
    return Hub(replace(known, settings=settings), bench.hub.store, bench.clock, configure_logs("test"))


def test_a_file_that_was_changed_without_approval_is_refused_at_the_start(bench: Bench, tmp_path: object) -> None:
    bench.hub.protocols.versions()
    changed = SHIPPED.replace("retention_days = 90", "retention_days = 91")
    with pytest.raises(ProtocolRefused) as refused:
        with_folder(bench, tmp_path, **{"court-lists.toml": changed}).check_ready()
    assert refused.value.code == "protocol.changed_without_approval"
    assert refused.value.where == "protocols/court-lists.toml"


def test_a_comment_or_another_example_changes_nothing_that_was_agreed(bench: Bench, tmp_path: object) -> None:
    bench.hub.protocols.versions()
    remarked = "# a remark\n" + SHIPPED[: SHIPPED.index("[[example]]")]
    with_folder(bench, tmp_path, **{"court-lists.toml": remarked}).check_ready()


def test_a_new_file_permits_nothing_until_it_is_proposed_and_approved(bench: Bench, tmp_path: object) -> None:
    bench.hub.protocols.versions()
    added = wording(bench)
    again = with_folder(bench, tmp_path, **{"court-lists-2.toml": added})
    again.check_ready()
    assert [(each.protocol.id, each.protocol.version) for each in again.protocols.live.not_agreed()] == [
        ("court-lists", FIRST + 1)
    ]
    assert {each.version for each in again.protocols.live.current().protocols if each.id == "court-lists"} == {FIRST}
    id = again.protocols.propose("court-lists-2.toml", added, ONE).id
    again.protocols.approve(id, OTHER, again.approving.show(str(id))["seen"])
    assert again.protocols.live.not_agreed() == ()


def test_what_an_expired_protocol_holds_goes_out_under_the_version_that_follows(bench: Bench) -> None:
    receipt = bench.send(bench.story()["list"])
    bench.clock.advance(timedelta(days=365 * 30))
    assert bench.drain() == 0
    assert delivery(bench, receipt)["why_code"] == "protocol.expired"
    ends = today(bench) + timedelta(days=60)
    approved(bench, re.sub(r"expires = .*", f"expires = {ends}", wording(bench)))
    bench.clock.advance(timedelta(seconds=bench.hub.settings.held_recheck_seconds + 1))
    assert bench.drain() == 1
    assert delivery(bench, receipt)["protocol"] == f"court-lists v{FIRST + 1}"
