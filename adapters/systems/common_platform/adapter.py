"""The `common_platform` system: finds the hearings, results and lists in a document, and writes them."""

from collections.abc import Mapping
from dataclasses import replace

from adapters.contract import Decoded, Draft, Encoded, Outbound, System
from adapters.systems.common_platform.decoding import wrapping
from adapters.systems.common_platform.decoding.hearing.hearings import read_hearing
from adapters.systems.common_platform.decoding.hearing.police import read_police_result
from adapters.systems.common_platform.decoding.lists import read_lists
from adapters.systems.common_platform.decoding.publications import read_publication
from adapters.systems.common_platform.decoding.wrapping import Form, Found
from adapters.systems.common_platform.encoding.messages import encode_message
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused

_NOTHING = Problem(
    "common_platform.no_cases", "$", "lists neither a case nor a sitting", "send the cases to be heard, or the results"
)


class CommonPlatform:
    """Stateless."""

    name = "common_platform"
    decodes = frozenset({"court_list", "hearing_result"})
    encodes = frozenset({"court_list", "hearing_result"})

    def recognises(self, body: bytes) -> bool:
        return wrapping.recognises(body)

    def decode(self, body: bytes, documents: Mapping[str, Attachment]) -> Decoded:
        """Read a document: results by case and defendant, lists by court and day. Raises Refused if nothing can be
        accepted.

        `documents` are not used, because the platform sends none beside its events.
        """
        held, refused = wrapping.search(body)
        drafts: dict[str, Draft] = {}
        for found in held:
            try:
                for draft in _read(found, refused):
                    first = drafts.get(draft.reference)
                    drafts[draft.reference] = _repeated(first, draft.where) if first else draft
            except Refused as refusal:
                refused.extend(refusal.problems)
        if not drafts:
            raise Refused(*refused or [_NOTHING])
        return Decoded(tuple(drafts.values()), tuple(refused))

    def encode(self, message: Outbound) -> Encoded:
        return encode_message(message)


def _read(found: Found, refused: list[Problem]) -> list[Draft]:
    match found.form:
        case Form.HEARING:
            return list(read_hearing(found, refused))
        case Form.POLICE_RESULT:
            return [read_police_result(found)]
        case Form.LIST:
            return list(read_lists(found, refused))
        case Form.PUBLICATION:
            return list(read_publication(found, refused))


def _repeated(first: Draft, where: str) -> Draft:
    if any(doubt.code == "common_platform.repeated" for doubt in first.doubts):
        return first
    problem, cure = "repeats an earlier part of the document; it is accepted once", "nothing, if this was intended"
    return replace(first, doubts=(*first.doubts, Problem("common_platform.repeated", where, problem, cure)))


def system() -> System:
    return CommonPlatform()
