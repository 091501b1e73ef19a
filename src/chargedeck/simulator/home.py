"""The charging corner of the demo home: its charge point, its car, its cards, and the panel beside it."""

import asyncio
from collections.abc import Mapping
from functools import partial

from chargedeck.domain.units import Amps, IdTag, Ratio, WattHours
from chargedeck.simulator.car import Car, CarModel
from chargedeck.simulator.clock import Seconds, after
from chargedeck.simulator.control import Address
from chargedeck.simulator.fleet import Fleet, Passwords
from chargedeck.simulator.hands import Card, Hands
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.link import Server
from chargedeck.simulator.ocpp16.connector import Connector
from chargedeck.simulator.outlet import Wiring
from chargedeck.simulator.pace import Pace
from chargedeck.simulator.panel import panel_server
from chargedeck.simulator.problems import lone_cause
from chargedeck.simulator.world import new_world

BLUE_CARD = Card("Blue card", IdTag("04A1B2C3D4"))
UNKNOWN_CARD = Card("Unknown card", IdTag("04FFEEDDCC"))
GARAGE = Identity("garage", model="Demo TRI", wiring=Wiring(max_current_a=Amps(32), phases=3))
FAMILY_CAR = Car(
    CarModel(battery_wh=WattHours(60_000), max_current_a=Amps(32), phases=3),
    soc=Ratio(0.35),
)

_GRACE = Seconds(3)
"""The time the server has to start the car by itself before the card is held to the reader."""


async def run_home(
    ocpp_url: str,
    passwords: Mapping[str, str],
    panel_port: int,
    app_origin: str,
    ready: asyncio.Event | None = None,
) -> None:
    """Run the home's devices until cancelled, or the panel says quit; `ready` tells that it is up."""
    world = new_world()
    server = Server(ocpp_url.rstrip("/"), Pace(50), first_wait=Seconds(0.5), longest_wait=Seconds(5))
    fleet = Fleet(world, server, Passwords(by_id=passwords))
    point = fleet.add(GARAGE).point
    for connector in point.connectors:
        connector.plug(FAMILY_CAR)
        point.on_first_acceptance = partial(_start_soon, connector)
    hands = Hands(fleet, (BLUE_CARD, UNKNOWN_CARD), FAMILY_CAR)
    door = Address("127.0.0.1", panel_port)
    try:
        async with fleet.running(), panel_server(hands, door, app_origin):
            if ready is not None:
                ready.set()
            await hands.quitting.wait()
    except ExceptionGroup as group:
        raise lone_cause(group) from group


def _start_soon(connector: Connector) -> None:
    """Have a car charging on the screen at once, however the server is set up."""
    point = connector.point
    point.at(after(point.now(), _GRACE), lambda _now: _start(connector))


def _start(connector: Connector) -> None:
    session = connector.session
    if connector.outlet.is_plugged and session.can_start and not session.is_asking:
        session.swipe(BLUE_CARD.id_tag)
