"""Collects the files that agencies leave. The exchange receives each like any other document, and then moves it away.

A crash at any moment neither loses nor doubles a file. A file that was received but not moved is received again, and
the exchange answers with the same receipt.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from adapters.contract import CannotCollect, Collector, FoundFile, Ignored, Inbox, Listing
from hub.counting import counted
from hub.deadlines.london import LONDON
from hub.errors import BodyTooLarge, Busy, Failure, NoInbox, StoreUnavailable, TooManyOpen
from hub.exchange.accepting.intake import Intake
from hub.exchange.accepting.limits.capacity import Capacity
from hub.exchange.accepting.limits.turns import TooManyCases
from hub.exchange.message.receipts import Answer
from hub.exchange.partners.inboxes import load_inboxes
from hub.exchange.partners.operator_file import OperatorFile
from hub.exchange.stopping import Stopping
from hub.exchange.wiring import Wiring
from hub.journal.record.documents import record_inbox_ignored
from hub.sharing.terms.agencies import Agency
from hub.store.messages import collection
from hub.store.messages.collection import Memory
from hub.unproved import StandingStill
from schemas.json import JsonObject
from schemas.problem import Problem

_RUN_SECONDS_MAX = 45  # well within the time limit of a task
_REPORTED_MAX = 100
_UNFINISHED, _UPLOAD_MAX = "inbox.unfinished", timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Collected:
    """The result of one look at an inbox, counted in files. `settling` files may still be growing; `left` files wait
    for the next look."""

    accepted: int = 0
    partly: int = 0
    refused: int = 0
    settling: int = 0
    left: int = 0
    ignored: int = 0
    busy: bool = False
    """Another process is collecting from this inbox."""
    unreachable: str | None = None

    def __add__(self, later: "Collected") -> "Collected":
        """Adds two looks, the later second. Files that were taken are summed; the other counts are those of the later
        look."""
        return replace(
            later,
            accepted=self.accepted + later.accepted,
            partly=self.partly + later.partly,
            refused=self.refused + later.refused,
        )


class Collecting:
    """Every method that takes an agency's name raises ValueUnusable if the registry has no agency with that name."""

    def __init__(self, wiring: Wiring, intake: Intake, capacity: Capacity) -> None:
        settings, adapters, agencies = wiring.settings, wiring.adapters, wiring.agencies
        self._store = wiring.store
        self._clock = wiring.clock
        self._log = wiring.log
        self._agencies = agencies
        self._intake = intake
        self._capacity = capacity
        self._standstill = wiring.standstill
        self._inboxes = OperatorFile(
            settings.endpoints_file(), lambda file: load_inboxes(file, adapters, agencies), wiring.log
        )
        self._collectors = adapters.collectors
        self._size_bytes_max = max(settings.xml_body_bytes_max, settings.json_body_bytes_max)
        self._attempts_max = settings.attempts_max

    def load(self) -> None:
        """Reads the file of inboxes. Raises SettingsWrong."""
        self._inboxes.current()

    def claim_due(self) -> tuple[str, ...]:
        """The agencies whose inboxes are due, for the relay to publish. It returns none while the exchange is busy: the
        files stay where they are."""
        inboxes = self._inboxes.current()
        if not inboxes:
            return ()
        try:
            self._capacity.check()
            self._standstill.refuse()
        except (Busy, StandingStill):
            return ()
        paces = {agency: self._collector(inbox).pace(inbox) for agency, inbox in inboxes.items()}
        every = {agency: timedelta(seconds=pace.every_seconds) for agency, pace in paces.items()}
        with self._store.transaction() as connection:
            return collection.claim_due(connection, every, self._clock.now())

    def settle_seconds(self, name: str) -> float:
        """How long a file in this agency's inbox must stay unchanged before it is taken. Raises NoInbox."""
        inbox = self._inbox(self._agencies.named(name))
        return self._collector(inbox).pace(inbox).settle_seconds

    def collect(self, name: str, stopping: Stopping | None = None) -> Collected:
        """Look into the agency's inbox once. If asked to stop, it leaves the remaining files for the next look. Raises
        NoInbox. Raises StoreUnavailable: then each file without an answer stays where it was."""
        agency, stopping = self._agencies.named(name), stopping or Stopping()
        inbox = self._inbox(agency)
        with collection.lock_inbox(self._store, agency.id) as locked:
            if not locked:
                return Collected(busy=True)
            try:
                return self._look(inbox, agency, stopping)
            except (TooManyOpen, TooManyCases) as error:
                self._log.warning("inbox.waits", agency=agency.id, code=error.code)
                return Collected(unreachable=f"{error.code}: {error.problem}")
            except CannotCollect as error:
                self._log.warning("inbox.unreachable", agency=agency.id, code=error.code)
                return Collected(unreachable=f"{error.code}: {error.problem}")

    def _look(self, inbox: Inbox, agency: Agency, stopping: Stopping) -> Collected:
        collector = self._collector(inbox)
        listing = collector.list(inbox)
        began = self._clock.now()
        memory = self._update_memory(agency, listing, began)
        settle = timedelta(seconds=collector.pace(inbox).settle_seconds)
        whole = [file for file in listing.files if _is_whole(file, memory, began, settle)]
        # So a file that cannot be read does not delay the others.
        whole.sort(key=lambda file: memory.tries.get(_mark(file), 0))
        counts = Collected(settling=len(listing.files) - len(whole), ignored=len(listing.ignored))
        for number, file in enumerate(whole):
            if stopping.asked or self._clock.now() - began > timedelta(seconds=_RUN_SECONDS_MAX):
                counts = replace(counts, left=len(whole) - number)
                break
            outcome = self._take(inbox, agency, file, memory.tries.get(_mark(file), 0))
            if outcome is not None:
                counts = replace(counts, **{outcome: getattr(counts, outcome) + 1})
        if counts.settling or counts.left:
            with self._store.transaction() as connection:
                again = self._clock.now() if counts.left else began + settle
                collection.look_again(connection, agency.id, again)
        return counts

    def _update_memory(self, agency: Agency, listing: Listing, now: datetime) -> Memory:
        """Forget files that are gone, note new ones, and report once each entry that will never be taken."""
        with self._store.transaction() as connection:
            before = collection.recall(connection, agency.id, now)
            marks = {_mark(file) for file in listing.files}
            seen = {_mark(file): now.isoformat() for file in (*listing.files, *listing.unfinished)}
            seen = {mark: before.seen.get(mark, at) for mark, at in seen.items()}
            abandoned = [_mark(file) for file in listing.unfinished if _has_stood(seen[_mark(file)], now)]
            told = {_mark(entry): entry.code for entry in listing.ignored} | dict.fromkeys(abandoned, _UNFINISHED)
            ignored = dict(islice(told.items(), _REPORTED_MAX))
            memory = Memory(
                seen=seen,
                tries={mark: tries for mark, tries in before.tries.items() if mark in marks},
                ignored=ignored,
            )
            collection.remember(connection, agency.id, memory)
            for mark, code in ignored.items():
                if mark not in before.ignored:
                    record_inbox_ignored(connection, now, agency=agency.id, code=code, entry=mark[:12])
                    self._log.warning("inbox.ignored", agency=agency.id, code=code)
        return memory

    def _take(self, inbox: Inbox, agency: Agency, file: FoundFile, tries: int) -> str | None:
        """The name of the count that the file adds to. None if the file has changed since it was listed."""
        if file.size_bytes > self._size_bytes_max:
            cure = "send it in smaller files"
            too_large = BodyTooLarge(f"the file is over {self._size_bytes_max // 1_000_000} MB", cure)
            return self._move(inbox, file, Answer(None, (too_large.as_problem(),), repeated=False))
        if tries >= self._attempts_max:
            problem = f"the exchange started to read it {counted(tries, 'time')} and never finished"
            never = Problem("collect.never_ended", "document", problem, "ask the exchange what is wrong with it")
            return self._move(inbox, file, Answer(None, (never,), repeated=False))
        body = self._collector(inbox).read(inbox, file)
        if body is None:
            return None
        mark = _mark(file)
        with self._store.transaction() as connection:
            collection.count_try(connection, agency.id, mark, tries + 1)
        try:
            answer = self._answer(agency, body)
        except (TooManyOpen, TooManyCases, StoreUnavailable):
            with self._store.transaction() as connection:
                # The failure is not the file's fault, so this try does not count.
                collection.count_try(connection, agency.id, mark, tries)
            raise
        with self._store.transaction() as connection:
            collection.forget(connection, agency.id, mark)
        return self._move(inbox, file, answer)

    def _answer(self, agency: Agency, body: bytes) -> Answer:
        try:
            return self._intake.receive(agency, body)
        except Failure as failure:
            if failure.retryable:
                raise
            return Answer(None, (failure.as_problem(),), repeated=False)

    def _move(self, inbox: Inbox, file: FoundFile, answer: Answer) -> str:
        now = self._clock.now()
        on = now.astimezone(LONDON).date()
        collector = self._collector(inbox)
        reasons = _reasons(answer, now) if answer.refused else None
        if answer.receipt is None:
            collector.refuse(inbox, file, on, reasons or b"")
            return "refused"
        collector.archive(inbox, file, on, reasons)
        return "partly" if answer.refused else "accepted"

    def _inbox(self, agency: Agency) -> Inbox:
        inbox = self._inboxes.current().get(agency.id)
        if inbox is None:
            raise NoInbox(f"nothing is collected from {agency.id}", "add a [[collect]] entry to the endpoints file")
        return inbox

    def _collector(self, inbox: Inbox) -> Collector:
        return self._collectors[inbox.transport]


def _mark(entry: FoundFile | Ignored) -> str:
    """Identifies a file as it was found, or an ignored entry. It is a digest because the name may contain a person's
    name."""
    changing = f"{entry.size_bytes}/{entry.modified}" if isinstance(entry, FoundFile) else entry.code
    return hashlib.sha256(f"{changing}/{entry.name}".encode(errors="surrogateescape")).hexdigest()[:32]


def _has_stood(since: str, now: datetime) -> bool:
    """Return whether nobody has gone on with the upload for so long that it looks abandoned."""
    return datetime.fromisoformat(since) + _UPLOAD_MAX <= now


def _is_whole(file: FoundFile, memory: Memory, now: datetime, settle: timedelta) -> bool:
    return file.marked or datetime.fromisoformat(memory.seen[_mark(file)]) + settle <= now


def _reasons(answer: Answer, now: datetime) -> bytes:
    """The text placed beside a file that was not accepted in full, for its sender."""
    words: JsonObject = {
        "outcome": "refused" if answer.receipt is None else "partly accepted",
        "at": now.isoformat(),
        "receipt": answer.receipt,
        "problems": [problem.as_dict() for problem in answer.refused],
    }
    return (json.dumps(words, indent=2, ensure_ascii=False) + "\n").encode()
