"""Tables: what takes two people, and the rules that they agreed for the installation."""

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from hub.lifecycle import ProposalState, TwoPersonAct
from hub.store.database.columns import MOMENT, State, metadata

proposal = Table(
    "proposal",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("act", State(TwoPersonAct), nullable=False),
    Column("about", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", State(ProposalState), nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", MOMENT),
    Column("reason", Text),
    Index("proposal_open", "expires_at", postgresql_where=text("state = 'open'")),
)

installation_rules = Table(
    "installation_rules",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("rules", JSONB, nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("proposal", Uuid),
)
