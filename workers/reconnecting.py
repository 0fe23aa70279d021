"""Makes a worker that has lost its broker look for it every second, for as long as it is away.

Celery's own waits grow to half a minute. During that time due work would wait although everything else is back.
"""

import time
from typing import Any

from celery.utils.log import get_logger
from celery.worker.consumer import Consumer
from celery.worker.state import maybe_shutdown

LOOK_EVERY_SECONDS = 1.0
_log = get_logger(__name__)


class SteadyConsumer(Consumer):  # type: ignore[misc]  # celery ships no types
    def ensure_connected(self, conn: Any) -> Any:
        """Return `conn` with an open connection. If the worker is asked to stop while it looks, it ends."""

        def not_yet(error: Exception, _: float) -> None:
            _log.warning("broker.away %s", type(error).__name__)

        connected = conn.ensure_connection(
            not_yet,
            interval_start=LOOK_EVERY_SECONDS,
            interval_step=0,
            interval_max=LOOK_EVERY_SECONDS,
            callback=maybe_shutdown,
        )
        self.first_connection_attempt = False
        return connected

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        """The broker was reached and refused to work: it only reads, is loading, has no memory or wants a password."""
        _log.warning("broker.away %s", type(exc).__name__)
        time.sleep(LOOK_EVERY_SECONDS)
