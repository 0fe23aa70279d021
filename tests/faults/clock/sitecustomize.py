"""Makes the time of every process of a fault run jump, because the hub itself has no way to do so.

Python imports this module by itself from the path that the run gives to its processes. The offset in seconds is in the
file that HUB_TEST_CLOCK names; its modification time is checked at most ten times a second.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_LOOK_EVERY_SECONDS = 0.1


class JumpingClock:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._ahead = timedelta()
        self._looked = 0.0

    def now(self, _: object = None) -> datetime:
        at = time.monotonic()
        if at - self._looked > _LOOK_EVERY_SECONDS:
            self._looked = at
            self._ahead = timedelta(seconds=float(self._file.read_text()))
        return datetime.now(UTC) + self._ahead


if "HUB_TEST_CLOCK" in os.environ:
    from hub.clock import SystemClock

    _jumping = JumpingClock(Path(os.environ["HUB_TEST_CLOCK"]))
    SystemClock.now = lambda self: _jumping.now()  # type: ignore[method-assign]
