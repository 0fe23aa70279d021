"""The agencies' certificates. Agencies sign XML documents with them, and call with them where a proxy requires mutual
TLS."""

from pathlib import Path

from hub.access import certificates
from hub.access.keys import Signature
from hub.clock import Clock
from hub.journal.actors import INSTALLATION
from hub.settings import Settings
from hub.sharing.terms.agencies import Agencies, Agency
from hub.store.access.certificates import RegisteredCertificate
from hub.store.database.engine import Store


class AgencyCertificates:
    """Every method that takes an agency's name raises ValueUnusable if the registry has no agency with that name."""

    def __init__(self, store: Store, clock: Clock, settings: Settings, agencies: Agencies) -> None:
        self._store = store
        self._clock = clock
        self._agencies = agencies
        self.header = settings.client_certificate_header
        self._proxies = frozenset(one.strip() for one in settings.proxy_addresses.split(",") if one.strip())

    def register(self, agency: str, file: Path, by: str = INSTALLATION) -> RegisteredCertificate:
        """Raises KeyUnusable."""
        return certificates.register(self._store, self._agencies.named(agency).id, file, self._clock.now(), by)

    def revoke(self, thumbprint: str, by: str = INSTALLATION) -> str:
        """Returns whose certificate it was. Raises NotFound."""
        return certificates.revoke(self._store, thumbprint, self._clock.now(), by)

    def listed(self, agency: str | None) -> tuple[RegisteredCertificate, ...]:
        return certificates.listed(self._store, None if agency is None else self._agencies.named(agency).id)

    def signature_within(self, caller: Agency, body: bytes) -> Signature | None:
        """The signature in an unpacked document. None if it contains none. Raises AssertionRefused."""
        return certificates.xml_signature_of(self._store, caller.id, body, self._clock.now())

    def check_call(self, caller: Agency, peer: str | None, named: tuple[str, ...]) -> None:
        """Where mutual TLS is required, `peer` must be the proxy, and it must have `named` exactly one certificate: the
        caller's. Raises CertificateRefused."""
        if self.header is None:
            return
        if certificates.in_use(self._store, caller.id, self._named(peer, named), self._clock.now()) is None:
            raise certificates.certificate_refused()

    def caller(self, peer: str | None, named: tuple[str, ...]) -> RegisteredCertificate:
        """The certificate by which an agency calls, where a proxy ends mutual TLS. Raises CertificateRefused."""
        found = certificates.owner_of(self._store, self._named(peer, named), self._clock.now()) if self.header else None
        if found is None:
            raise certificates.certificate_refused()
        return found

    def _named(self, peer: str | None, named: tuple[str, ...]) -> str:
        return certificates.plain(named[0]) if len(named) == 1 and peer in self._proxies else ""
