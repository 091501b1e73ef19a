"""Where anything in the house may be asked: an address is checked after it was resolved, at every connection.

The server stands in the house's network, and whoever may add a device or a meter could otherwise make it
call anything there is: cloud metadata, the router, itself.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.sentences import Sentence, said

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Number = ipaddress.IPv4Address | ipaddress.IPv6Address

_LAST_32_BITS = [
    ipaddress.IPv6Network("::/96"),  # IPv4-compatible, which some systems still carry in IPv4
    ipaddress.IPv6Network("::ffff:0:0:0/96"),  # IPv4-translated (RFC 2765)
    ipaddress.IPv6Network("64:ff9b::/96"),  # NAT64 (RFC 6052)
]
"""Where a gateway, or this machine, makes an IPv4 address of the end of the number."""

_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
"""A network's own (RFC 8215): where in such a number the IPv4 address stands, only that network knows."""

RESOLVE_S = 3.0
_HOST_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}\.?)+")


class OutsideError(ChargeDeckError):
    """The address lies outside the networks that may be asked."""

    code = "not_allowed"

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where

    @property
    def sentence(self) -> Sentence:
        return said(
            "{where} is not in a network where devices may be; use its local address, "
            "or add its network to CHARGEDECK_DEVICE_NETWORKS",
            where=self.where,
        )


class UnknownNameError(ChargeDeckError):
    """Nobody knows the name."""

    code = "unknown_name"

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where

    @property
    def sentence(self) -> Sentence:
        return said("The name {where} is not known; use the address in figures", where=self.where)


@dataclass(frozen=True, slots=True)
class HostPort:
    """A host, by name or number, and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def host_port(text: str, scheme: str, port: int) -> HostPort | None:
    """The address that somebody has typed, with `scheme` before it or not; None where it is none."""
    text = text.strip()
    if is_number(text):
        return HostPort(text.lower(), port)
    try:
        parts = urlsplit(text if "://" in text else f"{scheme}://{text}")
        host, given = parts.hostname, parts.port
    except ValueError:
        return None
    is_plain = parts.scheme == scheme and "@" not in parts.netloc
    if not host or not is_plain or parts.path not in ("", "/") or parts.query or parts.fragment:
        return None
    if not is_number(host) and not _HOST_NAME.fullmatch(host):
        return None
    return HostPort(host.lower(), port if given is None else given)


def is_number(host: str) -> bool:
    """Whether a host is an address in figures."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_allowed(ip: str, networks: Sequence[Network]) -> bool:
    """Whether anything may be asked at this number, and at every other that it stands for."""
    found = _numbers(ip)
    return bool(found) and all(any(one in network for network in networks) for one in found)


def is_outside(ip: str) -> bool:
    """Whether a number belongs to the internet: to no house, to no machine itself, to no cloud's inside."""
    found = _numbers(ip)
    return bool(found) and all(one.is_global and not one.is_multicast and one not in _NAT64 for one in found)


def _numbers(ip: str) -> list[Number]:
    """All that is meant: an IPv4 address in the clothes of the other is one, one that it carries counts."""
    try:
        found = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return []
    if isinstance(found, ipaddress.IPv4Address):
        return [found]
    if found.ipv4_mapped is not None:
        return [found.ipv4_mapped]
    return [found, *_carried(found)]


def _carried(number: ipaddress.IPv6Address) -> Iterator[Number]:
    """The IPv4 addresses that a packet to this number may end at."""
    if number.sixtofour is not None:
        yield number.sixtofour
    if number.teredo is not None:
        yield from number.teredo
    is_own = number.is_loopback or number.is_unspecified
    if not is_own and any(number in network for network in _LAST_32_BITS):
        yield ipaddress.IPv4Address(int(number) & 0xFFFF_FFFF)


async def resolved(host: str, port: int, networks: Sequence[Network]) -> str:
    """The number to connect to; raises OutsideError when any that the name has is not allowed."""
    numbers = [host] if is_number(host) else await looked_up(host, port)
    if not all(is_allowed(one, networks) for one in numbers):
        raise OutsideError(host)
    return numbers[0]


async def looked_up(host: str, port: int) -> list[str]:
    """All numbers that a name has; raises UnknownNameError."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_S):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError) as error:
        raise UnknownNameError(host) from error
    numbers = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not numbers:
        raise UnknownNameError(host)
    return numbers
