"""What an agency has, compared with what a restored database knows of it. The receipts of recipients and senders name
what the backup is too old for."""

import re
from typing import TypedDict
from uuid import UUID

from hub.errors import NotFound
from hub.lifecycle import ENDED
from hub.store.database.engine import Store
from hub.store.messages import deliveries, messages

_ID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
_OF_A_DOCUMENT = re.compile(r'"document"\s*:\s*"[^"]*"')  # a receipt names its document beside its messages


class Compared(TypedDict):
    """`unknown`: the agency has it, and this database does not know it: it was accepted after the backup, and is lost
    here. `open`: the agency received it, and it waits here: it is sent once more under its old id. `agreed` is the
    number of the others."""

    unknown: list[str]
    open: list[str]
    agreed: int


def compare(store: Store, agency: str, text: str) -> Compared:
    """`text` is anything that names messages by their ids: receipts, or a list of what was received. Raises NotFound
    if it names none."""
    ids = sorted({UUID(found) for found in _ID.findall(_OF_A_DOCUMENT.sub("", text))})
    if not ids:
        raise NotFound("the file names no message", "give the receipts themselves, or a list of message ids")
    compared: Compared = {"unknown": [], "open": [], "agreed": 0}
    with store.transaction() as connection:
        for id in ids:
            received = deliveries.known_to(connection, agency, id)
            sent = messages.find(connection, id)
            if received is not None and received.state not in ENDED:
                compared["open"].append(str(id))
            elif received is not None or (sent is not None and sent.sender == agency):
                compared["agreed"] += 1
            else:
                compared["unknown"].append(str(id))
    return compared
