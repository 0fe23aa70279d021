"""Writes a court list as Libra would send it, in SOAP 1.2."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from adapters.contract import Encoded, Outbound
from adapters.systems.libra.document import is_court_list
from adapters.systems.libra.fields import (
    ADDRESS_LINES,
    BLOCK,
    CASE,
    DEFENDANT,
    FORENAMES,
    NO_CODE,
    OFFENCE,
    PARENT_GUARDIAN,
    SESSION,
    Field,
    write_date,
)
from adapters.systems.libra.filename import parse_file_name, write_file_name
from adapters.systems.libra.record import refused
from adapters.xml_writing import Builder, clean

_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_ADDRESSING = "http://www.w3.org/2005/08/addressing"
_REQUEST = "http://www.justice.gov.uk/magistrates/external/ExternalDocumentRequest"

_GRANT = "send it, or grant it to the recipient"
Json = Mapping[str, Any]


def encode_list(message: Outbound) -> Encoded:
    if (message.kind, message.version) != ("court_list", 1):
        raise refused("libra.cannot_express", "kind", "Libra has only court lists", "send court_list version 1")
    return _ListWriter(message.payload).write(message)


class _ListWriter:
    """Writes one list and collects the payload paths that have no element."""

    def __init__(self, payload: Json) -> None:
        self._payload = payload
        self._court: Json = payload.get("court") or {}
        self._lost: list[str] = []

    def write(self, message: Outbound) -> Encoded:
        code, day = self._court.get("ou_code"), self._day()
        if not code or day is None:
            raise refused(
                "libra.cannot_express",
                "court.ou_code" if not code else "date",
                "a Libra list needs its court and its day",
                "grant the recipient court.ou_code and date in the sharing protocol",
            )
        envelope = Builder("Envelope", _SOAP, {"soap": _SOAP, "wsa": _ADDRESSING, "edr": _REQUEST})
        _write_header(envelope.add("Header"), message)
        documents = (
            envelope.add("Body").add("ExternalDocumentRequest", namespace=_REQUEST).add("documents", namespace="")
        )
        self._write_documents(documents, code, day)
        self._lose_others(self._payload, {"court", "date", "list_type", "sessions"}, "")
        self._lose_others(self._court, {"ou_code", "name", "local_justice_area", "psa_code"}, "court")
        return Encoded(envelope.bytes(), "application/soap+xml", ".xml", tuple(dict.fromkeys(self._lost)))

    def _day(self) -> date | None:
        stated = self._payload.get("date")
        return date.fromisoformat(str(stated)) if stated else None

    def _write_documents(self, documents: Builder, code: str, day: date) -> None:
        """A document has one day and one type, so sessions with different days or types go into separate documents."""
        sessions: Sequence[Json] = self._payload.get("sessions") or ()
        numbered = [(self._list_type(number, session), number, session) for number, session in enumerate(sessions)]
        for (_, list_type), run in groupby(numbered, key=lambda item: (item[2].get("on"), item[0])):
            parent = self._write_document(documents, code, day, list_type, sat=True)
            for _, number, session in run:
                self._write_session(parent.add("session"), code, session, f"sessions[{number}]")
        types = {list_type for list_type, _, _ in numbered}
        self._lose_types(types, sessions)
        if not sessions:
            self._write_document(documents, code, day, self._usable_type(self._payload, ""), sat=False)

    def _lose_types(self, types: set[str | None], sessions: Sequence[Json]) -> None:
        """A type that all sessions share is read as the list's own; several, as those of the sessions."""
        if len(types) > 1 and self._payload.get("list_type"):
            self._lost.append("list_type")
        for number, session in enumerate(sessions):
            if len(types) == 1 and session.get("list_type"):
                self._lost.append(f"sessions[{number}].list_type")
        if len(types) == 1 and types != {self._payload.get("list_type")} and self._payload.get("list_type"):
            self._lost.append("list_type")

    def _list_type(self, number: int, session: Json) -> str | None:
        own = self._usable_type(session, f"sessions[{number}].")
        return own or self._usable_type(self._payload, "")

    def _usable_type(self, holder: Json, prefix: str) -> str | None:
        """Return the type if it can be used. The document would be refused with a type that does not name a court
        list."""
        list_type = holder.get("list_type")
        if list_type and is_court_list(list_type):
            return self._legal(list_type, f"{prefix}list_type")
        if list_type:
            self._lost.append(f"{prefix}list_type")
        return None

    def _write_document(self, documents: Builder, code: str, day: date, list_type: str | None, *, sat: bool) -> Builder:
        """Write a document. Returns <sessions>. An empty list has its court only in the file name."""
        psa_code = self._court.get("psa_code")
        name = write_file_name(day, code, psa_code, list_type)
        if not sat and parse_file_name(name).court != code:
            raise refused(
                "libra.cannot_express",
                "court.ou_code",
                "a list without sessions needs an OU code that a file name can hold",
                "correct the court's OU code",
            )
        document = documents.add("document")
        info = document.add("info")
        info.put("courtHouse", self._legal(self._court.get("name"), "court.name"))
        info.add("source_file_name", name)
        parameters = info.add("parameters")
        parameters.put("pi_psa_code", self._legal(psa_code, "court.psa_code"))
        parameters.put("pi_job_type", list_type)
        if not sat and self._court.get("local_justice_area"):
            self._lost.append("court.local_justice_area")
        return document.add("data").add("job").add("sessions")

    def _write_session(self, element: Builder, code: str, session: Json, path: str) -> None:
        element.add("ou_code", self._legal(code, "court.ou_code"))
        if session.get("on"):
            element.add("doh", write_date(session["on"]))
        element.put("court", self._legal(self._court.get("name"), "court.name"))
        element.put("lja", self._legal(self._court.get("local_justice_area"), "court.local_justice_area"))
        self._write_fields(element, SESSION, session, path)
        blocks = element.add("blocks")
        numbered = enumerate(session.get("cases") or ())
        for slot, run in groupby(numbered, key=lambda item: tuple(item[1].get(field.name) for field in BLOCK)):
            block = blocks.add("block")
            cases = list(run)
            slot_fields = dict(zip((field.name for field in BLOCK), slot, strict=True))
            self._write_fields(block, BLOCK, slot_fields, f"{path}.cases[{cases[0][0]}]")
            group = block.add("cases")
            for number, case in cases:
                self._write_case(group.add("case"), case, f"{path}.cases[{number}]")
        self._lose_others(session, {"on", "cases", "list_type", *_names(SESSION)}, path)

    def _write_case(self, element: Builder, case: Json, path: str) -> None:
        if not case.get("number"):
            raise refused(
                "libra.cannot_express", f"{path}.number", "is missing, and Libra has no case without it", _GRANT
            )
        self._write_fields(element, CASE, case, path)
        defendant: Json = case.get("defendant") or {}
        self._write_name(element, defendant, f"{path}.defendant")
        self._write_type(element, case, defendant, path)
        self._write_fields(element, DEFENDANT, defendant, f"{path}.defendant")
        self._write_address(element, "def_addr", defendant.get("address") or {}, f"{path}.defendant.address")
        guardian: Json = case.get("parent_guardian") or {}
        self._write_fields(element, PARENT_GUARDIAN, guardian, f"{path}.parent_guardian")
        self._write_address(element, "pg_addr", guardian.get("address") or {}, f"{path}.parent_guardian.address")
        offences = element.add("offences")
        for number, offence in enumerate(case.get("offences") or ()):
            at = f"{path}.offences[{number}]"
            if not any(offence.get(name) for name in ("code", "title", "wording")):
                self._lose_others(offence, set(), at)  # its results have no element, so nothing would say what it is
                continue
            written = offence if offence.get("code") else {**offence, "code": NO_CODE}
            if written is not offence:
                self._lost.append(f"{at}.code")
            self._write_fields(offences.add("offence"), OFFENCE, written, at)
            self._lose_others(offence, set(_names(OFFENCE)), at)
        nested = {"defendant", "defendant_type", "parent_guardian", "offences"}
        self._lose_others(case, {*nested, *_names(CASE), *_names(BLOCK)}, path)
        self._lose_others(defendant, {"name", "organisation", "address", *_names(DEFENDANT)}, f"{path}.defendant")
        self._lose_others(guardian, {"address", *_names(PARENT_GUARDIAN)}, f"{path}.parent_guardian")

    def _write_name(self, element: Builder, defendant: Json, path: str) -> None:
        numbers = ("arrest_summons_number", "pnc_id", "cro_number")
        if not any(defendant.get(known) for known in ("organisation", "name", *numbers)):
            raise refused("libra.cannot_express", path, "has neither a name nor a number that Libra holds", _GRANT)
        if defendant.get("organisation"):
            element.put("def_name", self._legal(defendant["organisation"], f"{path}.organisation"))
            return
        name: Json = defendant.get("name") or {}
        forenames: Sequence[str] = name.get("forenames") or ()
        title = self._legal(name.get("title"), f"{path}.name.title")
        surname = self._legal(name.get("surname"), f"{path}.name.surname")
        given = [self._legal(text, f"{path}.name.forenames[{number}]") for number, text in enumerate(forenames)]
        self._lost.extend(f"{path}.name.forenames[{number}]" for number in range(len(FORENAMES), len(forenames)))
        self._lose_others(name, {"title", "forenames", "surname"}, f"{path}.name")
        whole = " ".join(part for part in (title, *given, surname) if part)
        if whole:
            element.add("def_name", whole)
            elements = element.add("def_name_elements")
            elements.put("title", title)
            for forename_element, forename in zip(FORENAMES, given, strict=False):
                elements.put(forename_element, forename)
            elements.put("surname", surname)

    def _write_type(self, element: Builder, case: Json, defendant: Json, path: str) -> None:
        """Write P or O. An organisation is always marked, because its name alone may not show it."""
        stated = case.get("defendant_type")
        meant = "O" if defendant.get("organisation") else "P"
        if stated and stated != meant:
            self._lost.append(f"{path}.defendant_type")
        if stated or meant == "O":
            element.add("def_type", meant)

    def _write_address(self, element: Builder, name: str, address: Json, path: str) -> None:
        lines: Sequence[str] = address.get("lines") or ()
        self._lost.extend(f"{path}.lines[{number}]" for number in range(len(ADDRESS_LINES), len(lines)))
        self._lose_others(address, {"lines", "postcode"}, path)
        if not lines and not address.get("postcode"):
            return
        parent = element.add(name)
        for number, (line_element, line) in enumerate(zip(ADDRESS_LINES, lines, strict=False)):
            parent.put(line_element, self._legal(line, f"{path}.lines[{number}]"))
        parent.put("pcode", self._legal(address.get("postcode"), f"{path}.postcode"))

    def _write_fields(self, element: Builder, fields: tuple[Field, ...], values: Json, path: str) -> None:
        for field in fields:
            value = values.get(field.name)
            if value is None:
                continue
            try:
                text = field.form.write(value)
            except ValueError:
                self._lost.append(f"{path}.{field.name}")
            else:
                element.put(field.element, self._legal(text, f"{path}.{field.name}"))

    def _legal(self, text: str | None, path: str) -> str | None:
        """Return the text without the characters that XML cannot hold."""
        if text is None or clean(text) == text:
            return text
        self._lost.append(path)
        return clean(text)

    def _lose_others(self, values: Json, known: set[str], path: str) -> None:
        for name, value in values.items():
            if name not in known:
                self._lost.extend(_leaves(value, f"{path}.{name}" if path else name))


def _write_header(header: Builder, message: Outbound) -> None:
    header.add("Action", "externalDocument", _ADDRESSING)
    header.add("From", namespace=_ADDRESSING).add("Address", message.sender)
    header.add("MessageID", message.id, _ADDRESSING)
    header.add("RelatesTo", message.correlation, _ADDRESSING)
    header.add("To", message.recipient, _ADDRESSING)


def _names(fields: tuple[Field, ...]) -> Iterator[str]:
    return (field.name for field in fields)


def _leaves(value: Any, path: str) -> Iterator[str]:
    """Yield the path of each value below; nothing for an empty one."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{number}]")
    elif value is not None:
        yield path
