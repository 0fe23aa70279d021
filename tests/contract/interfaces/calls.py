"""The calls that each interface ships in its folder `calls/`, and the agencies that make them with every proof."""

import tomllib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import adapters.interfaces
import adapters.systems
from adapters.calls import Interface, Operation, Proof
from adapters.catalogue import interfaces
from adapters.interfacing.ws_security.securing import OwnPair, secured
from tests.certificates import Held, certificate
from tests.served import Api

INTERFACES = Path(adapters.interfaces.__path__[0])
SYSTEMS = Path(adapters.systems.__path__[0])
HEADER = "X-Client-Certificate-SHA256"


@dataclass(frozen=True)
class ShippedCall:
    """`answers` is the status of the first call, and `repeated` that of the same again. `varies` is a number in the
    call that each proof has its own of. `refused` is the status of an answer that says by a code of its own that the
    document was refused. `source_id` is the name of the system. `after` names the call that must be made before."""

    interface: Interface
    operation: Operation
    agency: str
    body: bytes
    media_type: str
    answers: int
    repeated: int
    parameters: dict[str, str]
    headers: dict[str, str]
    name: str
    refused: int | None = None
    source_id: str | None = None
    varies: str | None = None
    after: str | None = None

    def of(self, proof: Proof) -> "ShippedCall":
        """The call that is made with this proof: no other sends the same."""
        turn = sorted(Proof).index(proof) + 1
        if self.varies is None:
            return replace(self, body=self.body + b"\n" * turn)
        own = f"{self.varies[:-1]}{turn}"
        parameters = {name: value.replace(self.varies, own) for name, value in self.parameters.items()}
        return replace(self, body=self.body.replace(self.varies.encode(), own.encode()), parameters=parameters)

    @property
    def path(self) -> str:
        return f"/interfaces/{self.interface.address}{self.operation.path.format(**self.parameters)}"

    def __str__(self) -> str:
        return f"{self.interface.name}-{self.name}"


def _shipped(interface: Interface, file: Path) -> ShippedCall:
    said: dict[str, Any] = tomllib.loads(file.read_text())
    method, _, path = said["operation"].partition(" ")
    operation = next(one for one in interface.operations if (one.method, one.path) == (method, path))
    if "document" in said:
        system, sample = said["document"].split("/")
        body = (SYSTEMS / system / "samples" / sample).read_bytes()
    else:
        body = (file.parent / said["body"]).read_bytes() if "body" in said else b""
    return ShippedCall(
        interface,
        operation,
        said["agency"],
        body,
        said["media_type"],
        said["answers"],
        said["repeated"],
        said.get("parameters", {}),
        said.get("headers", {}),
        file.stem,
        said.get("refused"),
        said.get("source_id"),
        said.get("varies"),
        said.get("after"),
    )


CALLS = [
    _shipped(interface, file)
    for interface in interfaces()
    for file in sorted((INTERFACES / interface.name / "calls").glob("*.toml"))
]
WITH_PROOFS = [(call.of(proof), proof) for call in CALLS for proof in sorted(call.operation.proofs)]


def called_before(call: ShippedCall, proof: Proof) -> ShippedCall | None:
    """The call that `call` needs to have been made."""
    found = (one for one in CALLS if one.interface is call.interface and one.name == call.after)
    return next((one.of(proof) for one in found), None)


@dataclass
class Callers:
    """Agencies with every proof. Only `behind_proxy` has a proxy before it, which names certificates."""

    plain: Api
    behind_proxy: Api
    folder: Path
    certificates: dict[str, Held] = field(default_factory=dict)
    signatures: int = 0
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def certificate_of(self, agency: str) -> Held:
        if agency not in self.certificates:
            self.certificates[agency] = made = certificate(agency, bits=2048)
            self.plain.bench.hub.certificates.register(agency, made.written(self.folder))
        return self.certificates[agency]

    def signed(self, agency: str, envelope: bytes) -> bytes:
        """Each time with another time stamp, by which the same message is signed again and not replayed."""
        held = self.certificate_of(agency)
        self.signatures += 1
        made_at = self.began_at - timedelta(seconds=self.signatures)
        return secured(envelope, OwnPair(held.key_pem, held.pem), made_at, UUID(int=1))

    def token_of(self, agency: str) -> str:
        secret = self.plain.bench.hub.access.issue_secret(agency)
        given = self.plain.http.request(
            "POST",
            f"{self.plain.url}/oauth2/token",
            fields={"grant_type": "client_credentials", "client_id": agency, "client_secret": secret.text},
            encode_multipart=False,
        )
        assert given.status == 200, given.data
        return str(given.json()["access_token"])

    def api(self, proof: Proof | None) -> Api:
        return self.behind_proxy if proof is Proof.CERTIFICATE else self.plain

    def call(
        self,
        call: ShippedCall,
        proof: Proof | None,
        *,
        agency: str | None = None,
        body: bytes | None = None,
        path: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Make the call as `agency`, which is the right one if none is given; without `proof` as nobody."""
        who, sent = agency or call.agency, call.body if body is None else body
        given = {"Content-Type": call.media_type} | call.headers | (headers or {})
        match proof:
            case Proof.TOKEN:
                given["Authorization"] = f"Bearer {self.token_of(who)}"
            case Proof.CERTIFICATE:
                given[HEADER] = self.certificate_of(who).thumbprint
            case Proof.SIGNATURE:
                sent = self.signed(who, call.body) + sent.removeprefix(call.body)
        api = self.api(proof)
        url = f"{api.url}{path or call.path}"
        return api.http.request(call.operation.method, url, body=sent, headers=given, timeout=30)
