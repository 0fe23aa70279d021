"""From a hearing result to a ResultedCaseMessage in a DeliverRequest, as police systems receive it."""

from datetime import UTC, datetime
from typing import NoReturn

from adapters.contract import Encoded, Outbound
from adapters.systems.spi.codes import SEXES, code_for
from adapters.systems.spi.encode_offences import offence_element
from adapters.systems.spi.fields import Branch, Fields, branch, clean
from adapters.systems.spi.moments import write_moment
from adapters.xml import Builder
from schemas.fields import arrest_summons_number, pnc_id, postcode
from schemas.problem import Problem, Refused

LIBRA = "http://www.dca.gov.uk/xmlschemas/libra"
_DELIVER = "http://schemas.cjse.gov.uk/messages/deliver/2006-05"
_MESSAGING = "http://schemas.cjse.gov.uk/messages/messaging/2006-05"
_METADATA = "http://schemas.cjse.gov.uk/messages/metadata/2006-05"
_FORMAT = "http://schemas.cjse.gov.uk/messages/format/2006-05"
_PREFIXES = {"msg": _MESSAGING, "mm": _METADATA, "mf": _FORMAT, "DC": LIBRA}


def encode_result(message: Outbound) -> Encoded:
    """Raises Refused `spi.cannot_express` for another kind, or without PTIURN, court, hearing or a name."""
    if (message.kind, message.version) != ("hearing_result", 1):
        _cannot("kind", f"is {message.kind} version {message.version}", "send only hearing_result version 1 this way")
    result = Fields.of(message.payload)
    case = _message(result)
    root = Builder("DeliverRequest", _DELIVER, _PREFIXES)
    _envelope(root, message, str(message.payload["court"]["ou_code"]))
    body = root.add("Message").add(case.name, namespace=LIBRA)
    body.attribute("Flow", "ResultedCasesForThePolice")
    body.attribute("Interface", "LibraStandardProsecutorPolice")
    body.attribute("SchemaVersion", "0.6g")
    _write(body, case)
    attachments = tuple(f"attachments[{index}]" for index in range(len(message.attachments)))
    return Encoded(root.bytes(), "application/xml", ".xml", (*result.left, *attachments))


def _envelope(root: Builder, message: Outbound, court: str) -> None:
    root.add("MessageIdentifier", clean(message.id), _MESSAGING)
    asking = root.add("RequestingSystem", namespace=_MESSAGING)
    asking.put("Name", clean(message.sender))
    asking.put("OrgUnitCode", court)
    root.add("AckRequested", "1", _MESSAGING)
    metadata = root.add("MessageMetadata", namespace=_METADATA)
    metadata.attribute("SchemaVersion", "1.0")
    origin = metadata.add("OriginatingSystem")
    origin.put("Name", clean(message.sender), _MESSAGING)
    origin.put("OrgUnitCode", court, _MESSAGING)
    metadata.add("DataController").put("Organisation", court, _MESSAGING)
    metadata.put("CreationDateTime", message.sent_at.astimezone(UTC).isoformat())
    metadata.put("SenderRequestedDestination", clean(message.recipient))
    form = root.add("MessageFormat", namespace=_FORMAT)
    form.attribute("SchemaVersion", "1.0")
    kind = form.add("MessageType")
    kind.put("Type", "SPIResults", _MESSAGING)
    kind.put("Version", "1.200", _MESSAGING)
    form.add("MessageSchema").put("Namespace", LIBRA, _MESSAGING)


def _write(into: Builder, tree: Branch) -> None:
    for child in tree.content if isinstance(tree.content, tuple) else ():
        if isinstance(child.content, str) and child.content:
            into.add(child.name, child.content)
        elif child.has_content():
            _write(into.add(child.name), child)


def _message(result: Fields) -> Branch:
    court = result.part("court")
    hearing_at = result.raw("hearing_at")
    if not hearing_at:
        _cannot("hearing_at", "is missing", "grant the moment of the hearing to the recipient")
    day, clock = write_moment(datetime.fromisoformat(hearing_at))
    location = _needed(court.leaf("CourtHearingLocation", "ou_code"), "court.ou_code")
    return branch(
        "ResultedCaseMessage",
        branch(
            "Session",
            branch(
                "CourtHearing",
                branch("Hearing", location, Branch("DateOfHearing", day), Branch("TimeOfHearing", clock)),
                court.leaf("PSAcode", "psa_code"),
            ),
            branch("Case", _needed(result.leaf("PTIURN", "urn"), "urn"), _defendant(result)),
        ),
    )


