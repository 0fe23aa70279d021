"""The senders of a fault run. They hand in each document until it is answered, and log every answer."""

import queue
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.faults.plan import EXPIRING, Again, Document
from tests.faults.sending.doors import Doors

_PAUSE_SECONDS = 0.2


@dataclass
class Answers:
    """`accepted` gives the message id for each reference that was answered 202."""

    accepted: dict[str, str] = field(default_factory=dict)
    accepted_at: dict[str, datetime] = field(default_factory=dict)
    recipients: dict[str, frozenset[str]] = field(default_factory=dict)
    refused: int = 0
    unanswered: int = 0
    """Requests that ended without an answer, or with an answer to come again."""
    too_late: set[str] = field(default_factory=set)
    """References that nobody may have any more, because the protocol has ended."""
    wrong: list[str] = field(default_factory=list)
    """Answers that should never have been given."""


class Senders:
    """Threads that take one unit after another. Each document of a unit waits for the answer to the one before."""

    def __init__(
        self,
        units: tuple[tuple[Document, ...], ...],
        doors: Doors,
        number: int,
    ) -> None:
        self.answers = Answers()
        self._units: queue.SimpleQueue[tuple[Document, ...]] = queue.SimpleQueue()
        for unit in units:
            self._units.put(unit)
        self._doors = doors
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(number)]
        self.stopped = threading.Event()
        self.allowed = 0
        """How many messages may have been accepted before the next unit begins, so that the messages last through all
        faults."""

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    @property
    def done(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while not self.stopped.is_set():
            try:
                unit = self._units.get_nowait()
            except queue.Empty:
                return
            while len(self.answers.accepted) > self.allowed and not self.stopped.is_set():
                time.sleep(0.02)
            for document in unit:
                self._hand_in(document)

    def _hand_in(self, document: Document) -> None:
        body = document.body()
        if document.again is Again.AT_ONCE:
            twin = threading.Thread(target=self._until_answered, args=(document, body), daemon=True)
            twin.start()
            self._until_answered(document, body)
            twin.join()
        else:
            self._until_answered(document, body)
        if document.again is Again.LATER:
            self._until_answered(document, body)
        # Of what came too late nothing is kept, so other content under its reference is new. It is accepted if the
        # clock has gone back meanwhile.
        if document.again is Again.CHANGED and self.answers.too_late.isdisjoint(document.references):
            self._until_answered(document, document.changed(), wanted=409)

    def _until_answered(self, document: Document, body: bytes, wanted: int = 202) -> None:
        while not self.stopped.is_set():
            status, answer = self._doors.hand_in(document.door, document.caller, document.references[0], body)
            if status in (202, 409, 422, 400, 413):
                return self._note(document, status, answer, wanted)
            with self._lock:
                self.answers.unanswered += 1
            time.sleep(_PAUSE_SECONDS)
        return None

    def _note(self, document: Document, status: int, answer: dict[str, Any], wanted: int) -> None:
        with self._lock:
            if status == 422 and answer.get("code") == "protocol.expired" and document.messages[0]["kind"] == EXPIRING:
                self.answers.too_late.update(document.references)
                return
            if status != wanted:
                self.answers.wrong.append(f"{document.references[0]} was answered {status} {answer.get('code')}")
                return
            if status == 409:
                self.answers.refused += len(document.references)
                return
            for message in answer["receipt"]["messages"]:
                self._note_accepted(message)
            refused = {problem["where"].partition(".")[0] for problem in answer["receipt"]["refused"]}
            if len(refused) != document.bad_rows:
                self.answers.wrong.append(f"{document.references[0]}: {len(refused)} rows were refused")
            self.answers.refused += len(refused)

    def _note_accepted(self, message: dict[str, Any]) -> None:
        reference, id = message["reference"], message["id"]
        before = self.answers.accepted.setdefault(reference, id)
        if before != id:
            self.answers.wrong.append(f"{reference} was accepted as {before} and as {id}")
        self.answers.accepted_at[reference] = datetime.fromisoformat(message["accepted_at"])
        self.answers.recipients[reference] = frozenset(each["agency"] for each in message["recipients"])
