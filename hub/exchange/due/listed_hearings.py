"""Gives the court lists that earlier versions kept the key of their hearing, so that a hearing that moves is found."""

from hub.exchange.message.recorded import what_it_said
from hub.exchange.wiring import Wiring
from hub.identity.case_keys import hearing_key
from hub.store.overview import hearings

_AT_ONCE_MAX = 500


class ListedHearings:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._catalogue = wiring.catalogue

    def fill_in(self) -> int:
        """Returns how many lists were looked at. There are none soon after an upgrade."""
        with self._store.transaction() as connection:
            ids = hearings.without_key(connection, _AT_ONCE_MAX)
            for id in ids:
                said = what_it_said(connection, id, self._catalogue)
                hearing = said.payload.listed_hearing() if said is not None else None
                hearings.give_keys(connection, id, () if hearing is None else [hearing_key(hearing)])
            return len(ids)
