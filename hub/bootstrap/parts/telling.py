"""What people may read. Each part is imported and built at its first use."""

from functools import cached_property
from typing import TYPE_CHECKING

from hub.bootstrap.parts.repairing import RepairingParts

if TYPE_CHECKING:
    from hub.exchange.later.sending import LaterAnswers
    from hub.exchange.telling.body_reading import BodyReading
    from hub.exchange.telling.conformance import Conformance
    from hub.exchange.telling.deadline_board import DeadlineBoard
    from hub.exchange.telling.earlier_answers import EarlierAnswers
    from hub.exchange.telling.evidence import Evidence
    from hub.exchange.telling.index_search import IndexSearch
    from hub.exchange.telling.message_search import MessageSearch
    from hub.exchange.telling.risk_register import RiskRegister
    from hub.exchange.telling.status import StatusBoard
    from hub.exchange.telling.stories import Stories
    from hub.indicators.reporting import IndicatorReports
    from hub.watching.measuring import Measuring
    from hub.watching.watching import Watching


class TellingParts(RepairingParts):
    @cached_property
    def stories(self) -> "Stories":
        from hub.exchange.telling.stories import Stories

        return Stories(self.wiring)

    @cached_property
    def earlier_answers(self) -> "EarlierAnswers":
        from hub.exchange.telling.earlier_answers import EarlierAnswers

        return EarlierAnswers(self.wiring)

    @cached_property
    def later_answers(self) -> "LaterAnswers":
        from adapters.catalogue import interfaces_by_address
        from hub.exchange.later.sending import LaterAnswers

        return LaterAnswers(self.wiring, interfaces_by_address())

    @cached_property
    def messages(self) -> "MessageSearch":
        from hub.exchange.telling.message_search import MessageSearch

        return MessageSearch(self.wiring)

    @cached_property
    def deadlines(self) -> "DeadlineBoard":
        from hub.exchange.telling.deadline_board import DeadlineBoard

        return DeadlineBoard(self.wiring)

    @cached_property
    def indicators(self) -> "IndicatorReports":
        from hub.indicators.reporting import IndicatorReports

        return IndicatorReports(self.wiring.store, self.wiring.clock, self.wiring.agencies)

    @cached_property
    def status(self) -> "StatusBoard":
        from hub.exchange.telling.status import StatusBoard

        return StatusBoard(self.wiring, self.partners, self.access, self.certificates)

    @cached_property
    def measuring(self) -> "Measuring":
        from hub.watching.measuring import Measuring

        return Measuring(self.wiring)

    @cached_property
    def watching(self) -> "Watching":
        from hub.watching.watching import Watching

        return Watching(self.wiring, self.measuring)

    @cached_property
    def conformance(self) -> "Conformance":
        from hub.exchange.telling.conformance import Conformance

        return Conformance(self.wiring)

    @cached_property
    def reading(self) -> "BodyReading":
        from hub.exchange.telling.body_reading import BodyReading

        return BodyReading(self.wiring)

    @cached_property
    def index(self) -> "IndexSearch":
        from hub.exchange.telling.index_search import IndexSearch

        return IndexSearch(self.wiring)

    @cached_property
    def register(self) -> "RiskRegister":
        from hub.exchange.telling.risk_register import RiskRegister

        return RiskRegister(self.wiring)

    @cached_property
    def evidence(self) -> "Evidence":
        from hub.exchange.telling.evidence import Evidence

        return Evidence(self.wiring)
