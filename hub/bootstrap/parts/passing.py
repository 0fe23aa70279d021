"""Messages come in and go out. Each part is imported and built at its first use."""

from functools import cached_property
from typing import TYPE_CHECKING

from hub.bootstrap.parts.access import AccessParts

if TYPE_CHECKING:
    from hub.exchange.accepting.collection import Collecting
    from hub.exchange.accepting.follow import Follower
    from hub.exchange.accepting.intake import Intake
    from hub.exchange.accepting.limits.capacity import Capacity
    from hub.exchange.accepting.withdrawing import Withdrawing
    from hub.exchange.sending.connection_tests import ConnectionTests
    from hub.exchange.sending.delivery import Delivering
    from hub.exchange.sending.mailbox import Mailbox
    from hub.exchange.sending.outbox import Outbox
    from hub.exchange.sending.preparation import Preparing


class PassingParts(AccessParts):
    @cached_property
    def capacity(self) -> "Capacity":
        from hub.exchange.accepting.limits.capacity import Capacity

        return Capacity(self.wiring)

    @cached_property
    def follower(self) -> "Follower":
        from hub.exchange.accepting.follow import Follower

        return Follower(self.wiring)

    @cached_property
    def intake(self) -> "Intake":
        from hub.exchange.accepting.intake import Intake

        return Intake(self.wiring, self.follower, self.certificates)

    @cached_property
    def withdrawing(self) -> "Withdrawing":
        from hub.exchange.accepting.withdrawing import Withdrawing

        return Withdrawing(self.wiring, self.intake)

    @cached_property
    def collection(self) -> "Collecting":
        from hub.exchange.accepting.collection import Collecting

        return Collecting(self.wiring, self.intake, self.capacity)

    @cached_property
    def connection_tests(self) -> "ConnectionTests":
        from hub.exchange.sending.connection_tests import ConnectionTests

        return ConnectionTests(self.wiring)

    @cached_property
    def outbox(self) -> "Outbox":
        from hub.exchange.sending.outbox import Outbox

        return Outbox(self.wiring)

    @cached_property
    def preparing(self) -> "Preparing":
        from hub.exchange.sending.preparation import Preparing

        return Preparing(self.wiring)

    @cached_property
    def delivery(self) -> "Delivering":
        from hub.exchange.sending.delivery import Delivering

        return Delivering(self.wiring, self.preparing)

    @cached_property
    def mailbox(self) -> "Mailbox":
        from hub.exchange.sending.mailbox import Mailbox

        return Mailbox(self.wiring, self.preparing)
