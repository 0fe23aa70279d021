"""Looks a person up in the index for somebody who works for the exchange. The journal keeps the reason of each look."""

from collections.abc import Mapping
from typing import TypedDict

from pydantic import ValidationError

from hub.deadlines.london import LONDON
from hub.errors import ValueUnusable
from hub.exchange.message.known_where import KnownWhere, PersonIndex
from hub.exchange.wiring import Wiring
from hub.journal.actors import given_reason
from hub.journal.record.sharing import record_index_searched
from schemas.fields import CRN, CRO_NUMBER, NOMS_NUMBER, PNC_ID
from schemas.parts.person import Defendant

_NUMBERS = (PNC_ID, CRO_NUMBER, CRN, NOMS_NUMBER)


class KnownView(TypedDict):
    """An area that knows the person. Of a restricted record only the area and the contact are shown."""

    area: str
    name: str
    crn: str | None
    contact: str | None
    since: str | None
    restricted: bool


class IndexView(TypedDict):
    found: list[KnownView]
    similar: bool


class IndexSearch:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._catalogue = wiring.catalogue
        self._assessor = wiring.assessor

    def search(self, person: Defendant, by: str, reason: str) -> IndexView:
        """Raises what `given_reason` raises without a reason."""
        reason = given_reason(reason)
        self._assessor.refresh()
        now = self._clock.now()
        agencies = self._assessor.registry.agencies
        with self._store.transaction() as connection:
            index = PersonIndex(connection, self._catalogue, agencies, now.astimezone(LONDON).date())
            findings = index.find(person)
            asked_by = sorted(scheme for scheme, _ in person.identity().identifiers) or ["name", "born", "postcode"]
            areas = [each.area for each in findings.found]
            record_index_searched(connection, now, by=by, reason=reason, asked_by=asked_by, areas=areas)
        return {"found": [self._view(each) for each in findings.found], "similar": findings.similar}

    def _view(self, each: KnownWhere) -> KnownView:
        agency = self._assessor.registry.agencies.get(each.area)
        return {
            "area": each.area,
            "name": agency.name if agency is not None else each.area,
            "crn": None if each.restricted else each.crn,
            "contact": each.contact,
            "since": None if each.restricted else each.since.isoformat(),
            "restricted": each.restricted,
        }


class PersonUnclear(ValueUnusable):
    """What was given does not show who is sought."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__("index.unclear", problem, cure)


def _not_enough() -> PersonUnclear:
    return PersonUnclear(
        "nobody is named whom the index could find",
        "give one of --pnc, --cro, --crn, --noms, or --name with --born YYYY-MM-DD and --postcode",
    )


def person_sought(
    *,
    numbers: Mapping[str, str | None],
    surname: str | None = None,
    forename: str | None = None,
    born: str | None = None,
    postcode: str | None = None,
) -> Defendant:
    """The person whom somebody describes: by a number, or by surname, date of birth and postcode. Raises
    PersonUnclear."""
    given = {rule.name: number for rule in _NUMBERS if (number := numbers.get(rule.name))}
    for rule in _NUMBERS:
        if rule.name in given and rule.canonical(given[rule.name]) is None:
            raise PersonUnclear(
                f"the {rule.name} is not {rule.form}", "correct it: give the whole number with the right check letter"
            )
    described: dict[str, object] = dict(given)
    if surname:
        described["name"] = {"surname": surname} | ({"forenames": [forename]} if forename else {})
    if born:
        described["date_of_birth"] = born
    if postcode:
        described["address"] = {"postcode": postcode}
    try:
        person = Defendant.model_validate(described)
    except ValidationError as error:
        raise _not_enough() from error
    identity = person.identity()
    if not identity.identifiers and (identity.named_and_born() is None or identity.postcode is None):
        raise _not_enough()
    return person
