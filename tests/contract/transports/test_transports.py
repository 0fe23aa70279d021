"""One set of tests that every transport passes. A transport is found by its folder, and its test partner by its
name."""

import importlib
import importlib.util
import os
import pkgutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, cast

import pytest

import adapters.transports
from adapters.contract import CannotDeliver, Encoded, Endpoint, Parcel, Transport

PARTNERS = Path(__file__).parent / "partners"
NAMES = sorted(module.name for module in pkgutil.iter_modules(adapters.transports.__path__) if module.ispkg)


class Partner(Protocol):
    """The other end of a transport, which really receives. `partners/<transport>.py` offers `partner(folder)`, a
    context manager that yields one."""

    @property
    def endpoint(self) -> Endpoint: ...

    @property
    def bad_settings(self) -> Mapping[str, Mapping[str, str]]:
        """Settings, by the code of the problem that they must give."""
        ...

    def taken(self) -> Sequence[tuple[str, bytes]]:
        """Message id and bytes of everything that had effect, in the order of arrival."""
        ...

    def go_away(self) -> None:
        """Become unreachable."""
        ...

    def come_back(self) -> None: ...


def open_partner(name: str) -> Callable[[Path], AbstractContextManager[Partner]]:
    file = PARTNERS / f"{name}.py"
    if not file.exists():
        pytest.fail(
            f"the transport {name!r} has no test partner: write tests/contract/transports/partners/{name}.py",
            pytrace=False,
        )
    spec = importlib.util.spec_from_file_location(f"partner_of_{name}", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(Callable[[Path], AbstractContextManager[Partner]], module.partner)


def load_transport(name: str) -> Transport:
    return cast(Transport, importlib.import_module(f"adapters.transports.{name}.adapter").transport())


def pulls(name: str) -> bool:
    transport = load_transport(name)
    transport.close()
    return transport.capabilities.pull


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def carries(name: str) -> None:
    """For transports that carry. The hub keeps the promises of a pull transport; tests/integration tests them."""
    if pulls(name):
        pytest.skip("its recipient fetches")


@pytest.fixture
def transport(name: str) -> Iterator[Transport]:
    transport = load_transport(name)
    yield transport
    transport.close()


@pytest.fixture
def partner(name: str, tmp_path: Path) -> Iterator[Partner]:
    with open_partner(name)(tmp_path) as partner:
        yield partner


def parcel(body: bytes, message_id: str | None = None) -> Parcel:
    return Parcel(
        message_id=message_id or str(uuid.uuid4()),
        delivery_id=str(uuid.uuid4()),
        kind="court_list",
        sender="court-b01xy00",
        recipient="area-north",
        encoded=Encoded(body=body, media_type="application/json", file_suffix=".json"),
    )


def settings_with(endpoint: Endpoint, settings: Mapping[str, str]) -> Endpoint:
    return Endpoint(endpoint.agency, endpoint.system, endpoint.transport, settings)


def test_there_are_transports() -> None:
    assert NAMES


def test_a_transport_without_a_partner_fails_and_says_what_to_write() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"tests/contract/transports/partners/pigeon\.py"):
        open_partner("pigeon")


def test_it_is_called_as_its_folder(name: str, transport: Transport) -> None:
    assert transport.name == name


@pytest.mark.usefixtures("carries")
def test_the_bytes_arrive_exactly(transport: Transport, partner: Partner) -> None:
    bodies = [b"", b'{"name": "Zo\xc3\xab"}', bytes(range(256)) * 400, b"\r\n.\r\n\x00\xff", os.urandom(300_000)]
    sent = [parcel(body) for body in bodies]
    for each in sent:
        transport.send(partner.endpoint, each)
    assert dict(partner.taken()) == {each.message_id: each.encoded.body for each in sent}


@pytest.mark.usefixtures("carries")
def test_the_same_message_again_has_effect_once(transport: Transport, partner: Partner) -> None:
    message = parcel(b"once")
    first, second = transport.send(partner.endpoint, message), transport.send(partner.endpoint, message)
    assert partner.taken() == [(message.message_id, b"once")]
    assert first == second


@pytest.mark.usefixtures("carries")
def test_what_it_says_of_receipts_is_true(transport: Transport, partner: Partner) -> None:
    receipt = transport.send(partner.endpoint, parcel(b"any"))
    assert receipt.proved is transport.capabilities.receipts
    assert (receipt.received_at is not None) is transport.capabilities.receipts
    if receipt.received_at is not None:
        assert receipt.received_at.tzinfo is not None


@pytest.mark.usefixtures("carries")
def test_what_it_says_of_order_is_true(transport: Transport, partner: Partner) -> None:
    sent = [parcel(str(number).encode()) for number in range(20)]
    for each in sent:
        transport.send(partner.endpoint, each)
    taken = [message_id for message_id, _ in partner.taken()]
    assert sorted(taken) == sorted(each.message_id for each in sent)
    if transport.capabilities.ordered:
        assert taken == [each.message_id for each in sent]


@pytest.mark.usefixtures("carries")
def test_a_parcel_of_the_largest_size_is_carried(transport: Transport, partner: Partner) -> None:
    body = bytes(transport.capabilities.size_bytes_max)
    transport.send(partner.endpoint, parcel(body))
    assert [len(taken) for _, taken in partner.taken()] == [len(body)]


