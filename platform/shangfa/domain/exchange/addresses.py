"""Where a company's servers may be: public addresses, and networks that the operator names.

A name is judged by the addresses it has at the moment of connecting, never by itself: what
stands behind a name changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from shangfa.domain.faults import INVALID, refused
from shangfa.domain.text import Note

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST_URL: Final = 2000
PORTS: Final = {"https": 443, "http": 80}
METADATA: Final = frozenset({IPv4Address("168.63.129.16")})
"""Public by their numbers, yet answered by the machine's own host."""
UNICAST: Final = IPv6Network("2000::/3")
"""What is given out to hosts; every other IPv6 address is special, or stands for an IPv4 one."""
TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv6 addresses whose last 32 bits are an IPv4 address."""
A_URL: Final = Note(
    f"须为 https（内网可用 http）网址，最多{LONGEST_URL}个字符，不含用户名、密码与“#”",
    f"a URL with https (http inside allowed networks), at most {LONGEST_URL} letters, without "
    "user, password and #",
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes.

    Attributes:
        host: in ASCII, without brackets.
        path: with the query, as HTTP sends it.
    """

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = PORTS["https" if self.secure else "http"]
        return host if self.port == usual else f"{host}:{self.port}"


def read_url(url: str, pointer: str = "/url") -> Target:
    """Return where a URL leads.

    Raises:
        RefusedError: `invalid`.
    """
    try:
        target = _target(url)
    except ValueError:  # ports and brackets, names that are no names
        target = None
    if target is None:
        raise refused(INVALID, pointer, value=url, why=A_URL)
    return target


def _target(url: str) -> Target | None:
    parts = urlsplit(url)
    plain = url.isascii() and url.isprintable() and " " not in url and "#" not in url
    if not plain or len(url) > LONGEST_URL or parts.scheme not in PORTS or "@" in parts.netloc:
        return None
    host = (parts.hostname or "").encode("idna").decode()
    if not host or parts.port == 0:
        return None
    port = parts.port or PORTS[parts.scheme]
    return Target(parts.scheme == "https", host, port, _path(parts))


def _path(parts: SplitResult) -> str:
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def may_receive(address: Address, networks: Iterable[Network], *, secure: bool) -> bool:
    """Tell whether a receiver may be at an address; one without https only where it is named."""
    meant = _meant(address)
    if any(item in network for network in networks for item in {address, *meant}):
        return True
    return secure and all(_is_public(item) for item in (address, *meant))


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in UNICAST:
        return address in TRANSLATED or address.ipv4_mapped is not None  # judged by what is meant
    return address.is_global and not address.is_multicast and address not in METADATA


def _meant(address: Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in TRANSLATED:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [item for item in found if item is not None]
