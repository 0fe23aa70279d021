"""What an operator does by hand while the exchange runs."""

from hub.clock import Clock
from hub.exchange.partners import Partners
from hub.settings import Settings
from hub.sharing.agencies import Agencies
from hub.store.engine import Store


class Operation:
    def __init__(self, store: Store, clock: Clock, settings: Settings, agencies: Agencies) -> None:
        self.partners = Partners(store, clock, settings, agencies)
