"""Each row of state that matters leaves a digest when it is written. The transaction adds an entry with it at its end.

The triggers only read what was written. They do nothing in a session that is not the hub's: what such a session writes
has no entry, and so it is found.
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# A digest is that of the covered columns that are not empty, as JSON in the database's own canonical form. So a column
# that is added later counts only where it is filled.
DIGEST = """
CREATE FUNCTION digest_of_state(kept jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT encode(sha256(convert_to(jsonb_strip_nulls(
        CASE WHEN kept->>'state' = 'sending' THEN kept || '{"state": "waiting"}' ELSE kept END)::text, 'UTF8')), 'hex')
$$
"""
# A variable of the transaction keeps the lines. It goes on in another one when it is long, so that thousands of
# statements do not copy all lines before them.
LINES = """
CREATE FUNCTION note_lines(lines text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part int := coalesce(nullif(current_setting('hub.left_part', true), ''), '0')::int;
    before text := current_setting('hub.left_' || part, true);
BEGIN
    IF lines IS NULL THEN
        RETURN;
    END IF;
    LOCK TABLE journal IN ROW EXCLUSIVE MODE;  -- sealing waits for those that will still add an entry
    IF length(before) > 20000 THEN
        part := part + 1;
        before := '';
    END IF;
    PERFORM set_config('hub.left_part', part::text, true);
    PERFORM set_config('hub.left_' || part, concat(before, lines, E'\\n'), true);
END $$
"""
TAKE = """
CREATE FUNCTION state_left() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(current_setting('hub.left_' || part, true), '' ORDER BY part)
    FROM generate_series(0, nullif(current_setting('hub.left_part', true), '')::int) part
$$
"""
# Only these columns, so that a column that is added later changes no digest.
PART = """
CREATE FUNCTION covered_part(kept jsonb, covered text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT jsonb_object_agg(key, value) FROM jsonb_each(kept) WHERE key = ANY (covered)
$$
"""
# The arguments of the trigger: the column that names a row, and the columns that are covered.
GENERAL = """
CREATE FUNCTION note_state() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$
BEGIN
    IF current_setting('hub.attests', true) IS DISTINCT FROM 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM note_lines(string_agg(concat_ws(' ', TG_TABLE_NAME, kept->>TG_ARGV[0],
            digest_of_state(covered_part(kept, TG_ARGV[1]::text[]))), E'\\n'))
        FROM (SELECT to_jsonb(n) AS kept FROM new_rows n) written;
    ELSIF TG_OP = 'UPDATE' THEN
        PERFORM note_lines(string_agg(concat_ws(' ', TG_TABLE_NAME, id, after), E'\\n'))
        FROM (SELECT to_jsonb(n)->>TG_ARGV[0] AS id, digest_of_state(covered_part(to_jsonb(n), TG_ARGV[1]::text[])) AS after
              FROM new_rows n) written
        LEFT JOIN (SELECT to_jsonb(o)->>TG_ARGV[0] AS id, digest_of_state(covered_part(to_jsonb(o), TG_ARGV[1]::text[])) AS before
              FROM old_rows o) former USING (id)
        WHERE before IS DISTINCT FROM after;
    ELSE
        PERFORM note_lines(string_agg(concat_ws(' ', TG_TABLE_NAME, to_jsonb(o)->>TG_ARGV[0], '-'), E'\\n'))
        FROM old_rows o;
    END IF;
    RETURN NULL;
END $$
"""
# Messages and documents hold content of many megabytes, which no digest is taken of: it is encrypted, and bound to its
# row.
MESSAGE = """
CREATE FUNCTION note_message() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$
BEGIN
    IF current_setting('hub.attests', true) IS DISTINCT FROM 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM note_lines(string_agg(concat_ws(' ', TG_TABLE_NAME, id, '-'), E'\\n')) FROM old_rows;
        RETURN NULL;
    END IF;
    PERFORM note_lines(string_agg(concat_ws(' ', TG_TABLE_NAME, kept->>'id', digest_of_state(kept)), E'\\n'))
    FROM (SELECT to_jsonb(n) AS kept FROM (
        SELECT id, raw_document_id, kind, version, sender, sender_reference, subject, correlation, causation, sent_at,
            accepted_at, digest, state, replaces_key, supersedes, edition_at, overtaken_by FROM new_rows) n) written;
    RETURN NULL;
END $$
"""
DOCUMENT = """
CREATE FUNCTION note_document() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$
BEGIN
    IF current_setting('hub.attests', true) IS DISTINCT FROM 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM note_lines(string_agg(concat_ws(' ', TG_TABLE_NAME, id, '-'), E'\\n')) FROM old_rows;
        RETURN NULL;
    END IF;
    PERFORM note_lines(string_agg(concat_ws(' ', TG_TABLE_NAME, kept->>'id', digest_of_state(kept)), E'\\n'))
    FROM (SELECT to_jsonb(n) AS kept FROM (
        SELECT id, caller, media_type, digest, received_at, state, message_ids FROM new_rows) n) written;
    RETURN NULL;
END $$
"""
# A trigger that sees all rows of a statement serves one event.
WATCHES: tuple[str, ...] = (
    "CREATE TRIGGER note_insert AFTER INSERT ON message REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE"
    " FUNCTION note_message()",
    "CREATE TRIGGER note_update AFTER UPDATE ON message REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR"
    " EACH STATEMENT EXECUTE FUNCTION note_message()",
    "CREATE TRIGGER note_delete AFTER DELETE ON message REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE"
    " FUNCTION note_message()",
    "CREATE TRIGGER note_insert AFTER INSERT ON message_standing REFERENCING NEW TABLE AS new_rows FOR EACH"
    " STATEMENT EXECUTE FUNCTION note_state('message_id', '{message_id,matter,keeper,sender,acts_for,parties,within,"
    "stands,reason,believed_by}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON message_standing REFERENCING OLD TABLE AS old_rows NEW TABLE AS"
    " new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_state('message_id', '{message_id,matter,keeper,sender,"
    "acts_for,parties,within,stands,reason,believed_by}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON message_standing REFERENCING OLD TABLE AS old_rows FOR EACH"
    " STATEMENT EXECUTE FUNCTION note_state('message_id', '{message_id,matter,keeper,sender,acts_for,parties,within,"
    "stands,reason,believed_by}')",
    "CREATE TRIGGER note_insert AFTER INSERT ON raw_document REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_document()",
    "CREATE TRIGGER note_update AFTER UPDATE ON raw_document REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
    " FOR EACH STATEMENT EXECUTE FUNCTION note_document()",
    "CREATE TRIGGER note_delete AFTER DELETE ON raw_document REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_document()",
    "CREATE TRIGGER note_insert AFTER INSERT ON delivery REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,message_id,recipient,target,subject,position,cause,state,protocol,"
    "protocol_version,withheld,unexpressed,quarantined_at,created_at,delivered_at,receipt,handed_in_by,known_as}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON delivery REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR"
    " EACH STATEMENT EXECUTE FUNCTION note_state('id', '{id,message_id,recipient,target,subject,position,cause,state,"
    "protocol,protocol_version,withheld,unexpressed,quarantined_at,created_at,delivered_at,receipt,handed_in_by,"
    "known_as}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON delivery REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,message_id,recipient,target,subject,position,cause,state,protocol,"
    "protocol_version,withheld,unexpressed,quarantined_at,created_at,delivered_at,receipt,handed_in_by,known_as}')",
    "CREATE TRIGGER note_insert AFTER INSERT ON clock REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE"
    " FUNCTION note_state('id', '{id,name,message_id,owner,toward,toward_target,forward_kind,starts_at,due_at,why,"
    "state,stopped_at,stopped_by,overdue_reported,remind_at}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON clock REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR"
    " EACH STATEMENT EXECUTE FUNCTION note_state('id', '{id,name,message_id,owner,toward,toward_target,forward_kind,"
    "starts_at,due_at,why,state,stopped_at,stopped_by,overdue_reported,remind_at}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON clock REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE"
    " FUNCTION note_state('id', '{id,name,message_id,owner,toward,toward_target,forward_kind,starts_at,due_at,why,"
    "state,stopped_at,stopped_by,overdue_reported,remind_at}')",
    "CREATE TRIGGER note_insert AFTER INSERT ON person_link REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,message_id,person_id,area,state,found_by,match_weight,evidence,why,"
    "found_at,decided_at,decided_by}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON person_link REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
    " FOR EACH STATEMENT EXECUTE FUNCTION note_state('id', '{id,message_id,person_id,area,state,found_by,"
    "match_weight,evidence,why,found_at,decided_at,decided_by}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON person_link REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,message_id,person_id,area,state,found_by,match_weight,evidence,why,"
    "found_at,decided_at,decided_by}')",
    "CREATE TRIGGER note_insert AFTER INSERT ON legal_hold REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,kind,scheme,key,placed_by,placed_at,reason,ended_at,ended_by,"
    "ended_because}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON legal_hold REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
    " FOR EACH STATEMENT EXECUTE FUNCTION note_state('id', '{id,kind,scheme,key,placed_by,placed_at,reason,ended_at,"
    "ended_by,ended_because}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON legal_hold REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,kind,scheme,key,placed_by,placed_at,reason,ended_at,ended_by,"
    "ended_because}')",
    "CREATE TRIGGER note_insert AFTER INSERT ON disposal REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,destroyed_at}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON disposal REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR"
    " EACH STATEMENT EXECUTE FUNCTION note_state('id', '{id,destroyed_at}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON disposal REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,destroyed_at}')",
    "CREATE TRIGGER note_insert AFTER INSERT ON agency_key REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,agency,algorithm,public_key,not_before,expires_at,revoked_at}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON agency_key REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
    " FOR EACH STATEMENT EXECUTE FUNCTION note_state('id', '{id,agency,algorithm,public_key,not_before,expires_at,"
    "revoked_at}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON agency_key REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,agency,algorithm,public_key,not_before,expires_at,revoked_at}')",
    "CREATE TRIGGER note_insert AFTER INSERT ON agency_certificate REFERENCING NEW TABLE AS new_rows FOR EACH"
    " STATEMENT EXECUTE FUNCTION note_state('thumbprint', '{thumbprint,agency,certificate,not_before,expires_at,"
    "revoked_at}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON agency_certificate REFERENCING OLD TABLE AS old_rows NEW TABLE AS"
    " new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_state('thumbprint', '{thumbprint,agency,certificate,"
    "not_before,expires_at,revoked_at}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON agency_certificate REFERENCING OLD TABLE AS old_rows FOR EACH"
    " STATEMENT EXECUTE FUNCTION note_state('thumbprint', '{thumbprint,agency,certificate,not_before,expires_at,"
    "revoked_at}')",
    "CREATE TRIGGER note_insert AFTER INSERT ON account REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE"
    " FUNCTION note_state('name', '{name,roles,rights,password_hash,must_change_password,created_at,created_by,"
    "expires_at,disabled_at}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON account REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR"
    " EACH STATEMENT EXECUTE FUNCTION note_state('name', '{name,roles,rights,password_hash,must_change_password,"
    "created_at,created_by,expires_at,disabled_at}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON account REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE"
    " FUNCTION note_state('name', '{name,roles,rights,password_hash,must_change_password,created_at,created_by,"
    "expires_at,disabled_at}')",
    "CREATE TRIGGER note_insert AFTER INSERT ON staff_session REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('token_hash', '{token_hash,account,opened_at,expires_at}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON staff_session REFERENCING OLD TABLE AS old_rows NEW TABLE AS"
    " new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_state('token_hash', '{token_hash,account,opened_at,"
    "expires_at}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON staff_session REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('token_hash', '{token_hash,account,opened_at,expires_at}')",
    "CREATE TRIGGER note_insert AFTER INSERT ON protocol_version REFERENCING NEW TABLE AS new_rows FOR EACH"
    " STATEMENT EXECUTE FUNCTION note_state('id', '{id,protocol,version,text,state,proposed_by,proposed_at,"
    "decided_by,decided_at,reason}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON protocol_version REFERENCING OLD TABLE AS old_rows NEW TABLE AS"
    " new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_state('id', '{id,protocol,version,text,state,proposed_by,"
    "proposed_at,decided_by,decided_at,reason}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON protocol_version REFERENCING OLD TABLE AS old_rows FOR EACH"
    " STATEMENT EXECUTE FUNCTION note_state('id', '{id,protocol,version,text,state,proposed_by,proposed_at,"
    "decided_by,decided_at,reason}')",
    "CREATE TRIGGER note_insert AFTER INSERT ON partner_state REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('recipient', '{recipient,paused_at,paused_by,paused_because}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON partner_state REFERENCING OLD TABLE AS old_rows NEW TABLE AS"
    " new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_state('recipient', '{recipient,paused_at,paused_by,"
    "paused_because}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON partner_state REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('recipient', '{recipient,paused_at,paused_by,paused_because}')",
    "CREATE TRIGGER note_insert AFTER INSERT ON refused_part REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,raw_document_id,number,at,code,place,problem,cure,problems,others,state,"
    "closed_at,closed_by,closed_because,received_again_as}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON refused_part REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
    " FOR EACH STATEMENT EXECUTE FUNCTION note_state('id', '{id,raw_document_id,number,at,code,place,problem,cure,"
    "problems,others,state,closed_at,closed_by,closed_because,received_again_as}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON refused_part REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,raw_document_id,number,at,code,place,problem,cure,problems,others,state,"
    "closed_at,closed_by,closed_because,received_again_as}')",
    "CREATE TRIGGER note_insert AFTER INSERT ON quarantine_bulk REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,action,selection,reason,state,planned_at,planned_by,approved_at,"
    "approved_by,ended_at}')",
    "CREATE TRIGGER note_update AFTER UPDATE ON quarantine_bulk REFERENCING OLD TABLE AS old_rows NEW TABLE AS"
    " new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_state('id', '{id,action,selection,reason,state,planned_at,"
    "planned_by,approved_at,approved_by,ended_at}')",
    "CREATE TRIGGER note_delete AFTER DELETE ON quarantine_bulk REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT"
    " EXECUTE FUNCTION note_state('id', '{id,action,selection,reason,state,planned_at,planned_by,approved_at,"
    "approved_by,ended_at}')",
)


def upgrade() -> None:
    for statement in (DIGEST, PART, LINES, TAKE, GENERAL, MESSAGE, DOCUMENT, *WATCHES):
        op.get_bind().exec_driver_sql(statement)
