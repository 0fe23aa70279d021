"""Every table of the store, for code that needs all of them: migrations, and the test that compares them."""

from hub.store.access import tables as access
from hub.store.approval import tables as approval
from hub.store.content import tables as content
from hub.store.database import tables as database
from hub.store.database.columns import metadata
from hub.store.journal import tables as journal
from hub.store.messages import tables as messages
from hub.store.overview import tables as overview
from hub.store.persons import tables as persons
from hub.store.repairing import tables as repairing
from hub.store.sharing import tables as sharing
from hub.store.watching import tables as watching

__all__ = [
    "access",
    "approval",
    "content",
    "database",
    "journal",
    "messages",
    "metadata",
    "overview",
    "persons",
    "repairing",
    "sharing",
    "watching",
]
