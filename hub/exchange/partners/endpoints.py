"""Where each agency receives: the operator's file, checked before anything is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from adapters.catalogue import Adapters
from adapters.contract import Endpoint
from hub.errors import SettingsWrong
from hub.exchange.partners.operator_toml import ill_formed, tables_of
from hub.sharing.terms.agencies import Agencies
from schemas.problem import Problem

_KEYS = frozenset({"agency", "system", "transport", "settings", "kinds"})
_SEND_SECONDS_MAX = 30
_OPTIONAL = frozenset({"settings", "kinds"})


_Known = Mapping[tuple[str, str | None], Endpoint]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Endpoints by (agency, kind), and by (agency, None) for every other kind."""

    by_agency_and_kind: _Known
    unusable: Mapping[tuple[str, str | None], Problem] = field(default_factory=lambda: MappingProxyType({}))
    """Entries whose system has no usable profile: what is for them waits with this reason, and nothing else does."""

    def why_unusable(self, agency: str, kind: str) -> Problem | None:
        return self.unusable.get((agency, kind)) or self.unusable.get((agency, None))

    def find(self, agency: str, kind: str) -> Endpoint | None:
        return self.by_agency_and_kind.get((agency, kind)) or self.by_agency_and_kind.get((agency, None))

    def of(self, agency: str) -> tuple[Endpoint, ...]:
        return tuple(endpoint for (of, _), endpoint in self.by_agency_and_kind.items() if of == agency)

    def longest_send(self, agency: str) -> timedelta:
        """How long one send to this agency may take at most."""
        seconds = (float(each.settings.get("total_timeout_seconds", _SEND_SECONDS_MAX)) for each in self.of(agency))
        return timedelta(seconds=max(seconds, default=0))


def load_endpoints(file: Path, adapters: Adapters, agencies: Agencies) -> Endpoints:
    """Empty if there is no file. Raises SettingsWrong that names the first fault."""
    endpoints: dict[tuple[str, str | None], Endpoint] = {}
    unusable: dict[tuple[str, str | None], Problem] = {}
    for number, entry in enumerate(tables_of(file, "endpoint"), start=1):
        where = f"{file.name}, endpoint {number}"
        problems = _problems(entry, where, adapters, agencies, endpoints)
        if problems and problems[0].code == "system.no_profile":
            unusable |= {(str(entry["agency"]), kind): problems[0] for kind in _kinds(entry) or (None,)}
            continue
        if problems:
            first = problems[0]
            raise SettingsWrong(f"{first.where}: {first.problem}", first.cure, first.where)
        endpoint = _endpoint(entry)
        endpoints |= {(endpoint.agency, kind): endpoint for kind in endpoint.kinds or (None,)}
    return Endpoints(MappingProxyType(endpoints), MappingProxyType(unusable))


def _endpoint(entry: Mapping[str, object]) -> Endpoint:
    settings = entry.get("settings", {})
    plain = {str(k): str(v) for k, v in settings.items()} if isinstance(settings, Mapping) else {}
    agency, system, transport = (str(entry[key]) for key in ("agency", "system", "transport"))
    return Endpoint(agency, system, transport, MappingProxyType(plain), _kinds(entry))


def _kinds(entry: Mapping[str, object]) -> tuple[str, ...]:
    kinds = entry.get("kinds", [])
    return tuple(str(kind) for kind in kinds) if isinstance(kinds, list) else ()


def _problems(
    entry: Mapping[str, object],
    where: str,
    adapters: Adapters,
    agencies: Agencies,
    known: Mapping[tuple[str, str | None], Endpoint],
) -> tuple[Problem, ...]:
    missing = _KEYS - _OPTIONAL - entry.keys()
    if missing or entry.keys() - _KEYS:
        return (
            Problem("endpoint.keys", where, "must have agency, system, transport and settings", "correct the keys"),
        )
    if problem := ill_formed(entry):
        return (Problem("endpoint.keys", where, problem, "correct the value"),)
    agency, system, transport = (str(entry[key]) for key in ("agency", "system", "transport"))
    if agencies.get(agency) is None:
        return (Problem("agency.unknown", where, f"no agency is called {agency}", "use an id of the registry"),)
    if any((agency, kind) in known for kind in _kinds(entry) or (None,)):
        cure = "keep one of them, or list the kinds of each"
        return (Problem("endpoint.twice", where, f"{agency} already has an endpoint for this", cure),)
    unencodable = set(_kinds(entry)) - adapters.systems[system].encodes if system in adapters.systems else set()
    if unencodable:
        problem = f"the system {system} cannot write {', '.join(sorted(unencodable))}"
        return (Problem("endpoint.kinds", where, problem, "choose another system for these kinds"),)
    if system not in adapters.systems and adapters.systems.is_profiled(system):
        broken = adapters.systems.broken_profiles.get(system.partition(".")[2])
        problem = f"its profile is broken: {broken[0].where}: {broken[0].problem}" if broken else "it has no profile"
        cure = "correct the profile (hub profile lint), and start the hub again"
        return (Problem("system.no_profile", where, f"the system {system} cannot be used: {problem}", cure),)
    if system not in adapters.systems:
        return (
            Problem("system.unknown", where, f"no system is called {system}", f"one of {sorted(adapters.systems)}"),
        )
    if transport not in adapters.transports:
        cure = f"one of {sorted(adapters.transports)}"
        return (Problem("transport.unknown", where, f"no transport is called {transport}", cure),)
    return adapters.transports[transport].check(_endpoint(entry))
