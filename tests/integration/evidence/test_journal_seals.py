"""Sealed entries cannot be changed, deleted, inserted or reordered unnoticed; a proof can be checked anywhere."""

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Column, MetaData, Table, Text, insert, make_url, text
from sqlalchemy.exc import DBAPIError

from hub.errors import NotFound, SignatureWrong
from hub.exchange.message.receipts import verified
from hub.journal import sealing
from hub.journal.events import Event
from hub.journal.signing_keys import PublicKeys, rotate
from hub.journal.verify import as_plain, check_proof, verify
from hub.store.journal import appending as journal
from hub.store.journal import seals
from tests.conftest import Bench

Tamper = Callable[[str], None]


@pytest.fixture
def sealed(bench: Bench) -> Bench:
    for step in ("request", "report", "sentence"):
        bench.send(bench.story()[step])
    bench.drain()
    assert bench.hub.sealing.seal_all(bench.clock.now) > 10
    assert bench.hub.evidence.verify().whole
    return bench


@pytest.fixture
def tamper(database_url: str) -> Tamper:
    """Act as the owner of the tables, who has switched their guards off."""

    def run(statement: str) -> None:
        url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as connection:
            for table in ("journal", "journal_seal"):
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            assert connection.execute(statement).rowcount != 0

    return run


def _found(bench: Bench) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.position) for finding in bench.hub.evidence.verify().findings]


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "event = event || '.'",
        "agency = 'x'",
        "message_id = gen_random_uuid()",
        "raw_document_id = gen_random_uuid()",
        "delivery_id = gen_random_uuid()",
        "clock_id = gen_random_uuid()",
        """detail = detail || '{"x": 1}'""",
    ],
)
def test_a_changed_column_of_an_entry_is_found_and_named(sealed: Bench, tamper: Tamper, change: str) -> None:
    tamper(f"UPDATE journal SET {change} WHERE position = 7")  # noqa: S608
    assert _found(sealed) == [("entry.changed", 7)]


def test_a_deleted_entry_is_found_and_named(sealed: Bench, tamper: Tamper) -> None:
    tamper("DELETE FROM journal WHERE position = 8")
    assert _found(sealed) == [("entry.deleted", 8)]


def test_an_entry_put_into_a_gap_of_the_past_is_found_and_named(bench: Bench, tamper: Tamper) -> None:
    with bench.hub.store.transaction() as connection:
        journal.append(connection, Event.FORWARDED, datetime.now(UTC))
    with pytest.raises(RuntimeError), bench.hub.store.transaction() as connection:
        gap = journal.append(connection, Event.FORWARDED, datetime.now(UTC))
        raise RuntimeError
    with bench.hub.store.transaction() as connection:
        journal.append(connection, Event.FORWARDED, datetime.now(UTC))
    bench.hub.sealing.seal_all(bench.clock.now)
    tamper(
        "INSERT INTO journal (position, at, event, detail) OVERRIDING SYSTEM VALUE "  # noqa: S608
        f"VALUES ({gap}, now(), 'message.forwarded', '{{}}')"
    )
    assert _found(bench) == [("entry.inserted", gap)]


def test_two_entries_that_changed_places_are_found_and_named(sealed: Bench, tamper: Tamper) -> None:
    columns = ("at", "event", "raw_document_id", "message_id", "delivery_id", "clock_id", "agency", "detail")
    swapped = ", ".join(f"{column} = other.{column}" for column in columns)
    pairs = "(one.position, other.position) IN ((6, 9), (9, 6))"
    tamper(f"UPDATE journal one SET {swapped} FROM journal other WHERE {pairs}")  # noqa: S608
    assert _found(sealed) == [("entry.reordered", 6), ("entry.reordered", 9)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("leaves = set_byte(leaves, 5, get_byte(leaves, 5) # 1)", "seal.changed"),
        ("positions = positions[2:]", "seal.changed"),
        ("last_position = last_position + 1", "seal.changed"),
        ("head = left(head, 40) || 'A' || substr(head, 42)", "seal.signature"),
    ],
)
def test_a_changed_seal_is_found_and_named(sealed: Bench, tamper: Tamper, change: str, code: str) -> None:
    tamper(f"UPDATE journal_seal SET {change} WHERE number = 1")  # noqa: S608
    findings = sealed.hub.evidence.verify().findings
    assert (code, 1) in [(finding.code, finding.seal) for finding in findings]