def test_a_parcel_over_the_declared_size_is_never_sent(transport: Transport, partner: Partner) -> None:
    with pytest.raises(CannotDeliver) as refused:
        transport.send(partner.endpoint, parcel(bytes(transport.capabilities.size_bytes_max + 1)))
    assert (refused.value.code, refused.value.retryable) == ("parcel.too_large", False)
    assert not partner.taken()


@pytest.mark.parametrize(
    "message_id", ["../../etc/passwd", "", "a b", "x\r\nHub-Sender: other", "JONES-1984", "é" * 36]
)
def test_an_invalid_id_is_never_sent(transport: Transport, partner: Partner, message_id: str) -> None:
    named = Parcel(message_id, "d-1", "court_list", "court-1", "area-1", Encoded(b"x", "text/plain", ".txt"))
    with pytest.raises(CannotDeliver) as refused:
        transport.send(partner.endpoint, named)
    assert (refused.value.code, refused.value.retryable) == ("parcel.name", False)
    assert not partner.taken()
    if message_id:
        assert message_id not in str(refused.value)


@pytest.mark.parametrize("field", ["kind", "sender", "suffix", "media_type", "delivery_id"])
def test_a_name_with_a_path_or_a_line_end_is_never_sent(transport: Transport, partner: Partner, field: str) -> None:
    evil = "../x\r\nHub-Kind: other"
    names = {"kind": "court_list", "sender": "court-1", "suffix": ".xml", "media_type": "text/xml", "delivery_id": "1"}
    names[field] = evil
    encoded = Encoded(b"x", names["media_type"], names["suffix"])
    message = Parcel(str(uuid.uuid4()), names["delivery_id"], names["kind"], names["sender"], "area-1", encoded)
    with pytest.raises(CannotDeliver, match=r"parcel\.name") as refused:
        transport.send(partner.endpoint, message)
    assert not refused.value.retryable
    assert not partner.taken()


@pytest.mark.usefixtures("carries")
def test_an_unreachable_partner_may_be_tried_later_and_then_receives(transport: Transport, partner: Partner) -> None:
    transport.send(partner.endpoint, parcel(b"before"))
    partner.go_away()
    message = parcel(b"after")
    with pytest.raises(CannotDeliver) as refused:
        transport.send(partner.endpoint, message)
    assert refused.value.retryable
    assert refused.value.partner_down
    partner.come_back()
    transport.send(partner.endpoint, message)
    assert [body for _, body in partner.taken()].count(b"after") == 1


def test_good_settings_have_no_problems(transport: Transport, partner: Partner) -> None:
    assert transport.check(partner.endpoint) == ()


def test_bad_settings_are_reported_with_their_code_and_cure_and_keep_messages_waiting(
    transport: Transport, partner: Partner
) -> None:
    needs_settings = bool(transport.check(settings_with(partner.endpoint, {})))
    expected = {"settings.missing", "settings.unknown"} if needs_settings else {"settings.unknown"}
    assert expected <= set(partner.bad_settings)
    for code, settings in partner.bad_settings.items():
        endpoint = settings_with(partner.endpoint, settings)
        problems = transport.check(endpoint)
        assert code in [problem.code for problem in problems], f"{code}: {problems}"
        assert all(problem.cure and problem.problem and problem.where for problem in problems)
        with pytest.raises(CannotDeliver) as refused:
            transport.send(endpoint, parcel(b"x"))
        assert refused.value.retryable
        assert refused.value.partner_down


@pytest.mark.usefixtures("carries")
def test_several_threads_may_use_it(transport: Transport, partner: Partner) -> None:
    sent = [parcel(f"thread {number} ".encode() * 1000) for number in range(60)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda each: transport.send(partner.endpoint, each), sent))
    assert dict(partner.taken()) == {each.message_id: each.encoded.body for each in sent}


@pytest.mark.usefixtures("carries")
def test_a_forked_process_and_its_parent_may_both_use_it(transport: Transport, partner: Partner) -> None:
    transport.send(partner.endpoint, parcel(b"before the fork"))
    ours = [parcel(f"parent {number}".encode()) for number in range(30)]
    theirs = [parcel(f"child {number}".encode()) for number in range(30)]
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            for each in theirs:
                transport.send(partner.endpoint, each)
            failed = 0
        finally:
            os._exit(failed)
    for each in ours:
        transport.send(partner.endpoint, each)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    transport.send(partner.endpoint, parcel(b"after the child"))
    taken = dict(partner.taken())
    assert len(taken) == 62
    assert all(taken[each.message_id] == each.encoded.body for each in [*ours, *theirs])


@pytest.mark.usefixtures("carries")
def test_it_can_be_used_after_it_was_closed(transport: Transport, partner: Partner) -> None:
    transport.send(partner.endpoint, parcel(b"first"))
    transport.close()
    transport.close()
    transport.send(partner.endpoint, parcel(b"second"))
    assert sorted(body for _, body in partner.taken()) == [b"first", b"second"]


def test_a_pull_transport_refuses_nothing_that_fits_and_proves_nothing(
    name: str, transport: Transport, partner: Partner
) -> None:
    if not pulls(name):
        pytest.skip("it carries")
    largest = parcel(bytes(transport.capabilities.size_bytes_max))
    for message in (parcel(b"any"), largest):
        assert not transport.send(partner.endpoint, message).proved
