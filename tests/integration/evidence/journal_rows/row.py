"""A row of the journal, in the form in which the tests compare it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hub.journal.events import Event
from hub.store.database.engine import Transaction

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
LATER_TEXT = "2026-03-04T09:30:00+00:00"
DOCUMENT, MESSAGE, DELIVERY, CLOCK, OTHER = (UUID(int=number) for number in range(1, 6))
OTHER_TEXT = "00000000-0000-0000-0000-000000000005"

OF_DOCUMENT = {"raw_document_id": DOCUMENT, "agency": "court"}
OF_DELIVERY = {"message_id": MESSAGE, "delivery_id": DELIVERY, "agency": "prison"}

Row = tuple[Event, Callable[[Transaction], object], dict[str, Any], dict[str, Any]]
"""The event, the call that writes it, the columns that have a value, and the detail."""
