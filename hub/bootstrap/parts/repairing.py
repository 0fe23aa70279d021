"""What went wrong is put right, and what falls due is done. Each part is imported and built at its first use."""

from functools import cached_property
from typing import TYPE_CHECKING

from hub.bootstrap.parts.passing import PassingParts

if TYPE_CHECKING:
    from hub.disposal.ending import EndOfLife
    from hub.exchange.due.linking import Linking
    from hub.exchange.due.sweep import Sweep
    from hub.exchange.later.refusals import LaterRefusals
    from hub.exchange.repairing.after_restore import AfterRestore
    from hub.exchange.repairing.approving import Approving
    from hub.exchange.repairing.believing import Believing
    from hub.exchange.repairing.bulk import Bulk
    from hub.exchange.repairing.doubtful_clocks import DoubtfulClocks
    from hub.exchange.repairing.quarantine import Quarantine
    from hub.exchange.repairing.replay import Replay


class RepairingParts(PassingParts):
    @cached_property
    def believing(self) -> "Believing":
        from hub.exchange.repairing.believing import Believing

        return Believing(self.wiring, self.follower)

    @cached_property
    def quarantine(self) -> "Quarantine":
        from hub.exchange.repairing.correction import Correcting
        from hub.exchange.repairing.quarantine import Quarantine
        from hub.exchange.repairing.refused_parts import RefusedParts

        refused = RefusedParts(self.wiring, self.intake)
        return Quarantine(self.wiring, refused, Correcting(self.wiring, self.follower), self.believing)

    @cached_property
    def bulk(self) -> "Bulk":
        from hub.exchange.repairing.bulk import Bulk

        return Bulk(self.wiring, self.quarantine)

    @cached_property
    def replay(self) -> "Replay":
        from hub.exchange.repairing.replay import Replay

        return Replay(self.wiring, self.preparing)

    @cached_property
    def linking(self) -> "Linking":
        from hub.exchange.due.linking import Linking

        return Linking(self.wiring)

    @cached_property
    def later_refusals(self) -> "LaterRefusals":
        from hub.exchange.later.refusals import LaterRefusals

        return LaterRefusals(self.wiring)

    @cached_property
    def doubtful_clocks(self) -> "DoubtfulClocks":
        from hub.exchange.repairing.doubtful_clocks import DoubtfulClocks

        return DoubtfulClocks(self.wiring, self.follower, self.believing)

    @cached_property
    def after_restore(self) -> "AfterRestore":
        from hub.exchange.repairing.after_restore import AfterRestore

        return AfterRestore(self.wiring)

    @cached_property
    def approving(self) -> "Approving":
        from hub.bootstrap.acts import ActParts
        from hub.exchange.repairing.approving import Approving

        acts = ActParts(
            protocols=self.protocols,
            bulk=self.bulk,
            quarantine=self.quarantine,
            rules=self.rules,
            staff=self.staff,
            linking=self.linking,
            doubtful_clocks=self.doubtful_clocks,
            after_restore=self.after_restore,
        )
        return Approving(self.wiring, acts.faces())

    @cached_property
    def sweep(self) -> "Sweep":
        from hub.exchange.due.sweep import Sweep

        return Sweep(self.wiring, self.partners, self.bulk, self.approving, self.sealing)

    @cached_property
    def end_of_life(self) -> "EndOfLife":
        from hub.disposal.ending import EndOfLife

        return EndOfLife(self.wiring)
