"""Discovers the systems and transports: each folder below `systems/` and `transports/` with an `adapter.py`."""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import adapters.systems
import adapters.transports
from adapters.contract import Collector, System, Transport


@dataclass(frozen=True, slots=True)
class Adapters:
    """Everything the exchange can speak and carry, by name."""

    systems: Mapping[str, System]
    transports: Mapping[str, Transport]
    collectors: Mapping[str, Collector]

    @classmethod
    def discover(cls) -> "Adapters":
        """`adapter.py` of a system offers `system()`, of a transport `transport()` and, if files can be left with it
        for the hub, `collector()`."""
        systems = {
            name: importlib.import_module(f"adapters.systems.{name}.adapter").system()
            for name in _folders(adapters.systems.__path__)
        }
        modules = {
            name: importlib.import_module(f"adapters.transports.{name}.adapter")
            for name in _folders(adapters.transports.__path__)
        }
        transports = {name: module.transport() for name, module in modules.items()}
        collectors = {name: module.collector() for name, module in modules.items() if hasattr(module, "collector")}
        for name, found in (*systems.items(), *transports.items(), *collectors.items()):
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


def _folders(path: list[str]) -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(path) if module.ispkg)
