"""A witness of the journal that gets its heads as messages do: a partner, or an address of e-mail, by one of our
transports. It tells nothing back, so what it was given last is also kept in the state folder."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from adapters.catalogue import Adapters
from adapters.contract import CannotDeliver, Encoded, Endpoint, Parcel
from hub.durable_files import replace_file
from hub.errors import SettingsWrong
from hub.exchange.partners.described_endpoint import described_endpoint
from hub.exchange.partners.endpoints import Endpoints
from hub.journal.witnesses import FileWitness, HttpsWitness, Witness
from hub.sharing.terms.agencies import Agencies, AgencyRole

KIND = "journal_heads"
_PARTNER = "partner:"
_EVERY_SECONDS = 900.0


class CarriedWitness:
    every_seconds = _EVERY_SECONDS

    def __init__(
        self, name: str, sender: str, endpoint: Callable[[], Endpoint], adapters: Adapters, memory: Path
    ) -> None:
        self.name = name
        self._sender = sender
        self._endpoint = endpoint
        self._adapters = adapters
        self._memory = memory

    def read(self) -> list[str]:
        """What it was given last, as this state folder remembers it."""
        return self._memory.read_text(encoding="ascii").split() if self._memory.exists() else []

    def put(self, notes: Sequence[str]) -> None:
        endpoint = self._endpoint()
        body = "".join(f"{note}\n" for note in notes).encode()
        message_id = str(uuid5(NAMESPACE_URL, hashlib.sha256(body).hexdigest()))
        encoded = Encoded(body, "text/plain", ".txt")
        try:
            self._adapters.transports[endpoint.transport].send(
                endpoint, Parcel(message_id, message_id, KIND, self._sender, endpoint.agency, encoded)
            )
        except CannotDeliver as error:
            raise OSError(f"{error.code}: {error.problem}") from error
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        replace_file(self._memory, notes[-1])


class WitnessesNamed:
    """Makes the witnesses that HUB_WITNESS names."""

    def __init__(self, adapters: Adapters, agencies: Agencies, endpoints: Callable[[], Endpoints], state: Path) -> None:
        self._adapters = adapters
        self._agencies = agencies
        self._endpoints = endpoints
        self._state = state

    def all(self, text: str) -> tuple[Witness, ...]:
        """Separated by commas: files, https addresses, `partner:AGENCY`, and TOML files that say by which transport.
        Raises SettingsWrong."""
        return tuple(self._one(each.strip()) for each in text.split(",") if each.strip())

    def _one(self, name: str) -> Witness:
        if name.startswith(_PARTNER):
            agency = name.removeprefix(_PARTNER)
            if self._agencies.get(agency) is None:
                raise _wrong(name, f"no agency is called {agency}", "use an id of the registry")
            return self._carried(name, lambda: self._partner(name, agency))
        if name.endswith(".toml"):
            endpoint = described_endpoint(Path(name), "HUB_WITNESS", "witness", self._adapters)
            return self._carried(name, lambda: endpoint)
        return HttpsWitness(name) if "://" in name else FileWitness(Path(name))

    def _carried(self, name: str, endpoint: Callable[[], Endpoint]) -> CarriedWitness:
        memory = self._state / "witnesses" / hashlib.sha256(name.encode()).hexdigest()[:16]
        sender = next((each.id for each in self._agencies.by_id.values() if each.role is AgencyRole.HUB), "hub")
        return CarriedWitness(name, sender, endpoint, self._adapters, memory)

    def _partner(self, name: str, agency: str) -> Endpoint:
        """Raises OSError while nothing can be sent to it."""
        endpoint = self._endpoints().find(agency, KIND)
        if endpoint is None:
            raise OSError("it has no endpoint")
        if self._adapters.transports[endpoint.transport].capabilities.pull:
            raise OSError("its mailbox is in the database that it is to bear witness of; name one that is sent to")
        return endpoint


def _wrong(where: str, problem: str, cure: str) -> SettingsWrong:
    return SettingsWrong(f"HUB_WITNESS, {where}: {problem}", cure, where)
