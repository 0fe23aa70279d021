"""The digest of a row is taken in a tenth of the time, by a function of its table that names the columns.

Before, one function served most tables: it made JSON of all columns of each row and took the covered ones out of it. Two
others repeated it for tables with large columns. Rows that decide something, such as keys and sessions, keep their former
digests, because a process of the version before must be able to prove them.
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# The same variables as note_lines uses, which state_left reads. The journal is locked once in a transaction: sealing
# waits for those that will still add an entry.
LINES = """
CREATE FUNCTION note_left(lines text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part int := coalesce(nullif(current_setting('hub.left_part', true), ''), '-1')::int;
    before text := current_setting('hub.left_' || part, true);
BEGIN
    IF lines IS NULL THEN
        RETURN;
    END IF;
    IF part < 0 THEN
        LOCK TABLE journal IN ROW EXCLUSIVE MODE;
    END IF;
    IF part < 0 OR length(before) > 20000 THEN
        part := part + 1;
        before := '';
        PERFORM set_config('hub.left_part', part::text, true);
    END IF;
    PERFORM set_config('hub.left_' || part, concat(before, lines, E'\\n'), true);
END $$
"""
# `kept` is what the digest is taken of: the covered columns in the binary form of the database, which no setting of a
# session changes. `key` names a row. Each column of `later` was added after the table was watched: it counts only where it is filled, so
# the digests of earlier rows stay right. A later migration that adds one calls this again.
WATCH = """
CREATE FUNCTION watch_state(watched text, key text, covered text, later text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    kept text := 'record_send(ROW(' || covered || '))';
    added text;
    happens record;
BEGIN
    FOREACH added IN ARRAY later LOOP
        kept := kept || format(' || CASE WHEN %1$I IS NULL THEN '''' ELSE record_send(ROW(%1$L::text, %1$I)) END', added);
    END LOOP;
    EXECUTE format($function$
        CREATE OR REPLACE FUNCTION %1$I() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            IF current_setting('hub.attests', true) IS DISTINCT FROM 'on' THEN
                RETURN NULL;
            END IF;
            IF TG_OP = 'INSERT' THEN
                PERFORM note_left(string_agg(
                    concat(%2$L, ' ', %3$s, ' 2:', encode(sha256(%4$s), 'hex')), E'\\n')) FROM new_rows;
            ELSIF TG_OP = 'UPDATE' THEN
                PERFORM note_left(string_agg(concat(%2$L, ' ', n.key, ' 2:', encode(sha256(n.kept), 'hex')), E'\\n'))
                FROM (SELECT %3$s AS key, %4$s AS kept FROM new_rows) n
                LEFT JOIN (SELECT %3$s AS key, %4$s AS kept FROM old_rows) o USING (key)
                WHERE n.kept IS DISTINCT FROM o.kept;
            ELSE
                PERFORM note_left(string_agg(concat(%2$L, ' ', %3$s, ' -'), E'\\n')) FROM old_rows;
            END IF;
            RETURN NULL;
        END $body$
    $function$, 'note_' || watched || '_rows', watched, key, kept);
    FOR happens IN SELECT * FROM (VALUES ('insert', 'NEW TABLE AS new_rows'), ('delete', 'OLD TABLE AS old_rows'),
        ('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows')) AS each(what, rows)
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER note_%1$s AFTER %1$s ON %2$I REFERENCING %3$s FOR EACH STATEMENT'
            ' EXECUTE FUNCTION %4$I()', happens.what, watched, happens.rows, 'note_' || watched || '_rows');
    END LOOP;
END $$
"""
# A delivery that is being sent waits for all that the evidence says: a worker that dies leaves no trace.
TABLES: tuple[str, ...] = (
    "SELECT watch_state('message', 'id', 'id, raw_document_id, kind, version, sender, sender_reference, subject,"
    " correlation, causation, sent_at, accepted_at, digest, state, replaces_key, supersedes, edition_at, overtaken_by')",
    "SELECT watch_state('message_standing', 'message_id', 'message_id, matter, keeper, sender, acts_for, parties,"
    " within, stands, reason, believed_by')",
    "SELECT watch_state('raw_document', 'id', 'id, caller, media_type, digest, received_at, state, message_ids')",
    "SELECT watch_state('delivery', 'id', 'id, message_id, recipient, target, subject, position, cause,"
    " CASE state WHEN ''sending'' THEN ''waiting'' ELSE state END, protocol, protocol_version, withheld, unexpressed,"
    " quarantined_at, created_at, delivered_at, receipt, handed_in_by, known_as')",
    "SELECT watch_state('clock', 'id', 'id, name, message_id, owner, toward, toward_target, forward_kind, starts_at,"
    " due_at, why, state, stopped_at, stopped_by, overdue_reported, remind_at')",
    "SELECT watch_state('person_link', 'id', 'id, message_id, person_id, area, state, found_by, match_weight, evidence,"
    " why, found_at, decided_at, decided_by')",
    "SELECT watch_state('disposal', 'id', 'id, destroyed_at')",
    "SELECT watch_state('partner_state', 'recipient', 'recipient, paused_at, paused_by, paused_because')",
    "SELECT watch_state('refused_part', 'id', 'id, raw_document_id, number, at, code, place, problem, cure, problems,"
    " others, state, closed_at, closed_by, closed_because, received_again_as')",
    "SELECT watch_state('installation', 'name || ''@'' || to_char(since AT TIME ZONE ''UTC'', ''YYYYMMDDHH24MISSUS'')',"
    " 'name, since, value')",
    "SELECT watch_state('quarantine_bulk', 'id', 'id, action, selection, reason, state, planned_at, planned_by,"
    " approved_at, approved_by, ended_at')",
)


def upgrade() -> None:
    for statement in (LINES, WATCH, *TABLES):
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
