"""Whoever may write to the database changes rows past the exchange. What decides counts only as the journal says, and
every other change is named."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import sleep
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import URL, make_url, text

from hub.access.keys import issue_key
from hub.access.rights import StaffRole
from hub.bootstrap import Knowledge
from hub.disposal.person_named import Wanted
from hub.errors import AssertionRefused, LoginRefused, NotLoggedIn, WrongInstallation
from hub.journal.actors import INSTALLATION
from hub.local.demonstration.agencies import SimulatedAgencies
from hub.settings import Settings
from hub.store.journal.covered import COVERED, NOT_COVERED
from hub.store.tables import metadata
from hub.unproved import StandingStill, StateUnproved
from tests.conftest import ROOT, Bench, bench_of, open_store

PASSWORD = "seven quiet otters"


@contextmanager
def _past_the_exchange(bench: Bench, role: str = "postgres") -> Iterator[psycopg.Connection]:
    """As somebody with a connection of their own; with the rights of the hub, or past every trigger."""
    url = _server(bench, role).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET ROLE hub_runtime" if role == "hub" else "SET session_replication_role = replica")
        yield connection


def _server(bench: Bench, role: str = "postgres") -> URL:
    url = make_url(bench.hub.store.url)
    return url if role == "hub" else url.set(username="postgres")


def _named_by_verification(bench: Bench) -> set[tuple[str, str]]:
    found = bench.hub.evidence.verify()
    assert found.whole == (not found.findings)
    return {(each.code, (each.row or "").partition(" ")[0]) for each in found.findings}


def _play(bench: Bench) -> None:
    """Something of everything that the state knows."""
    hub = bench.hub
    for step in bench.story().values():
        bench.send(step)
    bench.drain()
    hub.linking.run()
    hub.access.issue_key("court-b10jq")
    hub.staff.accounts.add("ada", [StaffRole.OPERATOR], [], PASSWORD, INSTALLATION)
    hub.staff.sessions.open("ada", PASSWORD)
    hub.staff.second_factors.begin("ada")
    bench.agree(alone_up_to=7)
    hub.partners.pause("court-b10jq", "ada", "they asked for it")
    hub.end_of_life.place_hold(Wanted("pnc", "2001/0012345H"), "ada", "an inquiry asked")


def test_every_table_and_column_is_covered_or_listed_with_what_is_not_shown() -> None:
    tables = metadata.tables
    assert COVERED.keys() | NOT_COVERED.keys() == tables.keys()
    assert not COVERED.keys() & NOT_COVERED.keys()
    for name, covered in COVERED.items():
        columns = {column.name for column in tables[name].c}
        counted = {*covered.columns.split(", "), *covered.later}
        assert covered.key.split()[0] in counted
        assert not counted & covered.left_out, name
        assert counted | covered.left_out == columns, f"{name}: cover each new column by its triggers, or say why not"
    told = (ROOT / "docs" / "evidence.md").read_text()
    for name, covered in COVERED.items():
        for column in covered.left_out:
            assert f"`{column}`" in told, f"docs/evidence.md does not say that {name}.{column} is not proved"
    for name in NOT_COVERED:
        assert f"`{name}`" in told, f"docs/evidence.md does not say that {name} is not proved"


def test_what_was_given_up_taken_out_or_moved_is_named(bench: Bench) -> None:
    _play(bench)
    bench.hub.sealing.seal_all(bench.clock.now)
    statements = {
        "UPDATE delivery SET state = 'discarded' WHERE recipient = 'court-b10jq'": ("row.changed", "delivery"),
        "DELETE FROM delivery WHERE recipient = 'prison-durham'": ("row.deleted", "delivery"),
        "DELETE FROM message WHERE kind = 'pre_sentence_report'": ("row.deleted", "message"),
        "UPDATE clock SET due_at = due_at + interval '9 days'": ("row.changed", "clock"),
        "UPDATE partner_state SET paused_at = NULL": ("row.changed", "partner_state"),
        "INSERT INTO disposal SELECT id, now() FROM message LIMIT 1": ("row.inserted", "disposal"),
        "UPDATE person_link SET state = 'rejected'": ("row.changed", "person_link"),
    }
    with _past_the_exchange(bench) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount, statement
    assert _named_by_verification(bench) == set(statements.values())


@pytest.mark.parametrize("role", ["hub", "postgres"])
def test_a_protocol_version_put_in_by_sql_decides_nothing_and_raises_an_alarm(bench: Bench, role: str) -> None:
    name = "reports-to-prisons"
    source = (ROOT / "schemas" / "protocols" / f"{name}.toml").read_text()
    wider = source.replace("version = 1\n", "version = 2\n", 1)
    bench.hub.protocols.live.refresh()
    with _past_the_exchange(bench, role) as connection:
        connection.execute(
            "INSERT INTO protocol_version (id, protocol, version, text, state, proposed_by, proposed_at, decided_by,"
            " decided_at) VALUES (%s, %s, 2, %s, 'approved', 'grace', now(), 'alan', now())",
            (uuid4(), name, wider),
        )
    bench.hub.protocols.live.refresh(at_once=True)
    assert {each.protocol.version for each in bench.hub.protocols.live.written() if each.protocol.id == name} == {1}
    _alarm(bench, "protocol_version")


def test_a_key_a_session_and_rights_put_in_or_changed_by_sql_open_nothing(bench: Bench) -> None:
    hub, now = bench.hub, bench.clock.now()
    revoked, right = hub.access.issue_key("court-b10jq"), hub.access.issue_key("court-b04ah")
    hub.access.revoke_key(revoked.id)
    hub.staff.accounts.add("ada", [StaffRole.OPERATOR], [], PASSWORD, INSTALLATION)
    token = hub.staff.sessions.open("ada", PASSWORD).token
    assert hub.staff.sessions.person(token).name == "ada"
    with _past_the_exchange(bench, "hub") as connection:
        connection.execute("UPDATE agency_key SET revoked_at = NULL")
        connection.execute("UPDATE agency_key SET agency = 'court-b07dm' WHERE agency = 'court-b04ah'")
        connection.execute("UPDATE account SET rights = rights || '{read_bodies}'")
    for key in (revoked, right):
        with pytest.raises(AssertionRefused):
            hub.access.caller(key.authorization(now).removeprefix("Bearer "))
    with pytest.raises(NotLoggedIn):
        hub.staff.sessions.person(token)
    with pytest.raises(LoginRefused):
        hub.staff.sessions.open("ada", PASSWORD)
    _alarm(bench, "agency_key", "account")


def test_an_old_entry_copied_to_the_end_brings_no_revoked_key_back(bench: Bench) -> None:
    key = bench.hub.access.issue_key("court-b10jq")
    with _past_the_exchange(bench) as connection:
        connection.execute("CREATE TABLE kept AS SELECT * FROM agency_key")
        bench.hub.access.revoke_key(key.id)
        connection.execute("UPDATE agency_key SET revoked_at = NULL")
        connection.execute(
            "INSERT INTO journal (at, event, detail) SELECT at, event, detail FROM journal"
            " WHERE event = 'state.decides' AND detail->>'row' LIKE 'agency_key %' ORDER BY position LIMIT 1"
        )
    with pytest.raises(AssertionRefused):
        bench.hub.access.caller(key.authorization(bench.clock.now()).removeprefix("Bearer "))
    assert {code for code, _ in _named_by_verification(bench)} >= {"entry.unproved", "row.changed"}


def test_nothing_is_destroyed_while_a_hold_was_taken_out_by_sql(bench: Bench) -> None:
    bench.hub.end_of_life.place_hold(Wanted("pnc", "2001/0012345H"), "ada", "an inquiry asked")
    with _past_the_exchange(bench, "hub") as connection:
        connection.execute("DELETE FROM legal_hold")
    bench.clock.advance(timedelta(days=900))
    with pytest.raises(StateUnproved, match="legal_hold"):
        bench.hub.end_of_life.run_retention("ada")
    _alarm(bench, "legal_hold")


def _alarm(bench: Bench, *tables: str) -> None:
    bench.clock.advance(timedelta(minutes=2))
    with pytest.raises(Exception, match="proved") as failed:
        bench.hub.sweep.run()
    said = str(failed.value.errors["proved"])  # type: ignore[attr-defined]
    assert "state.unproved" in said
    assert all(table in said for table in tables), said
    assert {table for _, table in _named_by_verification(bench)} >= set(tables)


def test_verification_goes_on_from_the_last_seal_that_it_found_right(bench: Bench) -> None:
    verify = bench.hub.evidence.verify_state
    bench.hub.protocols.live.refresh()
    bench.hub.access.issue_key("court-b10jq")
    bench.hub.sealing.seal_all(bench.clock.now)
    whole = verify(from_last=True)
    key = bench.hub.access.issue_key("court-b04ah")
    later = verify(from_last=True)
    assert whole.entries > later.entries == 1
    assert later.rows == whole.rows + 1
    with _past_the_exchange(bench) as connection:
        connection.execute("UPDATE agency_key SET agency = 'court-b07dm' WHERE agency = 'court-b10jq'")
    found = {each.code for each in verify(from_last=True).findings}
    assert found == {"row.changed"}, "a row that no entry since the seal speaks of is compared too"
    file = bench.hub.settings.state_dir / "verified"
    file.write_text(f"{file.read_text()}\nagency_key {key.id} -")
    assert verify(from_last=True).entries == whole.entries + 1, "a file that somebody else wrote counts as none"


def test_what_a_former_version_left_is_entered_once_as_it_stands(
    settings: Settings, knowledge: Knowledge, fresh_database_url: str, agencies: SimulatedAgencies
) -> None:
    """Its transactions add no entries about the state, and the first process of this version finds them."""
    with bench_of(settings, knowledge, fresh_database_url, agencies) as bench:
        _look_at_what_was_left(bench)


def _look_at_what_was_left(bench: Bench) -> None:
    former = open_store(bench.hub.store.url)
    key = issue_key(former, "court-b10jq", bench.clock.now(), "EdDSA", "ada")
    former.close()
    assert bench.hub.access.caller(key.authorization(bench.clock.now()).removeprefix("Bearer ")).id == "court-b10jq"
    assert bench.hub.evidence.verify_state().findings == ()
    with _past_the_exchange(bench, "hub") as connection:
        connection.execute("UPDATE agency_key SET agency = 'court-b04ah'")
    bench.hub.store.guarded_by(bench.hub.own_database.check)
    assert _named_by_verification(bench) == {("row.changed", "agency_key")}, "and not a second time"


def test_a_key_or_an_area_that_somebody_puts_in_is_named_and_so_is_what_is_kept_from_a_mailbox(bench: Bench) -> None:
    """With a key of another case the sender of a message would be a party of it. With an entry of their own an area
    would be told of somebody's convictions. A search that is taken out would find nobody."""
    _play(bench)
    with _past_the_exchange(bench) as connection:
        connection.execute(
            "INSERT INTO case_key (message_id, key) SELECT m.id, k.key FROM message m, case_key k"
            " WHERE m.kind = 'breach_warrant' AND k.message_id <> m.id LIMIT 1"
        )
        connection.execute(
            "INSERT INTO supervised_person"
            " (id, area, message_id, person, surname_key, date_of_birth, since, finding_keys)"
            " SELECT gen_random_uuid(), 'probation-kent', message_id, person, surname_key,"
            " date_of_birth, since - interval '1 day', finding_keys FROM supervised_person LIMIT 1"
        )
        connection.execute("INSERT INTO awaiting_link SELECT id, 'supervisor' FROM message LIMIT 1")
    assert _named_by_verification(bench) == {
        ("row.changed", "case_key"),
        ("row.inserted", "supervised_person"),
        ("row.inserted", "awaiting_link"),
    }


