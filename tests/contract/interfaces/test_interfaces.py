"""One set of tests that every interface passes. An interface is found by its folder, and its calls by their files."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from adapters.calls import Call, Declined, Proof
from adapters.catalogue import interfaces
from hub.bootstrap import Hub
from hub.local.demonstration.agencies import SimulatedAgencies
from hub.settings import Servers
from hub.telemetry.logs import configure_logs
from schemas.problem import Problem
from tests.conftest import Bench, a_database, bench_of, open_store, settings_of, shipped_knowledge
from tests.contract.interfaces.calls import CALLS, HEADER, INTERFACES, WITH_PROOFS, Callers, ShippedCall, called_before
from tests.served import served

ANOTHER = "probation-essex"
OLD_PATH = "/gateway/of/an/agency"


@pytest.fixture(scope="module")
def callers(servers: Servers, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    folder = tmp_path_factory.mktemp("interfaces")
    receiving = SimulatedAgencies(folder / "agencies")
    receiving.start()
    knowledge = shipped_knowledge()
    settings = settings_of(folder, receiving, knowledge).model_copy(update={"json_body_bytes_max": 3_000_000})
    settings.state_dir.mkdir(exist_ok=True)
    addresses = [f'[[address]]\ninterface = "{one.address}"\npath = "{OLD_PATH}/{one.name}"\n' for one in interfaces()]
    names = [
        f'[[agency]]\nagency = "{call.agency}"\nsource_ids = ["{call.source_id}"]\n'
        for call in CALLS
        if call.source_id is not None
    ]
    settings.interfaces_file().write_text("".join(addresses + names))
    mutual = settings.model_copy(update={"client_certificate_header": HEADER, "proxy_addresses": "127.0.0.1"})
    with a_database(servers, template) as url, bench_of(settings, knowledge, url, receiving) as bench:
        other = Hub(replace(knowledge, settings=mutual), open_store(url), bench.clock, configure_logs("test"))
        with served(bench) as plain, served(Bench(other, bench.clock, receiving)) as behind_proxy:
            yield Callers(plain, behind_proxy, folder)
        other.close()
    receiving.stop()


def kept(callers: Callers) -> list[tuple[str, str, int]]:
    """Caller, state and number of messages of every document that was kept, the newest first."""
    with callers.plain.bench.hub.store.transaction() as connection:
        rows = connection.execute(
            text(
                "SELECT caller, state, coalesce(cardinality(message_ids), 0) FROM raw_document"
                " ORDER BY received_at DESC"
            )
        )
        return [(str(row[0]), str(row[1]), int(row[2])) for row in rows]


def in_its_own_words(call: ShippedCall, answer: Any, code: str) -> None:
    """The answer is what the interface itself says about that code, and says the code."""
    said = call.interface.said(
        _as_called(call), Declined(answer.status, code, "p", (Problem(code, "w", "p", "c"),), kept=answer.status < 400)
    )
    assert answer.headers["content-type"].split(";")[0] == said.media_type.split(";")[0]
    assert code.encode() in answer.data, answer.data
    assert b"Traceback" not in answer.data


def _as_called(call: ShippedCall) -> Call:
    return Call(call.operation, "http://exchange.example", datetime.now(UTC), body=call.body, headers=call.headers)


@pytest.mark.parametrize("interface", interfaces(), ids=lambda one: one.name)
def test_every_interface_is_named_as_its_folder_says_what_it_does_and_ships_calls(interface: Any) -> None:
    assert (INTERFACES / interface.name / "README.md").exists()
    handed_in = {(one.method, one.path) for one in interface.operations if one.proofs}
    shipped = {(call.operation.method, call.operation.path) for call in CALLS if call.interface is interface}
    assert shipped == handed_in, "each operation needs a call in the folder calls/"
    assert len({one.address for one in interfaces()}) == len(interfaces())


@pytest.mark.parametrize(("call", "proof"), WITH_PROOFS, ids=str)
def test_a_call_is_taken_kept_and_answered_and_the_same_again_is_answered_as_before(
    callers: Callers, call: ShippedCall, proof: Proof
) -> None:
    if (needed := called_before(call, proof)) is not None:
        callers.call(needed, proof)
    before = len(kept(callers))
    first = callers.call(call, proof)
    assert first.status == call.answers or first.status == call.repeated, first.data
    documents = kept(callers)
    assert len(documents) == before + 1
    assert documents[0][:2] == (call.agency, "accepted")
    assert documents[0][2] >= 1
    again = callers.call(call, proof)
    assert again.status == call.repeated
    assert kept(callers) == documents


@pytest.mark.parametrize(("call", "proof"), WITH_PROOFS, ids=str)
def test_nobody_is_believed_without_a_proof_and_nothing_is_kept(
    callers: Callers, call: ShippedCall, proof: Proof
) -> None:
    before = kept(callers)
    for headers in ({}, {"Authorization": "Bearer nothing"}, {HEADER: "00" * 32}, {"Authorization": "Basic eDp5"}):
        api = callers.api(proof)
        answer = api.http.request(
            call.operation.method,
            f"{api.url}{call.path}",
            body=call.body,
            headers={"Content-Type": call.media_type} | call.headers | headers,
        )
        assert answer.status >= 400, answer.data
        code = "access.certificate" if b"access.certificate" in answer.data else "access.unauthenticated"
        in_its_own_words(call, answer, code)
    assert kept(callers) == before


@pytest.mark.parametrize(("call", "proof"), WITH_PROOFS, ids=str)
def test_an_agency_cannot_speak_for_another_and_what_it_sent_is_kept_as_refused(
    callers: Callers, call: ShippedCall, proof: Proof
) -> None:
    before = len(kept(callers))
    answer = callers.call(call, proof, agency=ANOTHER)
    assert answer.status >= 400 or answer.status == call.refused, answer.data
    code = "interface.wrong_source" if call.source_id else "sender.not_yours"
    in_its_own_words(call, answer, "withdrawal.nothing_named" if call.after else code)
    documents = kept(callers)
    if call.after:
        assert len(documents) == before
        return
    assert len(documents) <= before + 1
    assert (ANOTHER, "refused", 0) in documents


@pytest.mark.parametrize(("call", "proof"), WITH_PROOFS, ids=str)
def test_what_cannot_be_read_is_kept_and_refused_in_the_words_of_the_caller(
    callers: Callers, call: ShippedCall, proof: Proof
) -> None:
    if not call.body or proof is Proof.SIGNATURE:
        pytest.skip("it has no body, or nothing in it that cannot be read says who sent it")
    broken = call.body[: len(call.body) // 2] + sorted(Proof).index(proof) * b" "
    answer = callers.call(call, proof, body=broken)
    assert answer.status >= 400 or answer.status == call.refused, answer.data
    code = "xml.malformed" if b"xml.malformed" in answer.data else "json.malformed"
    in_its_own_words(call, answer, code)
    assert kept(callers)[0] == (call.agency, "refused", 0)


@pytest.mark.parametrize(("call", "proof"), WITH_PROOFS, ids=str)
def test_the_limits_are_those_of_the_exchange_and_are_said_in_the_words_of_the_caller(
    callers: Callers, call: ShippedCall, proof: Proof
) -> None:
    before = kept(callers)
    large = callers.call(call, proof, body=call.body + b" " * 37_000_000)
    assert large.status >= 400
    in_its_own_words(call, large, "body.too_large")
    unknown = callers.call(call, proof, path=f"{call.path}?surely=not")
    assert unknown.status >= 400
    in_its_own_words(call, unknown, "value.unknown")
    assert kept(callers) == before


@pytest.mark.parametrize(("call", "proof"), WITH_PROOFS, ids=str)
def test_it_answers_at_the_address_that_the_operator_chose(callers: Callers, call: ShippedCall, proof: Proof) -> None:
    path = call.path.replace(f"/interfaces/{call.interface.address}", f"{OLD_PATH}/{call.interface.name}", 1)
    answer = callers.call(call, proof, path=path)
    assert answer.status in (call.answers, call.repeated), answer.data


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_every_refusal_can_be_said_also_for_a_call_that_nobody_could_read(call: ShippedCall) -> None:
    as_called = replace(_as_called(call), body=b"\x00<", media_type="")
    for status in (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503):
        later = 7 if status in (429, 503) else None
        said = call.interface.said(
            as_called, Declined(status, "busy.disk", "p", (Problem("busy.disk", "w", "<&>", "c"),), later)
        )
        assert said.status >= 400
        assert (said.headers.get("Retry-After") == "7") == (later is not None)
        if later is not None:
            assert said.status == status, "who is asked to wait must see that from the status"
