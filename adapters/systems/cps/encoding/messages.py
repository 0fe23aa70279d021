"""Writes a case package as CP20 if there are documents, otherwise as a charge."""

from adapters.contract import Encoded, Outbound
from adapters.systems.cps.encoding.charge import charge
from adapters.systems.cps.encoding.fields import Fields, cannot
from adapters.systems.cps.encoding.material import material


def encode(message: Outbound) -> Encoded:
    if (message.kind, message.version) != ("case_package", 1):
        cure = "send only case_package version 1 this way"
        cannot("kind", f"is {message.kind} version {message.version}", cure)
    package = Fields.of(message.payload)
    bytes_of = {held.sha256: held.content for held in message.attachments}
    named = {str(document.values.get("sha256")) for document in package.parts("documents")}
    if named & set(bytes_of):
        body, media_type, suffix = material(package, message.id, bytes_of), "application/xml", ".xml"
    else:
        body, media_type, suffix = charge(package), "application/json", ".json"
    loose = [f"attachments[{n}]" for n, held in enumerate(message.attachments) if held.sha256 not in named]
    return Encoded(body, media_type, suffix, (*package.left, *loose))
