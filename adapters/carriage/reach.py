"""Decides to which addresses the exchange may connect. Pure.

The address is checked after the connection is made. A name server could give another address when asked a second time.
"""

import ipaddress
from typing import Annotated

from pydantic import BeforeValidator

from adapters.carriage.settings import is_loopback, wrong_value

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class AddressRefused(Exception):
    """The address is not allowed, and the connection was closed before a byte was sent."""


def _networks(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        cure = "write it as 10.20.0.0/16, several with commas between them"
        raise wrong_value("settings.networks", "is not a network", cure) from None


Networks = Annotated[tuple[Network, ...], BeforeValidator(_networks)]
"""Internal networks to which the name of an endpoint may resolve."""


def refuse_address(peer: str, host: str, networks: tuple[Network, ...]) -> None:
    """Raise AddressRefused if the exchange may not connect there. `peer` is the address of the connection; `host` is
    the name in the settings.

    Public addresses are allowed. Internal addresses must be in the settings, singly or by their network. Addresses that
    no agency has are never allowed, such as those at which a cloud gives its machines their secrets.
    """
    address = ipaddress.ip_address(peer.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if no_agencys(str(address)):
        raise AddressRefused
    if address.is_loopback:
        if not is_loopback(host):
            raise AddressRefused
    elif not address.is_global and str(address) != host.strip("[]") and not any(address in net for net in networks):
        raise AddressRefused


def no_agencys(host: str) -> bool:
    """Return whether the text is an address that no agency can have."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return (
        address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or (address.is_reserved and not address.is_loopback)
        or address == _IPV6_METADATA
    )


_IPV6_METADATA = ipaddress.ip_address("fd00:ec2::254")
