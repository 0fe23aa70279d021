"""The path for mailbox receipts read the whole body, of any size, before it checked who was calling."""

import socket

from tests.served import Api

PATH = "/v1/mailbox/8a5b2a52-6d3b-4f6b-9d36-6f1f6b0f7a11/receipt"


def test_no_path_reads_an_endless_body_from_a_stranger(api: Api) -> None:
    with socket.create_connection(("127.0.0.1", api.port), timeout=20) as connection:
        connection.sendall(f"POST {PATH} HTTP/1.1\r\nHost: hub\r\nContent-Length: 4000000000\r\n\r\n".encode())
        connection.sendall(b" " * 100_000)
        assert connection.recv(65_536).split()[1] == b"413"
