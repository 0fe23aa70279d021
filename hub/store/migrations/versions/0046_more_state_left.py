"""The digests of the state cover more: what lies in mailboxes, who is supervised by whom, which searches are
open, and the keys by which messages are of one case.

Of a table with several rows for a message or a person, one digest covers all rows of it together (`watch_rows_together`).
Processes of the version before do not know these tables, so the triggers note only what a session writes that says so
(`hub.covers`). What stood there before is entered when the first process of this version starts.
"""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

# As watch_state of 0032. A later migration that adds a column of `later` calls it again.
WATCH_MORE = """
CREATE FUNCTION watch_more_state(watched text, key text, covered text, later text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    kept text := 'record_send(ROW(' || covered || '))';
    added text;
BEGIN
    FOREACH added IN ARRAY later LOOP
        kept := kept || format(' || CASE WHEN %1$I IS NULL THEN '''' ELSE record_send(ROW(%1$L::text, %1$I)) END', added);
    END LOOP;
    EXECUTE format($function$
        CREATE OR REPLACE FUNCTION %1$I() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            IF coalesce(current_setting('hub.covers', true), '') < '0046' THEN
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
    PERFORM note_changes_of(watched, 'note_' || watched || '_rows');
END $$
"""
WATCH_TOGETHER = """
CREATE FUNCTION watch_rows_together(watched text, key text, covered text, ordered text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($function$
        CREATE OR REPLACE FUNCTION %1$I() RETURNS trigger LANGUAGE plpgsql AS $body$
        DECLARE
            touched uuid[];
        BEGIN
            IF coalesce(current_setting('hub.covers', true), '') < '0046' THEN
                RETURN NULL;
            END IF;
            IF TG_OP = 'INSERT' THEN
                touched := (SELECT array_agg(DISTINCT %3$s) FROM new_rows);
            ELSIF TG_OP = 'UPDATE' THEN
                touched := (SELECT array_agg(DISTINCT each.key)
                    FROM (SELECT %3$s AS key FROM new_rows UNION SELECT %3$s FROM old_rows) each);
            ELSE
                touched := (SELECT array_agg(DISTINCT %3$s) FROM old_rows);
            END IF;
            PERFORM note_left(string_agg(concat(%2$L, ' ', wanted, ' ', coalesce(
                '2:' || encode(sha256(record_send(ROW(wanted, found.kept))), 'hex'), '-')), E'\\n'))
            FROM unnest(touched) wanted LEFT JOIN (
                SELECT %3$s AS key, string_agg(%4$s, ',' ORDER BY %5$s) AS kept FROM %2$I
                WHERE %3$s = ANY (touched) GROUP BY %3$s
            ) found ON found.key = wanted;
            RETURN NULL;
        END $body$
    $function$, 'note_' || watched || '_rows', watched, key, covered, ordered);
    PERFORM note_changes_of(watched, 'note_' || watched || '_rows');
END $$
"""
CHANGES = """
CREATE FUNCTION note_changes_of(watched text, noted_by text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    happens record;
BEGIN
    FOR happens IN SELECT * FROM (VALUES ('insert', 'NEW TABLE AS new_rows'), ('delete', 'OLD TABLE AS old_rows'),
        ('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows')) AS each(what, rows)
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER note_%1$s AFTER %1$s ON %2$I REFERENCING %3$s FOR EACH STATEMENT'
            ' EXECUTE FUNCTION %4$I()', happens.what, watched, happens.rows, noted_by);
    END LOOP;
END $$
"""
TABLES: tuple[str, ...] = (
    "SELECT watch_more_state('mailbox_item', 'delivery_id', 'delivery_id, recipient, message_id, placed_at,"
    " acknowledged_at')",
    "SELECT watch_more_state('awaiting_link', 'message_id', 'message_id, target')",
    "SELECT watch_more_state('supervised_person', 'id', 'id, area, message_id, person, surname_key, date_of_birth, since,"
    " finding_keys')",
    "SELECT watch_more_state('supervision', 'id', 'id, person_id, area, message_id, reference, started_on, ended_on,"
    " ended_because, ended_by')",
    "SELECT watch_rows_together('supervised_identifier', 'person_id', 'scheme || '':'' || value', 'scheme, value')",
    "SELECT watch_rows_together('case_key', 'message_id', 'key', 'key')",
    "SELECT watch_rows_together('attachment', 'message_id', 'sha256', 'sha256')",
)


def upgrade() -> None:
    for statement in (CHANGES, WATCH_MORE, WATCH_TOGETHER, *TABLES):
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
