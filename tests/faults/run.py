"""One fault run from beginning to end, and its result line."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from adapters.interfacing.ws_security.securing import OwnPair
from hub.bootstrap import Hub, build_hub
from hub.telemetry.logs import configure_logs
from tests.certificates import certificate
from tests.faults.fetching import FETCHES, Fetcher
from tests.faults.installation import Installation
from tests.faults.mischief import Fault, Mischief, make_mischief
from tests.faults.operators import REFUSED, Operators
from tests.faults.plan import Plan, agencies, make_plan
from tests.faults.recipients import How
from tests.faults.sending.doors import Credentials, Doors
from tests.faults.sending.senders import Senders
from tests.faults.verdict import Row, Verdict, Violation, examine, read_arrivals

_SENDERS = 12
_STALLED_SECONDS = 120.0  # what was in a queue that was flushed comes back when its lease of 75 seconds ends
_RECOVERED_SECONDS = 10.0
_FORTY_DAYS = 40 * 24 * 3600.0
_ZEROS = (
    "lost",
    "stopped_for_nothing",
    "doubled",
    "out_of_order",
    "leaked_fields",
    "late_clocks_unreported",
    "sent_while_paused",
    "strangers_believed",
    "wrong_answers",
)


@dataclass(frozen=True)
class Outcome:
    """`line` is what is printed. `stories` tell the shortest example of each fault that was found."""

    line: dict[str, Any]
    stories: tuple[str, ...]

    @property
    def kept_the_promise(self) -> bool:
        return not any(self.line[name] for name in (*_ZEROS, "not_kept")) and self.line["journal_ok"] is True


def run(
    seed: int,
    messages: int,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    *,
    only: str = "",
    keep: bool = False,
) -> Outcome:
    """`only` leaves out all faults whose name does not contain it. `keep` leaves everything in the folder."""
    installation = Installation(folder, environment)
    began = time.time()
    try:
        installation.start()
        installation.wait_until_up()
        _say(f"up after {time.time() - began:.1f} s")
        return _Run(installation, seed, messages, only).go()
    finally:
        installation.stop(keep=keep)


class _Run:
    def __init__(self, installation: Installation, seed: int, messages: int, only: str) -> None:
        self._at = installation
        self._plan: Plan = make_plan(seed, messages, installation.clock.now())
        planned = make_mischief(seed, self._plan.messages, self._plan.always_down)
        self._faults: list[Fault] = [fault for fault in planned if only in str(fault)]
        self._operators = Operators(self._hub())
        self._mischief = Mischief(installation, self._operators, seed)
        held, now = self._credentials(installation.folder), installation.clock.now
        self._doors = Doors(held, lambda: installation.address, now, 2 * _SENDERS)
        self._senders = Senders(self._plan.units, self._doors, _SENDERS)
        self._fetcher = Fetcher(seed, held[FETCHES].key, lambda: installation.address, now, installation.arrivals)

    def _credentials(self, folder: Path) -> dict[str, Credentials]:
        hub = self._hub()
        try:
            return {agency: _credentials(hub, agency, folder) for agency in agencies()}
        finally:
            hub.close()

    def _hub(self) -> Hub:
        return build_hub(self._at.settings(), self._database(), configure_logs("faults"), self._at.clock)

    def _database(self) -> str:
        while (url := self._at.database_url()) is None:
            self._at.keep_up()
            time.sleep(0.2)
        return url

    def go(self) -> Outcome:
        began = time.time()
        self._at.behave(self._plan.always_down, How.DOWN)
        for each in (self._senders, self._fetcher, self._operators):
            each.start()
        self._send_under_faults()
        sent = time.time()
        _say(f"all sent after {sent - began:.0f} s; waiting until everything has come to rest")
        self._settle()
        rested = time.time()
        self._operators.stop()
        self._fetcher.stop()
        self._at.clock.jump(_FORTY_DAYS)
        self._until_reported()
        return self._judge(began, sent, rested)

    def _send_under_faults(self) -> None:
        answers, survived = self._senders.answers, self._survived()
        while not self._senders.done or self._faults:
            self._at.keep_up()
            self._mischief.let_partners_recover()
            count = len(answers.accepted)
            self._senders.allowed = self._faults[1].after if len(self._faults) > 1 else self._plan.messages
            due = self._faults and (count >= self._faults[0].after or self._senders.done)
            if due and next(survived):
                fault = self._faults.pop(0)
                _say(f"{count} accepted: {fault}")
                self._mischief.do(fault)
                survived = self._survived()
            time.sleep(0.05)
        self._mischief.let_partners_recover(all_of_them=True)

    def _survived(self) -> Iterator[bool]:
        """Return whether something was delivered since, or it has taken too long. Only then the next fault begins."""
        before, until = self._at.arrivals.stat().st_size, time.monotonic() + _RECOVERED_SECONDS
        while True:
            yield self._at.arrivals.stat().st_size > before or time.monotonic() > until

    def _settle(self) -> None:
        """Wait until nothing moves any more. What still waits has a reason that does not go away by itself."""
        before, changed_at = -1, time.monotonic()
        while time.monotonic() - changed_at < _STALLED_SECONDS:
            self._at.keep_up()
            left = self._number(_STILL_TO_COME, self._plan.always_down, REFUSED, REFUSED)
            if left == 0:
                return
            if left != before:
                before, changed_at = left, time.monotonic()
                _say(f"{left} still to come")
            time.sleep(0.3)
        _say(f"{before} deliveries did not come to rest")
        self._say_what_moves()

    def _say_what_moves(self) -> None:
        """Print what an engineer would look at first."""
        with psycopg.connect(_plain(self._database()), row_factory=dict_row) as connection:
            for query, values in ((_MOVING, (self._plan.always_down,)), (_AT_WORK, ())):
                for row in connection.execute(query, values):
                    _say(json.dumps(row, default=str))
        _say(f"it is {self._at.clock.now()} there")

    def _until_reported(self) -> None:
        """Let every deadline pass, and give to a person what waits for the partner that is always down."""
        until = time.monotonic() + _STALLED_SECONDS
        while time.monotonic() < until and not (self._number(_UNREPORTED) == 0 < self._number(_SHOWN)):
            self._at.keep_up()
            time.sleep(0.3)

    def _number(self, query: str, *values: str) -> int:
        """-1 while the database does not answer."""
        try:
            with psycopg.connect(_plain(self._database()), connect_timeout=5) as connection:
                row = connection.execute(query.encode(), values).fetchone()
        except psycopg.OperationalError:
            return -1
        return int(row[0]) if row else -1

    def _judge(self, began: float, sent: float, rested: float) -> Outcome:
        arrivals = read_arrivals(self._at.arrivals)
        verdict = examine(
            self._plan,
            self._senders.answers,
            arrivals,
            _plain(self._database()),
            tuple(self._mischief.without_protocol),
            tuple(self._operators.pauses),
        )
        hub = self._hub()
        try:
            hub.sealing.seal_all(hub.clock.now)
            journal_ok = hub.evidence.verify().whole
            stories = tuple(_story(hub, verdict, arrivals, what) for what in _ZEROS if verdict.count(what))
        finally:
            hub.close()
        line = self._line(verdict, arrivals, journal_ok, rested - began) | {"sending_seconds": round(sent - began, 1)}
        return Outcome(line, stories)

    def _line(self, verdict: Verdict, arrivals: list[Row], journal_ok: bool, seconds: float) -> dict[str, Any]:
        answers = self._senders.answers
        return {
            "seed": self._plan.seed,
            "accepted": len(answers.accepted),
            "delivered": verdict.delivered,
            "quarantined": verdict.quarantined,
            "held": verdict.held,
            "waiting": verdict.waiting,
            "denied": verdict.denied,
            "from_strangers": verdict.hostile,
            "reasons": dict(verdict.reasons),
            "refused": answers.refused,
            "through": {door: count for door, count in self._doors.taken.items() if count},
            "not_kept": len(self._doors.not_kept),
            "too_late": len(answers.too_late),
            **{what: verdict.count(what) for what in _ZEROS},
            "journal_ok": journal_ok,
            "kills": self._mischief.kills,
            "restarts": self._at.restarts,
            "pauses": len(self._operators.pauses),
            "released": self._operators.released,
            "bulk_plans": self._operators.approved,
            "fetched": self._fetcher.fetched,
            "unanswered": answers.unanswered,
            "arrivals": len(arrivals),
            "seconds": round(seconds, 1),
            "throughput": round(verdict.delivered / seconds, 1),
            "first_delivery_after": _first_deliveries(self._mischief, arrivals),
            "skipped": self._mischief.skipped,
        }


_STILL_TO_COME = """
    SELECT count(*) FROM delivery d
    WHERE (d.state IN ('waiting', 'sending', 'placed') AND d.recipient <> %s
           AND NOT EXISTS (SELECT FROM delivery e WHERE e.recipient = d.recipient AND e.subject = d.subject
                           AND e.position < d.position AND e.state IN ('quarantined', 'held')
                           AND e.why_code IS DISTINCT FROM %s))
       OR (d.state = 'quarantined' AND d.why_code = %s)