def test_a_removed_seal_is_found_and_a_cut_off_end_by_a_head_kept_elsewhere(sealed: Bench, tamper: Tamper) -> None:
    sealed.send(sealed.story()["list"])
    sealed.hub.sealing.seal_all(sealed.clock.now)
    kept = sealed.hub.evidence.verify().head
    assert kept is not None and sealed.hub.evidence.verify(kept).whole
    tamper("DELETE FROM journal WHERE position >= (SELECT max(first_position) FROM journal_seal)")
    tamper("DELETE FROM journal_seal WHERE number = (SELECT max(number) FROM journal_seal)")
    store, keys = sealed.hub.store, sealed.hub.signing.public
    assert verify(store, keys).whole, "the rest holds together, so only the head kept elsewhere can tell"
    assert [f.code for f in verify(store, keys, kept).findings] == ["head.missing"]
    assert not sealed.hub.evidence.verify().whole, "and the state, which the removed entries no longer prove"


def test_an_entry_that_commits_late_is_sealed_and_never_taken_for_an_intruder(bench: Bench) -> None:
    now = bench.clock.now()
    bench.hub.sealing.seal_all(bench.clock.now)  # the first entries say what the database belongs to
    with bench.hub.store.transaction() as slow:
        late = journal.append(slow, Event.FORWARDED, now)
        with bench.hub.store.transaction() as quick:
            journal.append(quick, Event.FORWARDED, now)
        for _ in range(4):
            assert bench.hub.sealing.step(now) == 0, "nothing is sealed past a transaction that is still open"
    assert bench.hub.sealing.seal_all(bench.clock.now) == 2
    assert bench.hub.evidence.verify().whole
    assert check_proof(json.loads(as_plain(bench.hub.evidence.prove(str(late)))), bench.hub.signing.public).entries == 2


