"""What the exchange knows without a database: kinds, adapters, agencies and protocols."""

import secrets
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from uuid import uuid4

from adapters.catalogue import Adapters
from hub.clock import Clock
from hub.codes.keeping import load_code_lists
from hub.errors import Failure
from hub.exchange.accepting.unpack import body_limit, unpack
from hub.exchange.message.assess import Assessor
from hub.exchange.message.preview import Preview, preview
from hub.exchange.message.stages import Assessment, Received
from hub.settings import Settings
from hub.sharing.checking.registry import LoadedRegistry, SharingRegistry, examine
from schemas.catalogue import Catalogue
from schemas.problem import Refused


@dataclass(frozen=True, slots=True)
class Knowledge:
    """It may be built once, before a fork; each process then opens its own hub on it."""

    settings: Settings
    catalogue: Catalogue
    adapters: Adapters
    folders: LoadedRegistry
    registry: SharingRegistry
    assessor: Assessor

    def preview(self, body: bytes, sender: str | None, clock: Clock, *, with_values: bool = False) -> Preview:
        """What would happen to this document by the protocols of the folder; writes nothing."""
        try:
            caller = self.registry.agencies.named(sender) if sender else None
            unpacked = unpack(body, None, body_limit(self.settings, body))
            received = Received(uuid4(), caller, unpacked, "", {}, clock.now())
            assessment = self.assessor.assess(received)
        except Refused as refused:
            assessment = Assessment((), refused.problems)
        except Failure as failure:
            assessment = Assessment((), (failure.as_problem(),))
        return preview(assessment, with_values=with_values)


def build_knowledge(settings: Settings, key: bytes | None = None) -> Knowledge:
    """`key` makes the pseudonyms. Without one, this process makes pseudonyms that match those of no other process,
    which is enough for a preview.

    Raises RegistryInvalid when the agencies or protocols contradict each other, Refused when a kept code list or a
    profile is broken.
    """
    catalogue = Catalogue.discover()
    adapters = Adapters.discover(settings.profiles_folder())
    folders = examine(*registry_folders(settings), catalogue)
    registry = folders.sound()
    codes = load_code_lists(settings.codes_folder())
    assessor = Assessor(adapters, catalogue, registry, codes, key or secrets.token_bytes(32))
    return Knowledge(settings, catalogue, adapters, folders, registry, assessor)


def registry_folders(settings: Settings) -> tuple[Traversable, Traversable]:
    """The operator's agencies and protocols, or the shipped ones."""
    shipped = files("schemas")
    return settings.agencies_dir or shipped / "agencies", settings.protocols_dir or shipped / "protocols"
