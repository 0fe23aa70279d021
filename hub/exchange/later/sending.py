"""Tells the systems of agencies what became of their documents, where they receive such answers. The answer can be
fetched too, so one that cannot be sent is given up at last, and nothing is lost."""

import random
from collections.abc import Mapping
from datetime import timedelta

from adapters.calls import AnswersLater, Interface, Said
from adapters.contract import CannotDeliver, Encoded, Endpoint, Parcel
from hub.exchange.message.own_messages import HUB
from hub.exchange.telling.earlier_answers import answer_to
from hub.exchange.telling.outcomes import earlier
from hub.exchange.wiring import Wiring
from hub.store.content import later_answers
from hub.store.content.later_answers import DueAnswer

KIND = "business_answer"
_AT_ONCE_MAX = 50
_LEASE = timedelta(minutes=5)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)


class LaterAnswers:
    def __init__(self, wiring: Wiring, interfaces: Mapping[str, Interface]) -> None:
        """`interfaces` by their addresses."""
        self._store = wiring.store
        self._clock = wiring.clock
        self._log = wiring.log
        self._settings = wiring.interfaces
        self._transports = wiring.adapters.transports
        self._standstill = wiring.standstill
        self._interfaces = interfaces
        self._patience = timedelta(days=wiring.settings.partner_down_quarantine_days)

    def waiting(self) -> int:
        """How many answers are due; none while the exchange stands still, or nobody receives any."""
        if not self._settings.current().answers or self._standstill.since() is not None:
            return 0
        with self._store.transaction() as connection:
            return later_answers.count_due(connection, self._clock.now())

    def run(self) -> int:
        """Send what is due. After a partner has not answered, nothing else is sent to it in this run. Returns how many
        were sent."""
        self._standstill.refuse()
        with self._store.transaction() as connection:
            due = later_answers.claim_due(connection, self._clock.now(), _LEASE, _AT_ONCE_MAX)
        sent, away = 0, set[str]()
        for each in due:
            failed = _SILENT if each.agency in away else self._send(each)
            if failed is None:
                sent += 1
            elif failed.partner_down:
                away.add(each.agency)
            self._end(each, failed)
        return sent

    def _send(self, due: DueAnswer) -> CannotDeliver | None:
        endpoint = self._settings.current().answers.get((due.agency, due.interface))
        interface = self._interfaces.get(due.interface)
        if endpoint is None or not isinstance(interface, AnswersLater):
            return CannotDeliver("answer.no_address", "it receives no answers any more", retryable=False)
        with self._store.transaction() as connection:
            kept = answer_to(connection, due.raw_document_id, due.asked_at)
        try:
            self._transports[endpoint.transport].send(endpoint, _parcel(due, endpoint, interface.answer(earlier(kept))))
        except CannotDeliver as failed:
            return failed
        return None

    def _end(self, due: DueAnswer, failed: CannotDeliver | None) -> None:
        now = self._clock.now()
        code = None if failed is None else failed.code
        may_come = failed is not None and failed.retryable and now - due.asked_at < self._patience
        with self._store.transaction() as connection:
            if may_come and code is not None:
                wait = min(_FIRST_WAIT * 2.0 ** min(due.attempts - 1, 20), _LONGEST_WAIT) * (0.5 + random.random())
                later_answers.postpone(connection, due.raw_document_id, now + wait, code)
            else:
                later_answers.end(connection, due.raw_document_id, now, code)
        if code is not None and not may_come:
            self._log.warning("answer.given_up", agency=due.agency, document=str(due.raw_document_id), code=code)


_SILENT = CannotDeliver("partner.unreachable", "it did not answer just now", retryable=True, partner_down=True)


def _parcel(due: DueAnswer, endpoint: Endpoint, answer: Said) -> Parcel:
    """The id of the document names the answer too, the same at every attempt."""
    id = str(due.raw_document_id)
    suffix = ".xml" if "xml" in answer.media_type else ".json"
    return Parcel(id, id, KIND, HUB, endpoint.agency, Encoded(answer.body, answer.media_type, suffix))
