"""Discovers the systems and transports: each folder below `systems/` and `transports/` with an `adapter.py`.

A folder whose adapter is driven by profiles is as many systems as there are profiles: those in its `profiles/`, and the
operator's own. They are called `<folder>.<profile>`.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

import adapters.systems
import adapters.transports
from adapters.contract import Collector, System, Transport
from adapters.mapping.profiles.source import Source
from schemas.problem import Problem, Refused


@dataclass(frozen=True, slots=True)
class Adapters:
    """Everything the exchange can speak and carry, by name."""

    systems: Mapping[str, System]
    transports: Mapping[str, Transport]
    collectors: Mapping[str, Collector]

    @classmethod
    def discover(cls, profiles_dir: Path | None = None) -> "Adapters":
        """`adapter.py` of a system offers `system()`, or `systems(sources)` if profiles drive it; of a transport
        `transport()` and, if files can be left with it for the hub, `collector()`.

        `profiles_dir` holds the operator's own profiles. Raises Refused if a profile is wrong.
        """
        systems = {system.name: system for system in _systems(profiles_dir)}
        modules = {
            name: importlib.import_module(f"adapters.transports.{name}.adapter")
            for name in _folders(adapters.transports.__path__)
        }
        transports = {name: module.transport() for name, module in modules.items()}
        collectors = {name: module.collector() for name, module in modules.items() if hasattr(module, "collector")}
        for name, found in (*transports.items(), *collectors.items()):
            if found.name != name:
                raise ValueError(f"the adapter in folder {name!r} calls itself {found.name!r}")
        return cls(MappingProxyType(systems), MappingProxyType(transports), MappingProxyType(collectors))

    def recognise(self, body: bytes) -> System | None:
        """The one system that takes this document for its own."""
        return next((system for system in self.systems.values() if system.recognises(body)), None)

    def close(self) -> None:
        for transport in self.transports.values():
            transport.close()
        for collector in self.collectors.values():
            collector.close()


def profile_sources(profiles_dir: Path | None = None) -> tuple[Source, ...]:
    """Every profile as it was written. An operator's takes the place of a shipped one with its file name.

    Raises Refused if a file is no text.
    """
    shipped = tuple(source for name in _folders(adapters.systems.__path__) for source in shipped_profiles(name))
    return _merged(shipped, _own_profiles(profiles_dir))


def _own_profiles(profiles_dir: Path | None) -> tuple[Source, ...]:
    return tuple(_sources_in(profiles_dir)) if profiles_dir is not None else ()


def _merged(shipped: tuple[Source, ...], own: tuple[Source, ...]) -> tuple[Source, ...]:
    replaced = {source.name for source in own}
    return (*(source for source in shipped if source.name not in replaced), *own)


def read_source(file: Traversable) -> Source:
    """Raises Refused if the file is no text, OSError if it cannot be read."""
    try:
        return Source(file.name, file.read_bytes().decode("utf-8"))
    except UnicodeDecodeError:
        raise Refused(Problem("profile.not_utf8", file.name, "the file is not UTF-8", "save it as UTF-8")) from None


def _systems(profiles_dir: Path | None) -> Iterator[System]:
    own = _own_profiles(profiles_dir)
    for name in _folders(adapters.systems.__path__):
        module = importlib.import_module(f"adapters.systems.{name}.adapter")
        driven = hasattr(module, "systems")
        for system in module.systems(_merged(shipped_profiles(name), own)) if driven else (module.system(),):
            if not (system.name.startswith(f"{name}.") if driven else system.name == name):
                raise ValueError(f"the adapter in folder {name!r} calls itself {system.name!r}")
            yield system


def shipped_profiles(name: str) -> tuple[Source, ...]:
    """Those in the folder of the system; none if no profiles drive it."""
    folder = files(f"adapters.systems.{name}") / "profiles"
    return tuple(_sources_in(folder)) if folder.is_dir() else ()


def _sources_in(folder: Traversable) -> Iterator[Source]:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        problem = f"the folder of profiles cannot be read: {error.strerror}"
        raise Refused(Problem("profiles.unreadable", "HUB_PROFILES_DIR", problem, "say where the files are")) from None
    yield from (read_source(entry) for entry in entries if entry.name.endswith(".toml"))


def _folders(path: list[str]) -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(path) if module.ispkg)
