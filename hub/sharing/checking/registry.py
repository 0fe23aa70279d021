"""Loads the agencies and protocols, all or none. No other module in sharing reads files."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from hub.sharing.checking.agency_rules import read_agencies
from hub.sharing.checking.overlap import overlaps
from hub.sharing.checking.protocol_rules import WrittenProtocol, read_protocols
from hub.sharing.terms.agencies import Agencies
from hub.sharing.terms.protocols import SharingRegistry
from hub.sharing.terms.source import Source
from schemas.catalogue import Catalogue
from schemas.problem import Explained, Problem

__all__ = ["LoadedRegistry", "RegistryInvalid", "SharingRegistry", "examine", "load_registry", "shipped_registry"]


class RegistryInvalid(Explained):
    """The agencies and protocols contradict each other or themselves, so nothing may be decided under them. This is not
    a `Refused`: the document that is being read is never at fault."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{problem.code} at {problem.where}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class LoadedRegistry:
    """The contents of the folders. `registry` is None if there are problems; `written` still holds the protocols that
    could be read."""

    registry: SharingRegistry | None
    written: tuple[WrittenProtocol, ...]
    problems: tuple[Problem, ...]

    def sound(self) -> SharingRegistry:
        """Raises RegistryInvalid."""
        if self.registry is None:
            raise RegistryInvalid(self.problems)
        return self.registry


def load_registry(
    agencies_dir: Traversable | Path, protocols_dir: Traversable | Path, catalogue: Catalogue
) -> SharingRegistry:
    """Raises RegistryInvalid. A protocol that has expired or not begun is loaded, and permits nothing."""
    return examine(agencies_dir, protocols_dir, catalogue).sound()


def shipped_registry(catalogue: Catalogue) -> SharingRegistry:
    """The registry of the agencies and protocols that are part of this package."""
    return load_registry(files("schemas") / "agencies", files("schemas") / "protocols", catalogue)


def examine(
    agencies_dir: Traversable | Path, protocols_dir: Traversable | Path, catalogue: Catalogue
) -> LoadedRegistry:
    """Reads both folders and checks everything that does not depend on the day. It never raises for the content of the
    files."""
    agency_sources, unread = _sources(agencies_dir, "agencies")
    protocol_sources, unread_too = _sources(protocols_dir, "protocols")
    return _examined(agency_sources, protocol_sources, (*unread, *unread_too), bool(unread), _Kinds(catalogue))


@dataclass(frozen=True, slots=True, eq=False)
class _Kinds:
    """A catalogue that can be the key of what is kept: equal to another one if it has the same kinds."""

    catalogue: Catalogue

    def __hash__(self) -> int:
        return hash(frozenset(self.catalogue.kinds))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kinds) and self.catalogue == other.catalogue


@lru_cache(maxsize=4)
def _examined(
    agency_sources: tuple[Source, ...],
    protocol_sources: tuple[Source, ...],
    unread: tuple[Problem, ...],
    agencies_unread: bool,
    kinds: _Kinds,
) -> LoadedRegistry:
    """What follows from the content of the files alone. It is kept, because a process that opens the exchange again
    mostly finds the same files, and to check them takes a tenth of a second."""
    catalogue = kinds.catalogue
    reading = read_agencies(agency_sources)
    agencies = None if agencies_unread else reading.agencies
    written, mistakes = read_protocols(protocol_sources, agencies, catalogue)
    problems = [*unread, *reading.problems, *mistakes]
    problems.extend(overlaps(written, agencies or Agencies.of(())))
    if problems or agencies is None:
        return LoadedRegistry(None, written, tuple(problems))
    protocols = tuple(item.protocol for item in written)
    return LoadedRegistry(SharingRegistry(agencies, protocols), written, ())


def _sources(directory: Traversable | Path, label: str) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    try:
        entries = sorted(directory.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        problem = f"the folder cannot be read: {error.strerror}"
        return (), (Problem("folder.unreadable", label, problem, "give the folder of the files"),)
    sources: list[Source] = []
    problems: list[Problem] = []
    for entry in entries:
        if not entry.name.endswith(".toml"):
            continue
        name = f"{label}/{entry.name}"
        try:
            sources.append(Source(name, entry.read_bytes().decode("utf-8")))
        except UnicodeDecodeError:
            problems.append(Problem("file.not_utf8", name, "the file is not UTF-8 text", "save it as UTF-8"))
        except OSError as error:
            problems.append(
                Problem(
                    "file.unreadable",
                    name,
                    f"it cannot be read: {error.strerror}",
                    "give the exchange the right to read it",
                )
            )
    return tuple(sources), tuple(problems)
