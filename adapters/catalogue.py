"""Discovers the systems, transports and interfaces: each folder below `systems/`, `transports/` and `interfaces/` with
an `adapter.py`.

If profiles drive a folder, it has a folder `profiles/`. Then it is one system for each profile: the shipped ones and
the operator's own. These systems are called `<folder>.<profile>`.
"""

import importlib
import importlib.util
import pkgutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import adapters.interfaces
import adapters.systems
import adapters.transports
from adapters.calls import Interface
from adapters.contract import Collector, System, Transport
from adapters.mapping.profiles.source import Source
from schemas.problem import Problem, Refused

Carrier = TypeVar("Carrier", bound=Transport | Collector)


class Carriers(Mapping[str, Carrier]):
    """Transports or collectors by name. Each is imported and made when it is first asked for, because their libraries
    take long to import and most exchanges use one or two. Several threads may use it."""

    def __init__(self, names: Iterable[str], make: Callable[[str], Carrier]) -> None:
        self._names = tuple(names)
        self._make = make
        self._made: dict[str, Carrier] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Carrier:
        if name not in self._names:
            raise KeyError(name)
        with self._lock:
            if name not in self._made:
                made = self._make(name)
                if made.name != name:
                    raise ValueError(f"the adapter in folder {name!r} calls itself {made.name!r}")
                self._made[name] = made
            return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def close(self) -> None:
        with self._lock:
            for made in self._made.values():
                made.close()


class Systems(Mapping[str, System]):
    """The systems by name. Each is imported, and its profiles are read, when it is first asked for, because this takes
    long and most commands read no document. Several threads may use it."""

    def __init__(self, profiles_dir: Path | None) -> None:
        self._profiles_dir = profiles_dir
        self._families = {name: _is_driven(name) for name in _folders(adapters.systems.__path__)}
        self._made: dict[str, tuple[System, ...]] = {}
        self._broken: dict[str, tuple[Problem, ...]] = {}
        self._lock = threading.Lock()

    def load(self) -> None:
        """Import and read all of them now. Raises Refused if a shipped profile is wrong."""
        for name in self._families:
            self._of(name)

    @property
    def broken_profiles(self) -> Mapping[str, tuple[Problem, ...]]:
        """What is wrong with the operator's profiles, by file name without `.toml`. Their systems are left out. A
        shipped profile with the same name is not used in their place."""
        self.load()
        return MappingProxyType(self._broken)

    def is_profiled(self, name: str) -> bool:
        """Return whether a system with this name would come from a profile."""
        return self._families.get(name.partition(".")[0], False)

    def _of(self, folder: str) -> tuple[System, ...]:
        with self._lock:
            if folder not in self._made:
                module = importlib.import_module(f"adapters.systems.{folder}.adapter")
                driven = self._families[folder]
                made = _profiled(module, folder, self._profiles_dir, self._broken) if driven else (module.system(),)
                for system in made:
                    if not (system.name.startswith(f"{folder}.") if driven else system.name == folder):
                        raise ValueError(f"the adapter in folder {folder!r} calls itself {system.name!r}")
                self._made[folder] = made
            return self._made[folder]

    def __getitem__(self, name: str) -> System:
        folder = name.partition(".")[0]
        found = self._of(folder) if folder in self._families else ()
        for system in found:
            if system.name == name:
                return system
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (system.name for folder in self._families for system in self._of(folder))

    def __len__(self) -> int:
        return sum(len(self._of(folder)) for folder in self._families)


@dataclass(frozen=True, slots=True)
class Adapters:
    """All systems, transports and collectors, by name."""

    systems: Systems
    transports: Carriers[Transport]
    collectors: Carriers[Collector]

    @classmethod
    def discover(cls, profiles_dir: Path | None = None) -> "Adapters":
        """Find all adapters.

        The `adapter.py` of a system offers `system()`, or `systems(sources)` if profiles drive it. The `adapter.py` of
        a transport offers `transport()`. With a `collector.py` beside it, it also offers `collector()`: agencies can
        then leave files for the hub.

        `profiles_dir` holds the operator's own profiles. A wrong one is left out and stops nothing else. Raises Refused
        if the folder cannot be read.
        """
        if profiles_dir is not None:
            tuple(_files_in(profiles_dir))  # report now whether the folder can be read, not with the first document
        names = _folders(adapters.transports.__path__)
        collecting = [name for name in names if _has_module(f"adapters.transports.{name}.collector")]
        transports = Carriers(names, lambda name: _adapter_of(name).transport())
        collectors = Carriers(collecting, lambda name: _adapter_of(name).collector())
        return cls(Systems(profiles_dir), transports, collectors)

    def recognise(self, body: bytes) -> System | None:
        """Return the system that recognises this document; None if there is none."""
        return next((system for system in self.systems.values() if system.recognises(body)), None)

    def close(self) -> None:
        self.transports.close()
        self.collectors.close()


