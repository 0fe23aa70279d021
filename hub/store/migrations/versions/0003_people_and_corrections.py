"""Corrections and editions, reminders, and the people whom the areas supervise."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CORRECTIONS = """
ALTER TABLE message ADD COLUMN replaces_key TEXT, ADD COLUMN supersedes UUID REFERENCES message (id);
CREATE INDEX message_replaces ON message (kind, sender, replaces_key, accepted_at) WHERE replaces_key IS NOT NULL;
"""

REMINDERS = """
ALTER TABLE clock ADD COLUMN remind_at JSONB NOT NULL DEFAULT '[]', ADD COLUMN next_reminder_at timestamptz;
CREATE INDEX clock_reminder ON clock (next_reminder_at) WHERE state = 'running' AND next_reminder_at IS NOT NULL;
"""

PEOPLE = """
CREATE TABLE supervised_person (
    id UUID NOT NULL,
    area TEXT NOT NULL,
    message_id UUID NOT NULL,
    person JSONB NOT NULL,
    surname_key TEXT,
    date_of_birth TEXT,
    postcode TEXT,
    crn TEXT,
    since timestamptz NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(message_id) REFERENCES message (id)
);
CREATE INDEX supervised_person_candidates ON supervised_person (date_of_birth, surname_key);
CREATE INDEX supervised_person_message ON supervised_person (message_id);

CREATE TABLE supervised_identifier (
    person_id UUID NOT NULL,
    scheme TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (person_id, scheme, value),
    FOREIGN KEY(person_id) REFERENCES supervised_person (id)
);
CREATE INDEX supervised_identifier_value ON supervised_identifier (scheme, value);

CREATE TABLE person_link (
    id UUID NOT NULL,
    message_id UUID NOT NULL,
    person_id UUID NOT NULL,
    area TEXT NOT NULL,
    state TEXT NOT NULL,
    found_by TEXT NOT NULL,
    match_weight DOUBLE PRECISION,
    evidence JSONB NOT NULL,
    why TEXT NOT NULL,
    found_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by TEXT,
    PRIMARY KEY (id),
    CONSTRAINT person_link_once UNIQUE (message_id, person_id),
    FOREIGN KEY(message_id) REFERENCES message (id),
    FOREIGN KEY(person_id) REFERENCES supervised_person (id)
);

CREATE TABLE awaiting_link (
    message_id UUID NOT NULL,
    target TEXT NOT NULL,
    looked_at timestamptz,
    PRIMARY KEY (message_id),
    FOREIGN KEY(message_id) REFERENCES message (id)
);

INSERT INTO lifecycle_move (thing, from_state, to_state) VALUES
    ('link', 'doubtful', 'confirmed'),
    ('link', 'doubtful', 'rejected');
CREATE TRIGGER moves BEFORE UPDATE OF state ON person_link FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_illegal_move('link');
"""


def upgrade() -> None:
    for part in (CORRECTIONS, REMINDERS, PEOPLE):
        op.get_bind().exec_driver_sql(part)
