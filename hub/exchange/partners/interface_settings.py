"""The operator's file about interfaces: at which further addresses they answer, where a system gets its answers later,
and what an agency's old system may do that others may not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.calls import AnswersLater, Interface
from adapters.contract import Endpoint, Transport
from hub.errors import SettingsWrong
from hub.exchange.partners.operator_toml import read_toml
from hub.sharing.terms.agencies import Agencies
from schemas.nearest import did_you_mean

MOUNTED_AT = "/interfaces/"
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_OWN = frozenset({"interfaces", "v1", "staff", "console", "oauth2", "health", "ready", "metrics", ".well-known"}) | {
    *("openapi.json", "asyncapi.json", "docs", "problems", "schemas")
}


class _Address(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    interface: str
    path: str


class _Agency(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: str
    triple_des: bool = False
    source_ids: tuple[str, ...] = ()


class _Answers(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    interface: str
    agency: str
    transport: str
    settings: dict[str, str | int | float | bool] = {}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    address: tuple[_Address, ...] = ()
    agency: tuple[_Agency, ...] = ()
    answers: tuple[_Answers, ...] = ()


@dataclass(frozen=True, slots=True)
class InterfaceSettings:
    """`addresses` are the interfaces by the further path that the operator gave them. The agencies of `triple_des` may
    encrypt by 3DES."""

    addresses: Mapping[str, str]
    triple_des: frozenset[str] = frozenset()
    source_ids: Mapping[str, str] = field(default_factory=dict)
    """The agencies by the names that their systems give themselves."""
    answers: Mapping[tuple[str, str], Endpoint] = field(default_factory=dict)
    """Where a system of an agency gets answers later, by agency and address of the interface."""

    def allows_triple_des(self, agency: str) -> bool:
        return agency in self.triple_des

    def mounted(self, path: str) -> str | None:
        """The path of the exchange for a path that a caller called; None if no interface has that address."""
        for own, interface in self.addresses.items():
            if path == own or path.startswith(f"{own}/"):
                return f"{MOUNTED_AT}{interface}{path.removeprefix(own)}"
        return None


def load_interface_settings(
    file: Path, known: Mapping[str, Interface], agencies: Agencies, transports: Mapping[str, Transport]
) -> InterfaceSettings:
    """`known` are the interfaces by their addresses. Without a file nothing is set. Raises SettingsWrong naming the
    first fault."""
    addresses: dict[str, str] = {}
    said = _read(file)
    for number, entry in enumerate(said.address, start=1):
        where = f"address {number}"
        if entry.interface not in known:
            cure = did_you_mean(entry.interface, known) or f"use one of: {', '.join(sorted(known))}"
            raise _wrong(file, f"{where}: no interface is called {entry.interface}", cure)
        if not _PATH.fullmatch(entry.path) or set(entry.path.split("/")) & {".", ".."}:
            raise _wrong(file, f"{where}: {entry.path} is no path", "write it like /gateway/ws")
        if entry.path.split("/")[1] in _OWN:
            raise _wrong(file, f"{where}: {entry.path} belongs to the exchange itself", "choose another path")
        if any(_within(entry.path, other) or _within(other, entry.path) for other in addresses):
            raise _wrong(file, f"{where}: another address begins in the same way", "keep one of them")
        addresses[entry.path] = entry.interface
    for each in said.agency:
        if agencies.get(each.agency) is None:
            raise _wrong(file, f"agency: no agency is called {each.agency}", "use an id of the registry")
    triple_des = frozenset(each.agency for each in said.agency if each.triple_des)
    sources: dict[str, str] = {}
    for each in said.agency:
        for source in each.source_ids:
            if sources.setdefault(source, each.agency) != each.agency:
                raise _wrong(file, f"agency: {source} is given to two agencies", "keep one of them")
    answers = MappingProxyType(dict(_answers(file, said, known, agencies, transports)))
    return InterfaceSettings(MappingProxyType(addresses), triple_des, MappingProxyType(sources), answers)


def _answers(
    file: Path,
    said: _File,
    known: Mapping[str, Interface],
    agencies: Agencies,
    transports: Mapping[str, Transport],
) -> Iterator[tuple[tuple[str, str], Endpoint]]:
    seen: set[tuple[str, str]] = set()
    for number, entry in enumerate(said.answers, start=1):
        where = f"answers {number}"
        key = (entry.agency, entry.interface)
        if agencies.get(entry.agency) is None:
            raise _wrong(file, f"{where}: no agency is called {entry.agency}", "use an id of the registry")
        if not isinstance(known.get(entry.interface), AnswersLater):
            answering = sorted(address for address, each in known.items() if isinstance(each, AnswersLater))
            raise _wrong(file, f"{where}: {entry.interface} sends no answers", f"use one of: {', '.join(answering)}")
        if key in seen:
            raise _wrong(file, f"{where}: {entry.agency} has an entry already", "keep one of them")
        if entry.transport not in transports or transports[entry.transport].capabilities.pull:
            raise _wrong(file, f"{where}: {entry.transport} carries nothing there", "name a transport that sends")
        seen.add(key)
        plain = {name: str(value) for name, value in entry.settings.items()}
        endpoint = Endpoint(entry.agency, "", entry.transport, MappingProxyType(plain))
        if problems := transports[entry.transport].check(endpoint):
            raise _wrong(file, f"{where}: {problems[0].where}: {problems[0].problem}", problems[0].cure)
        yield key, endpoint


def _within(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}/")


def _read(file: Path) -> _File:
    try:
        return _File.model_validate(read_toml(file))
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise _wrong(file, f"{where}: {first['msg']}", "see docs/running/interfaces.md") from None


def _wrong(file: Path, problem: str, cure: str) -> SettingsWrong:
    return SettingsWrong(f"{file.name}: {problem}", cure, str(file))
