"""The `spi` system: finds results and new cases in a document, reads them, and writes both."""

from collections.abc import Mapping

from adapters.contract import Decoded, Encoded, Outbound, System
from adapters.systems.spi.decoding import envelope
from adapters.systems.spi.decoding.drafts import Drafts
from adapters.systems.spi.decoding.envelope import RESULTS, Found
from adapters.systems.spi.decoding.new_cases import NewCases
from adapters.systems.spi.decoding.results import Results
from adapters.systems.spi.decoding.wire_schema import schema_doubts
from adapters.systems.spi.encoding.messages import encode
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused


class Spi:
    """Stateless."""

    name = "spi"
    decodes = frozenset({"hearing_result", "case_package"})
    encodes = frozenset({"hearing_result", "case_package"})

    def recognises(self, body: bytes) -> bool:
        return envelope.recognises(body)

    def decode(self, body: bytes, documents: Mapping[str, Attachment]) -> Decoded:
        """Return one draft for each defendant of each resulted case, and one for each new case. Raises Refused if
        nothing can be accepted."""
        held = envelope.search(body)
        drafts = Drafts()
        for found in held.found:
            reader = Results(drafts) if found.message.name == RESULTS else NewCases(drafts)
            reader.read(found, (*_doubts(found, bool(documents)), *schema_doubts(found.message)))
        refused = (*drafts.refused, *held.other, *held.failures)
        if not drafts.taken:
            raise Refused(*refused)
        return Decoded(tuple(drafts.taken), refused)

    def encode(self, message: Outbound) -> Encoded:
        """Write a message. Raises Refused `spi.cannot_express` for another kind, or if something required is
        missing."""
        return encode(message)


def _doubts(found: Found, documents: bool) -> tuple[Problem, ...]:
    doubts = [
        Problem(
            "spi.unmapped",
            one.where,
            f"{one.name} around the message has content that was not read"
            + (f" ({one.times} times; this is the first)" if one.times > 1 else ""),
            "nothing, unless it changes the meaning of the message: then ask for a field",
        )
        for one in found.facts.unread
    ]
    if found.facts.test:
        doubts.append(
            Problem(
                "spi.test_operation",
                found.facts.test,
                "was sent as a test (TestOperation is not false)",
                "do not act on it unless this is a trial of the exchange",
            )
        )
    if documents:
        doubts.append(
            Problem(
                "spi.unmapped",
                "documents beside the body",
                "came beside it; the interface has no documents, so they are not passed on",
                "send documents with a message kind that has documents",
            )
        )
    return tuple(doubts)


def system() -> System:
    return Spi()
