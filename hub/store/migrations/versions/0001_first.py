"""The first schema: documents, messages, deliveries, clocks, the journal and the agencies' keys."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE agency_key (
    id UUID NOT NULL,
    agency TEXT NOT NULL,
    secret_sha256 TEXT NOT NULL,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (id),
    UNIQUE (secret_sha256)
);

CREATE INDEX agency_key_agency ON agency_key (agency);

CREATE TABLE journal (
    position BIGINT GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL,
    event TEXT NOT NULL,
    raw_document_id UUID,
    message_id UUID,
    delivery_id UUID,
    clock_id UUID,
    agency TEXT,
    detail JSONB NOT NULL,
    PRIMARY KEY (position)
);

CREATE INDEX journal_message ON journal (message_id);
CREATE INDEX journal_raw_document ON journal (raw_document_id);

CREATE TABLE lifecycle_move (
    thing TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    PRIMARY KEY (thing, from_state, to_state)
);

CREATE TABLE raw_document (
    id UUID NOT NULL,
    caller TEXT NOT NULL,
    media_type TEXT NOT NULL,
    digest TEXT NOT NULL,
    body BYTEA NOT NULL,
    received_at timestamptz NOT NULL,
    state TEXT NOT NULL,
    receipt JSONB,
    PRIMARY KEY (id)
);

CREATE INDEX raw_document_same ON raw_document (caller, digest) WHERE state IN ('accepted', 'partly');
CREATE INDEX raw_document_unanswered ON raw_document (received_at) WHERE state = 'received';

CREATE TABLE message (
    id UUID NOT NULL,
    raw_document_id UUID,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    sender TEXT NOT NULL,
    sender_reference TEXT NOT NULL,
    subject TEXT NOT NULL,
    correlation UUID NOT NULL,
    causation UUID,
    sent_at timestamptz NOT NULL,
    accepted_at timestamptz NOT NULL,
    digest TEXT NOT NULL,
    payload BYTEA NOT NULL,
    doubts JSONB NOT NULL,
    counts JSONB NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT message_once UNIQUE (sender, sender_reference),
    FOREIGN KEY(raw_document_id) REFERENCES raw_document (id),
    FOREIGN KEY(causation) REFERENCES message (id)
);

CREATE INDEX message_correlation ON message (correlation);

CREATE TABLE attachment (
    message_id UUID NOT NULL,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (message_id, sha256),
    FOREIGN KEY(message_id) REFERENCES message (id)
);

CREATE TABLE case_key (
    message_id UUID NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (message_id, key),
    FOREIGN KEY(message_id) REFERENCES message (id)
);

CREATE INDEX case_key_key ON case_key (key);

CREATE TABLE clock (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    message_id UUID NOT NULL,
    owner TEXT,
    toward TEXT,
    toward_target TEXT NOT NULL,
    forward_kind TEXT,
    starts_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    why TEXT NOT NULL,
    state TEXT NOT NULL,
    stopped_at timestamptz,
    stopped_by UUID,
    overdue_reported BOOLEAN DEFAULT false NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(message_id) REFERENCES message (id),
    FOREIGN KEY(stopped_by) REFERENCES message (id)
);

CREATE INDEX clock_message ON clock (message_id);
CREATE INDEX clock_running ON clock (name, due_at) WHERE state = 'running';

CREATE TABLE delivery (
    id UUID NOT NULL,
    message_id UUID NOT NULL,
    recipient TEXT NOT NULL,
    target TEXT NOT NULL,
    subject TEXT NOT NULL,
    position BIGINT GENERATED ALWAYS AS IDENTITY,
    cause UUID,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at timestamptz NOT NULL,
    lease_token UUID,
    lease_until timestamptz,
    protocol TEXT NOT NULL,
    protocol_version INTEGER NOT NULL,
    withheld JSONB NOT NULL,
    unexpressed JSONB NOT NULL,
    why TEXT,
    why_code TEXT,
    created_at timestamptz NOT NULL,
    delivered_at timestamptz,
    receipt JSONB,
    PRIMARY KEY (id),
    CONSTRAINT delivery_once UNIQUE (message_id, recipient),
    FOREIGN KEY(message_id) REFERENCES message (id),
    FOREIGN KEY(cause) REFERENCES message (id)
);

CREATE INDEX delivery_due ON delivery (due_at) WHERE state IN ('waiting', 'sending', 'held');
CREATE INDEX delivery_order ON delivery (recipient, subject, position) WHERE state <> 'delivered';
"""

MOVES = """
INSERT INTO lifecycle_move (thing, from_state, to_state) VALUES
    ('document', 'received', 'accepted'),
    ('document', 'received', 'partly'),
    ('document', 'received', 'refused'),
    ('document', 'received', 'abandoned'),
    ('message', 'in_progress', 'delivered'),
    ('message', 'in_progress', 'needs_attention'),
    ('message', 'delivered', 'in_progress'),
    ('message', 'delivered', 'needs_attention'),
    ('message', 'needs_attention', 'in_progress'),
    ('message', 'needs_attention', 'delivered'),
    ('delivery', 'waiting', 'sending'),
    ('delivery', 'held', 'sending'),
    ('delivery', 'sending', 'sending'),
    ('delivery', 'sending', 'waiting'),
    ('delivery', 'sending', 'held'),
    ('delivery', 'sending', 'delivered'),
    ('delivery', 'sending', 'quarantined'),
    ('delivery', 'quarantined', 'waiting'),
    ('clock', 'running', 'met'),
    ('clock', 'running', 'missed'),
    ('clock', 'running', 'void'),
    ('clock', 'doubtful', 'running'),
    ('clock', 'doubtful', 'void');
"""

# A state may only make a listed move. Percent signs are doubled for the driver.
GUARDS = """
CREATE FUNCTION refuse_illegal_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM lifecycle_move
        WHERE thing = TG_ARGV[0] AND from_state = OLD.state AND to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a %% cannot go from %% to %%', TG_ARGV[0], OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER moves BEFORE UPDATE OF state ON raw_document FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_illegal_move('document');
CREATE TRIGGER moves BEFORE UPDATE OF state ON message FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_illegal_move('message');
CREATE TRIGGER moves BEFORE UPDATE OF state ON delivery FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_illegal_move('delivery');
CREATE TRIGGER moves BEFORE UPDATE OF state ON clock FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_illegal_move('clock');

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the %% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    for part in (TABLES, MOVES, GUARDS):
        op.get_bind().exec_driver_sql(part)
