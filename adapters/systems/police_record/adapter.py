"""The `police_record` system: disposals by arrest summons number, and files of records whose people may be under
supervision."""

from collections.abc import Mapping
from typing import Any

from adapters.contract import Decoded, Encoded, Outbound, System
from adapters.json import BODY_BYTES_MAX, flaws, parse
from adapters.systems.police_record.drafts import previous_convictions, reconvictions
from adapters.systems.police_record.encode import encode_record
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused


def system() -> System:
    return PoliceRecord()


class PoliceRecord:
    """Reads previous convictions and reconvictions; writes previous convictions."""

    def __init__(self) -> None:
        self.name = "police_record"
        self.decodes = frozenset({"previous_convictions", "reconviction_link"})
        self.encodes = frozenset({"previous_convictions"})

    def recognises(self, body: bytes) -> bool:
        """Return whether it is a JSON object with a list of disposals, or of records with disposals, at its top."""
        start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        if start != b"{" or len(body) > BODY_BYTES_MAX or b'"disposals"' not in body:
            return False
        try:
            tree = parse(body)
        except Refused:
            return False
        return isinstance(tree, dict) and "payload" not in tree and (_is_record(tree) or _is_file(tree))

    def decode(self, body: bytes, documents: Mapping[str, Attachment]) -> Decoded:
        """Read records. Raises Refused if nothing can be accepted. No documents belong to a record."""
        if documents:
            cure = "send documents with the message that names them"
            raise Refused(Problem("document.unreferenced", "document 1", "a police record names no documents", cure))
        tree = parse(body)
        if unsafe := tuple(flaws(tree, "$")):
            raise Refused(*unsafe)
        if isinstance(tree, dict) and isinstance(tree.get("records"), list):
            return reconvictions(tree)
        if isinstance(tree, dict) and _is_record(tree):
            return previous_convictions(tree)
        cure = "send an object with disposals, or with records that have disposals"
        raise Refused(Problem("police_record.not_a_record", "$", "the document is not a police record", cure))

    def encode(self, message: Outbound) -> Encoded:
        if message.kind not in self.encodes:
            cure = "send previous_convictions, or use another system"
            problem = "a police record cannot express this kind of message"
            raise Refused(Problem("police_record.cannot_express", "kind", problem, cure))
        return encode_record(message)


def _is_record(tree: Mapping[str, Any]) -> bool:
    return isinstance(tree.get("disposals"), list)


def _is_file(tree: Mapping[str, Any]) -> bool:
    records = tree.get("records")
    return isinstance(records, list) and any(isinstance(one, dict) and _is_record(one) for one in records)
