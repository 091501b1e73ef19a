"""Where a meter is: its address as it was typed, checked when it is set up and again at every connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.local_network import (
    HostPort,
    Network,
    OutsideError,
    UnknownNameError,
    host_port,
    resolved,
)
from chargedeck.hub.meter_records import MeterFailedError, MeterRecord, MeterTrouble
from chargedeck.hub.people_problems import InvalidValueError


@dataclass(frozen=True, slots=True)
class Place:
    """A host and a port in the house's networks."""

    at: HostPort
    networks: Sequence[Network]

    def __str__(self) -> str:
        return str(self.at)

    async def resolve(self) -> str:
        """The number to connect to; raises MeterFailedError."""
        try:
            return await resolved(self.at.host, self.at.port, self.networks)
        except OutsideError as error:
            raise MeterFailedError(MeterTrouble.NOT_ALLOWED, error.sentence) from error
        except UnknownNameError as error:
            raise MeterFailedError(MeterTrouble.NOT_FOUND, error.sentence) from error


def placed(record: MeterRecord, scheme: str, port: int) -> HostPort:
    """Where a meter is; raises InvalidValueError."""
    found = host_port(record.address, scheme, port)
    if found is None:
        raise InvalidValueError(
            "address",
            said("must be an address such as 192.168.1.50 or 192.168.1.50:{port}, without a path", port=port),
        )
    return found


def plainly_placed(record: MeterRecord, scheme: str, port: int) -> MeterRecord:
    """The meter with its address as it is shown from now on."""
    at = placed(record, scheme, port)
    host = f"[{at.host}]" if ":" in at.host else at.host
    return replace(record, address=host if at.port == port else str(at))


def unreachable(where: Place, why: Sentence) -> MeterFailedError:
    """Nobody answers."""
    return MeterFailedError(
        MeterTrouble.NOT_FOUND,
        said("{where} {why}; check its power, its network and the address", where=where, why=why),
    )
