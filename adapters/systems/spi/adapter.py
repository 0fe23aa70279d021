"""The `spi` system: finds the results in what was sent, translates them, and writes results for the police."""

from collections.abc import Mapping

from adapters.contract import Decoded, Encoded, Outbound, System
from adapters.systems.spi import envelope
from adapters.systems.spi.encode import encode_result
from adapters.systems.spi.envelope import Found
from adapters.systems.spi.results import Reading
from adapters.systems.spi.wire_schema import schema_doubts
from schemas.document import Attachment
from schemas.problem import Problem, Refused


class Spi:
    """Stateless."""

    name = "spi"
    decodes = frozenset({"hearing_result"})
    encodes = frozenset({"hearing_result"})

    def recognises(self, body: bytes) -> bool:
        return envelope.recognises(body)

    def decode(self, body: bytes, documents: Mapping[str, Attachment]) -> Decoded:
        """One draft for each defendant of each case. Raises Refused if nothing can be taken."""
        held = envelope.search(body)
        reading = Reading()
        for found in held.found:
            reading.read(found, (*_doubts(found, bool(documents)), *schema_doubts(found.message)))
        refused = (*reading.refused, *held.other, *held.failures)
        if not reading.drafts:
            raise Refused(*refused)
        return Decoded(tuple(reading.drafts), refused)

    def encode(self, message: Outbound) -> Encoded:
        return encode_result(message)


def _doubts(found: Found, documents: bool) -> tuple[Problem, ...]:
    doubts = []
    if found.facts.test:
        doubts.append(
            Problem(
                "spi.test_operation",
                found.message.where,
                "was sent as a test (TestOperation is true)",
                "do not act on it unless this is a trial of the exchange",
            )
        )
    if documents:
        doubts.append(
            Problem(
                "spi.unmapped",
                "documents beside the body",
                "came with a result; the interface has no documents and they are not passed on",
                "send documents with the message kind that carries them",
            )
        )
    return tuple(doubts)


def system() -> System:
    return Spi()
