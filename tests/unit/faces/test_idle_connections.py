"""Who only connects keeps nobody out: the idle connections are bounded, and the oldest unused one goes first."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from hub.api.limits.idle_connections import IdleConnections


@dataclass(eq=False)
class Connection:
    address: str
    ended: bool = field(default=False)

    def end(self) -> None:
        self.ended = True


def _added(idle: IdleConnections, address: str, *, used: bool = False) -> Connection:
    connection = Connection(address)
    idle.add(connection, address, used=used)
    return connection


def test_one_address_ends_its_own_oldest_connection() -> None:
    idle = IdleConnections(at_most=10, of_one_address=2)
    other, first, second, third = (_added(idle, name) for name in "baaa")
    assert [each.ended for each in (other, first, second, third)] == [False, True, False, False]


def test_a_connection_that_was_used_outlives_those_that_never_were() -> None:
    idle = IdleConnections(at_most=10, of_one_address=2)
    used = _added(idle, "a", used=True)
    unused = _added(idle, "a")
    _added(idle, "a")
    assert (used.ended, unused.ended) == (False, True)


def test_when_all_are_too_many_the_address_that_has_most_gives_way() -> None:
    idle = IdleConnections(at_most=4, of_one_address=3)
    alone = _added(idle, "one")
    many = [_added(idle, "many") for _ in range(3)]
    newcomer = _added(idle, "new")
    assert [alone.ended, newcomer.ended, many[0].ended] == [False, False, True]


def test_a_connection_that_is_added_twice_counts_once() -> None:
    idle = IdleConnections(at_most=10, of_one_address=10)
    connection = _added(idle, "a")
    idle.add(connection, "a", used=True)
    assert len(idle) == 1
    idle.remove(connection, "a")
    assert len(idle) == 0


def test_who_asks_something_is_not_idle() -> None:
    idle = IdleConnections(at_most=10, of_one_address=1)
    asking = _added(idle, "a")
    idle.remove(asking, "a")
    _added(idle, "a")
    assert not asking.ended


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.booleans()), max_size=60))
def test_the_bounds_hold_and_the_newest_stays(steps: list[tuple[str, bool, bool]]) -> None:
    idle, open_ones = IdleConnections(at_most=7, of_one_address=4), []
    for address, used, leaves in steps:
        newest = _added(idle, address, used=used)
        assert not newest.ended or used is False
        open_ones = [each for each in [*open_ones, newest] if not each.ended]
        if leaves and open_ones:
            gone = open_ones.pop()
            idle.remove(gone, gone.address)
        assert len(idle) == len(open_ones) <= 7
        assert all(sum(each.address == one for each in open_ones) <= 4 for one in "abc")
