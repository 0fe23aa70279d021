"""Compares a fault run with its plan: what the recipients logged, and what senders were answered."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from hub.exchange.message.own_messages import HUB
from tests.faults.plan import EXPIRING, Expected, Plan
from tests.faults.sending.senders import Answers

_SENT_WITHIN_SECONDS = 5.0
"""A send that was permitted when its protocol ended may still arrive so much later."""

Row = dict[str, Any]
Copy = tuple[str, str]
Windows = tuple[tuple[float, float], ...]
Pauses = tuple[tuple[str, float, float], ...]
"""(agency, from when, until when)."""


@dataclass(frozen=True)
class Violation:
    what: str
    message_id: str
    words: str


@dataclass
class Verdict:
    delivered: int = 0
    quarantined: int = 0
    held: int = 0
    waiting: int = 0
    denied: int = 0
    hostile: int = 0
    """Deliveries of what strangers said."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Codes of deliveries in quarantine, held or waiting."""
    violations: list[Violation] = field(default_factory=list)

    def count(self, what: str) -> int:
        return sum(violation.what == what for violation in self.violations)

    def note(self, what: str, message_id: str, words: str) -> None:
        self.violations.append(Violation(what, message_id, words))


def read_arrivals(file: Path) -> list[Row]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def when_none_is_sent(read: Callable[[], list[Row]], within_seconds: float = 30.0) -> list[Row]:
    """What is held is decided again every few seconds, and is `sending` for that moment, with the reason why it was
    held: so the deliveries are read until none is. One that stays so is told as it is."""
    until = time.monotonic() + within_seconds
    while True:
        rows = read()
        if all(row["state"] != "sending" for row in rows) or time.monotonic() > until:
            return rows
        time.sleep(0.05)


def examine(
    plan: Plan, answers: Answers, arrivals: list[Row], database_url: str, without_protocol: Windows, pauses: Pauses
) -> Verdict:
    verdict = Verdict()
    first: dict[Copy, int] = {}
    for place, arrival in enumerate(arrivals):
        first.setdefault((arrival["agency"], arrival["id"]), place)
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        rows = when_none_is_sent(lambda: list(connection.execute(_DELIVERIES)))
        kept = {(row["recipient"], str(row["message_id"])): row for row in rows}
        clocks = list(connection.execute(_CLOCKS))
    for expected in plan.expected.values():
        _examine_one(verdict, plan, expected, answers, first, kept)
    _doubled(verdict, arrivals)
    _out_of_order(verdict, plan, answers, first)
    _out_of_position(verdict, first, kept)
    _leaked(verdict, plan, answers, arrivals, without_protocol)
    _never_accepted(verdict, answers, arrivals, kept)
    _believed(verdict, plan, answers, kept)
    _sent_while_paused(verdict, arrivals, pauses)
    for clock in clocks:
        verdict.note("late_clocks_unreported", str(clock["message_id"]), f"{clock['name']}: {clock['reports']} reports")
    for words in answers.wrong:
        verdict.note("wrong_answers", "", words)
    return verdict


_DELIVERIES = """
    SELECT d.message_id, d.recipient, d.state, d.why, d.why_code, d.subject, d.position, m.sender,
           EXISTS (SELECT FROM delivery e WHERE e.recipient = d.recipient AND e.subject = d.subject
                   AND e.position < d.position AND e.state NOT IN ('delivered', 'discarded')) AS behind
    FROM delivery d JOIN message m ON m.id = d.message_id
"""
_CLOCKS = """
    SELECT c.name, c.message_id, count(j.position) AS reports
    FROM clock c LEFT JOIN journal j ON j.event = 'clock.overdue' AND j.clock_id = c.id
    WHERE c.state = 'running'
    GROUP BY c.id HAVING count(j.position) <> 1
"""


def _examine_one(
    verdict: Verdict,
    plan: Plan,
    expected: Expected,
    answers: Answers,
    first: dict[Copy, int],
    kept: dict[Copy, Row],
) -> None:
    id = answers.accepted.get(expected.reference)
    if expected.reference in answers.too_late:
        verdict.denied += 1
        return
    if id is None:
        verdict.note("lost", "", f"{expected.reference} was never answered")
        return
    for recipient in expected.recipients:
        row = kept.get((recipient, id))
        if (recipient, id) in first:
            verdict.delivered += 1
        elif expected.kind == EXPIRING and recipient not in answers.recipients[expected.reference]:
            verdict.denied += 1
        elif row is None:
            verdict.note("lost", id, f"{expected.kind} to {recipient}: no delivery was ever made")
        elif row["state"] in ("quarantined", "held") and row["why"]:
            _stopped(verdict, plan, expected, recipient, id, row)
        elif row["state"] == "waiting" and (row["behind"] or recipient == plan.always_down):
            verdict.waiting += 1
        else:
            verdict.note("lost", id, f"{expected.kind} to {recipient} is {row['state']}: {row['why']}")
        if row is not None and (recipient, id) not in first:
            verdict.reasons[str(row["why_code"])] += 1
        if expected.reference in plan.poisoned and (row is None or row["state"] != "quarantined"):
            verdict.note("lost", id, f"the message that kills its worker is {row and row['state']}")


