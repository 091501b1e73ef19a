"""The machine that the server runs on, as its neighbours know it: its names, and its address in the house."""

import ipaddress
import socket
from pathlib import Path

_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses that documents are written with: nobody's, and behind the default route like everybody's."""

_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))

_INTERFACES = Path("/sys/class/net")


def names_of(host_name: str) -> frozenset[str]:
    """The names that a machine goes by in its own network: its host name, and that name over mDNS.

    A page of a stranger cannot go by them, whatever its DNS says: the whole name is the machine's own, a
    single label is no name in the public DNS, and `.local` is asked of the network alone.
    """
    name = host_name.strip().rstrip(".").lower()
    label = name.partition(".")[0]
    return frozenset() if not label else frozenset({name, label, f"{label}.local"})


def own_names() -> frozenset[str]:
    """Those of this machine."""
    return names_of(socket.gethostname())


def lan_address() -> str | None:
    """The address of the interface that the default route leaves by; None without one. Nothing is sent.

    A container has an address that only its host can reach, so it has none that is worth telling, unless
    it shares its host's network.
    """
    if any(mark.exists() for mark in _MARKS) and not any(_INTERFACES.glob("*/device")):
        return None
    for family, elsewhere in _ELSEWHERE:
        found = _leaving_for(family, elsewhere)
        if found is not None:
            return found
    return None


def _leaving_for(family: socket.AddressFamily, elsewhere: str) -> str | None:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, 9))  # a datagram socket only looks up the route
            found = str(probe.getsockname()[0])
    except OSError:
        return None
    return None if ipaddress.ip_address(found.partition("%")[0]).is_loopback else found
