"""Mutual TLS before the API, over real TLS: no call without a certificate that is registered for its agency."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
import urllib3

from hub.settings import Settings
from tests.certificates import Held, certificate
from tests.served import Api, problem_of

AREA, COURT, HEADER = "probation-northumbria", "court-b10jq", "X-Client-Certificate-SHA256"
ID = "8a5b2a52-6d3b-4f6b-9d36-6f1f6b0f7a11"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"client_certificate_header": HEADER, "proxy_addresses": "127.0.0.1"})


class Proxy:
    """A proxy that ends TLS, requires a client certificate, and passes the certificate that it saw to the API, whatever
    the caller said."""

    def __init__(self, api: Api, folder: Path, trusted: list[Held]) -> None:
        self._api = api
        own = certificate("localhost")
        self.ca = own.written(folder)
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        (folder / "proxy.key").write_bytes(own.key_pem)
        self._context.load_cert_chain(self.ca, folder / "proxy.key")
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._context.load_verify_locations(cadata=b"".join(held.pem for held in trusted).decode())
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            with suppress(OSError), plain, self._context.wrap_socket(plain, server_side=True) as caller:
                self._forward(caller)

    def _forward(self, caller: ssl.SSLSocket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += caller.recv(65_536)
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(HEADER.lower().encode())]
        seen = sha256(caller.getpeercert(binary_form=True) or b"").hexdigest()
        lines[1:1] = [f"{HEADER}: {seen}".encode(), b"Connection: close"]
        with socket.create_connection(("127.0.0.1", self._api.port)) as api:
            api.sendall(b"\r\n".join(lines))
            while some := api.recv(65_536):
                caller.sendall(some)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def held() -> dict[str, Held]:
    return {name: certificate(f"{name}.example") for name in ("area", "court", "stranger")}


@pytest.fixture
def proxy(api: Api, tmp_path: Path, held: dict[str, Held]) -> Iterator[Proxy]:
    for name, agency in (("area", AREA), ("court", COURT)):
        api.bench.hub.certificates.register(agency, held[name].written(tmp_path))
    running = Proxy(api, tmp_path, list(held.values()))
    yield running
    running.close()


def _call(
    proxy: Proxy, api: Api, folder: Path, held: Held | None, agency: str, **headers: str
) -> urllib3.BaseHTTPResponse:
    context = ssl.create_default_context(cafile=proxy.ca)
    if held is not None:
        (folder / "client.key").write_bytes(held.key_pem)
        context.load_cert_chain(held.written(folder), folder / "client.key")
    with urllib3.HTTPSConnectionPool("localhost", proxy.port, ssl_context=context, retries=False, timeout=10) as pool:
        sent = {"Authorization": api.authorization(agency)} | headers
        return pool.request("GET", f"/v1/messages/{ID}", headers=sent)


def test_a_call_with_its_agencys_certificate_is_taken(
    api: Api, proxy: Proxy, tmp_path: Path, held: dict[str, Held]
) -> None:
    assert _call(proxy, api, tmp_path, held["area"], AREA).status == 404, "known, and there is no such message"
    api.bench.hub.certificates.revoke(held["area"].thumbprint)
    assert problem_of(_call(proxy, api, tmp_path, held["area"], AREA), 403)["code"] == "access.certificate"


def test_a_call_with_anothers_an_unregistered_or_no_certificate_gets_no_access(
    api: Api, proxy: Proxy, tmp_path: Path, held: dict[str, Held]
) -> None:
    for name in ("court", "stranger"):
        forged = {HEADER: held["area"].thumbprint}
        problem = problem_of(_call(proxy, api, tmp_path, held[name], AREA, **forged), 403)
        assert problem["code"] == "access.certificate"
    with pytest.raises(urllib3.exceptions.HTTPError):
        _call(proxy, api, tmp_path, None, AREA)


@pytest.mark.parametrize("told", [[], ["area", "area"], ["court", "area"]])
def test_the_api_cannot_be_called_past_the_proxy(
    api: Api, proxy: Proxy, held: dict[str, Held], told: list[str]
) -> None:
    headers = urllib3.HTTPHeaderDict({"Authorization": api.authorization(AREA)})
    for name in told:
        headers.add(HEADER, held[name].thumbprint)
    response = api.http.request("GET", f"{api.url}/v1/messages/{ID}", headers=headers)
    status, code = (422, "request.repeated") if told else (403, "access.certificate")
    assert problem_of(response, status)["code"] == code


def test_the_header_of_a_caller_who_is_not_the_proxy_is_ignored(api: Api, proxy: Proxy, held: dict[str, Held]) -> None:
    api.bench.hub.certificates._proxies = frozenset({"192.0.2.1"})
    headers = {"Authorization": api.authorization(AREA), HEADER: held["area"].thumbprint}
    response = api.http.request("GET", f"{api.url}/v1/messages/{ID}", headers=headers)
    assert problem_of(response, 403)["code"] == "access.certificate"
