"""What a key may less than its role, and from where it is good."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from shangfa.domain.access.permissions import PERMISSIONS, may
from shangfa.domain.faults import INVALID, refused
from shangfa.domain.text import Note

Network = IPv4Network | IPv6Network
AN_ADDRESS: Final = Note(
    "须为 IP 地址或网段，如 10.1.0.0/16", "an IP address or a network is expected, as 10.1.0.0/16"
)
OF_THE_ROLE: Final = Note("该角色可用：{0}", "the role has: {0}")


def check_scopes(role: str, scopes: Iterable[str]) -> None:
    """Let scopes pass that a role has as permissions.

    Raises:
        RefusedError: `invalid`, naming those it has.
    """
    has = [permission for permission in PERMISSIONS if may(role, permission)]
    for index, scope in enumerate(scopes):
        if scope not in has:
            why = OF_THE_ROLE.of("、".join(has))
            raise refused(INVALID, f"/scopes/{index}", value=scope, why=why)


def check_addresses(addresses: Iterable[str]) -> None:
    """Let addresses and networks pass.

    Raises:
        RefusedError: `invalid`.
    """
    for index, address in enumerate(addresses):
        try:
            ip_network(address)
        except ValueError:
            raise refused(INVALID, f"/addresses/{index}", value=address, why=AN_ADDRESS) from None


def networks(addresses: Iterable[str]) -> tuple[Network, ...]:
    """Return addresses and networks that were let pass, as networks."""
    return tuple(ip_network(address) for address in addresses)


def is_within(address: str, allowed: Sequence[Network]) -> bool:
    """Tell whether a client's address is in one of some networks; any is when there are none.

    An IPv4 address that came over IPv6 is itself.
    """
    if not allowed:
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    plain = getattr(found, "ipv4_mapped", None) or found
    return any(plain in network for network in allowed)
