"""A system that only a profile describes."""

from collections.abc import Mapping

from adapters.contract import Decoded, Draft, Encoded, Outbound
from adapters.mapping.formats.csv import Csv
from adapters.mapping.formats.fixed_width import FixedWidth
from adapters.mapping.formats.json import Json
from adapters.mapping.formats.labelled import Labelled
from adapters.mapping.formats.xml import Xml
from adapters.mapping.profiles.profile import Profile
from adapters.mapping.profiles.written import CsvLayout, FixedWidthLayout, JsonLayout, XmlLayout
from adapters.mapping.record import Format, Record
from adapters.mapping.translation.decoding import decode
from adapters.mapping.translation.encoding import encode
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused

RECORDS_MAX = 5_000


class ProfiledSystem:
    """`family` is the folder of the adapter, so that the system is called `probation.icms`."""

    def __init__(self, family: str, profile: Profile) -> None:
        self.name = f"{family}.{profile.name}"
        self.profile = profile
        self.decodes = frozenset(exchange.kind.name for exchange in profile.exchanges if exchange.reads)
        self.encodes = frozenset(exchange.kind.name for exchange in profile.exchanges if exchange.writes)
        self.format = format_of(profile)

    def recognises(self, body: bytes) -> bool:
        return self.format.recognises(body)

    def decode(self, body: bytes, documents: Mapping[str, Attachment]) -> Decoded:
        """Read a file. A bad record is refused by itself. Raises Refused if no record can be accepted."""
        contents = self.format.read(body)
        if len(contents.records) > RECORDS_MAX:
            problem = f"the file contains more than {RECORDS_MAX} records"
            raise Refused(Problem("text.too_many", "document", problem, "send it in smaller files"))
        drafts: dict[str, Draft] = {}
        refused = list(contents.refused)
        used: set[str] = set()
        for record in contents.records:
            try:
                draft, taken = self._draft(record, documents)
                if draft.reference in drafts:
                    raise Refused(_twice(draft.where))
            except Refused as refusal:
                refused += refusal.problems
                continue
            drafts[draft.reference] = draft
            used |= taken
        refused += [_unreferenced(number) for number, name in enumerate(documents, start=1) if name not in used]
        if not drafts:
            empty = Problem("text.no_record", "document", "the file contains no record", "send at least one")
            raise Refused(*(refused or [empty]))
        return Decoded(tuple(drafts.values()), tuple(refused))

    def encode(self, message: Outbound) -> Encoded:
        """Write a file. Raises Refused: profile.no_exchange or profile.cannot_express."""
        exchange = self.profile.exchange_of(message.kind, message.version)
        if exchange is None or not exchange.writes:
            problem = f"{self.name} does not take {message.kind} version {message.version}"
            cure = "add an exchange of the kind to its profile, or give the agency another endpoint"
            raise Refused(Problem("profile.no_exchange", "kind", problem, cure))
        return encode(message, exchange, self.format)

    def _draft(self, record: Record, documents: Mapping[str, Attachment]) -> tuple[Draft, frozenset[str]]:
        if not record.exchange.reads:
            problem = f"the profile does not read {record.exchange.kind.name} from the system"
            raise Refused(Problem("profile.one_way", record.entry.where, problem, "send it by another system"))
        return decode(record, self.format.noun, documents)


def format_of(profile: Profile) -> Format:
    layout = profile.layout
    if isinstance(layout, CsvLayout):
        return Csv(layout, profile)
    if isinstance(layout, FixedWidthLayout):
        return FixedWidth(layout, profile)
    if isinstance(layout, XmlLayout):
        return Xml(layout, profile.exchanges)
    if isinstance(layout, JsonLayout):
        return Json(layout, profile.exchanges)
    return Labelled(layout, profile)


def _twice(where: str) -> Problem:
    problem = "an earlier record of the file has the same reference, or the same content"
    return Problem("reference.duplicate", where, problem, "send each record once, with a reference of its own")


def _unreferenced(number: int) -> Problem:
    """Files are counted and not named, because a file name may contain a person's name."""
    where = f"document {number} sent beside the file"
    return Problem(
        "document.unreferenced", where, "no record names this document", "name it in a record, or do not send it"
    )
