"""The `spi` system: finds results and new cases in what was sent, translates them, and writes both."""

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
        """One draft for each defendant of each resulted case, and one for each new case. Raises Refused if nothing can
        be taken."""
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
        """Raises Refused `spi.cannot_express` for another kind, or for want of what the interface cannot do without."""
        return encode(message)


def _doubts(found: Found, documents: bool) -> tuple[Problem, ...]:
    doubts = [
        Problem(
            "spi.unmapped",
            one.where,
            f"{one.name} around the message has content that nobody reads"
            + (f" ({one.times} times; this is the first)" if one.times > 1 else ""),
            "nothing, unless it changes what the message means: then ask for a place to be agreed for it",
        )
        for one in found.facts.unread
    ]
    if found.facts.test:
        doubts.append(
            Problem(
                "spi.test_operation",
                found.message.where,
                "was sent as a test (TestOperation is not false)",
                "do not act on it unless this is a trial of the exchange",
            )
        )
    if documents:
        doubts.append(
            Problem(
                "spi.unmapped",
                "documents beside the body",
                "came beside it; the interface has no documents and they are not passed on",
                "send documents with the message kind that carries them",
            )
        )
    return tuple(doubts)


def system() -> System:
    return Spi()
