"""Finds what can be imported once for all changes of a module: everything that does not import it."""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp

from tests.architecture.modules import PACKAGES

_DISCOVERED = ("schemas.kinds.", "adapters.systems.", "adapters.transports.")
_OWN = (*PACKAGES, "tests")


class Imports:
    """The imports of the process that asks. It has imported everything that the tests need."""

    def __init__(self) -> None:
        self._graph = grimp.build_graph(*PACKAGES, cache_dir=None)
        loaded = [name for name in sys.modules if not name.startswith("_") and name != "tests"]
        found = [name for name in sorted(self._graph.modules) if name.startswith(_DISCOVERED)]
        self._ours = [name for name in loaded if name.split(".")[0] in PACKAGES] + found
        self._others = [name for name in loaded if name.split(".")[0] not in _OWN and _installed(name)]

    def before(self, module: str) -> list[str]:
        """`module` by its dotted name."""
        too_late = {module, *self._graph.find_downstream_modules(module)}
        return self._others + [name for name in self._ours if too_late.isdisjoint(_with_packages(name))]

    def importers(self, module: str) -> tuple[str, ...]:
        """Return the files of the modules that import it directly."""
        found = sorted(self._graph.find_modules_that_directly_import(module))
        return tuple(name.replace(".", "/") + ".py" for name in found)

    def leaves_knowledge_alone(self, module: str) -> bool:
        """Return whether the agencies and protocols, which the tests read once, can be read without it."""
        return module not in self._graph.find_upstream_modules("hub.bootstrap.knowledge")


def _with_packages(name: str) -> Iterator[str]:
    """Python imports the packages of a module before it."""
    parts = name.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts) + 1))


@cache
def _installed(name: str) -> bool:
    origin = getattr(getattr(sys.modules[name], "__spec__", None), "origin", None)
    return isinstance(origin, str) and "site-packages" in Path(origin).parts
