"""Writes results and new cases as a DeliverRequest, as police systems receive and send it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from types import MappingProxyType

from adapters.contract import Encoded, Outbound
from adapters.systems.spi.encoding.fields import Branch, Fields, cannot, clean, parts_of
from adapters.systems.spi.encoding.new_case import new_case
from adapters.systems.spi.encoding.people import PLACES
from adapters.systems.spi.encoding.result import resulted_case
from adapters.xml_writing import Builder

LIBRA = "http://www.dca.gov.uk/xmlschemas/libra"
_DELIVER = "http://schemas.cjse.gov.uk/messages/deliver/2006-05"
_MESSAGING = "http://schemas.cjse.gov.uk/messages/messaging/2006-05"
_METADATA = "http://schemas.cjse.gov.uk/messages/metadata/2006-05"
_FORMAT = "http://schemas.cjse.gov.uk/messages/format/2006-05"
_BS7666 = "http://www.govtalk.gov.uk/people/bs7666"
_PREFIXES = {"msg": _MESSAGING, "mm": _METADATA, "mf": _FORMAT, "DC": LIBRA}
_OF_BS7666 = frozenset({"SAON", "PAON", "StreetDescription", *PLACES, "PostCode"})


@dataclass(frozen=True, slots=True)
class _Form:
    """What the envelope says about one kind of message, and the function that writes it. The function returns the
    message and the organisation unit that sends it."""

    type: str
    flow: str
    write: Callable[[Fields], tuple[Branch, str | None]]


_FORMS: Mapping[tuple[str, int], _Form] = MappingProxyType(
    {
        ("hearing_result", 1): _Form("SPIResults", "ResultedCasesForThePolice", resulted_case),
        ("case_package", 1): _Form("SPINewCase", "NewCasesFromThePolice", new_case),
    }
)


def encode(message: Outbound) -> Encoded:
    form = _FORMS.get((message.kind, message.version))
    if form is None:
        cure = "send only " + " or ".join(f"{kind} version {version}" for kind, version in _FORMS)
        cannot("kind", f"is {message.kind} version {message.version}", cure)
    fields = Fields.of(message.payload)
    case, unit = form.write(fields)
    root = Builder("DeliverRequest", _DELIVER, _PREFIXES)
    _envelope(root, message, form.type, unit)
    body = root.add("Message").add(case.name, namespace=LIBRA)
    body.attribute("Flow", form.flow)
    body.attribute("Interface", "LibraStandardProsecutorPolice")
    body.attribute("SchemaVersion", "0.6g")
    _write(body, case)
    attachments = tuple(f"attachments[{index}]" for index in range(len(message.attachments)))
    return Encoded(root.bytes(), "application/xml", ".xml", (*fields.left, *attachments))


def _envelope(root: Builder, message: Outbound, message_type: str, unit: str | None) -> None:
    root.add("MessageIdentifier", clean(message.id), _MESSAGING)
    asking = root.add("RequestingSystem", namespace=_MESSAGING)
    asking.put("Name", clean(message.sender))
    asking.put("OrgUnitCode", unit)
    root.add("AckRequested", "1", _MESSAGING)
    metadata = root.add("MessageMetadata", namespace=_METADATA)
    metadata.attribute("SchemaVersion", "1.0")
    origin = metadata.add("OriginatingSystem")
    origin.put("Name", clean(message.sender), _MESSAGING)
    origin.put("OrgUnitCode", unit, _MESSAGING)
    metadata.add("DataController").put("Organisation", unit, _MESSAGING)
    metadata.put("CreationDateTime", message.sent_at.astimezone(UTC).isoformat())
    metadata.put("SenderRequestedDestination", clean(message.recipient))
    form = root.add("MessageFormat", namespace=_FORMAT)
    form.attribute("SchemaVersion", "1.0")
    kind = form.add("MessageType")
    kind.put("Type", message_type, _MESSAGING)
    kind.put("Version", "1.200", _MESSAGING)
    form.add("MessageSchema").put("Namespace", LIBRA, _MESSAGING)


def _write(into: Builder, tree: Branch) -> None:
    for child in parts_of(tree):
        if isinstance(child.content, str) and child.content:
            into.add(child.name, child.content, _BS7666 if child.name in _OF_BS7666 else None)
        elif child.has_content():
            _write(into.add(child.name), child)
