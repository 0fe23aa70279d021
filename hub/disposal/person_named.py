"""The person or case that a command is about: one valid number, or surname and date of birth; or a case."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.disposal.subject_index import SubjectIndex
from hub.errors import ValueUnusable
from hub.store.persons.subjects import CASE
from schemas.fields import CRN, CRO_NUMBER, NOMS_NUMBER, PNC_ID, IdentifierRule, partial_date
from schemas.spelling import one_spelling

_NAME = "name"


class WantedUnclear(ValueUnusable):
    """What was given does not show which person or case the command is about."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__("subject.unclear", problem, cure)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`value` is canonical, and never shown."""

    scheme: str
    value: str = field(repr=False)

    def key(self, index: SubjectIndex) -> tuple[str, str]:
        return index.key(self.scheme, self.value)


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed, unchanged."""

    pnc: str | None = field(default=None, repr=False)
    cro: str | None = field(default=None, repr=False)
    crn: str | None = field(default=None, repr=False)
    noms: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    born: str | None = field(default=None, repr=False)
    case: str | None = field(default=None, repr=False)

    def wanted(self) -> Sequence[Wanted]:
        """Raises WantedUnclear if a number breaks its rule, or if nothing is given."""
        numbers = ((PNC_ID, self.pnc), (CRO_NUMBER, self.cro), (CRN, self.crn), (NOMS_NUMBER, self.noms))
        found = [_number(rule, typed) for rule, typed in numbers if typed]
        if self.name or self.born:
            found.append(self._name())
        if self.case:
            found.append(Wanted(CASE, one_spelling(self.case)))
        if not found or not all(wanted.value for wanted in found):
            raise WantedUnclear("no person is named", "give one of --pnc, --cro, --crn, --noms, or --name with --born")
        return found

    def one(self) -> Wanted:
        """Raises WantedUnclear unless exactly one person or case is given."""
        found = self.wanted()
        if len(found) > 1:
            raise WantedUnclear("more than one person or case is given", "place one hold for each number, name or case")
        return found[0]

    def _name(self) -> Wanted:
        if not self.name or not self.born or len(self.born) != 10 or partial_date(self.born) is None:
            raise WantedUnclear("a name alone is not enough to find a person", "give --name with --born YYYY-MM-DD")
        spelt = one_spelling(self.name)
        return Wanted(_NAME, f"{spelt}:{self.born}" if spelt else "")


def _number(rule: IdentifierRule, typed: str) -> Wanted:
    value = rule.canonical(typed)
    if value is None:
        raise WantedUnclear(
            f"the {rule.name} is not {rule.form}", "correct it: give the whole number with the right check letter"
        )
    return Wanted(rule.name, value)
