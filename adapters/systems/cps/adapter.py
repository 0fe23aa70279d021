"""The `cps` system: reads and writes the material of a case (CP20) and charges (JSON), each as a case package."""

from collections.abc import Mapping

from adapters.contract import Decoded, Encoded, Outbound, System
from adapters.systems.cps.decoding import envelope
from adapters.systems.cps.decoding.cases import charge_cases, material_cases
from adapters.systems.cps.decoding.charge import DETAILS
from adapters.systems.cps.encoding.messages import encode
from schemas.parts.document import Attachment

_HEAD_BYTES = 8192


class Cps:
    """Stateless."""

    name = "cps"
    decodes = frozenset({"case_package"})
    encodes = frozenset({"case_package"})

    def recognises(self, body: bytes) -> bool:
        return _is_charge(body) or envelope.recognises(body)

    def decode(self, body: bytes, documents: Mapping[str, Attachment]) -> Decoded:
        """Return one draft for each CP20 or each charge. Raises Refused if nothing can be accepted."""
        return charge_cases(body, documents) if _is_charge(body) else material_cases(body, documents)

    def encode(self, message: Outbound) -> Encoded:
        """Write CP20 if there are documents, otherwise a charge. Raises Refused `cps.cannot_express`."""
        return encode(message)


def _is_charge(body: bytes) -> bool:
    """Return whether it is a charge, by the key that every prosecution has."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return start in (b"{", b"[") and f'"{DETAILS}"'.encode() in body


def system() -> System:
    return Cps()
