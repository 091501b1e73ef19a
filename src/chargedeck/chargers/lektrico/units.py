"""All devices that are asked: one unit each, and the questions that are put before there is one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from chargedeck.chargers.lektrico.addresses import parsed
from chargedeck.chargers.lektrico.discovery import Discovery
from chargedeck.chargers.lektrico.http import Credentials, Http
from chargedeck.chargers.lektrico.identity import identify
from chargedeck.chargers.lektrico.logged import redacted
from chargedeck.chargers.lektrico.rpc import Rpc
from chargedeck.chargers.lektrico.troubles import NotAllowedError, TroubleError, told
from chargedeck.chargers.lektrico.unit import Unit
from chargedeck.hub.background import Background
from chargedeck.hub.local_devices import Found, Place
from chargedeck.hub.local_network import Network
from chargedeck.hub.people_problems import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chargedeck.chargers.lektrico.surroundings import Surroundings
    from chargedeck.hub.device import Device

DRIVER = "lektrico"


class Units:
    """Implements the hub's Prober."""

    def __init__(self, surroundings: Surroundings, tasks: Background | None = None) -> None:
        self._surroundings = surroundings
        self._tasks = tasks or Background()
        self._units: dict[str, tuple[Unit, asyncio.Task[None]]] = {}
        self.discovery = Discovery(self._met, self._tasks)

    @property
    def driver(self) -> str:
        """Its name in the API."""
        return DRIVER

    # -- devices that are ours -----------------------------------------------------------------

    def take_up(self, device: Device) -> None:
        """Ask it until it is removed."""
        self._forget_removed()
        unit = Unit(device, self._surroundings)
        task = asyncio.get_running_loop().create_task(unit.run(), name=f"lektrico-{device.id}")
        self._units[device.id] = (unit, task)

    def _forget_removed(self) -> None:
        for device_id, (unit, task) in tuple(self._units.items()):
            if unit.device.retired:
                task.cancel()
                del self._units[device_id]

    def look(self, device: Device) -> None:
        """Ask it now."""
        if device.id in self._units:
            self._units[device.id][0].wake()

    async def aclose(self) -> None:
        """Ask nobody any more."""
        tasks = [task for _, task in self._units.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._tasks.aclose()

    # -- devices that are not yet ours ---------------------------------------------------------

    async def identify(self, place: Place) -> Found:
        """Ask what is at a place; raises InvalidValueError or a DeviceError."""
        try:
            return await _identified(place, self._surroundings.networks)
        except NotAllowedError as trouble:
            raise InvalidValueError("address", trouble.sentence) from trouble
        except TroubleError as trouble:
            raise told(trouble, "who it is") from trouble

    async def _met(self, address: str) -> Found:
        return await asked_at(address, self._surroundings.networks)

    def search(self) -> bool:
        """Look around for a while."""
        return self.discovery.want()

    @property
    def discovered(self) -> Sequence[Found]:
        """What has been found."""
        return self.discovery.found

    # -- for who is to help --------------------------------------------------------------------

    def last_answers(self, device: Device) -> Mapping[str, Any]:
        """What a device last answered, by method, redacted."""
        entry = self._units.get(device.id)
        side = None if entry is None else entry[0].side
        answers = {} if side is None else side.answers
        return {method: redacted(dict(answer)) for method, answer in answers.items()}


async def asked_at(address: str, networks: Sequence[Network]) -> Found:
    """What is at an address, or why that cannot be told; for one that was found on the network."""
    try:
        return await _identified(Place(address), networks)
    except TroubleError as trouble:
        return Found(address, trouble=trouble.trouble, detail=str(trouble))


async def _identified(place: Place, networks: Sequence[Network]) -> Found:
    address = parsed(place.address)
    credentials = None if place.username is None else Credentials(place.username, place.secret or "")
    rpc = Rpc(Http(address, networks, credentials))
    try:
        found = await identify(rpc)
    finally:
        rpc.close()
    return Found(str(address), found.nature.kind, found.hardware_id, found.device_identity)
