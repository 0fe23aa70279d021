"""Messages that agencies' systems sign and encrypt by WS-Security, and the answers that they get in the same way."""

from datetime import timedelta
from uuid import uuid4

from adapters.interfacing.ws_security.securing import OwnPair, can_decrypt, secured
from hub.access.message_security import own_certificate, signed_messages
from hub.access.message_security.signed_messages import SignedMessage
from hub.clock import Clock
from hub.exchange.partners.interface_settings import InterfaceSettings
from hub.exchange.partners.limits import LimitsByAgency
from hub.exchange.partners.operator_file import OperatorFile
from hub.settings import Settings
from hub.store.database.engine import Store
from hub.telemetry.logs import Log


class SignedCalls:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings,
        limits: LimitsByAgency,
        interfaces: OperatorFile[InterfaceSettings],
        log: Log,
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._skew = timedelta(seconds=settings.clock_skew_seconds)
        self._limits = limits
        self._interfaces = interfaces
        self._log = log

    def own(self) -> OwnPair:
        """The exchange's own key and certificate, made when they are first needed. Raises SettingsWrong."""
        return own_certificate.made(self._settings.own_certificate(), self._settings.audience, self._clock.now())

    def opened(self, body: bytes) -> SignedMessage | None:
        """None if the message has no Security header. Raises AssertionRefused."""
        settings = self._interfaces.current()
        message = signed_messages.opened_message(
            self._store, body, [self.own().key], settings.allows_triple_des, self._skew, self._clock.now()
        )
        if message is not None and message.opened.is_weakly_encrypted:
            self._log.warning("ws_security.triple_des", agency=message.certificate.agency)
        return message

    def use_once(self, message: SignedMessage) -> None:
        """Raises AssertionRefused if it was used before, or TooManyCalls."""
        signed_messages.use_once(
            self._store, message, lambda agency: self._limits.of(agency).calls_max, self._skew, self._clock.now()
        )

    def answer(self, envelope: bytes, to: SignedMessage) -> bytes:
        """The answer, signed; and encrypted as the message was, if the sender's certificate can be encrypted for."""
        algorithm, certificate = to.opened.encrypted_by, to.certificate.certificate
        encrypt = (algorithm, certificate) if algorithm is not None and can_decrypt(certificate) else None
        return secured(envelope, self.own(), self._clock.now(), uuid4(), encrypt)
