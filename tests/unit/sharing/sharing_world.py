"""A small world for the tests of sharing: four agencies, and protocols made for the tests."""

from datetime import date

from hub.sharing.decision.decide import Denial, Permit, decide
from hub.sharing.terms.agencies import Agencies, Agency, AgencyRole
from hub.sharing.terms.protocols import Clause, SharingProtocol, SharingRegistry
from hub.sharing.terms.selecting import read_party, read_selector
from schemas.catalogue import Catalogue
from schemas.kind import MessageKind

CATALOGUE = Catalogue.discover()
KINDS = sorted(CATALOGUE.kinds.values(), key=lambda kind: (kind.name, kind.version))
TODAY = date(2026, 6, 1)
KEY = bytes(range(32))
COURT, AREA = (
    Agency("court-north", "North Court", AgencyRole.COURT),
    Agency("probation-north", "North", AgencyRole.PROBATION),
)
SOUTH, PRISON = (
    Agency("probation-south", "South", AgencyRole.PROBATION),
    Agency("prison-north", "Prison", AgencyRole.PRISON),
)
AGENCIES = Agencies.of([COURT, AREA, SOUTH, PRISON])


def clause(
    *fields: str,
    excepted: tuple[str, ...] = (),
    masked: tuple[str, ...] = (),
    pseudonymised: tuple[str, ...] = (),
    sender: str = "role:court",
    recipient: str = "role:probation",
    id: str = "c",
) -> Clause:
    return Clause(
        id,
        (read_party(sender),),
        (read_party(recipient),),
        tuple(kind.name for kind in KINDS),
        tuple(map(read_selector, fields)),
        tuple(map(read_selector, excepted)),
        tuple(map(read_selector, masked)),
        tuple(map(read_selector, pseudonymised)),
    )


def protocol(
    *clauses: Clause, id: str = "p", version: int = 1, starts: date = TODAY, expires: date = TODAY
) -> SharingProtocol:
    return SharingProtocol(id, version, "Title", "Purpose", ("Act",), starts, expires, starts, ("Office",), 30, clauses)


def registry(*protocols: SharingProtocol) -> SharingRegistry:
    return SharingRegistry(AGENCIES, protocols)


def ask(
    *protocols: SharingProtocol, kind: MessageKind = KINDS[0], on: date = TODAY, to: str = AREA.id
) -> Permit | Denial:
    return decide(registry(*protocols), sender=COURT.id, recipient=to, kind=kind, on=on)


def permit(kind: MessageKind, *clauses: Clause, to: str = AREA.id) -> Permit:
    decision = ask(protocol(*clauses), kind=kind, to=to)
    assert isinstance(decision, Permit)
    return decision


def kind_of(name: str) -> MessageKind:
    return CATALOGUE.latest(name)
