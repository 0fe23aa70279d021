"""The envelope of a message: who sends what about whom, and what it answers."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Envelope(BaseModel):
    """Frozen. `sender` and `recipient` are agency ids of the registry; `correlation` joins the messages of one
    exchange, `causation` is the message that made the hub write this one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    kind: str
    version: int
    sender: str
    sender_reference: str
    recipient: str | None = None
    subject: str
    correlation: UUID
    causation: UUID | None = None
    sent_at: datetime