def _defendant(result: Fields) -> Branch:
    who = result.part("defendant")
    asn = who.values.get("arrest_summons_number")
    if asn and len(asn) == 21 and arrest_summons_number(asn):
        # The element has 20 places: the optional third character goes, and the number stays on the list of those left.
        reference = Branch("ProsecutorReference", asn[:2] + asn[3:])
    else:
        reference = who.leaf("ProsecutorReference", "arrest_summons_number")
    person = _corporate(result, who) if who.values.get("organisation") else _individual(result, who)
    return branch("Defendant", reference, person, *(offence_element(offence) for offence in result.parts("offences")))


def _individual(result: Fields, who: Fields) -> Branch:
    name = who.part("name")
    details = branch(
        "BasePersonDetails",
        branch(
            "PersonName",
            name.leaf("PersonTitle", "title"),
            *name.leaves("forenames", "PersonGivenName1", "PersonGivenName2", "PersonGivenName3"),
            _needed(name.leaf("PersonFamilyName", "surname"), "defendant.name.surname"),
        ),
        branch("TelephoneDetails", *_phones(who)),
        branch("EmailDetails", *who.leaves("emails", "EmailAddress1", "EmailAddress2")),
        who.leaf("Birthdate", "date_of_birth"),
        who.coded("Gender", "sex", code_for(SEXES, who.values.get("sex"))),
    )
    return branch(
        "CourtIndividualDefendant",
        branch(
            "PersonDefendant",
            details,
            _pnc(who),
            who.leaf("PersonStatedNationality", "nationality"),
            result.leaf("BailConditions", "bail_conditions"),
        ),
        result.leaf("BailStatus", "bail_status"),
        _address(who.part("address")),
        result.leaf("PresentAtHearing", "present_at_hearing"),
        result.leaf("ReasonForBailConditionsOrCustody", "reason_for_bail_or_custody"),
    )


def _corporate(result: Fields, who: Fields) -> Branch:
    return branch(
        "CourtCorporateDefendant",
        branch("OrganisationName", _needed(who.leaf("OrganisationName", "organisation"), "defendant.organisation")),
        *who.leaves("telephones", "TelephoneNumberBusiness"),
        branch("EmailDetails", *who.leaves("emails", "EmailAddress1", "EmailAddress2")),
        _pnc(who),
        _address(who.part("address")),
        result.leaf("PresentAtHearing", "present_at_hearing"),
        result.leaf("BailStatus", "bail_status"),
    )


def _phones(who: Fields) -> tuple[Branch, ...]:
    """The payload does not say which number is which, so the element is the likeliest one. Their order is kept."""
    numbers: list[str] = list(who.values.get("telephones") or ())
    if len(numbers) == 1:
        mobile = numbers[0].startswith("07")
        return who.leaves("telephones", "TelephoneNumberMobile" if mobile else "TelephoneNumberHome")
    elements = ("TelephoneNumberBusiness", "TelephoneNumberHome", "TelephoneNumberMobile")
    return who.leaves("telephones", *(elements[1:] if len(numbers) == 2 else elements))


def _pnc(who: Fields) -> Branch:
    """The interface writes a PNC id without its slash."""
    held = who.values.get("pnc_id") or ""
    return who.coded("PNCidentifier", "pnc_id", held.replace("/", "") if pnc_id(held) else held)


def _address(address: Fields) -> Branch:
    """A simple address has five lines; the postcode is the last of them."""
    code = address.values.get("postcode")
    known = bool(code and postcode(code))
    elements = tuple(f"AddressLine{number}" for number in range(1, 6))
    lines = address.leaves("lines", *(elements[:4] if known else elements))
    last = (address.leaf(elements[len(lines)], "postcode"),) if known else ()
    return branch("Address", branch("SimpleAddress", *lines, *last))


def _needed(leaf: Branch, path: str) -> Branch:
    if not leaf.has_content():
        _cannot(path, "is missing, or longer than the interface can hold", "correct it, or grant it to the recipient")
    return leaf


def _cannot(where: str, problem: str, cure: str) -> NoReturn:
    raise Refused(Problem("spi.cannot_express", where, problem, cure))