def _stopped(verdict: Verdict, plan: Plan, expected: Expected, recipient: str, id: str, row: Row) -> None:
    """It must have a reason, and the reason must be a real one."""
    if row["state"] == "quarantined":
        verdict.quarantined += 1
        needed = expected.reference in plan.poisoned or recipient == plan.always_down
    else:
        verdict.held += 1
        needed = expected.kind == EXPIRING
    if not needed:
        verdict.note("stopped_for_nothing", id, f"{expected.kind} to {recipient} is {row['state']}: {row['why']}")


def _doubled(verdict: Verdict, arrivals: list[Row]) -> None:
    """One content under two ids, or two contents under one id. Either would have an effect twice."""
    ids: dict[Copy, set[str]] = defaultdict(set)
    contents: dict[Copy, set[str]] = defaultdict(set)
    for arrival in arrivals:
        ids[arrival["agency"], arrival["content"]].add(arrival["id"])
        contents[arrival["agency"], arrival["id"]].add(arrival["content"])
    for (agency, _), found in ids.items():
        if len(found) > 1:
            verdict.note("doubled", min(found), f"{agency} has one content under {len(found)} ids")
    for (agency, id), found in contents.items():
        if len(found) > 1:
            verdict.note("doubled", id, f"{agency} has {len(found)} contents under one id")


def _out_of_order(verdict: Verdict, plan: Plan, answers: Answers, first: dict[Copy, int]) -> None:
    """Nothing reaches anybody before what its sender handed in earlier about the same matter."""
    matters: dict[str, list[Expected]] = defaultdict(list)
    for expected in plan.expected.values():
        matters[expected.matter].append(expected)
    for steps in matters.values():
        steps.sort(key=lambda step: step.turn)
        for earlier, later in pairwise(steps):
            for recipient in earlier.recipients & later.recipients:
                before = first.get((recipient, answers.accepted.get(earlier.reference, "")))
                after = first.get((recipient, answers.accepted.get(later.reference, "")))
                if after is not None and (before is None or before > after):
                    words = f"{later.reference} reached {recipient} before {earlier.reference}"
                    verdict.note("out_of_order", answers.accepted[later.reference], words)


def _out_of_position(verdict: Verdict, first: dict[Copy, int], kept: dict[Copy, Row]) -> None:
    """The same for everything that the hub forwards itself, within (recipient, subject)."""
    lines: dict[Copy, list[tuple[int, Copy]]] = defaultdict(list)
    for copy, row in kept.items():
        lines[copy[0], str(row["subject"])].append((row["position"], copy))
    for line in lines.values():
        came = [first[copy] for _, copy in sorted(line) if copy in first]
        if came != sorted(came):
            copy = line[0][1]
            verdict.note("out_of_order", copy[1], f"what {copy[0]} has of one subject came in another order")


def _never_accepted(verdict: Verdict, answers: Answers, arrivals: list[Row], kept: dict[Copy, Row]) -> None:
    """Refused content, such as a bad row or other content under a reference, reaches nobody. Nor does anything that
    nobody sent."""
    accepted = set(answers.accepted.values())
    for arrival in arrivals:
        row = kept.get((arrival["agency"], arrival["id"]))
        if row is None or (arrival["id"] not in accepted and row["sender"] != HUB):
            words = f"{arrival['agency']} has a {arrival['kind']} for which nobody was answered 202"
            verdict.note("leaked_fields", arrival["id"], words)


def _believed(verdict: Verdict, plan: Plan, answers: Answers, kept: dict[Copy, Row]) -> None:
    """Every delivery of what strangers said waits for a person. Otherwise the exchange took their word."""
    hostile = {answers.accepted.get(each.reference) for each in plan.expected.values() if each.hostile}
    for (recipient, id), row in kept.items():
        if id in hostile:
            verdict.hostile += 1
            if (row["state"], row["why_code"]) != ("quarantined", "standing.none"):
                words = f"what a stranger said to {recipient} is {row['state']}: {row['why']}"
                verdict.note("strangers_believed", id, words)


def _sent_while_paused(verdict: Verdict, arrivals: list[Row], pauses: Pauses) -> None:
    """Only what was already being sent when a person paused its recipient may still arrive."""
    for agency, began, ended in pauses:
        for arrival in arrivals:
            if arrival["agency"] == agency and began + _SENT_WITHIN_SECONDS < arrival["at"] < ended:
                verdict.note("sent_while_paused", arrival["id"], f"{agency} got it while it was paused")


def _leaked(verdict: Verdict, plan: Plan, answers: Answers, arrivals: list[Row], without_protocol: Windows) -> None:
    by_id = {answers.accepted[e.reference]: e for e in plan.expected.values() if e.reference in answers.accepted}
    for arrival in arrivals:
        expected, who = by_id.get(arrival["id"]), arrival["agency"]
        if arrival["leaked"]:
            verdict.note("leaked_fields", arrival["id"], f"{who} has a field that was to be withheld from it")
        if expected is not None and who not in expected.recipients:
            verdict.note("leaked_fields", arrival["id"], f"{who} has a {expected.kind} that is none of its business")
        late = any(began + _SENT_WITHIN_SECONDS < arrival["at"] < ended for began, ended in without_protocol)
        if late and arrival["kind"] == EXPIRING:
            verdict.note("leaked_fields", arrival["id"], f"{who} has a {EXPIRING} after its protocol had ended")
