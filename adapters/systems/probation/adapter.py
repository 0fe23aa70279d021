"""One adapter for every area's system. All differences between them are in their profiles."""

from collections.abc import Iterable

from adapters.contract import System
from adapters.mapping.collection import load_all
from adapters.mapping.profiles.source import Source
from adapters.mapping.system import ProfiledSystem
from schemas.catalogue import Catalogue


def systems(sources: Iterable[Source]) -> tuple[System, ...]:
    """Return one system for each profile. Raises Refused with everything that is wrong with any of them."""
    return tuple(ProfiledSystem("probation", profile) for profile in load_all(sources, Catalogue.discover()))
