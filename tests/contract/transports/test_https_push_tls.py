"""https_push: which certificates it trusts."""

import shutil
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path

import pytest

from adapters.contract import CannotDeliver
from adapters.transports.https_push.adapter import HttpsPush
from tests.contract.transports.scripted_agency import PARCEL, agency, endpoint, http, receipt, says, send


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl on this machine to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    return _self_signed(openssl, folder, "IP:127.0.0.1")


def _self_signed(openssl: str, folder: Path, name: str) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    made = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    made += ["-subj", "/CN=agency", "-addext", f"subjectAltName={name}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    return certificate, key


def _server_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def test_an_untrusted_certificate_is_refused_before_anything_is_sent(
    certificate: tuple[Path, Path],
) -> None:
    with agency(says(http(200, receipt())), _server_context(certificate)) as partner:
        with pytest.raises(CannotDeliver) as failed:
            send(partner.port, url=f"https://127.0.0.1:{partner.port}/in")
        assert not partner.requests
    assert (failed.value.code, failed.value.retryable, failed.value.partner_down) == ("partner.tls", True, True)


def test_the_ca_file_vouches_and_a_renewed_one_is_read_without_a_restart(
    certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    openssl = shutil.which("openssl") or ""
    other, _ = _self_signed(openssl, tmp_path, "IP:127.0.0.1")
    ca_file = tmp_path / "ca.pem"
    shutil.copyfile(other, ca_file)
    transport = HttpsPush()
    with agency(says(http(200, receipt())), _server_context(certificate)) as partner:
        to = endpoint(partner.port, url=f"https://127.0.0.1:{partner.port}/in", ca_file=str(ca_file))
        assert transport.check(to) == ()
        with pytest.raises(CannotDeliver, match=r"partner\.tls"):
            transport.send(to, PARCEL)
        shutil.copyfile(certificate[0], ca_file)
        assert transport.send(to, PARCEL).proved
        assert transport.send(to, PARCEL).proved
        assert len(partner.requests) == 2
    transport.close()


def test_a_certificate_for_another_name_is_refused(certificate: tuple[Path, Path]) -> None:
    with agency(says(http(200, receipt())), _server_context(certificate)) as partner:
        with pytest.raises(CannotDeliver, match=r"partner\.tls"):
            send(partner.port, url=f"https://localhost:{partner.port}/in", ca_file=str(certificate[0]))
        assert not partner.requests


def test_a_partner_without_tls_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def plain() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(http(400))

        threading.Thread(target=plain, daemon=True).start()
        port = listener.getsockname()[1]
        with pytest.raises(CannotDeliver, match=r"partner\.tls") as failed:
            send(port, url=f"https://127.0.0.1:{port}/in")
    assert failed.value.partner_down


def test_a_tls_partner_who_never_shakes_hands_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        began = time.monotonic()
        with pytest.raises(CannotDeliver) as failed:
            others = {"read_timeout_seconds": "20", "total_timeout_seconds": "20"}
            send(port, url=f"https://127.0.0.1:{port}/in", **others)
        assert time.monotonic() - began < 10, "not after 20 seconds, when another time would be over"
    assert (failed.value.code, failed.value.partner_down) == ("partner.timeout", True)


def test_a_tls_answer_drop_by_drop_is_left_at_the_total_time(certificate: tuple[Path, Path]) -> None:
    def slowly(stream: socket.socket) -> None:
        """The partner continues for at least 30 seconds and then hangs up."""
        stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
        for _ in range(300):
            if partner.stopping.wait(0.1):
                break
            stream.sendall(b" ")
        raise ConnectionAbortedError

    with agency(slowly, _server_context(certificate)) as partner:
        began = time.monotonic()
        with pytest.raises(CannotDeliver, match=r"partner\.timeout"):
            slow = {"ca_file": str(certificate[0]), "read_timeout_seconds": "20"}
            send(partner.port, url=f"https://127.0.0.1:{partner.port}/in", **slow)
        assert time.monotonic() - began > 0.9
