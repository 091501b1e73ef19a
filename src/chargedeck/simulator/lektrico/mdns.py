"""Announces devices by multicast DNS as they do themselves; loads zeroconf only when it is wanted."""

import asyncio
import ipaddress
import logging
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from chargedeck.simulator.lektrico.nameplate import Nameplate

if TYPE_CHECKING:
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

SERVICE = "_http._tcp.local."

logger = logging.getLogger(__name__)


@asynccontextmanager
async def announced(devices: Sequence[tuple[Nameplate, int]], host: str) -> AsyncIterator[None]:
    """Tell the network that `host` belongs to, and take leave at the end; without multicast only warn."""
    from zeroconf import InterfaceChoice, IPVersion  # noqa: PLC0415 - heavy, and often not wanted
    from zeroconf.asyncio import AsyncZeroconf  # noqa: PLC0415

    everywhere = host == "0.0.0.0"  # noqa: S104 - told, not opened
    interfaces = InterfaceChoice.Default if everywhere else [host]
    try:
        zeroconf = AsyncZeroconf(interfaces=interfaces, ip_version=IPVersion.V4Only)
    except OSError as error:
        logger.warning("not announced by multicast DNS: %s", error.strerror or error)
        yield
        return
    infos = _infos(devices, _own_addresses() if everywhere else [host])
    announcing = asyncio.create_task(_announce(zeroconf, infos), name="mdns")
    try:
        yield
    finally:
        announcing.cancel()
        await asyncio.gather(announcing, return_exceptions=True)
        await zeroconf.async_unregister_all_services()
        await zeroconf.async_close()


async def _announce(zeroconf: "AsyncZeroconf", infos: "Sequence[AsyncServiceInfo]") -> None:
    registering = [zeroconf.async_register_service(info, allow_name_change=True) for info in infos]
    await asyncio.gather(*await asyncio.gather(*registering))


def _infos(devices: Sequence[tuple[Nameplate, int]], addresses: Sequence[str]) -> "list[AsyncServiceInfo]":
    from zeroconf.asyncio import AsyncServiceInfo  # noqa: PLC0415

    return [
        AsyncServiceInfo(
            SERVICE,
            f"{plate.instance}.{SERVICE}",
            addresses=[ipaddress.ip_address(address).packed for address in addresses],
            port=port,
            properties={"id": plate.device_id, "fw_id": plate.fw_id},
            server=f"{plate.instance}.local.",
        )
        for plate, port in devices
    ]


def _own_addresses() -> list[str]:
    """The address from which the way leads out; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ["127.0.0.1"]
        address: str = probe.getsockname()[0]
        return [address]
