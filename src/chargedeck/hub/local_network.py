"""Where anything in the house may be asked: an address is checked after it was resolved, at every connection.

The server stands in the house's network, and whoever may add a device or a meter could otherwise make it
call anything there is: cloud metadata, the router, itself.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from chargedeck.domain.problems import ChargeDeckError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

RESOLVE_S = 3.0
_HOST_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}\.?)+")


class OutsideError(ChargeDeckError):
    """The address lies outside the networks that may be asked."""

    code = "not_allowed"

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where

    def __str__(self) -> str:
        return (
            f"{self.where} is not in a network where devices may be; use its local address, "
            "or add its network to CHARGEDECK_DEVICE_NETWORKS"
        )


class UnknownNameError(ChargeDeckError):
    """Nobody knows the name."""

    code = "unknown_name"

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where

    def __str__(self) -> str:
        return f"The name {self.where} is not known; use the address in figures"


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
    """Whether anything may be asked at this number."""
    found = _number(ip)
    return found is not None and any(found in network for network in networks)


def is_outside(ip: str) -> bool:
    """Whether a number belongs to the internet: to no house, to no machine itself, to no cloud's inside."""
    found = _number(ip)
    return found is not None and found.is_global and not found.is_multicast


def _number(ip: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """What is really meant: an IPv4 address in the clothes of the other is one."""
    try:
        found = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


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
