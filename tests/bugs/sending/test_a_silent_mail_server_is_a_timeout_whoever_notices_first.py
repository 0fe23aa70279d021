"""The socket's own timeout and the timer end at the same moment. If the socket was first, a timeout was reported as a
lost connection, which says that the mail may have been accepted."""

import socket

import pytest

from adapters.contract import CannotDeliver, Encoded, Endpoint, Parcel
from adapters.transports.email.adapter import transport


@pytest.mark.parametrize("attempt", range(5))
def test_a_silent_mail_server_is_always_a_timeout(attempt: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = {
            "host": "127.0.0.1",
            "port": str(silent.getsockname()[1]),
            "tls": "none",
            "from_address": "hub@exchange.example",
            "to_address": "inbox@agency.example",
            "total_timeout_seconds": "0.2",
        }
        endpoint = Endpoint("agency-one", "hub_json", "email", settings)
        parcel = Parcel(
            f"00000000-0000-4000-8000-00000000000{attempt}",
            "00000000-0000-4000-8000-000000000009",
            "court_list",
            "agency-two",
            "agency-one",
            Encoded(b"{}", "application/json", ".json"),
        )
        with pytest.raises(CannotDeliver) as failed:
            transport().send(endpoint, parcel)
        assert failed.value.code == "partner.timeout"
