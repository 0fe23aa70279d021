"""Where each agency receives: the operator's file, read once and checked before anything is sent."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from adapters.catalogue import Adapters
from adapters.contract import Endpoint
from hub.errors import SettingsWrong
from hub.sharing.agencies import Agencies
from schemas.problem import Problem

Endpoints = Mapping[str, Endpoint]
_KEYS = frozenset({"agency", "system", "transport", "settings"})


def load_endpoints(file: Path, adapters: Adapters, agencies: Agencies) -> Endpoints:
    """By agency id; empty if there is no file. Raises SettingsWrong naming the first fault."""
    if not file.exists():
        return MappingProxyType({})
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("endpoint", [])
    except tomllib.TOMLDecodeError as error:
        raise SettingsWrong(f"{file.name} is not TOML: {error}", "correct the file", str(file)) from None
    endpoints: dict[str, Endpoint] = {}
    for number, entry in enumerate(entries, start=1):
        where = f"{file.name}, endpoint {number}"
        problems = _problems(entry, where, adapters, agencies, endpoints)
        if problems:
            first = problems[0]
            raise SettingsWrong(f"{first.where}: {first.problem}", first.cure, first.where)
        endpoint = _endpoint(entry)
        endpoints[endpoint.agency] = endpoint
    return MappingProxyType(endpoints)


def _endpoint(entry: Mapping[str, object]) -> Endpoint:
    settings = entry.get("settings", {})
    plain = {str(k): str(v) for k, v in settings.items()} if isinstance(settings, Mapping) else {}
    return Endpoint(str(entry["agency"]), str(entry["system"]), str(entry["transport"]), MappingProxyType(plain))


def _problems(
    entry: Mapping[str, object], where: str, adapters: Adapters, agencies: Agencies, known: Mapping[str, Endpoint]
) -> tuple[Problem, ...]:
    missing = _KEYS - {"settings"} - entry.keys()
    if missing or entry.keys() - _KEYS:
        return (
            Problem("endpoint.keys", where, "must have agency, system, transport and settings", "correct the keys"),
        )
    agency, system, transport = (str(entry[key]) for key in ("agency", "system", "transport"))
    if agencies.get(agency) is None:
        return (Problem("agency.unknown", where, f"no agency is called {agency}", "use an id of the registry"),)
    if agency in known:
        return (Problem("endpoint.twice", where, f"{agency} has an endpoint already", "keep one of them"),)
    if system not in adapters.systems:
        return (
            Problem("system.unknown", where, f"no system is called {system}", f"one of {sorted(adapters.systems)}"),
        )
    if transport not in adapters.transports:
        cure = f"one of {sorted(adapters.transports)}"
        return (Problem("transport.unknown", where, f"no transport is called {transport}", cure),)
    return adapters.transports[transport].check(_endpoint(entry))
