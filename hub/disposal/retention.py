"""The retention run destroys the content that is due, keeps the evidence, and reports what it left and why."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from hub.disposal.subject_index import SubjectIndex
from hub.disposal.terms import Term, Terms, WhyKept
from hub.exchange.message.receipts import Receipt, kept_receipt, signed
from hub.journal.record.disposal import (
    DestroyedDocument,
    DestroyedMessage,
    record_content_destroyed,
    record_retention_run,
)
from hub.journal.signing_keys import SigningKeys
from hub.store.database.engine import Store, Transaction
from hub.store.persons import disposal, subjects
from hub.store.persons.disposal import Candidate, KeptDocument
from hub.unproved import StateUnproved
from schemas.json import JsonObject

_BATCH = 200
_NEVER = "not_accepted"
_WITH_ITS_MESSAGE = "with_its_message"


@dataclass
class RetentionReport:
    """`messages` counts by (kind, protocol, days), `kept` by (reason, kind), `documents` by the reason for their
    destruction."""

    by: str
    at: datetime
    dry_run: bool
    messages: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    kept: Counter[tuple[str, str]] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    oldest_remaining: datetime | None = None

    def as_plain(self) -> JsonObject:
        return {
            "by": self.by,
            "at": self.at.isoformat(),
            "dry_run": self.dry_run,
            "messages": self._messages(),
            "kept": self._kept(),
            "documents": dict(sorted(self.documents.items())),
            "oldest_remaining": self.oldest_remaining.isoformat() if self.oldest_remaining else None,
        }

    def record(self, connection: Transaction) -> None:
        """Record the run in the journal, if it destroyed what was due."""
        record_retention_run(
            connection,
            self.at,
            by=self.by,
            messages=self._messages(),
            kept=self._kept(),
            documents=self.documents,
            oldest_remaining=self.oldest_remaining,
        )

    def _messages(self) -> list[dict[str, str | int]]:
        return [
            {"kind": kind, "protocol": protocol, "days": days, "count": count}
            for (kind, protocol, days), count in sorted(self.messages.items())
        ]

    def _kept(self) -> list[dict[str, str | int]]:
        return [{"why": why, "kind": kind, "count": count} for (why, kind), count in sorted(self.kept.items())]


class Retention:
    """Each batch is a transaction of its own. After an interruption, the next run continues from there."""

    def __init__(self, store: Store, index: SubjectIndex, keys: SigningKeys) -> None:
        self._store = store
        self._index = index
        self._keys = keys

    def run(self, by: str, terms: Terms, refused_for: timedelta, now: datetime, *, dry_run: bool) -> RetentionReport:
        """Documents that were refused are kept for `refused_for`. Raises StateUnproved."""
        self._index.catch_up()
        self._refuse_changed_holds()
        report = RetentionReport(by, now, dry_run)
        self._messages(terms, report)
        self._documents(report, report.at - refused_for)
        with self._store.transaction() as connection:
            report.oldest_remaining = disposal.oldest_remaining(connection)
            if not dry_run:
                report.record(connection)
        return report

    def _refuse_changed_holds(self) -> None:
        """Nothing is destroyed while a hold stands otherwise than the journal says. Raises StateUnproved."""
        with self._store.transaction() as connection:
            if changed := self._store.unproved(connection, "legal_hold"):
                raise StateUnproved(
                    f"holds were put in, changed or taken out past the exchange: {', '.join(changed)}",
                    "find out who may write to the database, and put the holds back: hub journal verify",
                )

    def _messages(self, terms: Terms, report: RetentionReport) -> None:
        before = report.at - timedelta(days=terms.shortest())
        after: tuple[datetime, UUID] | None = None
        while True:
            with self._store.transaction() as connection:
                page = disposal.candidates(connection, before, after, _BATCH)
                self._judge(connection, page, terms, report)
            if len(page) < _BATCH:
                return
            after = page[-1].accepted_at, page[-1].id

    def _judge(self, connection: Transaction, page: Sequence[Candidate], terms: Terms, report: RetentionReport) -> None:
        held = subjects.held(connection, [candidate.id for candidate in page])
        due: list[tuple[Candidate, Term]] = []
        for candidate in page:
            term = terms.term_of(candidate, held=candidate.id in held)
            if term.ends_at > report.at:
                continue
            if term.why_kept is not None:
                report.kept[(term.why_kept, candidate.kind)] += 1
                continue
            due.append((candidate, term))
            report.messages[(candidate.kind, term.protocol, term.days)] += 1
        if report.dry_run:
            return
        disposal.destroy_messages(connection, [candidate.id for candidate, _ in due], report.at)
        for candidate, term in due:
            destroyed = DestroyedMessage(candidate.id, term.protocol, term.days)
            record_content_destroyed(connection, report.at, destroyed=destroyed, by=report.by)

    def _documents(self, report: RetentionReport, before: datetime) -> None:
        """A dry run destroys nothing, so it cannot count the documents that would be due as a result."""
        self._each_document(
            report,
            _NEVER,
            lambda connection, after: disposal.unaccepted_documents(connection, before, after, _BATCH),
        )
        self._each_document(
            report,
            _WITH_ITS_MESSAGE,
            lambda connection, after: disposal.documents_of_destroyed(connection, after, _BATCH),
        )

    def _each_document(
        self,
        report: RetentionReport,
        why: str,
        page_after: Callable[[Transaction, UUID | None], Sequence[KeptDocument]],
    ) -> None:
        after: UUID | None = None
        while True:
            with self._store.transaction() as connection:
                page = page_after(connection, after)
                held = subjects.held(connection, frozenset().union(*(each.messages for each in page)))
                due = [each for each in page if not held & each.messages]
                report.documents[why] += len(due)
                if len(due) < len(page):
                    report.kept[(WhyKept.LEGAL_HOLD, "document")] += len(page) - len(due)
                if not report.dry_run:
                    self._destroy_documents(connection, due, report, why)
            if len(page) < _BATCH:
                return
            after = page[-1].id

    def _destroy_documents(
        self, connection: Transaction, due: Sequence[KeptDocument], report: RetentionReport, why: str
    ) -> None:
        receipts = {each.id: self._without_references(each.receipt, report.at) for each in due}
        disposal.destroy_documents(connection, receipts, report.at)
        for each in due:
            destroyed = DestroyedDocument(each.id, why)
            record_content_destroyed(connection, report.at, destroyed=destroyed, by=report.by)

    def _without_references(self, receipt: JsonObject | None, now: datetime) -> Receipt | None:
        """The answer for a sender who sends the same again. It is signed again, because the old signature covered the
        references."""
        if not receipt:
            return None
        before = kept_receipt(receipt)
        messages = [message.copy() for message in before["messages"]]
        for message in messages:
            message.pop("reference", None)
        left: Receipt = {**before, "messages": messages, "content_destroyed_at": now.isoformat()}
        left.pop("signed", None)
        return signed(left, self._keys)
