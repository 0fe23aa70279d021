"""The people of a fault run work during faults too: they settle what is in quarantine, and pause partners."""

import contextlib
import threading
import time
from collections import Counter
from uuid import UUID

from hub.bootstrap import Hub
from hub.errors import Failure, NotPaused
from hub.lifecycle import BulkAction, BulkState, TwoPersonAct
from hub.store.repairing.quarantine import Selection

ALONE_UP_TO = 3
"""One person releases at most so many by hand; more are bulk work, which a second person approves."""
REFUSED = "partner.refused"
_FIRST, _SECOND = "first-operator", "second-operator"
_WHY = "the partner had refused everything for a while"


class Operators:
    """One thread for both, with a hub of their own beside the one under test, on the same database."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._orders: list[tuple[str, float]] = []
        self._paused: dict[str, tuple[float, float]] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self.pauses: list[tuple[str, float, float]] = []
        """(agency, from when, until when): nothing may have been sent to it, in seconds of real time."""
        self.released = 0
        self.approved = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Return after nobody is paused any more."""
        self._stopped.set()
        self._thread.join(60)
        self._hub.close()

    def pause(self, agency: str, seconds: float) -> None:
        self._orders.append((agency, seconds))

    def _agree(self) -> bool:
        """The two of them agree on how much one may do alone. Returns whether the rule is in force."""
        with contextlib.suppress(Failure):
            if self._hub.rules.history()[-1].rules["alone_up_to"] == ALONE_UP_TO:
                return True
            waiting = [each for each in self._hub.approving.listed() if each["act"] == TwoPersonAct.RULES]
            if not waiting:
                self._hub.rules.propose({"alone_up_to": str(ALONE_UP_TO)}, _FIRST)
                return False
            id = waiting[0]["id"]
            self._hub.approving.approve(id, _SECOND, self._hub.approving.show(id)["seen"])
        return False

    def _work(self) -> None:
        while not self._agree() and not self._stopped.is_set():
            time.sleep(0.5)
        while not self._stopped.is_set() or self._orders or self._paused:
            for act in (self._pause, self._resume, self._settle):
                # The database is away, or the work was done and the answer lost: the next look shows which.
                with contextlib.suppress(Failure):
                    act()
            time.sleep(0.5)

    def _pause(self) -> None:
        while self._orders:
            agency, seconds = self._orders[0]
            self._hub.partners.pause(agency, _FIRST, "its people have asked for it")
            self._paused[agency] = (time.time(), time.time() + seconds)
            self._orders.pop(0)

    def _resume(self) -> None:
        for agency, (began, until) in list(self._paused.items()):
            if time.time() > until:
                ended = time.time()
                with contextlib.suppress(NotPaused):
                    self._hub.partners.resume(agency, _SECOND)
                self.pauses.append((agency, began, ended))
                del self._paused[agency]

    def _settle(self) -> None:
        plans = self._hub.bulk.listed()
        for plan in plans:
            if plan["state"] == BulkState.PLANNED:
                id = UUID(plan["id"])
                shown = self._hub.bulk.approve(id, _SECOND, self._hub.bulk.show(id)["seen"])
                self.approved += 1
                self.released += int(shown["count"])
                return
        in_work = {plan["selection"]["recipient"] for plan in plans if plan["state"] == BulkState.RUNNING}
        refused = self._hub.quarantine.listed(Selection(code=REFUSED))
        for recipient, count in Counter(item["recipient"] for item in refused).items():
            if count > ALONE_UP_TO:
                if recipient not in in_work:
                    selection = Selection(recipient=recipient, code=REFUSED)
                    self._hub.bulk.plan(BulkAction.RELEASE, selection, _FIRST, _WHY)
                continue
            for item in refused:
                if item["recipient"] == recipient:
                    self._hub.quarantine.release(item["id"], _FIRST, _WHY)
                    self.released += 1