@cache
def interfaces() -> tuple[Interface, ...]:
    """Return every interface: each folder below `interfaces/`, whose `adapter.py` offers `interface()`."""
    package = adapters.interfaces
    adapter_of = (importlib.import_module(f".{name}.adapter", package.__name__) for name in _folders(package.__path__))
    return tuple(found.interface() for found in adapter_of)


def interfaces_by_address() -> Mapping[str, Interface]:
    return {each.address: each for each in interfaces()}


def broken_profiles(profiles_dir: Path | None) -> Mapping[str, tuple[Problem, ...]]:
    """Return what is wrong with the operator's own profiles, by file name without `.toml`."""
    return Adapters.discover(profiles_dir).systems.broken_profiles


def profile_sources(profiles_dir: Path | None = None) -> tuple[Source, ...]:
    """Return every profile as it was written. An operator's profile replaces a shipped one with the same file name.

    Raises Refused if a file is not text.
    """
    shipped = tuple(source for name in _folders(adapters.systems.__path__) for source in shipped_profiles(name))
    return _merged(shipped, _own_profiles(profiles_dir))


def _own_profiles(profiles_dir: Path | None) -> tuple[Source, ...]:
    return tuple(_sources_in(profiles_dir)) if profiles_dir is not None else ()


def _merged(shipped: tuple[Source, ...], own: tuple[Source, ...]) -> tuple[Source, ...]:
    replaced = {source.name for source in own}
    return (*(source for source in shipped if source.name not in replaced), *own)


def read_source(file: Traversable) -> Source:
    """Read one profile. Raises Refused if the file is not text, OSError if it cannot be read."""
    try:
        return Source(file.name, file.read_bytes().decode("utf-8"))
    except UnicodeDecodeError:
        raise Refused(Problem("profile.not_utf8", file.name, "the file is not UTF-8", "save it as UTF-8")) from None


def _is_driven(folder: str) -> bool:
    """Return whether profiles drive the folder: then it has a folder `profiles/`."""
    return any((Path(path) / folder / "profiles").is_dir() for path in adapters.systems.__path__)


def _profiled(
    module: Any, folder: str, profiles_dir: Path | None, broken: dict[str, tuple[Problem, ...]]
) -> tuple[System, ...]:
    """Return the systems of a folder. Adds to `broken` what is wrong with the operator's own profiles."""
    own, unread = _readable(profiles_dir)
    broken |= unread
    merged = tuple(each for each in _merged(shipped_profiles(folder), own) if _stem(each.name) not in broken)
    return _usable(module.systems, merged, own, broken)


def _usable(
    make: Callable[[tuple[Source, ...]], Iterable[System]],
    sources: tuple[Source, ...],
    own: tuple[Source, ...],
    broken: dict[str, tuple[Problem, ...]],
) -> tuple[System, ...]:
    """Return the systems of the correct profiles. Raises Refused if a shipped profile is wrong."""
    while True:
        try:
            return tuple(make(sources))
        except Refused as refused:
            wrong = {
                source.name: found
                for source in own
                if (found := tuple(each for each in refused.problems if each.where.startswith(source.name)))
            }
            if not wrong:
                raise
            broken |= {_stem(name): problems for name, problems in wrong.items()}
            sources = tuple(source for source in sources if source.name not in wrong)


def _readable(profiles_dir: Path | None) -> tuple[tuple[Source, ...], dict[str, tuple[Problem, ...]]]:
    """Return the operator's own profiles that are text, and what is wrong with the others. Raises Refused if the folder
    cannot be read."""
    sources: list[Source] = []
    unread: dict[str, tuple[Problem, ...]] = {}
    for file in _files_in(profiles_dir) if profiles_dir is not None else ():
        try:
            sources.append(read_source(file))
        except Refused as refused:
            unread[_stem(file.name)] = refused.problems
        except OSError as error:
            why = f"cannot be read: {error.strerror}"
            unread[_stem(file.name)] = (Problem("profile.unreadable", file.name, why, "let the exchange read it"),)
    return tuple(sources), unread


def _stem(file_name: str) -> str:
    return file_name.removesuffix(".toml")


def shipped_profiles(name: str) -> tuple[Source, ...]:
    """Return the profiles in the folder of the system; empty if no profiles drive it."""
    folder = files(f"adapters.systems.{name}") / "profiles"
    return tuple(_sources_in(folder)) if folder.is_dir() else ()


def _sources_in(folder: Traversable) -> Iterator[Source]:
    return map(read_source, _files_in(folder))


def _files_in(folder: Traversable) -> Iterator[Traversable]:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        problem = f"the folder of profiles cannot be read: {error.strerror}"
        raise Refused(
            Problem("profiles.unreadable", "HUB_PROFILES_DIR", problem, "give the folder that holds the files")
        ) from None
    yield from (entry for entry in entries if entry.name.endswith(".toml"))


def _adapter_of(transport: str) -> Any:
    return importlib.import_module(f"adapters.transports.{transport}.adapter")


def _has_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _folders(path: list[str]) -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(path) if module.ispkg)
