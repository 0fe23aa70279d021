"""Discovers the kinds: every `schemas/kinds/<kind>/v<N>.py` that declares a KIND. Duplicates are refused."""

import importlib
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import schemas.kinds
from schemas.kind import MessageKind
from schemas.parts.measures import Countable
from schemas.parts.part import build_validators


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The kinds, found by (name, version)."""

    kinds: Mapping[tuple[str, int], MessageKind]

    @classmethod
    def discover(cls) -> "Catalogue":
        found: dict[tuple[str, int], MessageKind] = {}
        for folder in pkgutil.iter_modules(schemas.kinds.__path__):
            package = importlib.import_module(f"schemas.kinds.{folder.name}")
            for module in pkgutil.iter_modules(package.__path__):
                if re.fullmatch(r"v\d+", module.name):
                    kind = importlib.import_module(f"{package.__name__}.{module.name}").KIND
                    key = (kind.name, kind.version)
                    if key in found or key != (folder.name, int(module.name[1:])):
                        where = f"{package.__name__}.{module.name}"
                        raise ValueError(f"{where} declares {key}, which is a duplicate or in the wrong folder")
                    found[key] = kind
        return cls(MappingProxyType(found))

    def load(self) -> None:
        """Build the validators of all kinds now, which are else built when they are first used."""
        build_validators()

    def find(self, name: str, version: int) -> MessageKind | None:
        return self.kinds.get((name, version))

    def names(self) -> tuple[str, ...]:
        return tuple(sorted({name for name, _ in self.kinds}))

    def latest(self, name: str) -> MessageKind:
        """Return the newest version of `name`. Raises KeyError if there is none."""
        return self.kinds[max(key for key in self.kinds if key[0] == name)]

    def reminder(self) -> MessageKind | None:
        """The kind with which the exchange reminds the owner of a clock."""
        return next((kind for kind in self.kinds.values() if kind.reminds), None)

    def index_answer(self) -> MessageKind | None:
        """The kind with which the exchange answers whoever asks the index."""
        return next((kind for kind in self.kinds.values() if kind.answers_index), None)

    def notice(self) -> MessageKind | None:
        """The kind with which the exchange warns the parties of a protocol of a day that comes near."""
        return next((kind for kind in self.kinds.values() if kind.notifies), None)

    def mailbox_notice(self) -> MessageKind | None:
        """The kind with which the exchange tells that a mailbox is not emptied."""
        return next((kind for kind in self.kinds.values() if kind.tells_of_mailboxes), None)

    def connection_test(self) -> MessageKind | None:
        """The kind with which a person tries whether an agency receives anything."""
        return next((kind for kind in self.kinds.values() if kind.tests_connections), None)


def is_measured(kind: MessageKind) -> bool:
    """Whether messages of this kind have measures."""
    return kind.payload.measures is not Countable.measures
