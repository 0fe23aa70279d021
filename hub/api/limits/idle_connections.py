"""Limits the number of connections without a request, so that a stranger who only connects keeps nobody out."""

import logging
import resource
from collections import OrderedDict
from typing import Protocol

_OPEN_FILES_WANTED = 65_536


class Closable(Protocol):
    """A connection that can be ended."""

    def end(self) -> None: ...


class IdleConnections:
    """The connections of one process that wait for a request. If one more exceeds a limit, another one is closed: one
    of the same address if that address has too many, otherwise one of the address that has most. Connections that
    were never used are closed first."""

    def __init__(self, at_most: int, of_one_address: int) -> None:
        self._at_most = at_most
        self._of_one_address = of_one_address
        self._by_address: dict[str, tuple[OrderedDict[Closable, None], OrderedDict[Closable, None]]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, connection: Closable, address: str, *, used: bool) -> None:
        """`used` says whether a request of this connection was answered before."""
        self.remove(connection, address)  # one that is added twice would be counted for ever
        unused_ones, used_ones = self._by_address.setdefault(address, (OrderedDict(), OrderedDict()))
        (used_ones if used else unused_ones)[connection] = None
        self._count += 1
        if len(unused_ones) + len(used_ones) > self._of_one_address:
            self._end_oldest(address)
        elif self._count > self._at_most:
            self._end_oldest(max(self._by_address, key=self._number_of))

    def remove(self, connection: Closable, address: str) -> None:
        """Remove the connection, because a request has begun on it or it has ended."""
        for of_address in self._by_address.get(address, ()):
            if connection in of_address:
                del of_address[connection]
                self._count -= 1
        if not self._number_of(address):
            self._by_address.pop(address, None)

    def _number_of(self, address: str) -> int:
        return sum(len(each) for each in self._by_address.get(address, ()))

    def _end_oldest(self, address: str) -> None:
        unused_ones, used_ones = self._by_address[address]
        oldest = next(iter(unused_ones or used_ones))  # the first that was added is the oldest
        self.remove(oldest, address)
        oldest.end()


def raise_open_files_limit() -> None:
    """Allow this process as many open files as its account may have, up to a limit. A system may refuse that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):
            logging.getLogger("uvicorn.error").warning("the limit of open files stays at %s", soft)
