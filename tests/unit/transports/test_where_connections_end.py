"""Where a connection of ours may end: at public addresses, and at the inner ones that the settings name."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from adapters.carriage.reach import AddressRefused, Networks, no_agencys, refuse_address

INNER = ipaddress.ip_network("10.20.0.0/16")
SIX = ipaddress.ip_network("fd12::/16")


def may_end_at(peer: str, host: str, *networks: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        refuse_address(peer, host, networks)
    except AddressRefused:
        return False
    return True


@pytest.mark.parametrize(
    ("peer", "host", "allowed"),
    [
        ("93.184.216.34", "prison.example", True),
        ("10.20.3.4", "prison.example", False),
        ("10.20.3.4", "10.20.3.4", True),
        ("10.20.3.5", "10.20.3.4", False),
        ("fd12::1", "[fd12::1]", True),
        ("fd12::1", "fd12::1", True),
        ("fd12::2", "[fd12::1]", False),
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "prison.example", False),
        ("::1", "prison.example", False),
        ("169.254.169.254", "169.254.169.254", False),
        ("fd00:ec2::254", "fd00:ec2::254", False),
        ("224.0.0.1", "224.0.0.1", False),
        ("240.0.0.1", "240.0.0.1", False),
        ("0.0.0.0", "0.0.0.0", False),  # noqa: S104 - an address to refuse
        ("::ffff:10.20.3.4", "10.20.3.4", True),
        ("::ffff:169.254.169.254", "prison.example", False),
        ("fe80::1%eth0", "prison.example", False),
    ],
)
def test_an_inner_address_is_reached_only_if_the_settings_name_it(peer: str, host: str, allowed: bool) -> None:
    assert may_end_at(peer, host) is allowed


@given(st.integers(0, 2**16 - 1))
def test_every_address_of_a_network_in_the_settings_is_reached_and_none_beside_it(number: int) -> None:
    inside, beside = str(INNER[number]), str(ipaddress.ip_address("10.21.0.0") + number)
    assert may_end_at(inside, "prison.example", SIX, INNER)
    assert may_end_at(str(SIX[number]), "prison.example", SIX, INNER)
    assert not may_end_at(beside, "prison.example", SIX, INNER)
    assert not may_end_at(inside, "prison.example", SIX)


@pytest.mark.parametrize("host", ["prison.example", "10.20.3.4", "127.0.0.1", "::1", "93.184.216.34"])
def test_a_name_or_an_address_that_an_agency_may_have_is_not_refused_by_its_looks(host: str) -> None:
    assert not no_agencys(host)


def test_networks_are_written_with_commas_between_them() -> None:
    read = TypeAdapter(Networks).validate_python
    assert read(" 10.20.0.0/16 ,fd12::/16,, ") == (INNER, SIX)
    assert read("") == ()
    assert read((INNER,)) == (INNER,)
    with pytest.raises(ValidationError, match=r"settings\.networks"):
        read("10.20.0.0/16, somewhere")