def test_what_a_version_before_left_in_tables_that_are_covered_since_is_entered_once(bench: Bench) -> None:
    former = open_store(bench.hub.store.url)
    bench.send(bench.story()["request"])
    with former.transaction() as connection, bench.hub.store.transaction() as own:
        id = own.execute(text("SELECT id FROM message LIMIT 1")).scalar_one()
        connection.execute(text("INSERT INTO case_key VALUES (:id, 'of the version before')"), {"id": id})
    former.close()
    assert _named_by_verification(bench) == {("row.changed", "case_key")}, "this version has entered all before"
    with _past_the_exchange(bench) as past:
        past.execute("DELETE FROM installation WHERE name = 'state since 0046'")
    bench.hub.store.guarded_by(bench.hub.own_database.check)
    with pytest.raises(WrongInstallation, match=r"installation\.changed"):
        bench.hub.refuse_wrong_database()
    with bench.hub.store.unguarded() as connection:
        bench.hub.own_database.take_over(connection)
    bench.hub.refuse_wrong_database()
    assert _named_by_verification(bench) == set(), "without the mark it is entered as it stands, once"


def test_no_change_by_sql_is_entered_as_if_it_had_always_been_so(bench: Bench) -> None:
    """Without the mark since when the state is covered, a process would enter every row as it stands."""
    bench.hub.access.issue_key("court-b10jq")
    with _past_the_exchange(bench) as connection:
        connection.execute("UPDATE agency_key SET agency = 'court-b04ah'")
        connection.execute("DELETE FROM installation WHERE name = 'state'")
    bench.hub.store.guarded_by(bench.hub.own_database.check)
    with pytest.raises(WrongInstallation, match=r"installation\.changed"):
        bench.hub.refuse_wrong_database()


def test_a_standstill_that_somebody_ends_by_sql_goes_on(bench: Bench) -> None:
    with bench.hub.store.transaction() as connection:
        bench.hub.standstill.begin(connection, bench.clock.now().isoformat())
    with pytest.raises(StandingStill):
        bench.hub.standstill.refuse()
    with _past_the_exchange(bench, "hub") as past:
        past.execute("INSERT INTO installation VALUES ('standstill', now() + interval '1 second', 'over')")
    sleep(1.1)  # it looks once a second
    with pytest.raises(StandingStill):
        bench.hub.standstill.refuse()
    bench.hub.store.guarded_by(bench.hub.own_database.check)
    with pytest.raises(WrongInstallation, match=r"installation\.changed"):
        bench.hub.refuse_wrong_database()
    with bench.hub.store.unguarded() as connection:
        bench.hub.own_database.take_over(connection)
    assert _named_by_verification(bench) == set(), "a person has entered it as it stands"
