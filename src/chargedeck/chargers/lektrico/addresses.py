"""Where devices of this kind are asked: the guard of local addresses with this driver's words for trouble."""

from collections.abc import Sequence
from dataclasses import dataclass

from chargedeck.chargers.lektrico.troubles import NotAllowedError, UnreachableError
from chargedeck.domain.sentences import said
from chargedeck.hub import local_network
from chargedeck.hub.local_network import Network, OutsideError, UnknownNameError, host_port
from chargedeck.hub.people_problems import InvalidValueError

HTTP_PORT = 80


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
    found = host_port(text, "http", HTTP_PORT)
    if found is None:
        raise InvalidValueError(
            "address", said("must be an address such as 192.168.1.40, 192.168.1.40:8080 or lektrico.local")
        )
    return Address(found.host, found.port)


async def resolved(address: Address, networks: Sequence[Network]) -> str:
    """The number to connect to; raises NotAllowedError when any that the name has is not allowed."""
    try:
        return await local_network.resolved(address.host, address.port, networks)
    except OutsideError as error:
        raise NotAllowedError(str(address)) from error
    except UnknownNameError as error:
        raise UnreachableError(str(address), said("the name is not known")) from error
