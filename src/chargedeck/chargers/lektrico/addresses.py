"""Where devices may be asked: an address is checked after it was resolved, every time it is connected to.

The server stands in the house's network, and whoever may add a device could otherwise make it call
anything there is: cloud metadata, the router, itself.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from chargedeck.chargers.lektrico.troubles import NotAllowedError, UnreachableError
from chargedeck.hub.people_problems import InvalidValueError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

HTTP_PORT = 80
RESOLVE_S = 3.0
_HOST_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}\.?)+")


@dataclass(frozen=True, slots=True)
class Address:
    """A host, by name or number, and a port."""

    host: str
    port: int = HTTP_PORT

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == HTTP_PORT else f"{host}:{self.port}"


def parsed(text: str) -> Address:
    """The address that somebody has typed; raises InvalidValueError."""
    text = text.strip()
    try:
        if ipaddress.ip_address(text).version == 6:
            return Address(text.lower())
    except ValueError:
        pass
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _bad_address() from error
    is_plain = parts.scheme == "http" and "@" not in parts.netloc
    if not host or not is_plain or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _bad_address()
    if not _is_number(host) and not _HOST_NAME.fullmatch(host):
        raise _bad_address()
    return Address(host.lower(), HTTP_PORT if port is None else port)


def _bad_address() -> InvalidValueError:
    return InvalidValueError(
        "address", "must be an address such as 192.168.1.40, 192.168.1.40:8080 or lektrico.local"
    )


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_allowed(ip: str, networks: Sequence[Network]) -> bool:
    """Whether a device may be asked at this number."""
    try:
        found = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in network for network in networks)


async def resolved(address: Address, networks: Sequence[Network]) -> str:
    """The number to connect to; raises NotAllowedError when any that the name has is not allowed."""
    if _is_number(address.host):
        numbers = [address.host]
    else:
        numbers = await _looked_up(address)
    if not all(is_allowed(one, networks) for one in numbers):
        raise NotAllowedError(str(address))
    return numbers[0]


async def _looked_up(address: Address) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_S):
            found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError) as error:
        raise UnreachableError(str(address), "the name is not known") from error
    numbers = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not numbers:
        raise UnreachableError(str(address), "the name is not known")
    return numbers
