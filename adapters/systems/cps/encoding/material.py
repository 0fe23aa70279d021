"""Writes a case package as CP20."""

import base64
from collections.abc import Mapping
from hashlib import sha256

from adapters.systems.cps.decoding.documents import DOCUMENT, safe_name
from adapters.systems.cps.decoding.material import MERGED, SPLIT, split_urn
from adapters.systems.cps.decoding.media import media_type
from adapters.systems.cps.encoding.fields import Fields, cannot
from adapters.xml_writing import Builder

_NAMESPACE = "http://www.cgi.com/CP/CP20/2020-03"
_MATERIAL_TYPE = r"[1-9]|1[0-9]|2[0-2]"
_GRANT = "send it, or grant it to the recipient"


def material(package: Fields, message_id: str, bytes_of: Mapping[str, bytes]) -> bytes:
    """Return the material. Raises Refused `cps.cannot_express` without a URN, or without the name of each defendant."""
    root = Builder("CP20", _NAMESPACE)
    # The number of the transmission must be a whole number. The same message has the same number.
    root.add("TransactionID", int.from_bytes(sha256(message_id.encode()).digest()[:4]) >> 1)
    root.put("CompassCaseId", package.write("prosecutor_case_id", r"[0-9]{1,9}"))
    root.add("URN", _urn(package))
    root.put("ResponseEmail", package.part("prosecutor").write("email", r".{1,255}"))
    documents, names = root.add("Documents"), set[str]()
    for number, document in enumerate(package.parts("documents"), start=1):
        content = bytes_of.get(str(document.values.get("sha256")))
        if content is None:
            document.leave_out()
        else:
            _document(documents.add("Document"), document, content, names, number)
    defendants = package.parts("defendants")
    if not defendants:
        cannot("defendants", "names nobody, but CP20 must say whom the material concerns", _GRANT)
    courts = _courts(package, defendants)
    holder = root.add("Defendants")
    for entry, court in zip(defendants, courts, strict=True):
        _defendant(holder.add("Defendant"), entry, court)
    return root.bytes()


def _urn(package: Fields) -> str:
    """Return the number with the suffix that says that the case was merged or split."""
    urn = str(package.values.get("urn") or "")
    number, markers = split_urn(urn)
    plain = number == urn and not markers
    written = package.write("urn", r".{1,50}") if plain else urn[:50]
    if not written:
        cannot("urn", "is missing, or longer than the format can hold", _GRANT)
    held = list(package.values.get("markers") or ())
    merged = "(M)" if held[:1] == [MERGED] else ""
    part = next((marker.removeprefix(f"{SPLIT} ") for marker in held if marker.startswith(f"{SPLIT} ")), "")
    suffixed = f"{written}{merged}{'/' if part else ''}{part}"
    if split_urn(suffixed) != (written, held):
        return written
    for index in range(len(held)):
        package.tick(f"markers[{index}]")
    return suffixed


def _document(into: Builder, document: Fields, content: bytes, names: set[str], number: int) -> None:
    name = str(document.values.get("name") or f"document-{number}")
    into.put("DocumentId", document.write("reference", r"[A-Z][0-9]{1,12}"))
    into.add("MaterialType", document.write("type", _MATERIAL_TYPE) or DOCUMENT)
    into.add("FileName", safe_name(name, None))
    into.add("DocumentContent", base64.b64encode(content).decode())
    if safe_name(name, None) == name and name.casefold() not in names:
        document.tick("name")
    names.add(name.casefold())
    for field, value in (
        ("sha256", sha256(content).hexdigest()),
        ("size_bytes", len(content)),
        ("media_type", media_type(name, content)),
    ):
        if document.values.get(field) == value:
            document.tick(field)


def _courts(package: Fields, defendants: list[Fields]) -> list[str | None]:
    """Write each defendant's court. If all have the same court, it is read back as the court of the case."""
    shared = package.part("court")
    courts = [entry.values.get("court_ou_code") or shared.values.get("ou_code") for entry in defendants]
    fitting = [court if court and len(court) <= 7 else None for court in courts]
    if len({court for court in fitting if court}) == 1:
        if shared.values.get("ou_code") in fitting:
            shared.tick("ou_code")
    else:
        for entry, court in zip(defendants, fitting, strict=True):
            if court and entry.values.get("court_ou_code") == court:
                entry.tick("court_ou_code")
    return fitting


def _defendant(into: Builder, entry: Fields, court: str | None) -> None:
    who = entry.part("defendant")
    into.put("CMSDefendantID", entry.write("prosecutor_id", r"[0-9]{1,18}"))
    if who.values.get("organisation"):
        into.add("Surname", _needed(who, "organisation"))
    else:
        name = who.part("name")
        into.add("Surname", _needed(name, "surname"))
        forenames = _forenames(name)
        born = who.write("date_of_birth", r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
        if not (forenames or born):
            problem = "has neither forenames nor a date of birth; in CP20 that is an organisation"
            cannot(name.path.rstrip("."), problem, _GRANT)
        into.put("Forenames", forenames)
        into.put("DOB", born)
    into.put("OUCode", court)
    into.put("ASN", who.write("arrest_summons_number", r".{1,21}"))


def _forenames(name: Fields) -> str | None:
    held: list[str] = list(name.values.get("forenames") or ())
    written = " ".join(held)
    if len(written) > 50:
        return written[:50].strip()
    if written.split() == held:
        for index in range(len(held)):
            name.tick(f"forenames[{index}]")
    return written or None


def _needed(holder: Fields, name: str) -> str:
    written = holder.write(name, r".{1,50}")
    if written is None:
        cannot(f"{holder.path}{name}", "is missing, or longer than the format can hold", _GRANT)
    return written
