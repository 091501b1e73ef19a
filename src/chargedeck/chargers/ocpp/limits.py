"""How much a device, an address and all together may ask of the listener. Pure: time is an argument."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

UNLIMITED = 1e12
"""Finite, so that no time of 0 s makes a number that is none."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the listener; every one has a default that a site of hundreds of chargers never meets.

    A device that sends faster than `messages_per_s` is slowed down, not cut off: its socket is not
    read until it is back within its rate, which a station that waits for each answer hardly
    notices. One that has sent `messages_ahead` more than it may, without waiting, is cut off.
    """

    messages_per_s: float = 20.0
    messages_burst: float = 200.0
    messages_ahead: float = 1_000.0
    connects_per_s: float = 20.0
    connects_burst: float = 200.0
    connections_per_address: float = 1_000.0
    connections: int = 20_000
    handshakes: int = 1_000
    handshake_s: float = 10.0

    @classmethod
    def at_rate(cls, messages_per_s: float) -> "Limits":
        """The limits for CHARGEDECK_OCPP_RATE; 0 lifts those of a device and of an address."""
        if messages_per_s > 0:
            return cls(messages_per_s=messages_per_s, messages_burst=max(10 * messages_per_s, 20.0))
        return cls(
            messages_per_s=UNLIMITED,
            messages_burst=UNLIMITED,
            connects_per_s=UNLIMITED,
            connects_burst=UNLIMITED,
            connections_per_address=UNLIMITED,
        )


class Bucket:
    """Tokens that come back with time. It may go into debt, which is what is waited for."""

    __slots__ = ("_since", "tokens")

    def __init__(self, burst: float, at: float) -> None:
        self.tokens = burst
        self._since = at

    def refill(self, rate: float, burst: float, at: float) -> None:
        """Bring the tokens up to date."""
        self.tokens = min(burst, self.tokens + (at - self._since) * rate)
        self._since = at


class Address:
    """What one address has open, and how fast it connects."""

    __slots__ = ("bucket", "open", "told")

    def __init__(self, limits: Limits, at: float) -> None:
        self.bucket = Bucket(limits.connects_burst, at)
        self.open = 0
        self.told = False
        """Whether its refusal was logged: once, not with every attempt."""


class AddressBook:
    """Open connections by address; forgets an address that has none and has not been in a hurry."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._entries: dict[str, Address] = {}
        self.open = 0

    def arrived(self, address: str, at: float) -> str | None:
        """Count a new connection; answers why it is refused, or None. Refused ones are counted too."""
        limits = self._limits
        entry = self._entries.get(address)
        if entry is None:
            entry = self._entries[address] = Address(limits, at)
        entry.open += 1
        self.open += 1
        entry.bucket.refill(limits.connects_per_s, limits.connects_burst, at)
        entry.bucket.tokens -= 1
        if self.open > limits.connections:
            return "too many connections in all"
        if entry.open > limits.connections_per_address:
            return "too many connections from this address"
        if entry.bucket.tokens < 0:
            entry.bucket.tokens = 0
            return "too many new connections a second from this address"
        return None

    def left(self, address: str) -> None:
        """A connection is gone."""
        self.open -= 1
        self._entries[address].open -= 1

    def is_news(self, address: str) -> bool:
        """Whether a refusal of this address has not been logged yet."""
        entry = self._entries[address]
        told, entry.told = entry.told, True
        return not told

    def sweep(self, at: float) -> None:
        """Forget the addresses that have nothing open and all their tokens back."""
        limits = self._limits
        for address, entry in list(self._entries.items()):
            entry.bucket.refill(limits.connects_per_s, limits.connects_burst, at)
            if entry.open == 0 and entry.bucket.tokens >= limits.connects_burst:
                del self._entries[address]

    def __len__(self) -> int:
        return len(self._entries)


def address_key(host: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 network that one IPv6 subscriber has."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"
