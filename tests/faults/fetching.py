"""The recipient of a fault run that cannot be called. It fetches from its mailbox, and sometimes forgets to
acknowledge."""

import contextlib
import hashlib
import json
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import urllib3

from hub.access.assertions import AgencyKey
from tests.faults.documents import AREAS, withheld_from
from tests.faults.plan import role_of

FETCHES = AREAS[0].prison
_FORGETS = 0.1
_ANSWERED_WITHIN_SECONDS = 8.0


class Fetcher:
    """Its arrivals are in the same log as those of all others, written before they are acknowledged."""

    def __init__(
        self, seed: int, key: AgencyKey, address: Callable[[], str | None], now: Callable[[], datetime], log: Path
    ) -> None:
        self._chance = random.Random(f"fetching {seed}")
        self._key = key
        self._address = address
        self._now = now
        self._log = log.open("ab", buffering=0)
        self._http = urllib3.PoolManager(retries=False)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self.fetched = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(60)
        self._log.close()

    def _work(self) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(urllib3.exceptions.HTTPError, ValueError):
                self._fetch_all()
            time.sleep(0.1)

    def _fetch_all(self) -> None:
        listed = self._ask("GET", "?wait=1&limit=20")
        if listed.status != 200:
            return
        for item in listed.json()["items"]:
            got = self._ask("GET", f"/{item['message_id']}")
            if got.status == 200:
                self._note(got.headers["Hub-Message-Id"], got.headers["Hub-Kind"], got.data)
                if self._chance.random() >= _FORGETS:
                    self._ask("POST", f"/{item['message_id']}/receipt")

    def _ask(self, method: str, path: str) -> Any:
        headers = {"Authorization": self._key.authorization(self._now())}
        url = f"{self._address()}/v1/mailbox{path}"
        return self._http.request(method, url, headers=headers, timeout=_ANSWERED_WITHIN_SECONDS)

    def _note(self, message_id: str, kind: str, body: bytes) -> None:
        self.fetched += 1
        self._log.write(json.dumps(arrival(FETCHES, message_id, kind, body, taken=True)).encode() + b"\n")


def arrival(agency: str, message_id: str, kind: str, body: bytes, *, taken: bool) -> dict[str, Any]:
    """Return one line of the log of what reached whom."""
    said = json.loads(body)
    content = json.dumps([said["kind"], said["payload"]], sort_keys=True).encode()
    return {
        "at": time.time(),
        "agency": agency,
        "id": message_id,
        "kind": kind,
        "taken": taken,
        "content": hashlib.sha256(content).hexdigest(),
        "leaked": withheld_from(role_of(agency)).encode() in body,
    }