"""
_MOVING = """
    SELECT d.id, d.recipient, d.state, d.attempts, d.deaths, d.due_at, d.lease_until, d.begun_at, d.why,
           p.next_try_at, p.paused_at
    FROM delivery d LEFT JOIN partner_state p USING (recipient)
    WHERE d.state IN ('waiting', 'sending') AND d.recipient <> %s ORDER BY d.position LIMIT 20
"""
_AT_WORK = "SELECT pid, state, wait_event, xact_start, query FROM pg_stat_activity WHERE state <> 'idle'"
_SHOWN = "SELECT count(*) FROM delivery WHERE why_code = 'partner.down_too_long'"
_UNREPORTED = "SELECT count(*) FROM clock WHERE state = 'running' AND NOT overdue_reported"


def _credentials(hub: Hub, agency: str, folder: Path) -> Credentials:
    held = certificate(f"{agency}.example", bits=2048, days=4_000)
    hub.certificates.register(agency, held.written(folder))
    valid_for = timedelta(days=800)
    secret = hub.access.issue_secret(agency, valid_for)
    return Credentials(hub.access.issue_key(agency), secret.text, OwnPair(held.key_pem, held.pem))


def _first_deliveries(mischief: Mischief, arrivals: list[Row]) -> dict[str, float]:
    """Seconds from the end of each fault to the next delivery; the longest if a fault was done more than once."""
    found: dict[str, float] = {}
    for recovery in mischief.recoveries:
        later = (a["at"] for a in arrivals if a["at"] > recovery.at and recovery.agency in (None, a["agency"]))
        first = next(later, None)
        if first is not None:
            name = recovery.fault if recovery.agency is None else f"partner {recovery.fault.rpartition(' ')[2]}"
            found[name] = max(found.get(name, 0.0), round(first - recovery.at, 2))
    return found


def _story(hub: Hub, verdict: Verdict, arrivals: list[Row], what: str) -> str:
    """Of all messages with this fault, return the one with the shortest story."""

    def told(violation: Violation) -> str:
        if not violation.message_id:
            return violation.words
        came = [arrival for arrival in arrivals if arrival["id"] == violation.message_id]
        shown = {"hub": hub.stories.show(violation.message_id), "recipients": came}
        return f"{violation.words}\n{json.dumps(shown, indent=1, default=str)}"

    of = [violation for violation in verdict.violations if violation.what == what][:20]
    return f"{what}: " + min((told(violation) for violation in of), key=len)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _say(words: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {words}\n")