@pytest.mark.parametrize("statement", ["UPDATE {} SET x = 1", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["journal", "journal_seal"])
def test_the_owner_of_the_tables_cannot_change_evidence_either(sealed: Bench, statement: str, table: str) -> None:
    column = "detail = '{}'" if table == "journal" else "head = ''"
    with pytest.raises(DBAPIError, match="append-only"), sealed.hub.store.transaction() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        connection.execute(text(statement.format(table).replace("x = 1", column)))


def test_the_running_hub_has_no_privilege_to_change_its_evidence(sealed: Bench) -> None:
    with sealed.hub.store.transaction() as connection:
        if connection.execute(text("SELECT current_user")).scalar_one() != "hub_runtime":
            pytest.skip("the account of this database may not make roles")
    with pytest.raises(DBAPIError, match="permission denied"), sealed.hub.store.transaction() as connection:
        connection.execute(text("DELETE FROM journal"))


def test_a_proof_holds_anywhere_with_the_public_keys_and_fails_when_a_byte_is_changed(sealed: Bench) -> None:
    keys = PublicKeys.of(json.loads(json.dumps(sealed.hub.signing.public.as_document())))
    proof = json.loads(as_plain(sealed.hub.evidence.prove("5")))
    assert check_proof(proof, keys).first_position == 1
    for changed in (
        proof | {"entry": proof["entry"] | {"agency": "somebody-else"}},
        proof | {"path": proof["path"][1:]},
        proof | {"head": proof["head"][:-4] + "AAAA"},
        {},
    ):
        with pytest.raises(SignatureWrong):
            check_proof(changed, keys)


def test_what_is_not_sealed_yet_or_not_there_has_no_proof(bench: Bench) -> None:
    receipt = bench.send(bench.story()["list"])
    for wanted in (str(receipt["messages"][0]["id"]), "999999"):
        with pytest.raises(NotFound):
            bench.hub.evidence.prove(wanted)


def test_a_receipt_is_signed_names_its_place_and_is_the_same_for_the_same_content(bench: Bench) -> None:
    step = bench.story()["list"]
    receipt = bench.send(step)
    keys = bench.hub.signing.public
    assert bench.send(step) == receipt
    said = verified({"receipt": receipt}, keys)
    place = said["messages"][0]["journal_position"]
    bench.hub.sealing.seal_all(bench.clock.now)
    entry = bench.hub.evidence.prove(str(place))["entry"]
    assert (entry["event"], str(entry["message_id"])) == ("message.accepted", said["messages"][0]["id"])
    for changed in (receipt | {"sha256": "0" * 64}, {k: v for k, v in receipt.items() if k != "signed"}):
        with pytest.raises(SignatureWrong):
            verified(changed, keys)


def test_another_hub_cannot_sign_for_this_one_and_none_is_no_algorithm(bench: Bench, tmp_path) -> None:
    receipt = bench.send(bench.story()["list"])
    stranger = rotate(tmp_path / "stranger.keys", datetime.now(UTC))
    with pytest.raises(SignatureWrong):
        verified(receipt, stranger.public)
    for header in ("eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzI1NiJ9"):
        with pytest.raises(SignatureWrong):
            verified(receipt | {"signed": header + "." + receipt["signed"].split(".", 1)[1]}, bench.hub.signing.public)


def test_a_new_signing_key_signs_and_the_old_ones_still_verify(tmp_path) -> None:
    file = tmp_path / str(uuid4())
    first = rotate(file, datetime.now(UTC))
    old = first.sign(b"old")
    second = rotate(file, datetime.now(UTC))
    assert second.current.kid != first.current.kid
    assert second.public.verified(old) == b"old"
    assert file.stat().st_mode & 0o777 == 0o600


def test_an_entry_that_has_a_position_and_no_transaction_number_yet_is_never_taken_for_an_intruder(
    bench: Bench, database_url: str
) -> None:
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute(
            "CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$"
        )
        connection.execute("CREATE TRIGGER nap BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION nap()")

    def append() -> None:
        with bench.hub.store.transaction() as connection:
            journal.append(connection, Event.FORWARDED, datetime.now(UTC))

    bench.hub.sealing.seal_all(bench.clock.now)  # the first entries say what the database belongs to
    append()
    slow = threading.Thread(target=append)
    slow.start()
    time.sleep(0.4)
    sealed_meanwhile = bench.hub.sealing.seal_all(bench.clock.now)
    slow.join()
    assert (sealed_meanwhile, bench.hub.evidence.verify().findings) == (2, ())


@pytest.mark.parametrize(("number", "other"), [("1.10", "1.1"), ("0.1", "0.10000000000000000001"), ("100", "100.0")])
def test_a_number_written_otherwise_is_found(
    bench: Bench, tamper: Tamper, database_url: str, number: str, other: str
) -> None:
    entry = f"INSERT INTO journal (at, event, detail) VALUES (now(), 'message.forwarded', '{{\"x\": {number}}}')"  # noqa: S608
    tamper(entry)
    bench.hub.sealing.seal_all(bench.clock.now)
    tamper(f"UPDATE journal SET detail = '{{\"x\": {other}}}' WHERE event = 'message.forwarded'")  # noqa: S608
    assert [code for code, _ in _found(bench)] == ["entry.changed"]


def test_no_byte_of_a_proof_can_be_changed(sealed: Bench) -> None:
    proof = as_plain(sealed.hub.evidence.prove("5"))
    for at, byte in enumerate(proof):
        try:
            changed = json.loads(proof[:at] + chr(ord(byte) ^ 1) + proof[at + 1 :])
        except ValueError:
            continue
        with pytest.raises(SignatureWrong):
            check_proof(changed, sealed.hub.signing.public)


@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", [("journal", "event = ''"), ("journal_seal", "head = ''")])
def test_each_way_to_change_evidence_is_refused_to_the_running_hub(
    bench: Bench, statement: str, table: tuple[str, str]
) -> None:
    with bench.hub.store.transaction() as connection:
        if connection.execute(text("SELECT current_user")).scalar_one() != "hub_runtime":
            pytest.skip("the account of this database may not make roles")
    with pytest.raises(DBAPIError, match="permission denied"), bench.hub.store.transaction() as connection:
        connection.execute(text(statement.format(*table)))


def test_a_column_that_is_added_later_leaves_the_seals_right_and_is_sealed_from_then_on(
    sealed: Bench, database_url: str, tamper: Tamper, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE journal ADD COLUMN note text")
    wider = Table("journal", MetaData(), *(column._copy() for column in seals.journal.c), Column("note", Text))
    monkeypatch.setattr(seals, "journal", wider)
    assert sealed.hub.evidence.verify().whole
    with sealed.hub.store.transaction() as connection:
        position = connection.execute(
            insert(wider).values(at=sealed.clock.now(), event="x", detail={}, note="new").returning(wider.c.position)
        ).scalar_one()
    sealed.hub.sealing.seal_all(sealed.clock.now)
    assert sealed.hub.evidence.verify().whole
    tamper("UPDATE journal SET note = 'other' WHERE note = 'new'")
    tamper("UPDATE journal SET note = 'put in later' WHERE position = 7")
    assert sorted(_found(sealed)) == [("entry.changed", 7), ("entry.changed", position)]


def test_many_entries_are_sealed_in_several_short_transactions_that_hold_together(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.hub.sealing.seal_all(bench.clock.now)  # the first entries say what the database belongs to
    monkeypatch.setattr(sealing, "_ENTRIES_MAX", 3)
    monkeypatch.setattr(sealing, "_SEALS_AT_ONCE", 2)
    with bench.hub.store.transaction() as connection:
        for _ in range(13):
            journal.append(connection, Event.FORWARDED, bench.clock.now())
    steps = [bench.hub.sealing.step(bench.clock.now()) for _ in range(5)]
    assert steps == [0, 6, 6, 1, 0], "the first notes up to where, and each of the others is a transaction of its own"
    assert bench.hub.evidence.verify().whole
