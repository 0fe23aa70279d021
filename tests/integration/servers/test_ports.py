"""A taken port is an error that names who has it. Another port is used only if no port was requested."""

import os
import socket
from collections.abc import Iterator

import pytest

from hub.local.failures import ServerFailed
from hub.local.ports import HeldPort


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_port_that_is_taken_names_who_has_it(taken: int) -> None:
    with pytest.raises(ServerFailed) as failed:
        HeldPort("127.0.0.1", taken)
    assert failed.value.code == "api.port_taken"
    assert f"port {taken} on 127.0.0.1 is taken by process {os.getpid()}" in failed.value.problem


def test_another_port_is_used_where_none_was_asked_for(taken: int) -> None:
    with HeldPort("127.0.0.1", taken, or_any=True) as held:
        assert held.number != taken


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    with pytest.raises(ServerFailed) as failed:
        HeldPort("192.0.2.1", 8000)
    assert failed.value.code == "api.no_port"
