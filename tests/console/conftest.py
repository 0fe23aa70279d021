"""A hub with something of everything in it, its console served over a real socket, and people who may do different
things. One for a module: its tests leave alone what others look at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from hub.access.passwords import Passwords
from hub.access.rights import Right, StaffRole
from hub.access.staff import Staff
from hub.bootstrap import Knowledge
from hub.journal.actors import INSTALLATION
from hub.lifecycle import AGREED
from hub.local.demonstration.agencies import SimulatedAgencies
from hub.settings import Servers
from tests.conftest import Bench, a_database, bench_of, settings_of
from tests.console.visitor import Visitor
from tests.served import served

PASSWORD = "seven quiet otters"
FORCE = "police-northumbria"
PROTOCOL = "court-lists"


@dataclass
class Console:
    bench: Bench
    url: str

    def visitor(self, name: str | None = None) -> Visitor:
        """Somebody with a browser of their own, signed in if a name is given."""
        visitor = Visitor(self.url)
        if name is not None:
            visitor.sign_in(name, PASSWORD)
        return visitor


@pytest.fixture(scope="module")
def console(
    tmp_path_factory: pytest.TempPathFactory, servers: Servers, template: str, knowledge: Knowledge
) -> Iterator[Console]:
    folder: Path = tmp_path_factory.mktemp("console")
    agencies = SimulatedAgencies(folder / "agencies")
    agencies.start()
    try:
        settings = settings_of(folder, agencies, knowledge)
        with a_database(servers, template) as url, bench_of(settings, knowledge, url, agencies) as bench:
            _people(bench)
            bench.clock.advance(timedelta(days=8))  # accounts that one person made a moment ago do not count as two
            _messages(bench)
            with served(bench) as api:
                yield Console(bench, api.url)
    finally:
        agencies.stop()


def _people(bench: Bench) -> None:
    """Checking their passwords is cheap."""
    hub = bench.hub
    hub.staff = Staff(hub.store, bench.clock, hub.settings, Passwords(passes=1, kibibytes=64, lanes=1))
    accounts = hub.staff.accounts
    accounts.add("manager", [], [], PASSWORD, INSTALLATION)
    for name, roles, rights in (
        ("viewer", [StaffRole.VIEWER], []),
        ("operator", [StaffRole.OPERATOR], [Right.READ_BODY]),
        ("second", [StaffRole.OPERATOR, StaffRole.APPROVER], []),
        ("officer", [StaffRole.PROTOCOL_OFFICER], [Right.READ_BODY]),
        ("auditor", [StaffRole.AUDITOR], []),
    ):
        accounts.add(name, roles, rights, "first password of theirs", "manager")
        accounts.change_own_password(name, "first password of theirs", PASSWORD)


def _messages(bench: Bench) -> None:
    """A report that reached the prison, a sentence without a report, a list, a record that was linked, two deliveries
    in quarantine, a document that was refused, and a proposal."""
    hub, told = bench.hub, bench.story()
    for name in ("list", "request", "report", "sentence", "sentence_without_report", "supervised", "record"):
        bench.send(told[name])
        bench.drain()
    hub.linking.run()
    bench.drain()
    bench.agencies.behave(FORCE, "error")
    bench.send(told["warrant"])
    for _ in range(hub.settings.attempts_max + 1):
        bench.clock.advance(timedelta(hours=1))
        bench.drain()
    bench.clock.advance(timedelta(days=3))  # the report has not reached the prison
    court = hub.knowledge.registry.agencies.named("court-b10jq")
    hub.intake.receive(court, told["request"].body[:200], told["request"].media_type)
    hub.protocols.propose("the proposal", next_version(bench), "officer")
    hub.sealing.seal_all(bench.clock.now)


def next_version(bench: Bench) -> str:
    """The text of a next version of a protocol: it begins later, and has no examples of whole messages."""
    agreed = [each for each in bench.hub.protocols.versions(PROTOCOL) if each.state in AGREED]
    kept = max(agreed, key=lambda each: each.version)
    text = kept.text.partition("\n[[message]]")[0] + "\n"
    text = re.sub(r"^version = \d+", f"version = {kept.version + 1}", text, count=1, flags=re.M)
    starts = (bench.clock.now() + timedelta(days=2)).date().isoformat()
    return re.sub(r"^starts = .*", f"starts = {starts}", text, count=1, flags=re.M)
